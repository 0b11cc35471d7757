"""What an alert says: as mail, as JSON for a webhook, and in the shapes that Slack and Microsoft Teams take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from dashboard.outbox.mail import mail_line, mail_of
from dashboard.outbox.services import Outgoing
from investigate.alerts.channel import ALERT
from investigate.alerts.models import Alert, Finding, Kind, Way

LISTED_AT_MOST = 20
_GERMAN = {
    Kind.MATCHES: "Neue Treffer",
    Kind.LATE_THREAT: "Bedrohung nach der Zustellung erkannt",
    Kind.OVERDUE: "Überfällige Einreichung",
    Kind.JOB_UNDONE: "Auftrag nicht vollständig erledigt",
    Kind.MAIL_BOMB: "Postfach unter einer Flut von Mails",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one message tells: the findings, and how many there are with those that were not kept."""

    alert: Alert
    findings: Sequence[Finding]
    count: int

    @property
    def title(self) -> str:
        """Return the first line: what, and how many."""
        what = "New matches" if self.alert.kind == Kind.MATCHES else Kind(self.alert.kind).label
        return f"{what}: {self.count:,} – {mail_line(self.alert.name, 80)}"

    @property
    def title_de(self) -> str:
        """Return the first line in German."""
        return f"{_GERMAN[Kind(self.alert.kind)]}: {self.count} – {mail_line(self.alert.name, 80)}"

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Return the first findings as (text, address in the console)."""
        return [
            (mail_line(one.title, 160), f"{settings.GATEHOUSE_URL}{one.path}") for one in self.findings[:LISTED_AT_MOST]
        ]

    @property
    def more(self) -> int:
        """Return how many findings are not listed."""
        return max(0, self.count - LISTED_AT_MOST)

    @property
    def url(self) -> str:
        """Return the address of all of it in the console."""
        if self.alert.kind == Kind.MATCHES:
            return f"{settings.GATEHOUSE_URL}{reverse('investigate:search')}?{urlencode({'q': self.alert.search})}"
        return f"{settings.GATEHOUSE_URL}{reverse('alerts:list')}"


def outgoing_of(told: Told, *, target: str, key: str) -> Outgoing:
    """Return the message for the outbox. `target` is an address, or the sealed URL of a webhook."""
    alert = told.alert
    if alert.way == Way.MAIL:
        return mail_of(
            to=target,
            key=key,
            template="alert",
            language=alert.language,
            context={"told": told, "alert": alert, "name": mail_line(alert.name, 80)},
            about_kind="alert",
            about_id=str(alert.pk),
        )
    shape = {Way.WEBHOOK: _plain, Way.SLACK: _slack, Way.TEAMS: _teams}[Way(alert.way)]
    return Outgoing(
        channel=ALERT,
        destination=str(alert.pk),
        key=key,
        payload=shape(told),
        title=told.title[:200],
        about_kind="alert",
        about_id=str(alert.pk),
    )


def _plain(told: Told) -> dict[str, Any]:
    """Return the JSON of a webhook. docs/operations.md names its fields."""
    return {
        "type": "gatehouse.alert",
        "alert": told.alert.name,
        "kind": told.alert.kind,
        "count": told.count,
        "findings": [{"title": text, "url": url} for text, url in told.lines],
        "more": told.more,
        "url": told.url,
    }


def _slack(told: Told) -> dict[str, Any]:
    """Return the JSON of Slack's incoming webhooks. `&`, `<` and `>` are escaped, so a subject is no link or mention.

    Source: Slack, "Formatting text for app surfaces".
    """

    def escaped(text: str) -> str:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    lines = [f"• <{url}|Open> {escaped(text)}" for text, url in told.lines]
    if told.more:
        lines.append(f"and {told.more:,} more")
    blocks = [
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"<{told.url}|{escaped(told.title)}>", "verbatim": True},
        },
        *(
            {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(lines[at : at + 8]), "verbatim": True}}
            for at in range(0, len(lines), 8)
        ),
    ]
    return {"text": escaped(told.title), "blocks": blocks}


def _teams(told: Told) -> dict[str, Any]:
    """Return the JSON of a Teams workflow: an adaptive card. Runs of text know no Markdown, so a subject is no link.

    Source: Microsoft, "Create incoming webhooks with Workflows", and the schema of adaptive cards 1.4.
    """
    body: list[dict[str, Any]] = [_runs(told.title, weight="bolder")]
    body += [_runs(text, url=url) for text, url in told.lines]
    if told.more:
        body.append(_runs(f"and {told.more:,} more"))
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "actions": [{"type": "Action.OpenUrl", "title": "Open Gatehouse", "url": told.url}],
    }
    content_type = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": content_type, "contentUrl": None, "content": card}]}


def _runs(text: str, *, weight: str = "default", url: str = "") -> dict[str, Any]:
    run: dict[str, Any] = {"type": "TextRun", "text": text, "weight": weight}
    if url:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": url}
    return {"type": "RichTextBlock", "inlines": [run]}
