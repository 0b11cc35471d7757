"""Read the writes of API tokens that wait from the embedded gateway. Another API has none."""

from __future__ import annotations

from django.contrib.auth.models import User

from api_client.models import BulkJobMessage, WriteRequest, WriteRequestState
from dashboard.account_links.selectors import accounts_of_person
from dashboard.backend import api_client_for_console

PER_PAGE = 50


def requests_waiting() -> list[WriteRequest]:
    """Return the requests that wait, the newest first. The gateway bounds their number for each token."""
    return api_client_for_console().write_requests.list(state=WriteRequestState.WAITING, per_page=1000)


def requests_page(page: int) -> list[WriteRequest]:
    """Return a page of all requests, the newest first."""
    return api_client_for_console().write_requests.list(page=page, per_page=PER_PAGE)


def request_messages(request: WriteRequest, *, page: int) -> list[BulkJobMessage]:
    """Return a page of the copies that a request is about; none if its job was deleted."""
    if request.job_id is None:
        return []
    messages = api_client_for_console().investigate.bulk.messages
    return messages.list(request.job_id, page=page, per_page=PER_PAGE).items


def people_behind(request: WriteRequest) -> set[int]:
    """Return the ids of all accounts of the people who were ever told the secret of the request's token."""
    known_to = User.objects.filter(username__in=request.token_known_to).values_list("pk", flat=True)
    return {account for user in known_to for account in accounts_of_person(user)}
