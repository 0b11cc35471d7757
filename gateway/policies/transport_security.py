"""Whether a message came over TLS, by its session or by the Received field of the server that took it."""

import re
from typing import Final

from gateway.detect import Envelope
from gateway.mail.message import ParsedMessage

# RFC 3848 and RFC 6531: the S behind SMTP says TLS; HTTPS and others name it too.
_OVER_TLS: Final = re.compile(r"(?:utf8)?(?:e?smtp|lmtp)sa?|https|mapi", re.IGNORECASE)
_WITHOUT_TLS: Final = re.compile(r"(?:utf8)?(?:e?smtp|lmtp)a?|http", re.IGNORECASE)
_NAMES_TLS: Final = re.compile(r"\b(?:TLS|SSL)[v_ ]?1", re.IGNORECASE)


def came_over_tls(message: ParsedMessage, envelope: Envelope) -> bool | None:
    """Return whether the sender's server handed the message over by TLS; None if nothing tells."""
    if envelope.is_tls is not None:
        return envelope.is_tls
    ip = envelope.client_ip or message.smtp_helo_server_ip
    hop = next((hop for hop in message.received if hop.from_ip and hop.from_ip == ip), None)
    if hop is None:
        return None
    if _OVER_TLS.fullmatch(hop.protocol) or _NAMES_TLS.search(hop.raw[:4096]):
        return True
    return False if _WITHOUT_TLS.fullmatch(hop.protocol) else None
