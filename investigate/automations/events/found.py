"""What a finder returns: sets of messages that belong together, and where it continues."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from api_client import BadRequest, Client, NotFound
from api_client.models import Message
from api_client.resources import SearchFilters
from dashboard.jobs.selections.alike import Alike
from dashboard.walking.walk import walk
from investigate.automations.condition import Condition, condition_of
from investigate.automations.events.campaign_messages import read_messages
from investigate.automations.models import Automation, Firing
from investigate.automations.states import Run, Scope
from investigate.campaigns.models import Campaign
from investigate.campaigns.selectors import campaign_meant, ids_of

BEFORE = timedelta(days=30)
"""Copies are looked for this long before the message, and up to now."""

PAGES_AT_MOST = 30
LOOKED_UP_AT_ONCE = 500
_HAS_WORDS = re.compile(r"\w")


@dataclass(slots=True)
class MessageSet:
    """Messages that are acted on together or not at all: one message, the copies of one mail, or a campaign.

    `trigger` says in words what happened. `is_partial` says that not all copies could be found, `is_more` that no more
    were looked for, since these are more than the automation may act on.
    """

    messages: list[Message]
    trigger: str = ""
    submission_id: str = ""
    is_partial: bool = False
    is_more: bool = False


@dataclass(slots=True)
class Found:
    """One step of a finder. `cursor` continues after it; `is_end` says that there is nothing more now."""

    cursor: dict[str, Any]
    sets: list[MessageSet] = field(default_factory=list)
    is_end: bool = True
    undecided: int = 0


@dataclass(slots=True)
class Search:
    """What a finder works with: the automation, the API, the condition, and the time: after `since`, up to `until`.

    `run` is the record that the firings go to.
    """

    automation: Automation
    client: Client
    since: datetime
    until: datetime
    run: Run
    condition: Condition

    @classmethod
    def of(cls, automation: Automation, client: Client, *, since: datetime, until: datetime, run: Run) -> Search:
        """Return the search of an automation. Raise ConditionInvalid."""
        return cls(automation, client, since, until, run, condition_of(automation.query))

    def without_known(self, messages: Sequence[Message]) -> list[Message]:
        """Return the messages on which the automation has not fired in this record."""
        fresh = set(self._not_fired_on([message.id for message in messages]))
        return [message for message in messages if message.id in fresh]

    def _not_fired_on(self, ids: Sequence[str]) -> list[str]:
        known: set[str] = set()
        for start in range(0, len(ids), LOOKED_UP_AT_ONCE):
            rows = Firing.objects.filter(
                automation=self.automation, run=self.run, message_id__in=ids[start : start + LOOKED_UP_AT_ONCE]
            )
            known.update(rows.values_list("message_id", flat=True))
        return [name for name in ids if name not in known]

    def read(self, name: str) -> Message | None:
        """Return the message with this id or postfix id. One that is not there is counted as undecided."""
        try:
            return self.client.investigate.get(name)
        except (NotFound, BadRequest):
            self.condition.undecided += 1
            return None

    def set_of(self, message: Message, trigger: str, *, submission_id: str = "") -> MessageSet:
        """Return the message as a set, with its copies or its campaign if the automation acts on these.

        A campaign is kept up in the background, so what came last may be among the copies only. Raise ApiError.
        """
        found = MessageSet([message], trigger[:300], submission_id)
        if self.automation.scope != Scope.MESSAGE:
            self._add_copies(found)
        if (campaign := self.campaign_of(message)) and not found.is_partial and not found.is_more:
            self._add_campaign(found, campaign)
        return found

    def campaign_of(self, message: Message) -> Campaign | None:
        """Return the campaign of the message if the automation acts on campaigns, and all of this one is meant."""
        if self.automation.scope != Scope.CAMPAIGN:
            return None
        return campaign_meant(message.id, message.final_disposition)

    def _add_copies(self, found: MessageSet) -> None:
        message = found.messages[0]
        if not _HAS_WORDS.search(message.subject or "") or message.scanned_at is None:
            return  # Subjects are searched for by their words: such a mail stands for itself.
        alike, known = Alike.of(message), {message.id}
        enough = self.automation.unattended
        end = max(timezone.now(), message.scanned_at + timedelta(seconds=1))
        filters = SearchFilters(detections_only=False, subject=message.subject)
        pages = walk(self.client, filters, start=message.scanned_at - BEFORE, end=end)
        for number, leaf in enumerate(pages, start=1):
            found.messages += [one for one in leaf.messages if one.id not in known and alike.is_copy(one)]
            known.update(one.id for one in leaf.messages)
            if leaf.position.get("gaps") or (number >= PAGES_AT_MOST and leaf.looked_until is not None):
                found.is_partial = True
                return
            if len(self.without_known(found.messages)) > enough:
                found.is_more = True
                return

    def _add_campaign(self, found: MessageSet, campaign: Campaign) -> None:
        """Add the messages of the campaign, as the API has them now. What it has no more is left out."""
        known = {one.id for one in found.messages}
        ids = self._not_fired_on([name for name in ids_of(campaign) if name not in known])
        if len(ids) > self.automation.unattended:
            found.is_more = True
            return
        read, is_whole = read_messages(self.client, campaign, ids)
        found.messages += read
        found.is_partial = not is_whole
