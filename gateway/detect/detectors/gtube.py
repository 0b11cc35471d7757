"""Detector for GTUBE, the test string that every spam filter should classify as spam."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.verdict import SPAM, Finding

# Split into pieces, so that this source file can be sent by mail.
GTUBE: Final = "".join(("XJS*C4JDBQADN1.NSBN3*2IDNEN", "*GTUBE-STANDARD-ANTI-UBE-TEST", "-EMAIL*C.34X"))


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find the test string in the body or the subject."""
    if GTUBE in evidence.message.text or GTUBE in evidence.body or GTUBE in evidence.message.subject:
        yield Finding("gtube", SPAM, 1.0, "The message holds GTUBE, the test string for spam filters.", "Body", "body")
