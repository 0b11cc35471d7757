"""Sample mail of the project: typical legitimate and malicious messages, addressed to a fictitious company."""

from gateway.samples.collection import sample_messages
from gateway.samples.company import SAMPLE_POLICY, SamplePolicy
from gateway.samples.sample import Sample

__all__ = ["SAMPLE_POLICY", "Sample", "SamplePolicy", "sample_messages"]
