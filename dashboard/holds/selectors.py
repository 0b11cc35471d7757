"""Read legal holds from the embedded gateway. Another API has none."""

from collections.abc import Sequence

from django.conf import settings

from api_client import ApiError
from api_client.models import LegalHold
from dashboard.backend import api_client_for_background, api_client_for_console


def holds() -> list[LegalHold]:
    """Return all holds, the newest first, lifted ones too.

    :raises ApiError: the gateway doesn't answer.
    """
    return api_client_for_console().holds.list() if settings.GATEWAY_EMBEDDED else []


def holds_of(investigate_id: str) -> list[LegalHold]:
    """Return the holds in force that name a message. If the gateway doesn't answer, the page shows none."""
    if not settings.GATEWAY_EMBEDDED:
        return []
    try:
        return api_client_for_console().holds.of_message(investigate_id)
    except ApiError:
        return []


def unknown_messages(message_ids: Sequence[str]) -> list[str]:
    """Return those of up to 1,000 ids of which the gateway stores no message.

    :raises ApiError: the gateway doesn't answer.
    """
    return [one.id for one in api_client_for_console().holds.missing(message_ids)] if message_ids else []


def is_mail_held() -> bool:
    """Return whether any hold is in force. If the gateway doesn't answer, one may be."""
    if not settings.GATEWAY_EMBEDDED:
        return False
    try:
        return any(hold.lifted_at is None for hold in api_client_for_background().holds.list())
    except ApiError:
        return True
