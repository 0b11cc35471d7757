"""Dispositions as submissions have them."""

from gateway.detect.verdict import BEC, MALICIOUS


def asked_for(disposition: str) -> str:
    """Return the disposition that can be asked for: MALICIOUS-BEC is a kind of MALICIOUS."""
    return MALICIOUS if disposition == BEC else disposition
