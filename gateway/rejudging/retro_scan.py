"""Judges the mail of the last days again, a slice at a time, when what verdicts are made of has changed.

What became a threat gets the new verdict, and a PhishGuard report from which the copies are removed; nothing is moved
or released by itself. What became cleaner, or graver without being a threat, is only listed.
"""

import logging
import time
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from gateway.detect.verdict import SEVERITY
from gateway.ids import first_key
from gateway.models import Message, RetroFinding, RetroScan
from gateway.phishguard.late_threats import THREATS, report_late_threat
from gateway.pipeline import judge_stored
from gateway.policies.outcome import Outcome
from gateway.rejudging.apply_verdict import write_verdict
from gateway.rejudging.knowledge import knowledge
from gateway.rejudging.review import envelope_of
from gateway.store.raw_mail import read_raw

logger = logging.getLogger(__name__)
DATABASE = "gateway"
SECONDS = 10.0
"""How long a slice takes at most, beside the message that it is at."""
LEASE = timedelta(minutes=5)
SETTLED = timedelta(minutes=5)
"""How long nothing may change before a scan begins: settings are changed one after the other."""
LONGEST_WAIT = timedelta(hours=1)
AT_ONCE = 20
KEPT = 20
Kind = RetroFinding.Kind


def go_on(account_id: str, *, at_once: bool = False) -> RetroScan | None:
    """Ask for a scan if something changed, and work on the one that is due for SECONDS; return it if there is one.

    Safe to run twice at once: a scan is leased. If the process dies, the next run goes on after the lease, with the
    message that was being judged. `at_once` asks for a scan although nothing changed, and does not wait.
    """
    if not settings.GATEWAY_RETRO_SCAN_DAYS:
        return None
    now = timezone.now()
    scan = _asked(account_id, now, at_once=at_once)
    if scan is None or scan.begins_at > now:
        return scan
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    mine = RetroScan.objects.using(DATABASE).filter(free, pk=scan.pk, ended_at=None)
    if mine.update(leased_until=now + LEASE):
        _work(scan)
    scan.refresh_from_db(using=DATABASE)
    return scan


def _asked(account_id: str, now: datetime, *, at_once: bool) -> RetroScan | None:
    """Return the scan that is not ended, asking for one if something changed since the last one was asked for."""
    current = knowledge(account_id)
    scans = RetroScan.objects.using(DATABASE).filter(account_id=account_id)
    newest = scans.order_by("-pk").first()
    if newest is None and not at_once:
        # Nothing is known of what mail was judged by before: from here on it is.
        scans.create(account_id=account_id, knowledge=current, asked_at=now, begins_at=now, ended_at=now)
        return None
    if newest is not None and newest.ended_at is None:
        if newest.knowledge != current and newest.next_key is None and not at_once:
            begins_at = min(now + SETTLED, newest.asked_at + LONGEST_WAIT)
            scans.filter(pk=newest.pk, next_key=None).update(knowledge=current, begins_at=begins_at)
        elif at_once:
            scans.filter(pk=newest.pk, next_key=None).update(begins_at=now)
        newest.refresh_from_db(using=DATABASE)
        return newest
    if newest is not None and newest.knowledge == current and not at_once:
        return None
    begins_at = now if at_once else now + SETTLED
    try:
        with transaction.atomic(using=DATABASE):
            return scans.create(account_id=account_id, knowledge=current, asked_at=now, begins_at=begins_at)
    except IntegrityError:
        return scans.filter(ended_at=None).first()


def _work(scan: RetroScan) -> None:
    deadline = time.monotonic() + SECONDS
    since = timezone.now() - timedelta(days=settings.GATEWAY_RETRO_SCAN_DAYS)
    mine = RetroScan.objects.using(DATABASE).filter(pk=scan.pk)
    below = scan.next_key
    while time.monotonic() < deadline:
        messages = _next(scan.account_id, below, since)
        if not messages:
            mine.update(ended_at=timezone.now(), leased_until=None)
            _forget_old(scan.account_id)
            return
        for message in messages:
            fine = _judge(scan, message)
            below = message.pk
            mine.update(
                next_key=below,
                judged=F("judged") + 1,
                failed=F("failed") + int(not fine),
                leased_until=timezone.now() + LEASE,
            )
            if time.monotonic() >= deadline:
                break
    mine.update(leased_until=None)


def _next(account_id: str, below: int | None, since: datetime) -> list[Message]:
    found = Message.objects.using(DATABASE).filter(
        account_id=account_id, pk__gte=first_key(since), is_phish_submission=False
    )
    if below is not None:
        found = found.filter(pk__lt=below)
    return list(found.select_related("raw").order_by("-pk")[:AT_ONCE])


def _judge(scan: RetroScan, message: Message) -> bool:
    """Judge one message and keep what changed; return whether it could be judged whole."""
    try:
        outcome = judge_stored(
            read_raw(message.raw), partial(envelope_of, message), account_id=message.account_id, stored=message
        ).outcome
        if outcome.unread:
            return False
        _keep(scan, message, outcome)
    except Exception:
        # Whatever it was, the scan goes on with the next message, and counts this one.
        logger.exception("message %s could not be judged again", message.pk)
        return False
    return True


def _keep(scan: RetroScan, message: Message, outcome: Outcome) -> None:
    """Write what a message is now, if it is something else. Each part can be repeated after a death in between."""
    before, after = message.final_disposition, outcome.verdict.disposition
    if before == after:
        return
    is_graver = SEVERITY.index(after) < SEVERITY.index(before)
    is_threat = is_graver and after in THREATS and before not in THREATS
    kind = Kind.THREAT if is_threat else Kind.GRAVER if is_graver else Kind.CLEANER
    reason = next(iter(outcome.verdict.reasons), "")
    RetroFinding.objects.using(DATABASE).update_or_create(
        scan=scan,
        message=message,
        defaults={"kind": kind, "before": before, "after": after, "reason": reason},
    )
    if is_threat:
        report_late_threat(message, after)
        write_verdict(message, outcome)


def _forget_old(account_id: str) -> None:
    scans = RetroScan.objects.using(DATABASE).filter(account_id=account_id)
    kept = list(scans.order_by("-pk").values_list("pk", flat=True)[:KEPT])
    scans.exclude(pk__in=kept).delete()
