"""A search beyond its time: 202, a Location, and the result when the worker has it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from api_client import Client, RetryPolicy, ServerError
from gateway.models import SearchRun
from gateway.search.page import search_page
from gateway.search.params import SearchParams
from gateway.search.tasks import finish_search
from gateway.search.time_budget import SearchTooSlow, time_budget
from gateway.transport import InProcessTransport
from tests.gateway.conftest import ACCOUNT, BASE
from tests.gateway.mails import stored

SEARCH = {"detections_only": False, "query": "lunch"}


@pytest.fixture
def slow(settings):
    """Every search is too slow for its request."""
    settings.GATEWAY_SEARCH_SECONDS = 0


def polling(token, on_sleep):
    """A client that calls `on_sleep` instead of sleeping."""
    policy = RetryPolicy(sleep=on_sleep)
    return Client(base_url=BASE, account_id=ACCOUNT, token=token, transport=InProcessTransport(), retry=policy)


def work_off(_seconds=0.0):
    """Do what the worker does."""
    for run in SearchRun.objects.using("gateway").filter(state="pending"):
        finish_search(str(run.pk))


def test_a_slow_search_is_promised_and_then_given(slow, http):
    message = stored()
    promise = http.get("/investigate", params={"detections_only": "false"})
    assert promise.status_code == 202
    assert promise.json()["result"] == []
    assert promise.headers["Retry-After"] == "1"
    location = promise.headers["Location"]
    assert http.get(f"http://gateway.invalid{location}").status_code == 202
    work_off()
    result = http.get(f"http://gateway.invalid{location}")
    assert result.status_code == 200
    assert [row["id"] for row in result.json()["result"]] == [message.investigate_id]


def test_a_slow_search_for_a_link_is_told_from_one_that_knows_no_links(slow, write_token):
    message = stored(body="Look at https://one.test/a")
    stored(body="Look at https://two.test/a")
    with polling(write_token, work_off) as client:
        found = client.investigate.list(url="one.test/a", detections_only=False).items
    assert [row.id for row in found] == [message.investigate_id]


def test_the_client_polls_to_the_result_and_pages_on(slow, write_token):
    for _ in range(5):
        stored()
    with polling(write_token, work_off) as client:
        found = [message.id for message in client.investigate.iterate(**SEARCH, per_page=2)]
        assert len(found) == len(set(found)) == 5
        page = client.investigate.list(**SEARCH, per_page=2, page=3)
    assert [message.id for message in page.items] == found[4:]


def test_what_arrives_after_the_promise_is_not_in_a_finished_page(slow, http):
    stored()
    location = http.get("/investigate", params={"detections_only": "false"}).headers["Location"]
    work_off()
    stored()
    assert len(http.get(f"http://gateway.invalid{location}").json()["result"]) == 1


def test_a_run_whose_worker_died_is_enqueued_again_by_a_poll(slow, http, settings):
    location = http.get("/investigate").headers["Location"]
    long_ago = timezone.now() - timedelta(minutes=5)
    SearchRun.objects.using("gateway").update(enqueued_at=long_ago)
    settings.CELERY_TASK_ALWAYS_EAGER = True
    http.get(f"http://gateway.invalid{location}")
    assert SearchRun.objects.using("gateway").get().enqueued_at > long_ago


def test_a_failed_run_says_so(slow, http, write_token):
    location = http.get("/investigate").headers["Location"]
    SearchRun.objects.using("gateway").update(state="failed")
    answer = http.get(f"http://gateway.invalid{location}")
    assert answer.status_code == 503
    assert "shorter range" in answer.json()["errors"][0]["message"]

    def fail(_seconds):
        SearchRun.objects.using("gateway").update(state="failed")

    with polling(write_token, fail) as client, pytest.raises(ServerError):
        client.investigate.list()


@pytest.mark.parametrize("name", ["nothing", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_search_is_not_found(http, name):
    assert http.get(f"/investigate/searches/{name}").status_code == 404


def test_a_run_of_another_account_stays_invisible(slow, http):
    location = http.get("/investigate").headers["Location"]
    SearchRun.objects.using("gateway").update(account_id="f" * 32)
    assert http.get(f"http://gateway.invalid{location}").status_code == 404


def test_filters_survive_their_way_through_the_row():
    params = SearchParams(
        account_id=ACCOUNT,
        start=datetime(2026, 1, 1, tzinfo=UTC),
        end=datetime(2026, 2, 1, tzinfo=UTC),
        query="x",
        sender=("a@x.example", "b.example"),
        submissions=True,
    )
    assert SearchParams.from_json(params.to_json()) == params


@pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
def test_the_database_ends_a_statement_whose_time_is_up_and_works_on():
    from django.db import connections

    connection = connections["gateway"]
    endless = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        "postgresql": "SELECT pg_sleep(60)",
    }[connection.vendor]
    with pytest.raises(SearchTooSlow), time_budget("gateway", 0.2), connection.cursor() as cursor:
        cursor.execute(endless)
    with time_budget("gateway", 5):
        assert search_page(SearchParams(account_id=ACCOUNT, start=datetime(2026, 1, 1, tzinfo=UTC)), limit=1)
