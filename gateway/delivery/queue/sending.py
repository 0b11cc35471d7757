"""Sends what is due in a lane: one session, one claim after another."""

import logging
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import OperationalError

from gateway.delivery import maildir
from gateway.delivery.next_hop.connection import TimeLimits
from gateway.delivery.next_hop.letter import Letter, trace_header
from gateway.delivery.next_hop.results import NextHopDown, Outcome, Result
from gateway.delivery.next_hop.session import NextHopSession
from gateway.delivery.queue.bouncing import MAILDIR_LANE
from gateway.delivery.queue.claiming import Claim, ClaimLost, claim_next
from gateway.delivery.queue.following import following_claim
from gateway.delivery.queue.lanes import MAILDIR, SMART_HOST, Lane, lane_name, lane_named
from gateway.delivery.queue.notice import notice_bytes
from gateway.delivery.queue.reporting import passed_on
from gateway.delivery.queue.settling import settle
from gateway.models import Bounce, Delivery
from gateway.models.delivery import WAITING
from gateway.store.raw_mail import read_raw

logger = logging.getLogger(__name__)
DATABASE = "gateway"
MESSAGES_A_SESSION: Final = 100
MOST_HOPS: Final = 50
"""Received fields with which a message counts as going round in a loop (RFC 5321 6.3)."""
_RECEIVED: Final = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)


def lane_send(
    name: str,
    *,
    is_over: Callable[[], bool] = lambda: False,
    limits: TimeLimits | None = None,
    linger: float = 0.0,
) -> bool:
    """Send what is due in a lane. Return False if its next hop couldn't be talked to at all.

    A session that has nothing more to send waits `linger` seconds for the next message, unless another of this process
    does so already. What is under way when the process dies is claimed again.
    """
    if name == MAILDIR_LANE:
        return _put_bounces(is_over)
    lane = lane_named(name)
    if lane is None:
        _reroute(name)
        return True
    has_talked = False
    while not is_over():
        claim = claim_next(name)
        if claim is None:
            return True
        if (here := _still_here(claim, name)) is None:
            continue
        try:
            session = NextHopSession(lane.hop, lmtp=lane.is_lmtp, name=settings.GATEWAY_SMTP_NAME, limits=limits)
        except NextHopDown as error:
            settle(here, _for_all(here, str(error)))
            return has_talked
        has_talked = True
        with session:
            _send_with(session, lane, claim, is_over, linger)
    return True


def _send_with(session: NextHopSession, lane: Lane, claim: Claim, is_over: Callable[[], bool], linger: float) -> None:
    """Send a claim, and further ones while the session lasts."""
    for _ in range(MESSAGES_A_SESSION):
        if (here := _still_here(claim, lane.name)) is not None:
            try:
                _settle_surely(here, _results(session, here))
            except ClaimLost:
                logger.warning("a claim on copies for %s was lost; nothing was sent for it", lane.name)
        following = following_claim(session, lane.name, is_over, linger)
        if following is None:
            return
        claim = following
    # This one was claimed for a session that has carried enough: another try begins at once.
    _let_go(claim)


def _results(session: NextHopSession, claim: Claim) -> dict[str, Result]:
    message, first = claim.message, claim.rows[0]
    try:
        raw = read_raw(message.raw)
    except OSError as error:
        logger.error("copies of %s stay queued: %s", message.pk, error)
        return _for_all(claim, "the stored message can't be read")
    recipients = [row.recipient for row in claim.rows]
    if isinstance(first, Bounce):
        letter = Letter(b"", notice_bytes(first, raw, name=settings.GATEWAY_SMTP_NAME))
        return session.send("", recipients, letter, before_end=claim.mark_sending)
    if is_looping(raw):
        loop = Result(Outcome.REFUSED, f"554 5.4.6 it goes round in a loop: {MOST_HOPS} servers had it")
        return dict.fromkeys(recipients, loop)
    header = trace_header(
        helo=message.smtp_helo_server_name or "",
        client_ip=message.smtp_helo_server_ip,
        by=settings.GATEWAY_SMTP_NAME,
        transaction=message.postfix_id,
        protocol=message.received_with or "ESMTP",
        at=message.scanned_at,
    )
    letter = Letter(header, raw)
    return session.send(
        message.envelope_from, recipients, letter, before_end=claim.mark_sending, asked=passed_on(message)
    )


