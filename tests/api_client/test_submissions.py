"""Submissions and PhishGuard reports: requests as the contract has them, and what the least answer is read as."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api_client import Client, ResponseInvalid, RetryPolicy
from tests.api_client.conftest import PREFIX, Server, enveloped

SUBMISSION = {"submission_id": "s-1", "requested_at": "2026-01-05T10:00:00Z", "type": "User"}
REPORT = {
    "id": 7,
    "title": "Campaign",
    "content": "Three of a kind.",
    "disposition": "MALICIOUS",
    "priority": "high",
    "fields": {"to": ["anna@acme.example"], "from": "eve@evil.test"},
}
INFO = {"count": 1, "per_page": 50, "page": 1, "total_count": 1}


def test_submissions_are_asked_for_with_what_was_given(client: Client, server: Server) -> None:
    server.will(enveloped([SUBMISSION], info=INFO))
    page = client.submissions.list(
        type="USER", status="unreviewed", escalated_from_user=False, start=datetime(2026, 1, 1, tzinfo=UTC), query=None
    )
    assert server.last.url.path == f"{PREFIX}/submissions"
    assert dict(server.last.url.params) == {
        "page": "1",
        "per_page": "50",
        "type": "USER",
        "status": "unreviewed",
        "escalated_from_user": "false",
        "start": "2026-01-01T00:00:00+00:00",
    }
    assert (page.total_count, page.items[0].type, page.items[0].outcome) == (1, "User", None)


def test_both_lists_are_read_until_a_page_is_empty(client: Client, server: Server) -> None:
    server.will(enveloped([SUBMISSION], info=INFO), enveloped([], info=INFO))
    assert [row.submission_id for row in client.submissions.iterate(order="subject")] == ["s-1"]
    assert (server.last.url.params["page"], server.last.url.params["order"]) == ("2", "subject")
    server.will(enveloped([REPORT]), enveloped([]))
    (report,) = client.phishguard.reports.iterate(per_page=5)
    assert server.last.url.path == f"{PREFIX}/phishguard/reports"
    assert (report.fields.from_, report.fields.to, report.tags) == ("eve@evil.test", ["anna@acme.example"], None)


def test_a_server_that_counts_nothing_gives_no_count(client: Client, server: Server) -> None:
    server.will(enveloped([REPORT]))
    assert client.phishguard.reports.list().total_count is None


def test_a_view_under_another_policy_reads_them_too(client: Client, server: Server) -> None:
    server.will(enveloped([SUBMISSION], info=INFO), enveloped([REPORT]))
    view = client.with_retry(RetryPolicy(attempts=1))
    assert view.submissions.list().items
    assert view.phishguard.reports.list().items


def test_what_lacks_its_id_is_refused(client: Client, server: Server) -> None:
    server.will(enveloped([{"requested_at": "2026-01-05T10:00:00Z"}], info=INFO))
    with pytest.raises(ResponseInvalid, match="submission_id"):
        client.submissions.list()


def test_a_time_without_an_offset_is_never_sent(client: Client) -> None:
    with pytest.raises(ValueError, match="offset"):
        client.submissions.list(start=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="per_page"):
        client.phishguard.reports.list(per_page=0)
