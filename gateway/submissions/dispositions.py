"""Dispositions that can be requested in a submission."""

from gateway.detect.verdict import BEC, MALICIOUS


def requestable_disposition(disposition: str) -> str:
    """Return the disposition that a submission can request: MALICIOUS for MALICIOUS-BEC, any other unchanged."""
    return MALICIOUS if disposition == BEC else disposition