def is_looping(raw: bytes) -> bool:
    """Return whether so many servers have had the message that it goes round."""
    header = raw[: 512 * 1024].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0]
    return sum(1 for _ in _RECEIVED.finditer(header)) >= MOST_HOPS


def _for_all(claim: Claim, words: str) -> dict[str, Result]:
    return {row.recipient: Result(Outcome.DEFERRED, words) for row in claim.rows}


def _let_go(claim: Claim) -> None:
    held = claim.kind._default_manager.using(DATABASE).filter(claim=claim.token)
    held.update(claim="", claimed_until=None)


def _settle_surely(claim: Claim, results: dict[str, Result]) -> None:
    """Write results, several times if the database is busy: a message whose result is lost would be sent again."""
    for pause in (0.1, 0.5, 2.0, 5.0):
        try:
            return settle(claim, results)
        except OperationalError as error:
            logger.warning("results for %s are not written yet: %s", claim.message.pk, error)
            time.sleep(pause)
    return settle(claim, results)


def _still_here(claim: Claim, name: str) -> Claim | None:
    """Let rows go whose route has changed since they were queued. Return the claim on the others, if there are any."""
    if name == SMART_HOST or claim.kind is Bounce:
        return claim
    gone = {row.pk: lane for row in claim.rows if (lane := lane_name(row.recipient)) != name}
    for key, lane in gone.items():
        _to_other_lane(key, lane, claim.token)
    left = [row for row in claim.rows if row.pk not in gone]
    return Claim(claim.token, left) if left else None


def _to_other_lane(key: int, lane: str, token: str) -> None:
    """Have a copy wait in another lane. One that goes to a Maildir now is the beat task's."""
    changes = {"next_hop": lane, "claim": "", "claimed_until": None}
    if lane == MAILDIR:
        changes |= {"status": Delivery.Status.QUEUED, "next_try_at": None, "expires_at": None}
    Delivery.objects.using(DATABASE).filter(pk=key, claim=token, status__in=WAITING).update(**changes)


def _reroute(name: str) -> None:
    """Find another lane for rows whose lane the routes have no longer."""
    if name == SMART_HOST:
        return  # It is awaited: without it, mail to other people has no way.
    rows = Delivery.objects.using(DATABASE).filter(next_hop=name, status__in=WAITING, claim="")
    for key, recipient in rows.values_list("pk", "recipient")[:500]:
        _to_other_lane(key, lane_name(recipient), "")
    Bounce.objects.using(DATABASE).filter(next_hop=name, status__in=WAITING, claim="").update(next_hop=MAILDIR_LANE)


def _put_bounces(is_over: Callable[[], bool]) -> bool:
    """Write bounces to Maildirs: each once, since the name of its file is derived from the row."""
    while not is_over() and (claim := claim_next(MAILDIR_LANE)) is not None:
        results = {}
        for row in claim.rows:
            if not isinstance(row, Bounce):
                continue
            results[row.recipient] = _put(row)
        settle(claim, results)
    return True


def _put(row: Bounce) -> Result:
    name = f"{int(row.created_at.timestamp())}.B{row.pk}.{row.message.postfix_id}"
    try:
        content = notice_bytes(row, read_raw(row.message.raw), name=settings.GATEWAY_SMTP_NAME)
        maildir.put(
            maildir.mailbox(Path(settings.GATEWAY_MAILBOXES), row.recipient), name, content, look_first=row.attempts > 1
        )
    except OSError as error:
        return Result(Outcome.DEFERRED, error.strerror or type(error).__name__)
    return Result(Outcome.DELIVERED, "Maildir, Inbox")
