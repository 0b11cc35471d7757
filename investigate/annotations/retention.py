"""Notes, assignees and tags of messages that the gateway's retention has deleted are deleted after them."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from api_client import ApiError
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from investigate.annotations.models import MessageAssignment, MessageNote, MessageTag

logger = logging.getLogger(__name__)
AT_ONCE = 200
_MODELS: tuple[type[MessageNote | MessageAssignment | MessageTag], ...] = (MessageNote, MessageAssignment, MessageTag)


class _Walk:
    """Where this process's walk over the annotated messages is: a round may end in the middle of it."""

    after = ""


def delete_annotations_slice(_before: datetime) -> tuple[int, bool]:
    """Ask about the next annotated messages, and delete what the team wrote about those that retention deleted.

    Return how many messages that were, and whether there may be more to ask about. A message that is missing and not
    old enough is left alone: the gateway may have another database for a while. The same holds if it doesn't answer.
    """
    if not settings.GATEWAY_EMBEDDED:
        return 0, False
    ids = _next_ids()
    _Walk.after = ids[-1] if len(ids) == AT_ONCE else ""
    if not ids:
        return 0, False
    try:
        gone = [one.id for one in api_client_for_background().holds.missing(ids) if one.is_expired]
    except ApiError as error:
        logger.warning("notes of deleted mail stay for now, the gateway doesn't answer: %s", error.reason)
        return 0, False
    with transaction.atomic():
        for model in _MODELS:
            model._default_manager.filter(message_id__in=gone, **_here()).delete()
    return len(gone), bool(_Walk.after)


def _next_ids() -> list[str]:
    """Return the next messages with annotations, in the database's order of their ids."""
    first, *others = (
        model._default_manager.filter(message_id__gt=_Walk.after, **_here())
        .order_by()
        .values_list("message_id", flat=True)
        for model in _MODELS
    )
    return list(first.union(*others).order_by("message_id")[:AT_ONCE])


def _here() -> dict[str, str]:
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}
