"""Steps that read: from the raw bytes to a parsed message and its envelope."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.detect import Envelope
from gateway.mail.isolation import parse_isolated
from gateway.mail.message import ParsedMessage
from gateway.mail.storable import storable
from gateway.pipeline_steps.context import MessageContext


def read(known: MessageContext) -> Mapping[str, Any]:
    """Parse the raw bytes in the parser's own process, with the authentication results of trusted servers.

    What can't be parsed, or takes too long, is reduced to its header lines (`mail.salvage`). If the step fails,
    nothing has been stored and the sender keeps the message.
    """
    parsed = parse_isolated(
        known.raw, trusted_authserv_ids=known.trusted_authserv_ids, with_patience=known.with_patience
    )
    return {"parsed": replace(parsed, defects=(known.defect, *parsed.defects)) if known.defect else parsed}


def address(known: MessageContext) -> Mapping[str, Any]:
    """Determine the envelope: that of the SMTP transaction, or one that is reconstructed from the header.

    Where the recipients' domain says how many servers of its own stand before this one (`lookback_hops`), the sender's
    server is the one that the Received field of the first of them names. Characters that no database keeps are
    replaced. If the step fails, nothing has been stored.
    """
    source = known.envelope_source
    envelope = source if isinstance(source, Envelope) else source(known.parsed)
    parsed, envelope = _looked_back(known, envelope)
    return {
        "parsed": parsed,
        "envelope": replace(
            envelope,
            mail_from=storable(envelope.mail_from),
            recipients=tuple(storable(recipient) for recipient in envelope.recipients),
            helo=storable(envelope.helo),
        ),
    }


def _looked_back(known: MessageContext, envelope: Envelope) -> tuple[ParsedMessage, Envelope]:
    """Return message and envelope with the sender's server behind the organisation's own ones, as far as set.

    A server that hands mail over directly has no own one before it, and the fields are its own.
    """
    hops = [known.policy.receiving_of(recipient).lookback for recipient in envelope.recipients[:1]]
    if not hops or hops[0] is None or envelope.is_direct or not known.parsed.received:
        return known.parsed, envelope
    hop = known.parsed.received[min(hops[0], len(known.parsed.received)) - 1]
    parsed = replace(known.parsed, smtp_helo_server_ip=hop.from_ip, smtp_helo_server_name=hop.from_name)
    if envelope.client_ip:
        envelope = replace(envelope, client_ip=hop.from_ip, helo=hop.from_name)
    return parsed, envelope
