"""Campaign detection: finds campaigns and targeted people in the malicious mail since the last run, in one pass.

Beat calls `detect_campaigns` every minute. It reads only malicious messages, in the order of their keys, without a
query for each message. It starts 24 hours before the first new message, so that the window of each group is complete.
Reports are written once for each day, so reading a message again is harmless.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from django.db.models import Min, QuerySet
from django.utils import timezone

from gateway import ids
from gateway.models import Message, PhishGuardMark, PhishGuardReport
from gateway.phishguard.late_threats import THREATS
from gateway.phishguard.reports import HIGH, MEDIUM, Notice, write

DATABASE = "gateway"
WINDOW = timedelta(hours=24)
CAMPAIGN_MESSAGES = 3
"""Minimum number of malicious messages with a common trait within the window that are a campaign."""
TARGETED_MESSAGES = 3
"""Minimum number of malicious messages to one person within the window for that person to be targeted."""
FIRST_LOOK = timedelta(days=31)
OVERLAP = timedelta(minutes=5)
"""Maximum delay between the time in a message's key and its commit. Imports of older mail set the mark back."""
MOST_AT_ONCE = 20_000
_FIELDS = (
    "id", "edf_hash", "htmltext_structure_hash", "from_address", "client_recipients", "subject", "final_disposition",
)  # fmt: skip
_TRAITS = {
    "text": "the same text",
    "structure": "the same HTML structure",
    "sender": "the same sender",
}


@dataclass(frozen=True, slots=True)
class _Threat:
    """The fields of one malicious message that detection uses. `text` and `structure` are hashes of the content."""

    key: int
    text: str
    structure: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    disposition: str

    def traits(self) -> Iterator[tuple[str, str]]:
        """Yield the traits that the message may share with others, as (name, value), the most specific first."""
        for name in _TRAITS:
            value = getattr(self, name)
            if value:
                yield name, value


@dataclass(slots=True)
class _Window:
    """The threats of the last 24 hours, grouped by common trait or recipient."""

    groups: defaultdict[tuple[str, str], list[_Threat]] = field(default_factory=lambda: defaultdict(list))
    in_campaign: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, group: tuple[str, str], threat: _Threat) -> list[_Threat]:
        """Add a threat to a group and return the group's members within the window."""
        since = ids.first_key(ids.key_time(threat.key) - WINDOW)
        members = [member for member in self.groups[group] if member.key >= since]
        members.append(threat)
        self.groups[group] = members
        return members


def detect_campaigns(account_id: str) -> None:
    """Write the reports on campaigns and targeted people in mail since the last run. Safe to run twice at once."""
    now = timezone.now()
    mark, _ = PhishGuardMark.objects.using(DATABASE).get_or_create(
        pk=account_id, defaults={"seen_to": ids.first_key(now - FIRST_LOOK)}
    )
    end = ids.first_key(now - OVERLAP)
    fresh = _threats(account_id).filter(pk__gte=mark.seen_to)
    first = fresh.aggregate(first=Min("pk"))["first"]
    if first is not None:
        start = ids.first_key(ids.key_time(first) - WINDOW)
        ordered = _threats(account_id).order_by("pk").values_list(*_FIELDS)
        found = [_read(row) for row in ordered.filter(pk__gte=first)[:MOST_AT_ONCE]]
        if len(found) == MOST_AT_ONCE:
            end = min(end, found[-1].key)
        before = (_read(row) for row in ordered.filter(pk__gte=start, pk__lt=first).iterator(chunk_size=2000))
        write(account_id, _notices(chain(before, found), since=first))
    # An import may have set the mark back meanwhile. Then the mark is not moved, and the next run starts from it.
    PhishGuardMark.objects.using(DATABASE).filter(pk=account_id, seen_to=mark.seen_to).update(
        seen_to=max(mark.seen_to, end)
    )


def look_back_to(account_id: str, key: int, scanned_at: datetime) -> None:
    """Set the mark back to the message `key` if the message has an older date, so that the next run reads it.

    Call it in the transaction that stores the message.
    """
    if scanned_at < timezone.now() - OVERLAP:
        PhishGuardMark.objects.using(DATABASE).filter(pk=account_id, seen_to__gt=key).update(seen_to=key)


def _threats(account_id: str) -> "QuerySet[Message]":
    return Message.objects.using(DATABASE).filter(
        account_id=account_id, final_disposition__in=THREATS, is_phish_submission=False
    )


def _read(row: tuple[int, str, str, str, list[str], str, str]) -> _Threat:
    key, text, structure, sender, recipients, subject, disposition = row
    return _Threat(key, text, structure, sender.casefold(), tuple(recipients), subject, disposition)


def _notices(threats: Iterable[_Threat], *, since: int) -> Iterator[Notice]:
    window = _Window()
    for threat in threats:
        campaign = _campaign(window, threat)
        people = list(_targeted(window, threat))
        if threat.key >= since:
            if campaign is not None:
                yield campaign
            yield from people


def _campaign(window: _Window, threat: _Threat) -> Notice | None:
    """Return a notice of the campaign that this threat completes or continues, or None.

    A message belongs to one campaign only.
    """
    notice = None
    for group in threat.traits():
        members = window.add(group, threat)
        if notice is not None or len(members) < CAMPAIGN_MESSAGES:
            continue
        known = {window.in_campaign[member.key] for member in members if member.key in window.in_campaign}
        if known - {group}:
            window.in_campaign[threat.key] = min(known)
            continue
        for member in members:
            window.in_campaign[member.key] = group
        notice = _campaign_notice(group, members)
    return notice


def _campaign_notice(group: tuple[str, str], members: list[_Threat]) -> Notice:
    newest = members[-1]
    recipients = tuple(dict.fromkeys(name for member in members for name in member.recipients))
    senders = len({member.sender for member in members})
    return Notice(
        kind=PhishGuardReport.Kind.CAMPAIGN,
        about=f"{group[0]} {group[1]}",
        title=f"Campaign: {newest.subject or 'no subject'}",
        content=(
            f"{len(members)} malicious messages with {_TRAITS[group[0]]} came within 24 hours, from {senders}"
            f" sender(s) to {len(recipients)} recipient(s). More may have followed."
        ),
        priority=MEDIUM,
        disposition=newest.disposition,
        tags=(("kind", "campaign"), ("in_common", group[0]), ("messages", str(len(members)))),
        sender=newest.sender,
        recipients=recipients,
        occurred_at=ids.key_time(newest.key),
        postfix_id=ids.postfix_id(newest.key),
    )


def _targeted(window: _Window, threat: _Threat) -> Iterator[Notice]:
    for recipient in threat.recipients:
        members = window.add(("recipient", recipient.casefold()), threat)
        if len(members) < TARGETED_MESSAGES:
            continue
        yield Notice(
            kind=PhishGuardReport.Kind.TARGETED,
            about=recipient.casefold(),
            title=f"{recipient} is being targeted",
            content=(
                f"{len(members)} malicious messages to {recipient} came within 24 hours, from"
                f" {len({member.sender for member in members})} sender(s). More may have followed."
            ),
            priority=HIGH,
            disposition=threat.disposition,
            tags=(("kind", "targeted"), ("messages", str(len(members)))),
            sender=threat.sender,
            recipients=(recipient,),
            occurred_at=ids.key_time(threat.key),
            postfix_id=ids.postfix_id(threat.key),
        )
