"""The step that finds out by whom a message was sent: SPF, DKIM, ARC and DMARC."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings

from gateway.authentication.checking import CHECKED_HERE, Transaction
from gateway.authentication.checking import authenticate as check
from gateway.authentication.configured import resolver
from gateway.mail.message import AuthResult
from gateway.mail.received import is_public_ip
from gateway.pipeline_steps.context import MessageContext

LATE: Final = timedelta(days=3)
"""Keys and records have changed after that time, so that only what still holds says anything."""
_MOST_NOTES: Final = 12


def authenticate(known: MessageContext) -> Mapping[str, Any]:
    """Check who sent the message, as far as trusted servers and its own arrival have not recorded it.

    What a name server does not answer is an error and never a pass; if it would decide, the message is held back. If
    the step fails, nothing has been stored; if it were lost, nothing would prove a sender.
    """
    recorded = _recorded(known)
    parsed = replace(known.parsed, authentication_results=recorded)
    why_not = _why_not(known, recorded)
    if why_not is not None:
        return {"parsed": parsed, "not_checked": why_not}
    asked = resolver()
    if asked is None:
        return {"parsed": parsed, "not_checked": "DNS is switched off, or no name server answers"}
    found = check(
        known.raw,
        parsed,
        _transaction(known),
        asked.for_message(),
        recorded=recorded,
        trusted_sealers=frozenset(name.lower() for name in settings.GATEWAY_TRUSTED_ARC_SEALERS),
        is_own=known.policy.context.is_own,
    )
    return {
        "parsed": replace(parsed, authentication_results=found.results),
        "unanswered": found.unanswered,
        "policy_notes": (*known.policy_notes, *_notes(found.results)),
    }


def _recorded(known: MessageContext) -> tuple[AuthResult, ...]:
    """Return the results that stay: those of the message's arrival but for errors, else those of trusted servers."""
    if known.recorded is not None:
        return tuple(entry for entry in known.recorded if entry.result != "temperror")
    # Whoever hands mail over directly has written all of its fields: no trusted server has seen it before.
    return () if known.envelope.is_direct else known.parsed.authentication_results


def _why_not(known: MessageContext, recorded: tuple[AuthResult, ...]) -> str | None:
    """Return why nothing is to be checked, None if something is; empty if all was recorded."""
    if known.recorded is not None and len(recorded) == len(known.recorded):
        was_checked = any(entry.authserv_id == CHECKED_HERE for entry in recorded)
        return "" if was_checked else "it was not checked when it arrived"
    if not known.asks_dns:
        return "it was not checked when it arrived"
    if not is_public_ip(_client_ip(known)):
        return "no public server handed it over"
    return None


def _client_ip(known: MessageContext) -> str:
    return known.envelope.client_ip or known.parsed.smtp_helo_server_ip


def _transaction(known: MessageContext) -> Transaction:
    is_direct = bool(known.envelope.client_ip)
    arrived = known.arrived_at or (None if known.arrives_now else known.parsed.newest_received_at)
    now = time.time()
    moment = now if arrived is None else min(now, arrived.timestamp())
    return Transaction(
        client_ip=_client_ip(known),
        helo=known.envelope.helo if is_direct else known.parsed.smtp_helo_server_name,
        mail_from=known.envelope.mail_from,
        now=moment,
        is_sender_known=known.envelope.is_sender_known,
        is_late=datetime.now(UTC) - datetime.fromtimestamp(moment, UTC) > LATE,
    )


def _notes(results: tuple[AuthResult, ...]) -> tuple[str, ...]:
    lines = [
        f"authentication: {entry.method}={entry.result} ({entry.comment[:300]})"
        for entry in results
        if entry.authserv_id == CHECKED_HERE
    ]
    return tuple(lines[:_MOST_NOTES])
