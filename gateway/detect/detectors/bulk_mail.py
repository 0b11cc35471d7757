"""Detector for solicited bulk mail: newsletters, notices and campaigns of mailing services."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.evidence import Evidence
from gateway.detect.verdict import BULK, Finding

_SERVICE_FIELDS: Final = frozenset(
    [
        "feedback-id",
        "x-csa-complaints",
        "x-sg-eid",
        "x-mailgun-sid",
        "x-mc-user",
        "x-campaign",
        "x-campaignid",
        "x-campaign-id",
        "x-mailer-lid",
        "x-mailer-recptid",
        "x-roving-id",
        "x-ses-outgoing",
        "x-report-abuse",
        "x-sendgrid-id",
        "x-job",
        "x-mlist-id",
        "x-cid",
        "list-unsubscribe-post",
    ]
)


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find the marks of bulk mail.

    Skip conversations, reports, internal mail, and receipts that have few marks and no List-Unsubscribe field.
    """
    message = evidence.message
    if evidence.claims_to_be_discussion or evidence.is_report or evidence.is_internal:
        return
    marks: list[tuple[float, str]] = []
    if message.list_unsubscribe:
        marks.append((0.5, "a List-Unsubscribe field"))
    if message.precedence in {"bulk", "list", "junk"}:
        marks.append((0.4, f"Precedence {message.precedence}"))
    if message.list_id:
        marks.append((0.3, "a List-Id field"))
    if evidence.fields & _SERVICE_FIELDS:
        marks.append((0.3, "a mailing service's fields"))
    if evidence.count("unsubscribe"):
        marks.append((0.45 if "remote-image" in message.markup else 0.3, evidence.example("unsubscribe", most=1)))
    missing = 1.0
    for score, _mark in marks:
        missing *= 1 - score
    if not marks or (evidence.count("receipt") and not message.list_unsubscribe and missing > 0.3):
        return
    yield Finding(
        "bulk-mail",
        BULK,
        round(1 - missing, 2),
        f"Mail for many: it bears {', '.join(mark for _score, mark in marks)}.",
        "List-Unsubscribe" if message.list_unsubscribe else None,
        "header",
        message.list_unsubscribe or None,
    )
