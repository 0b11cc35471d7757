"""Which messages a message answers or forwards, as its header says (RFC 5322 3.6.4)."""

import re
from typing import Final

_ID: Final = re.compile(r"<[^<>\s]{1,900}>")
_READ: Final = 20_000


def referred_ids(in_reply_to: str, references: str) -> tuple[str, ...]:
    """Return the identifiers in In-Reply-To, at most three, then the last of References: the message right before."""
    answered = _ID.findall(in_reply_to[:_READ])[:3]
    earlier = _ID.findall(references[-_READ:])[-1:]
    return tuple(dict.fromkeys((*answered, *earlier)))
