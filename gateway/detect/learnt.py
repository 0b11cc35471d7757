"""The findings of what was learnt from the team's decisions, as the weighing knows them.

The model itself is in `gateway.learning`; the detectors know only that somebody may have an opinion.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.verdict import Finding

LEARNT: Final = "learnt"
"""The name under which these findings stand beside the detectors'."""

UNWANTED: Final = "learnt-unwanted"
"""The message reads like unwanted mail. It adds to spam and to hints of phishing, whichever there are."""

HARMLESS: Final = "learnt-harmless"
"""The message reads like harmless mail. It weakens what speaks for spam, and nothing else."""

Opinion = Callable[[Evidence, Sequence[Finding]], Iterable[Finding]]
"""What was learnt: it takes a message and the detectors' findings, and returns its own."""
