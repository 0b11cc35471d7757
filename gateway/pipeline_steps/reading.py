"""Steps that read: from the raw bytes to a parsed message and its envelope."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.detect import Envelope
from gateway.mail.isolation import parse_isolated
from gateway.mail.storable import storable
from gateway.pipeline_steps.context import MessageContext


def read(known: MessageContext) -> Mapping[str, Any]:
    """Parse the raw bytes in the parser's own process, with the authentication results of trusted servers.

    What can't be parsed, or takes too long, is reduced to its header lines (`mail.salvage`). If the step fails,
    nothing has been stored and the sender keeps the message.
    """
    return {
        "parsed": parse_isolated(
            known.raw, trusted_authserv_ids=known.trusted_authserv_ids, with_patience=known.with_patience
        )
    }


def address(known: MessageContext) -> Mapping[str, Any]:
    """Determine the envelope: that of the SMTP transaction, or one that is reconstructed from the header.

    Characters that no database keeps are replaced. If the step fails, nothing has been stored.
    """
    source = known.envelope_source
    envelope = source if isinstance(source, Envelope) else source(known.parsed)
    return {
        "envelope": replace(
            envelope,
            mail_from=storable(envelope.mail_from),
            recipients=tuple(storable(recipient) for recipient in envelope.recipients),
            helo=storable(envelope.helo),
        )
    }
