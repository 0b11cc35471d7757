"""The digest as mail: sender, subject, time and verdict of what is held, and nothing of its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.outbox.mail import mail_line, mail_of
from dashboard.outbox.services import Outgoing
from investigate.digests.links import choice_url, item_url, list_url
from investigate.digests.models import DigestRule, HeldCopy, Person
from investigate.digests.rules import language_of, may_be_asked_for, plan_of, zone_of
from investigate.digests.wording import time_text, verdict_sentence

LISTED_AT_MOST = 30
_SENDER, _SUBJECT = 90, 140


@dataclass(frozen=True, slots=True)
class Line:
    """A held message as recipients see it. Text of strangers has no hidden characters and no links any more.

    `url` is where it may be asked for; empty if it may not.
    """

    sender: str
    subject: str
    at: str
    verdict: str
    reference: str
    url: str


def line_of(copy: HeldCopy, person: Person, rule: DigestRule | None) -> Line:
    """Return what the person sees of the copy."""
    language = language_of(person, rule)
    return Line(
        sender=sender_text(copy),
        subject=mail_line(copy.subject, _SUBJECT),
        at=time_text(copy.received_at, zone_of(person, rule), language),
        verdict=verdict_sentence(copy.disposition, language),
        reference=copy.reference,
        url=item_url(copy.pk, person.pk) if may_be_asked_for(copy.disposition, rule) else "",
    )


def sender_text(copy: HeldCopy) -> str:
    """Return name and address of the sender in one line. The address is never cut in its domain."""
    name, address = mail_line(copy.sender_name, _SENDER), mail_line(copy.sender, 320)
    return f"{name} · {address}" if name and name != address else address


def digest_mail(
    person: Person, rule: DigestRule, copies: Sequence[HeldCopy], *, now: datetime, key: str, test_to: str = ""
) -> Outgoing:
    """Return the digest of these copies. With `test_to` it goes to that address, and its links are shown and dead."""
    language = language_of(person, rule)
    lines = [line_of(copy, person, rule) for copy in copies[:LISTED_AT_MOST]]
    choice = "" if test_to else choice_url(person.pk)
    return mail_of(
        to=test_to or person.address,
        key=key,
        template="digest",
        language=language,
        context={
            "lines": lines,
            "count": len(copies),
            "more": len(copies) - len(lines),
            "list_url": "" if test_to else list_url(person.pk),
            "choice_url": choice,
            "person": person.address,
            "at": time_text(now, zone_of(person, rule), language),
            "is_test": bool(test_to),
        },
        about_kind="digest",
        about_id=str(person.pk or ""),
        headers={"List-Unsubscribe": f"<{choice}>"} if choice else {},
    )


def choice_mail(person: Person, rule: DigestRule | None, *, key: str) -> Outgoing:
    """Return the mail that tells a person that their choice was changed: a forwarded digest has that link too."""
    plan = plan_of(person, rule) if rule is not None else None
    return mail_of(
        to=person.address,
        key=f"digest-choice:{person.pk}:{key}",
        template="digest_choice",
        language=language_of(person, rule),
        context={
            "person": person.address,
            "frequency": str(plan.frequency) if plan else "never",
            "time_zone": zone_of(person, rule).key,
            "choice_url": choice_url(person.pk),
        },
        about_kind="digest",
        about_id=str(person.pk),
    )
