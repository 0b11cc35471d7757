"""Searching: how parameters are sent, how pages and slow searches are followed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from api_client import (
    BadRequest,
    Client,
    FilterIgnored,
    Forbidden,
    NumberedPage,
    ResponseInvalid,
    TimedOut,
    each_by_number,
)
from tests.api_client.conftest import ACCOUNT, PREFIX, Clock, Server, enveloped, refused

END = {"count": 1, "per_page": 50}


def page_of(*ids: str, message: dict[str, Any], after: str | None = None, before: str | None = None) -> httpx.Response:
    info = {"count": len(ids), "per_page": 50, "page": 0, "total_count": 0, "next": after, "previous": before}
    return enveloped([{**message, "id": one} for one in ids], info=info)


def test_every_parameter_is_sent_as_the_contract_spells_it(client: Client, server: Server, message) -> None:
    server.will(page_of("a", message=message))
    client.investigate.list(
        query="invoice +overdue",
        sender="acme.example",
        domain=["a.example", "b.example"],
        final_disposition=["MALICIOUS", "SPOOF"],
        delivery_status=["quarantined"],
        subject="50 % off & more",
        detections_only=False,
        submissions=True,
        start=datetime(2026, 1, 5, 10, tzinfo=timezone(timedelta(hours=1))),
        end=datetime(2026, 1, 6, tzinfo=UTC),
        page=2,
        per_page=100,
        recipient=None,
        alert_id="",
    )
    sent = Counter(server.last.url.params.multi_items())
    assert sent == Counter(
        [
            ("query", "invoice +overdue"),
            ("sender", "acme.example"),
            ("domain", "a.example"),
            ("domain", "b.example"),
            ("final_disposition", "MALICIOUS"),
            ("final_disposition", "SPOOF"),
            ("delivery_status", "quarantined"),
            ("subject", "50 % off & more"),
            ("detections_only", "false"),
            ("submissions", "true"),
            ("start", "2026-01-05T10:00:00+01:00"),
            ("end", "2026-01-06T00:00:00+00:00"),
            ("page", "2"),
            ("per_page", "100"),
        ]
    )
    assert b"2026-01-05T10%3A00%3A00%2B01%3A00" in server.last.url.query


def test_a_search_always_says_whether_it_wants_detections_only(client: Client, server: Server, message) -> None:
    server.will(page_of("a", message=message))
    client.investigate.list()
    assert dict(server.last.url.params) == {"detections_only": "true", "per_page": "50"}


@pytest.mark.parametrize(
    "filters",
    [{"start": datetime(2026, 1, 5)}, {"per_page": 0}, {"per_page": 10_001}, {"page": 0}],
)
def test_a_search_that_can_not_be_meant_is_refused(client: Client, filters: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"offset|per_page|Pages"):
        client.investigate.list(**filters)


def applied(response: httpx.Response, *names: str) -> httpx.Response:
    """Return the answer with a notice for each filter beyond the contract that was applied."""
    notices = [{"code": 1, "message": "applied", "source": {"pointer": name}} for name in names]
    return httpx.Response(200, json=response.json() | {"messages": notices})


def test_a_filter_that_the_api_does_not_say_it_applied_gives_no_rows(client: Client, server: Server, message) -> None:
    rows = page_of("a", message=message)
    server.will(applied(rows, "url"), rows, applied(rows, "query"), rows)
    assert [item.id for item in client.investigate.list(url="login.php").items] == ["a"]
    assert server.last.url.params["url"] == "login.php"
    for _ in range(2):
        with pytest.raises(FilterIgnored, match="no filter url"):
            client.investigate.list(url=["login.php"])
    assert [item.id for item in client.investigate.list(url=None).items] == ["a"]


def test_what_an_api_has_beyond_the_contract_is_found_out(client: Client, server: Server, message) -> None:
    server.will(applied(page_of(message=message), "url"), page_of("a", message=message), refused(400), refused(403))
    assert client.investigate.known_extensions() == {"url"}
    assert client.investigate.known_extensions() == client.investigate.known_extensions() == set()
    with pytest.raises(Forbidden):
        client.investigate.known_extensions()


def test_features_are_asked_for_and_an_api_that_has_none_is_found_out(client: Client, server: Server, message) -> None:
    features = {"text_minhash": "AA==", "link_domains": ["evil.example"]}
    rows = page_of("a", message=message | {"gatehouse_features": features})
    server.will(applied(rows, "features"), applied(rows, "features"), rows)
    assert client.investigate.knows("features")
    assert server.last.url.params["features"] == "true"
    (found,) = client.investigate.list(features=True).items
    assert found.gatehouse_features is not None
    assert found.gatehouse_features.link_domains == ["evil.example"]
    assert not client.investigate.knows("features")


def test_a_page_carries_its_cursors(client: Client, server: Server, message) -> None:
    server.will(page_of("a", "b", message=message, after="n3xt", before="pr3v"))
    page = client.investigate.list()
    assert [item.id for item in page.items] == ["a", "b"]
    assert (page.next, page.previous, page.per_page, page.count) == ("n3xt", "pr3v", 50, 2)


def test_iterating_follows_cursors_to_the_end(client: Client, server: Server, message) -> None:
    server.will(
        page_of("a", "b", message=message, after="2"),
        page_of(message=message, after="3"),
        page_of("c", message=message, after=""),
    )
    assert [item.id for item in client.investigate.iterate(query="x", per_page=2)] == ["a", "b", "c"]
    assert [request.url.params.get("cursor") for request in server.requests] == [None, "2", "3"]
    assert {request.url.params["query"] for request in server.requests} == {"x"}


def test_a_cursor_that_comes_twice_ends_the_iteration(client: Client, server: Server, message) -> None:
    server.will(page_of("a", message=message, after="2"), page_of("b", message=message, after="2"))
    with pytest.raises(ResponseInvalid, match="same cursor"):
        list(client.investigate.iterate())


def test_a_cursor_given_as_an_address_is_taken_from_this_account_only(client: Client, server: Server, message) -> None:
    server.will(
        page_of("a", message=message, after=f"{PREFIX}/investigate?cursor=abc"),
        page_of("a", message=message, after="https://evil.example/?cursor=abc"),
    )
    assert client.investigate.list().next == "abc"
    with pytest.raises(ResponseInvalid, match="another place"):
        client.investigate.list()


def test_a_search_without_result_info_is_not_taken_for_the_last_page(client: Client, server: Server, message) -> None:
    server.will(enveloped([message]))
    with pytest.raises(ResponseInvalid):
        client.investigate.list()


def slow(location: str | None = None, **headers: str) -> httpx.Response:
    if location is not None:
        headers["location"] = location
    return enveloped([], status=202, info={"count": 0, "per_page": 50}, **headers)


def test_a_slow_search_is_polled_to_its_end(client: Client, server: Server, clock: Clock, message) -> None:
    server.will(
        slow(f"{PREFIX}/investigate/results/1", retry_after="3"),
        slow(),
        refused(503),
        slow("/client/v4/accounts/" + ACCOUNT + "/email-security/investigate/results/2"),
        page_of("a", message=message, after="n"),
    )
    page = client.investigate.list(query="x")
    assert page.next == "n"
    assert [request.url.path.rpartition("/")[2] for request in server.requests] == ["investigate", "1", "1", "1", "2"]
    assert server.last.url.query == b""
    assert clock.slept[0] == 3


def test_a_slow_search_ends_at_its_deadline(client: Client, server: Server, clock: Clock) -> None:
    server.will(slow(f"{PREFIX}/r", retry_after="25"), slow(retry_after="25"), slow(retry_after="25"))
    with pytest.raises(TimedOut, match="60 seconds"):
        client.investigate.list()
    assert sum(clock.slept) == 50


def test_a_slow_search_elsewhere_is_not_followed(client: Client, server: Server) -> None:
    server.will(slow("https://evil.example/client/v4/accounts/" + ACCOUNT + "/r"))
    with pytest.raises(ResponseInvalid, match="another place"):
        client.investigate.list()


def test_a_slow_search_without_a_place_to_look_is_invalid(client: Client, server: Server) -> None:
    server.will(slow())
    with pytest.raises(ResponseInvalid, match="202"):
        client.investigate.list()


def numbered(pages: list[list[str]]) -> Any:
    def fetch(number: int) -> NumberedPage[str]:
        return NumberedPage(items=pages[number - 1], page=number, per_page=2, total_count=None)

    return fetch


def test_a_numbered_list_is_walked_until_a_page_is_empty() -> None:
    assert list(each_by_number(numbered([["a", "b"], ["c"], []]))) == ["a", "b", "c"]


def test_a_server_that_ignores_page_numbers_is_noticed() -> None:
    with pytest.raises(ResponseInvalid, match="same page"):
        list(each_by_number(numbered([["a", "b"], ["a", "b"]])))


def test_a_page_is_read_in_parts_and_tells_what_is_wrong_in_one(client: Client, server: Server, message) -> None:
    server.will(page_of("a", "b", "c", message=message, after="x"))
    page = client.investigate.list_parted(per_page=10_000)
    assert [[one.id for one in part] for part in page.parts(2)] == [["a", "b"], ["c"]]
    assert (len(page), page.next, page.per_page) == (3, "x", 50)
    server.will(page_of(message=message))
    assert list(client.investigate.list_parted().parts(2)) == [[]]
    del message["client_recipients"]
    server.will(page_of("a", message=message))
    with pytest.raises(ResponseInvalid, match="client_recipients") as wrong:
        list(client.investigate.list_parted().parts(2))
    assert wrong.value.operation.startswith("GET ")


def test_a_refusal_of_a_page_to_be_read_in_parts_is_told_as_any_other(client: Client, server: Server) -> None:
    server.will(refused(400, "per_page is too large"))
    with pytest.raises(BadRequest, match="too large"):
        client.investigate.list_parted(per_page=10_000)
    server.will(httpx.Response(200, content=b"<html>"))
    with pytest.raises(ResponseInvalid):
        client.investigate.list_parted()
    server.will(httpx.Response(200, json={"success": True, "result": {"a": 1}}))
    with pytest.raises(ResponseInvalid):
        client.investigate.list_parted()
