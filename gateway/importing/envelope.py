"""Reconstructs the SMTP envelope of imported mail from its header fields."""

from gateway.detect import Envelope
from gateway.mail import limits
from gateway.mail.message import ParsedMessage
from gateway.mail.same_mailbox import distinct

UNKNOWN = "unknown@invalid"
_LONGEST = 320


def imported_envelope(parsed: ParsedMessage, mail_from: str | None = None) -> Envelope:
    """Return the envelope of an imported message, as far as its header fields tell.

    The recipient is the newest Delivered-To or X-Original-To. Without these, the recipients are those of To and Cc,
    else unknown@invalid. The envelope sender is that of the mbox's `From ` line (`mail_from`), else Return-Path, else
    From.
    """
    delivered = [address for address in parsed.delivered_to if _usable(address)][:1]
    addressed = [box.address for box in (*parsed.to, *parsed.cc) if _usable(box.address)]
    recipients = distinct((delivered or addressed)[: limits.MAILBOXES]) or (UNKNOWN,)
    is_known = True
    if mail_from is None or "@" not in mail_from:
        named = parsed.header("return-path").strip()
        is_known = bool(named)
        mail_from = named.strip("<>") or parsed.from_address
    return Envelope(
        mail_from=mail_from[:_LONGEST],
        recipients=recipients,
        client_ip=parsed.smtp_helo_server_ip,
        helo=parsed.smtp_helo_server_name,
        # Whoever imports mail is the operator. What came from outside is told by its Received fields.
        from_own_peer=True,
        is_sender_known=is_known,
    )


def _usable(address: str) -> bool:
    return "@" in address and len(address) <= _LONGEST
