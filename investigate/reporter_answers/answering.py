"""Answers people who reported mail: finds what is due, and puts each answer into the outbox, once.

A pass reads the mirror of submissions. Only when somebody may be due, it asks the API for the protected domains.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain, islice

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from api_client import ApiError
from api_client.errors import RateLimited
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from dashboard.leases import lease_end
from investigate.reporter_answers.copies import Copies
from investigate.reporter_answers.decisions import Decision, decision_of
from investigate.reporter_answers.models import AnswerDomain, AnswerSettings
from investigate.reporter_answers.protected_domains import protected_domains
from investigate.reporter_answers.reported_message import ReportedMessage, reported_message
from investigate.reporter_answers.selectors import answer_settings, answers_all, domains_on
from investigate.reporter_answers.states import ENDING, INVALID_STATUS, SIMULATION_OUTCOME, THREATS, Kind, Verdict
from investigate.reporter_answers.writing import Due, answer_write
from investigate.reviews.models import Submission
from investigate.reviews.selectors import submissions_all

logger = logging.getLogger(__name__)
AT_ONCE, ENDED_AT_ONCE = 500, 2_000
READ_AT_MOST = 20_000
FRESH = timedelta(hours=48)
"""A report older than this gets no "we have it": it would come late."""
REMEMBERED = timedelta(days=90)
PASS_SECONDS = 20.0
"""After it the next pass goes on, so that other tasks of the worker get their turn."""
FAILURES_AT_MOST = 5
"""Messages that the API may fail to give in one pass; one that it never gives keeps nobody else waiting."""
JOBS_WAITED_FOR = timedelta(hours=24)


def answer_reporters() -> int:
    """Answer whoever is due. Return how many answers were written, those that were left out included.

    Do nothing if another worker is at it, or if no domain is switched on. If the API can't tell the domains, the next
    pass goes on.
    """
    domains = {row.domain: row for row in domains_on()}
    if not domains or not _claim():
        return 0
    error = ""
    try:
        return _pass(domains)
    except ApiError as failed:
        error = failed.reason[:1000]
        logger.warning("reporters are answered later: %s", error)
        return 0
    finally:
        _mine().update(lease_until=None, error=error)


def _mine() -> QuerySet[AnswerSettings]:
    return AnswerSettings.objects.filter(account_id=backend_account_id(), backend=backend_fingerprint())


def _claim() -> bool:
    now = timezone.now()
    answer_settings()
    return bool(_mine().filter(Q(lease_until=None) | Q(lease_until__lte=now)).update(lease_until=lease_end()))


def _pass(domains: dict[str, AnswerDomain]) -> int:
    settings, client = answer_settings(), api_client_for_background()
    found = _found(domains, settings)
    if not found:
        return 0
    if lost := domains.keys() - set(protected_domains(client)):
        # Not left for the loop: they would keep the others waiting.
        found = _found({name: row for name, row in domains.items() if name not in lost}, settings)
    copies = Copies()
    written = failures = 0
    ends = time.monotonic() + PASS_SECONDS
    for report in found:
        if time.monotonic() > ends:
            break
        try:
            message = reported_message(report, client)
        except ApiError as error:
            failures += 1
            if failures >= FAILURES_AT_MOST or isinstance(error, RateLimited):
                raise
            if _decided(report, settings) is not None:
                continue  # What jobs did to it can't be told yet.
            message = None
        due = _due(report, message, settings, copies)
        language = domains[domain_of(report.requested_by)].language
        written += answer_write(due, report, language=language, settings=settings) if due else 0
    return written


def _found(domains: dict[str, AnswerDomain], settings: AnswerSettings) -> list[Submission]:
    """Return the reports from these domains about which something may be to say."""
    if not domains:
        return []
    new = islice(_in(domains, _new(domains)), AT_ONCE)
    ended = islice(_in(domains, _ended(domains)), ENDED_AT_ONCE)
    found = {report.pk: report for report in chain(new, ended)}
    return [report for report in found.values() if _may_be_due(report, settings)]


def _in(domains: dict[str, AnswerDomain], rows: QuerySet[Submission]) -> Iterator[Submission]:
    """Yield the reports of people of the domains, from when answers were switched on."""
    for report in rows[:READ_AT_MOST].iterator(chunk_size=AT_ONCE):
        domain = domains.get(domain_of(report.requested_by))
        if domain is not None and report.requested_at >= domain.since:
            yield report


def domain_of(address: str) -> str:
    """Return the domain of an address in lower case."""
    return address.rpartition("@")[2].casefold().rstrip(".")


def _candidates(domains: dict[str, AnswerDomain]) -> QuerySet[Submission]:
    since = max(min(row.since for row in domains.values()), timezone.now() - REMEMBERED)
    return submissions_all().filter(type__iexact="user", gone_at=None, requested_at__gte=since).exclude(requested_by="")


def _answered(*kinds: Kind) -> Exists:
    mine = answers_all().filter(submission_id=OuterRef("submission_id"))
    return Exists(mine.filter(kind__in=kinds) if kinds else mine)


def _new(domains: dict[str, AnswerDomain]) -> QuerySet[Submission]:
    """Return reports about which nothing was said yet, the oldest first."""
    fresh = _candidates(domains).filter(~_answered(), requested_at__gte=timezone.now() - FRESH)
    return fresh.order_by("requested_at")


def _ended(domains: dict[str, AnswerDomain]) -> QuerySet[Submission]:
    """Return reports that were ended, and whose reporters don't know what came of it, the newest first."""
    ended = Q(answered_at__isnull=False) | Q(closed_at__isnull=False)
    rows = _candidates(domains).filter(ended, ~_answered(*ENDING))
    return rows.exclude(status=INVALID_STATUS).order_by("-requested_at")


def _may_be_due(report: Submission, settings: AnswerSettings) -> bool:
    """Return whether something may be to say of a report, before the API is asked."""
    return _is_new(report) or _decided(report, settings) is not None


def _is_new(report: Submission) -> bool:
    is_fresh = report.requested_at >= timezone.now() - FRESH
    return is_fresh and not answers_all().filter(submission_id=report.submission_id).exists()


def _decided(report: Submission, settings: AnswerSettings) -> Decision | None:
    """Return what was decided on a report, if the team's delay is over."""
    decision = decision_of(report)
    is_over = decision is not None and decision.at + timedelta(minutes=settings.delay_minutes) <= timezone.now()
    return decision if is_over else None


def _due(report: Submission, message: ReportedMessage | None, settings: AnswerSettings, copies: Copies) -> Due | None:
    """Return what is to be said of a report now, or None. While a job about its mail runs, its outcome waits."""
    if report.status == INVALID_STATUS:
        return Due(Kind.INVALID, message)
    if report.outcome == SIMULATION_OUTCOME:
        return Due(Kind.SIMULATION, message)
    decision = _decided(report, settings)
    if decision is not None:
        found = copies.of(report, message)
        if not found.is_open or timezone.now() >= decision.at + JOBS_WAITED_FOR:
            return Due(Kind.OUTCOME, message, _told(decision, found.removed), found.removed)
    return Due(Kind.RECEIVED, message) if _is_new(report) else None


def _told(decision: Decision, copies: int) -> Verdict:
    """Return what is told: nobody hears that mail was harmless whose copies were removed."""
    return Verdict.HANDLED if copies and decision.verdict not in (*THREATS, Verdict.SPAM) else decision.verdict
