"""Judging mail: findings of single detectors, and the verdict that is made of them."""

from gateway.detect.context import Context, Envelope
from gateway.detect.judge import judge
from gateway.detect.verdict import Finding, ThreatCategory, Validation, Verdict

__all__ = ["Context", "Envelope", "Finding", "ThreatCategory", "Validation", "Verdict", "judge"]
