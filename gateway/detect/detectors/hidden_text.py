"""Detector for lures in text that the reader does not see, or that only some mail programs show."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.verdict import SUSPICIOUS, Finding

_FEWEST_PHRASES: Final = 3


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find hidden text that presses the reader with words that the visible text lacks.

    What one mail program hides by a style another one shows, so these words are read as well. Advertising hides the
    first lines of its list of messages, which repeat what it says visibly.
    """
    if evidence.is_internal or evidence.is_discussion:
        return
    phrases = evidence.hidden_lures
    if len(phrases) < _FEWEST_PHRASES or not (evidence.foreign_targets or evidence.message.attachments):
        return
    said = ", ".join(f'"{phrase}"' for phrase in phrases[:3])
    yield Finding(
        "hidden-lure",
        SUSPICIOUS,
        0.5,
        f"Text that is hidden from the reader presses them ({said}).",
        "Body",
        "body",
    )
