"""The way of a message: the steps from raw bytes to delivery, in their order.

Intake, import, the sample mail, reports, submissions and judging again use the same list, or the part of it that
applies to them. A step is a function in `gateway.pipeline_steps`. It takes what is known of the message
(`MessageContext`) and returns what it adds; its docstring says what is lost if it fails. A new step is a new function
and its place in the list.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.conf import settings

from gateway.detect import Envelope
from gateway.mail.message import ParsedMessage
from gateway.metrics import MAIL
from gateway.models import Message
from gateway.pipeline_steps.authenticating import authenticate
from gateway.pipeline_steps.context import EnvelopeSource, MessageContext, Step
from gateway.pipeline_steps.holding import hold
from gateway.pipeline_steps.judging import detect, ignore_links, load_learnt, load_policy, trust_domains
from gateway.pipeline_steps.policies import (
    allow_sender,
    block_sender,
    exempt_recipients,
    match_content,
    match_feeds,
    note_policies,
)
from gateway.pipeline_steps.reading import address, read
from gateway.pipeline_steps.senders import know_sender
from gateway.pipeline_steps.storing import deliver_copies, find_imported, keep_raw, recognise_report, set_time, store
from gateway.pipeline_steps.threads import know_thread
from gateway.policies.compiled_policy import Policy
from gateway.policies.outcome import Outcome
from gateway.store.arrival_results import recorded_results
from gateway.store.policy_cache import trusted_authserv_ids

READ: Final[Sequence[Step]] = (read, address)
"""From bytes to a parsed message and its envelope."""

JUDGE_MESSAGE: Final[Sequence[Step]] = (
    ignore_links,
    trust_domains,
    detect,
    match_content,
    match_feeds,
    block_sender,
    allow_sender,
    note_policies,
)
"""The verdict, whoever the message is for."""

JUDGE_RECIPIENTS: Final[Sequence[Step]] = (exempt_recipients, note_policies, hold)
"""For which recipients the message is held."""

KEEP: Final[Sequence[Step]] = (recognise_report, set_time, keep_raw, store, deliver_copies)
"""Raw file, rows, and copies in the mailboxes."""

JUDGING: Final[Sequence[Step]] = (
    *READ,
    load_policy,
    load_learnt,
    authenticate,
    know_thread,
    know_sender,
    *JUDGE_MESSAGE,
    *JUDGE_RECIPIENTS,
)
"""A submission, and a stored message that is judged again: the same steps, and nothing is stored."""

ARRIVAL: Final[Sequence[Step]] = (find_imported, *JUDGING, *KEEP)
"""Mail that arrives by SMTP or import, and the sample mail."""


def run(steps: Sequence[Step], known: MessageContext) -> MessageContext:
    """Take the steps in their order and return what is known after the last one.

    The run ends early if a step finds that the message is stored already.
    """
    for step in steps:
        added = step(known)
        if added:
            known = replace(known, **added)
        if not known.created:
            break
    return known


@dataclass(frozen=True, slots=True)
class Accepted:
    """The stored message; `created` is False when an import found it stored already."""

    message: Message
    created: bool


def accept(
    raw: bytes,
    envelope: EnvelopeSource,
    *,
    scanned_at: datetime | None = None,
    imported: bool = False,
    keep_date: bool = False,
    authserv_ids: frozenset[str] | None = None,
    asks_dns: bool = True,
) -> Accepted:
    """Store one message and deliver or hold its copies. Return when it is on disk.

    `envelope` may be a function of the parsed message. With `imported`, the same bytes are stored once. With
    `keep_date`, the time of scanning is that of the newest Received field. `authserv_ids` replace the servers that the
    operator trusts. Without `asks_dns`, no name server is asked about the message.

    If the process dies before this returns, the sender or the importer tries again. What is left is at most a raw file
    without a row, or a stored message whose delivery the beat task finishes.

    :raises OSError, django.db.DatabaseError: nothing was stored; the sender must keep the message.
    """
    account_id = settings.GATEWAY_ACCOUNT_ID
    known = run(
        ARRIVAL,
        MessageContext(
            raw=raw,
            account_id=account_id,
            envelope_source=envelope,
            trusted_authserv_ids=trusted_authserv_ids() if authserv_ids is None else authserv_ids,
            scanned_at=scanned_at,
            import_key=import_key(raw, account_id) if imported else None,
            keep_date=keep_date,
            arrives_now=not imported,
            asks_dns=asks_dns,
        ),
    )
    assert known.stored is not None  # noqa: S101 - `store` sets it or raises
    if known.created:
        MAIL.labels(known.stored.final_disposition, "yes" if known.stored.is_quarantined else "no").inc()
    return Accepted(known.stored, created=known.created)


def judge_stored(
    raw: bytes,
    envelope: EnvelopeSource,
    *,
    account_id: str,
    stored: Message | None = None,
    authserv_ids: frozenset[str] | None = None,
    with_patience: bool = False,
) -> MessageContext:
    """Read and judge a message as if it arrived now, by today's settings, and return what is known. Nothing is stored.

    `stored` is the message whose bytes these are: what its arrival proved about the sender counts, since keys and DNS
    records have changed. `authserv_ids` replace the servers that the operator trusts. `with_patience` gives the parser
    more time.
    """
    recorded = None if stored is None else recorded_results(stored)
    return run(
        JUDGING,
        MessageContext(
            raw=raw,
            account_id=account_id,
            envelope_source=envelope,
            trusted_authserv_ids=trusted_authserv_ids() if authserv_ids is None else authserv_ids,
            with_patience=with_patience,
            recorded=recorded,
            arrived_at=None if stored is None else stored.scanned_at,
            asks_dns=stored is None or recorded is not None,
        ),
    )


def evaluate(message: ParsedMessage, envelope: Envelope, policy: Policy) -> Outcome:
    """Judge a message that is parsed already, by the given settings, for all recipients of its envelope."""
    return _judge_parsed(message, envelope, policy).outcome


def known_by_rules(message: ParsedMessage, envelope: Envelope) -> MessageContext:
    """Return what the detectors alone find of a message that is parsed already, without settings or stored mail."""
    return _judge_parsed(message, envelope, Policy())


def _judge_parsed(message: ParsedMessage, envelope: Envelope, policy: Policy) -> MessageContext:
    known = MessageContext(raw=b"", account_id="", parsed=message, envelope=envelope, policy=policy)
    return run((*JUDGE_MESSAGE, *JUDGE_RECIPIENTS), known)


def import_key(raw: bytes, account_id: str) -> str:
    """Return the key by which an import recognises a message: the hash of its bytes within the account."""
    return hashlib.sha256(account_id.encode() + b"\0" + raw).hexdigest()
