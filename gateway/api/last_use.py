"""The last use of a token, written at most once a minute."""

import logging
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from gateway.api.callers import address_of, is_in_process, program_of
from gateway.models import Token

DATABASE = "gateway"
EVERY = timedelta(minutes=1)
logger = logging.getLogger(__name__)


def note_use(token: Token, request: HttpRequest) -> None:
    """Write when, from where and with what program the token is used, unless that was done within a minute.

    The console's calls in this process are left out. Of several processes, one writes. If it can't be written, as on a
    full disk, the call goes on.
    """
    now = timezone.now()
    if is_in_process(request) or (token.last_used_at is not None and token.last_used_at > now - EVERY):
        return
    due = Q(last_used_at=None) | Q(last_used_at__lte=now - EVERY)
    try:
        with transaction.atomic(using=DATABASE):
            Token.objects.using(DATABASE).filter(due, pk=token.pk).update(
                last_used_at=now, last_used_address=address_of(request) or "", last_used_program=program_of(request)
            )
    except DatabaseError as error:
        logger.warning("The last use of a token isn't written (%s)", type(error).__name__)
