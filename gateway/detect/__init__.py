"""Mail classification: detectors yield findings, and the findings are combined into one verdict."""

from gateway.detect.context import Context, Envelope
from gateway.detect.judge import judge
from gateway.detect.verdict import Finding, ThreatCategory, Validation, Verdict

__all__ = ["Context", "Envelope", "Finding", "ThreatCategory", "Validation", "Verdict", "judge"]
