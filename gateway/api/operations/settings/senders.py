"""Pattern types and validation shared by the settings that identify senders by a pattern."""

from collections.abc import Iterator
from typing import Literal

from gateway.api.operations.settings.faults import Fault
from gateway.models import AllowPolicy, BlockedSender
from gateway.policies.patterns import BadPattern, PatternType, check

# Only old entries have the type UNKNOWN. Lists can be filtered by it, but it can't be set.
Settable = Literal["EMAIL", "DOMAIN", "IP"]
AnyType = Literal["EMAIL", "DOMAIN", "IP", "UNKNOWN"]


def check_pattern(row: BlockedSender | AllowPolicy) -> Iterator[Fault]:
    """Yield what is wrong with the pattern."""
    try:
        check(row.pattern, PatternType(row.pattern_type), is_regex=row.is_regex)
    except BadPattern as error:
        yield Fault("pattern", str(error))
