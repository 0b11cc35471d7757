"""The project's own sample mail: what analysts meet, written for a company that does not exist."""

from gateway.samples.collection import sample_messages
from gateway.samples.company import SAMPLE_POLICY, SamplePolicy
from gateway.samples.sample import Sample

__all__ = ["SAMPLE_POLICY", "Sample", "SamplePolicy", "sample_messages"]
