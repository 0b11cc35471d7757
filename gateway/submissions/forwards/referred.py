"""Which messages a message answers or forwards, as its header says (RFC 5322 3.6.4)."""

import re
from typing import Final

from gateway.mail.message import ParsedMessage

_ID: Final = re.compile(r"<[^<>\s]{1,900}>")
_READ: Final = 20_000


def answered_ids(parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the identifiers in In-Reply-To, at most three, then the last of References: the message right before."""
    answered = _ID.findall(parsed.header("in-reply-to")[:_READ])[:3]
    earlier = _ID.findall(parsed.header("references")[-_READ:])[-1:]
    return tuple(dict.fromkeys((*answered, *earlier)))
