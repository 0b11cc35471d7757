"""What the settings that name senders by a pattern have in common."""

from collections.abc import Iterator
from typing import Literal

from gateway.api.operations.settings.faults import Fault
from gateway.models import AllowPolicy, BlockedSender
from gateway.policies.patterns import BadPattern, PatternType, check

# UNKNOWN is on old entries only: it can be filtered by, but no longer be set.
Settable = Literal["EMAIL", "DOMAIN", "IP"]
AnyType = Literal["EMAIL", "DOMAIN", "IP", "UNKNOWN"]


def check_pattern(row: BlockedSender | AllowPolicy) -> Iterator[Fault]:
    """Yield what is wrong with the pattern."""
    try:
        check(row.pattern, PatternType(row.pattern_type), is_regex=row.is_regex)
    except BadPattern as error:
        yield Fault("pattern", str(error))
