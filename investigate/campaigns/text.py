"""The text that the messages of a campaign share. Reading it is a look at the content of each message it is made of."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from selectolax.lexbor import LexborHTMLParser

from api_client import ApiError
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record_look
from dashboard.backend import api_client_for_console
from investigate.campaigns.models import Campaign, CampaignMessage
from investigate.campaigns.template import TEXTS_AT_MOST, Template, template_of

RAW_CHARACTERS = 200_000
TEXT_CHARACTERS = 20_000
_CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class SharedText:
    """The template, the messages that it was made of, and those whose source could not be had or has no text."""

    template: Template
    read: list[CampaignMessage]
    unread: list[CampaignMessage]


def samples_of(campaign: Campaign) -> list[CampaignMessage]:
    """Return up to five messages that stand for the campaign: the oldest, and some with different subjects."""
    rows = list(campaign.messages.order_by("scanned_at", "investigate_id")[:_CANDIDATES])
    by_subject = {row.subject: row for row in reversed(rows)}
    varied = sorted(by_subject.values(), key=lambda row: (row.scanned_at, row.investigate_id))
    chosen = {row.pk: row for row in [*varied[:TEXTS_AT_MOST], *rows]}
    return list(chosen.values())[:TEXTS_AT_MOST]


def subject_of(campaign: Campaign) -> Template:
    """Return the template of the subjects. Those are on the rows, which everybody who searches may see."""
    return template_of(list(dict.fromkeys(row.subject for row in samples_of(campaign))))


def shared_text(rows: Sequence[CampaignMessage], *, actor: Actor) -> SharedText:
    """Return the text that messages share. Each is read once from the API; each look is audited before it is shown.

    A message that can't be read is left out, and said to be. Nothing is stored.
    """
    client = api_client_for_console()
    read: list[CampaignMessage] = []
    unread: list[CampaignMessage] = []
    texts: list[str] = []
    for row in rows:
        outcome, text = Outcome.DONE, ""
        try:
            text = text_of(client.investigate.raw.get(row.investigate_id).raw)
        except ApiError:
            outcome = Outcome.FAILED
        record_look(
            actor=actor,
            action=AuditAction.CAMPAIGN_TEXT_VIEW,
            object_kind="message",
            object_id=row.investigate_id,
            outcome=outcome,
        )
        (read if text else unread).append(row)
        texts += [text] if text else []
    return SharedText(template_of(texts), read, unread)


def text_of(source: str) -> str:
    """Return the text of a message's source: its first plain part, else the text of its first HTML part, else nothing.

    At most RAW_CHARACTERS of the source are read. What makes the reader fail counts as no text.
    """
    try:
        message = email.message_from_string(source[:RAW_CHARACTERS], policy=email.policy.compat32)
        parts = list(_texts(message))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return ""
    plain = next((text for kind, text in parts if kind == "text/plain" and text.strip()), "")
    return (plain or next((_visible(text) for kind, text in parts if kind == "text/html"), ""))[:TEXT_CHARACTERS]


def _texts(message: Message) -> Iterator[tuple[str, str]]:
    for part in message.walk():
        kind = part.get_content_type()
        if kind in {"text/plain", "text/html"} and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield kind, _decoded(payload, part.get_content_charset("utf-8"))


def _decoded(payload: bytes, charset: str) -> str:
    # Of other character sets, some take very long to decode.
    known = charset if charset in {"utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"} else "utf-8"
    return payload.decode(known, "replace")


def _visible(html: str) -> str:
    tree = LexborHTMLParser(html)
    for node in tree.css("style, script, head, template"):
        node.decompose()
    return tree.body.text(separator=" ") if tree.body else ""
