"""The step that looks up whether a message answers one that the gateway has stored.

What the sender wrote into References proves nothing by itself. A thread is known if the message that it names is
stored, came from one of the organisation's own people, was not held, and went to the sender of the answer.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from gateway.detect.verdict import BULK, NONE
from gateway.mail.domains import domain_of
from gateway.mail.received import is_public_ip
from gateway.models import Message
from gateway.pipeline_steps.context import MessageContext
from gateway.search import words
from gateway.search.index_entry import bare_message_id
from gateway.search.page import search_page
from gateway.search.params import SearchParams

_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{1,900}>")
_MOST: Final = 5
_MOST_FOUND: Final = 20
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def know_thread(known: MessageContext) -> Mapping[str, Any]:
    """Note in the policy's context whether the message answers a stored one of our own people.

    If the step is lost, the message counts as one that comes unasked.
    """
    parsed = known.parsed
    fields = f"{parsed.header('in-reply-to')} {parsed.header('references')}"
    named = tuple(dict.fromkeys(_MESSAGE_ID.findall(fields[-20_000:])))[-_MOST:]
    if not named or not parsed.from_address:
        return {}
    params = SearchParams(account_id=known.account_id, start=_EVER, detections_only=False, message_id=named)
    found = search_page(params, limit=_MOST_FOUND).messages
    if known.earlier:
        keys = {words.key("message_id", bare_message_id(name)) for name in named}
        together = [row for key in keys for row in known.earlier.get(key, ())]
        found = sorted([*found, *together], key=lambda row: row.pk, reverse=True)[:_MOST_FOUND]
    if not any(_is_our_own(row, known) and _went_to(row, parsed.from_address) for row in found):
        return {}
    context = replace(known.policy.context, is_known_thread=True)
    return {"policy": replace(known.policy, context=context)}


def _is_our_own(row: Message, known: MessageContext) -> bool:
    """Whether a stored message is by one of our own people: their domain is authenticated, or it came from inside."""
    if not known.policy.context.is_own(domain_of(row.from_address)) or row.final_disposition not in (NONE, BULK):
        return False
    return row.validation.get("dmarc") == "pass" or not is_public_ip(row.smtp_helo_server_ip)


def _went_to(row: Message, address: str) -> bool:
    recipients = (*row.client_recipients, *row.to, *row.cc)
    return address.casefold() in {str(recipient).casefold() for recipient in recipients}
