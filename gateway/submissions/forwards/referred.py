"""Which messages a report answers or forwards, as its header says."""

from gateway.mail.message import ParsedMessage
from gateway.mail.references import referred_ids


def answered_ids(parsed: ParsedMessage) -> tuple[str, ...]:
    """Return the identifiers in In-Reply-To, at most three, then the last of References: the message right before."""
    return referred_ids(parsed.header("in-reply-to"), parsed.header("references"))
