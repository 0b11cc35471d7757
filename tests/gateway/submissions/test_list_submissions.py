"""The list of submissions: every filter, orders, pages, counts, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from api_client import BadRequest
from gateway.models import Submission
from gateway.submissions.services import submission_create
from tests.gateway.mails import held, stored


@pytest.fixture
def three():
    """Submissions of a clean message, of spam, and of one that came long ago; the newest last."""
    made = []
    now = timezone.now()
    for index, (message, disposition, by) in enumerate(
        [
            (stored(subject="Ärger mit der Post"), "MALICIOUS", "anna"),
            (held(subject="Bargains"), "NONE", "bela"),
            (stored(subject="Old minutes"), "BULK", "anna"),
        ]
    ):
        row = submission_create(message=message, requested_by=by, requested_disposition=disposition)
        moment = now - timedelta(days=40) if index == 2 else now - timedelta(hours=2 - index)
        Submission.objects.using("gateway").filter(pk=row.pk).update(requested_at=moment)
        made.append(row)
    return made


def ids(client, **filters):
    return [row.submission_id for row in client.submissions.iterate(**filters)]


def test_those_of_the_last_30_days_come_newest_first(client, three):
    first, second, _old = (str(row.pk) for row in three)
    assert ids(client) == [second, first]
    assert ids(client, direction="asc") == [first, second]


def test_a_range_of_time_is_inclusive_and_wider_than_the_default(client, three):
    first, second, old = (str(row.pk) for row in three)
    assert ids(client, start=datetime(2020, 1, 1, tzinfo=UTC)) == [second, first, old]
    at = Submission.objects.using("gateway").get(pk=old).requested_at
    assert ids(client, start=at, end=at) == [old]
    assert ids(client, end=at + timedelta(days=1)) == [old]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"type": "TEAM"}, [1, 0]),
        ({"type": "USER"}, []),
        ({"status": "unreviewed"}, [1]),
        ({"status": "reviewed"}, [0]),
        ({"status": "escalated"}, []),
        ({"original_disposition": "SPAM"}, [1]),
        ({"requested_disposition": "MALICIOUS"}, [0]),
        ({"outcome_disposition": "NONE"}, [0]),
        ({"query": "ÄRGER post"}, [0]),
        ({"query": "bela"}, [1]),
        ({"query": "bela post"}, []),
        ({"query": "100%"}, []),
        ({"query": "  "}, [1, 0]),
        ({"escalated_from_user": True}, []),
        ({"escalated_from_user": False}, [1, 0]),
        ({"submission_id": "nothing"}, []),
        ({"type": "TEAM", "requested_disposition": "NONE", "query": "bargains"}, [1]),
    ],
)
def test_filters(client, three, filters, found):
    Submission.objects.using("gateway").filter(pk=three[0].pk).update(
        customer_status="reviewed", outcome_disposition="NONE"
    )
    assert ids(client, **filters) == [str(three[index].pk) for index in found]


def test_one_by_its_id(client, three):
    assert ids(client, submission_id=str(three[0].pk)) == [str(three[0].pk)]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("subject", [1, 0]),
        ("original_disposition", [0, 1]),
        ("requested_disposition", [0, 1]),
        ("requested_at", [0, 1]),
        ("outcome_disposition", [1, 0]),
    ],
)
def test_orders(client, three, order, found):
    Submission.objects.using("gateway").filter(pk=three[0].pk).update(outcome_disposition="SPAM")
    expected = [str(three[index].pk) for index in found]
    assert ids(client, order=order, direction="asc") == expected
    assert ids(client, order=order, direction="desc") == expected[::-1]


def test_ordered_by_id(client, three):
    assert ids(client, order="submission_id", direction="asc") == sorted(str(row.pk) for row in three[:2])


def test_pages_count_what_there_is_to_the_empty_one(client, three):
    page = client.submissions.list(page=2, per_page=1)
    assert (len(page.items), page.page, page.per_page, page.total_count) == (1, 2, 1, 2)
    past = client.submissions.list(page=3, per_page=1)
    assert (past.items, past.total_count) == ([], 2)
    assert client.submissions.list(type="USER").total_count == 0


def test_another_accounts_submissions_stay_invisible(client, three):
    Submission.objects.using("gateway").update(account_id="f" * 32)
    assert ids(client) == []


@pytest.mark.parametrize(
    "filters",
    [{"type": "Team"}, {"status": "done"}, {"order": "age"}, {"direction": "up"}, {"original_disposition": "CLEAN"}],
)
def test_values_that_do_not_exist_are_refused(client, filters):
    with pytest.raises(BadRequest):
        client.submissions.list(**filters)


def test_an_end_before_its_start_is_refused(client):
    now = datetime.now(UTC)
    with pytest.raises(BadRequest, match="end must not be before start"):
        client.submissions.list(start=now, end=now - timedelta(days=1))
