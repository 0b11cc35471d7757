"""The way of a message: the stages from raw bytes to delivery, in their order, and the steps of each.

Intake, import, the sample mail, reports, submissions, files that are judged and judging again take the same way, or
the stretch of it that applies to them. A step is a function in `gateway.pipeline_steps`. It takes what is known of the
message (`MessageContext`) and returns what it adds; its docstring says what is lost if it fails. None fails open: an
error ends the way before the message is stored, and the sender keeps it; or, once it is stored, leaves copies queued.
A new step is a new function and its place in a stage.
"""

import hashlib
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from gateway.detect import Envelope
from gateway.mail.message import ParsedMessage
from gateway.mail.notification_request import NOTHING_ASKED, DsnRequest
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
    require_tls,
)
from gateway.pipeline_steps.reading import address, read
from gateway.pipeline_steps.senders import know_sender
from gateway.pipeline_steps.storing import deliver_copies, find_imported, keep_raw, recognise_report, set_time, store
from gateway.pipeline_steps.threads import know_thread
from gateway.policies.compiled_policy import Policy
from gateway.policies.outcome import Outcome
from gateway.store.arrival_results import recorded_results
from gateway.store.policy_cache import trusted_authserv_ids


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of the way: its name, and its steps in their order."""

    name: str
    steps: tuple[Step, ...]


FIND: Final = Stage("find", (find_imported,))
READ: Final = Stage("read", (read, load_policy, address))
AUTHENTICATE: Final = Stage("authenticate", (authenticate,))
KNOW: Final = Stage("know the sender", (know_thread, know_sender))
LEARNT: Final = Stage("recall what was learnt", (load_learnt,))
LOOK: Final = Stage("look", (ignore_links, trust_domains, detect))
POLICIES: Final = Stage(
    "apply policies", (match_content, match_feeds, require_tls, block_sender, allow_sender, note_policies)
)
DECIDE: Final = Stage("decide", (exempt_recipients, note_policies, hold))
PREPARE: Final = Stage("prepare what is stored", (recognise_report, set_time))
STORE: Final = Stage("store", (keep_raw, store))
DELIVER: Final = Stage("deliver", (deliver_copies,))

ARRIVAL: Final = (FIND, READ, AUTHENTICATE, KNOW, LEARNT, LOOK, POLICIES, DECIDE, PREPARE, STORE, DELIVER)
"""The whole way: mail that arrives by SMTP or import, and the sample mail."""

JUDGING: Final = ARRIVAL[ARRIVAL.index(READ) : ARRIVAL.index(PREPARE)]
"""A submission, a file, and a stored message that is judged again: the same way, and nothing is stored."""

LOOKING: Final = ARRIVAL[ARRIVAL.index(LOOK) : ARRIVAL.index(PREPARE)]
"""A message that is parsed already, by settings that are given."""

UNTIL_STORED: Final = ARRIVAL[: ARRIVAL.index(STORE)]
"""A message that arrives, up to where it is stored."""

READING_AHEAD: Final = (Stage("read ahead", (read, address, authenticate)),)
"""What needs no database, by a policy that is given: it may run in another thread, before its message's turn."""

JUDGING_READ: Final = ARRIVAL[ARRIVAL.index(KNOW) : ARRIVAL.index(STORE)]
"""A message that was read ahead, up to where it is stored."""


def run(stages: Iterable[Stage], known: MessageContext) -> MessageContext:
    """Take the steps of the stages in their order and return what is known after the last one.

    A step that fails ends the run by its error: no later step sees the message as if nothing had been found. The run
    ends early if a step finds that the message is stored already.
    """
    # Nobody else has this copy while the steps are taken, so what they add is set in it. Making it anew for each step
    # would take longer than most steps do.
    known = copy(known)
    for stage in stages:
        for step in stage.steps:
            for name, value in step(known).items():
                object.__setattr__(known, name, value)
            if not known.created:
                return known
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
    delivery_mode: str = "DIRECT",
    defect: str = "",
    asked: DsnRequest = NOTHING_ASKED,
    keep: Callable[[MessageContext], Accepted] | None = None,
) -> Accepted:
    """Store one message and deliver or hold its copies. Return when it is on disk.

    `envelope` may be a function of the parsed message. With `imported`, the same bytes are stored once. With
    `keep_date`, the time of scanning is that of the newest Received field. `authserv_ids` replace the servers that the
    operator trusts. Without `asks_dns`, no name server is asked about the message. `delivery_mode` BCC or
    JOURNAL says that others have delivered it; `defect` is a sentence on what was wrong about how it came. `asked` is
    what the sender wants to be told. `keep` stores and delivers the judged message, by default alone.

    If the process dies before this returns, the sender or the importer tries again. What is left is at most a raw file
    without a row, or a stored message whose delivery the beat task finishes.

    :raises OSError, django.db.DatabaseError: nothing was stored; the sender must keep the message.
    """
    account_id = settings.GATEWAY_ACCOUNT_ID
    known = run(
        UNTIL_STORED,
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
            delivery_mode=delivery_mode,
            defect=defect,
            asked=asked,
        ),
    )
    if not known.created:
        return finished(known)
    return (keep or keep_alone)(known)


def keep_alone(known: MessageContext) -> Accepted:
    """Store and deliver a judged message by a transaction of its own."""
    return finished(run((STORE, DELIVER), known))


def finished(known: MessageContext) -> Accepted:
    """Count a message that has gone the whole way, and return what became of it."""
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
    return run(LOOKING, known)


def import_key(raw: bytes, account_id: str) -> str:
    """Return the key by which an import recognises a message: the hash of its bytes within the account."""
    return hashlib.sha256(account_id.encode() + b"\0" + raw).hexdigest()
