"""One page of a search: as SQL alone, through the API in this process, over HTTP, and as a page of the console."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from typing import Any

import httpx
from django.db import connections

from dashboard.backend import api_client_for_console
from gateway import ids
from gateway.search.params import SearchParams
from gateway.search.sql import fts5_expression, match_of
from tests.benchmarks.timing import Table, p50, p95, side_by_side
from tests.stack.over_http import signed_in
from tests.stack.running import Stack

ROUNDS = 200
PER_PAGE = 50
# Both are walked by key from the newest on, which is all that a page needs.
NEWEST = "SELECT m.* FROM gateway_message m WHERE m.id < %s AND m.account_id = %s ORDER BY m.id DESC LIMIT 51"
MATCHING = (
    "SELECT m.* FROM gateway_messagefts f CROSS JOIN gateway_message m ON m.id = f.rowid "
    "WHERE gateway_messagefts MATCH %s AND f.rowid < %s AND m.account_id = %s ORDER BY f.rowid DESC LIMIT 51"
)
SEARCHES: dict[str, dict[str, Any]] = {
    "the newest": {},
    "a common word": {"query": "invoice"},
    "two words": {"query": "order dispatched"},
    "a recipient": {"recipient": "acme.example"},
}


def searches_in_process(table: Table, account_id: str) -> None:
    """Measure pages against the bare query that finds the same rows."""
    now = datetime.now(UTC)
    client = api_client_for_console()
    for name, words in SEARCHES.items():
        call = partial(
            client.investigate.list,
            detections_only=False,
            start=now - timedelta(days=60),
            end=now,
            per_page=PER_PAGE,
            **words,
        )
        assert len(call().items) == PER_PAGE, f"the store has too little mail for {name}"
        found = side_by_side({"floor": _bare(words, account_id, now), "api": call}, ROUNDS)
        floor, api = p50(found["floor"]), p50(found["api"])
        figure = f"{api:.1f} ms p50, {p95(found['api']):.1f} ms p95"
        table.add(f"search, {name}: API in process", figure, f"{api / floor:.1f} × the bare query ({floor:.2f} ms)")


def _bare(words: dict[str, Any], account_id: str, now: datetime) -> Callable[[], object]:
    parameters: list[Any] = [ids.past_key(now), account_id]
    sql = NEWEST
    if words:
        filters = {name: (value,) if name == "recipient" else value for name, value in words.items()}
        start = now - timedelta(days=60)
        expression = fts5_expression(match_of(SearchParams(account_id=account_id, start=start, **filters)))
        sql, parameters = MATCHING, [expression, *parameters]

    def run() -> object:
        with connections["gateway"].cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    return run


def searches_over_http(table: Table, stack: Stack) -> None:
    """Measure the first page and later ones over HTTP, as JSON and as the console's own page."""
    run = stack.run
    url = f"{run['api_base_url']}/accounts/{run['account_id']}/email-security/investigate"
    headers = {"Authorization": f"Bearer {run['api_token']}"}
    client = api_client_for_console()
    cursors = _cursors(client)
    in_process = partial(client.investigate.list, detections_only=False, per_page=PER_PAGE)
    with httpx.Client(headers=headers) as http, signed_in(stack, "analyst") as console:
        actions: dict[str, Callable[[], object]] = {
            "in process": in_process,
            "http": lambda: http.get(url, params={"per_page": PER_PAGE, "detections_only": "false"}).raise_for_status(),
            "later page": lambda: http.get(
                url, params={"per_page": PER_PAGE, "detections_only": "false", "cursor": next(cursors)}
            ).raise_for_status(),
            "console": lambda: console.get("/investigate/"),
        }
        found = side_by_side(actions, ROUNDS)
    floor = p50(found["in process"])
    for name, label in (
        ("http", "search, the newest: API over HTTP"),
        ("later page", "search, a page from the middle: API over HTTP"),
        ("console", "search, the newest: the console's page"),
    ):
        figure = f"{p50(found[name]):.1f} ms p50, {p95(found[name]):.1f} ms p95"
        table.add(label, figure, f"{p50(found[name]) / floor:.1f} × the API in process ({floor:.1f} ms)")


def _cursors(client: Any) -> cycle:
    """Return the cursors of twenty pages, a thousand messages apart."""
    found, cursor = [], None
    for _ in range(20):
        page = client.investigate.list(detections_only=False, per_page=1000, cursor=cursor)
        cursor = page.next
        if cursor is None:
            break
        found.append(cursor)
    return cycle(found)
