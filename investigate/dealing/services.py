"""Prepares an act on messages: what it is about, which act is the most sensible one, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from api_client.models import Disposition, Message
from api_client.resources import SearchFilters
from dashboard.backend import api_client_for_console
from dashboard.jobs.selections.alike import Alike
from dashboard.jobs.selections.models import Selection, Source
from dashboard.jobs.selections.services import NAMES_AT_MOST, selection_create
from dashboard.jobs.sensible import Choice, sensible_action
from dashboard.mail_text import plain
from dashboard.verdicts import verdict_of
from investigate.campaigns.selectors import campaign_meant, ids_of
from investigate.display.message import DisplayedMessage
from investigate.reviews.reporters import Reported, reported_about

BEFORE = timedelta(days=30)
"""Copies are looked for this long before the message, and up to now."""

NEWEST = timedelta(days=1)
LONGEST_SUBJECT = 120
_HAS_WORDS = re.compile(r"\w")
"""Subjects are searched for by their words. One without any stands for its message alone."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A selection that fills, the act that is chosen for it, and the reason."""

    selection: Selection
    choice: Choice
    reason: str


def prepare_message(message_id: str, *, user: User, with_copies: bool) -> Prepared:
    """Select one message, or all copies of its mail. This takes one or two calls. Raise ApiError if one fails.

    Copies are the messages of its campaign, with what came within the last day and is not in it yet. Without a
    campaign, or if most of it is judged differently, they are the messages with the same text, by the API's hash, else
    those with the same subject and sender domain.
    """
    found = api_client_for_console().investigate.get(message_id)
    shown = DisplayedMessage(found)
    reported = reported_about([shown.id, found.postfix_id], text_hash=found.edf_hash or "")
    # Copies may be anywhere, so a held message says nothing about where the others are.
    is_held = bool(found.is_quarantined)
    choice = sensible_action(
        [found.final_disposition or Disposition.NONE],
        delivered=with_copies or not is_held,
        held=is_held,
        reported=reported.is_threat,
    )
    alike = Alike.of(found)
    campaign = campaign_meant(found.id, found.final_disposition) if with_copies else None
    if campaign is not None:
        ids = list(dict.fromkeys([found.id, *ids_of(campaign), *_newest_copies(found, alike)]))
        label = f"The campaign of “{(found.subject or '')[:LONGEST_SUBJECT]}”"
        selection = selection_create(user=user, ids=ids[:NAMES_AT_MOST], source=Source.LIST, label=label)
    elif with_copies and _HAS_WORDS.search(found.subject or "") and found.scanned_at:
        now = timezone.now()
        selection = selection_create(
            user=user,
            filters=SearchFilters(detections_only=False, subject=found.subject),
            start=found.scanned_at - BEFORE,
            end=max(now, found.scanned_at + timedelta(seconds=1)),
            alike=alike,
            label=f"All copies of “{(found.subject or '')[:LONGEST_SUBJECT]}”",
        )
    else:
        selection = selection_create(user=user, messages=[found], label="One message")
    return Prepared(selection, choice, _reason(shown, reported))


def _newest_copies(found: Message, alike: Alike) -> list[str]:
    """Return the ids of copies of the last day, by one call: a campaign is kept up in the background, a while later."""
    if not _HAS_WORDS.search(found.subject or ""):
        return []
    now = timezone.now()
    page = api_client_for_console().investigate.list(
        detections_only=False, subject=found.subject, start=now - NEWEST, end=now, per_page=1000
    )
    return [one.id for one in page.items if alike.is_copy(one)]


def prepare_picked(ids: Sequence[str], *, user: User) -> Prepared:
    """Select messages that were picked by hand. The act is chosen once they were read."""
    selection = selection_create(user=user, ids=ids, source=Source.PICKED, label="Picked by hand")
    return Prepared(selection, Choice(), "")


def _reason(message: DisplayedMessage, reported: Reported) -> str:
    """Return in words what is known of the mail."""
    words = [f"“{message.subject[:LONGEST_SUBJECT]}”" if message.subject else "Mail without a subject"]
    if message.sender:
        words.append(f"from {message.sender}")
    if message.data.final_disposition:
        words.append(f"judged {verdict_of(message.data.final_disposition).label.lower()}")
    if reported.count:
        words.append(reported.words)
    # It stands in a field, where characters that turn the direction of text would work.
    return plain(", ".join(words))
