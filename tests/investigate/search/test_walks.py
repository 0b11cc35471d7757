"""Counting and exporting everything that a search finds, in the background."""

import csv
import io
import json
import re
from html import unescape

import pytest
from django.contrib.auth.models import User

from dashboard.audit.models import AuditEntry
from dashboard.csv_cells import neutralise_formula
from dashboard.walking.running import walk_run
from investigate.models import SearchCount, SearchExport
from tests.investigate.console import htmx
from tests.investigate.fake_api import detections, held, message, refusal


def text(response) -> str:
    return unescape(response.content.decode())


def run(walk) -> None:
    """Do what the worker does."""
    walk_run(walk._meta.label_lower, walk.pk)
    walk.refresh_from_db()


def test_the_list_asks_for_its_count_after_the_first_paint(analyst, api):
    api.add(*[message(number) for number in range(1, 121)])
    page = text(analyst.get("/investigate/?sender=other.example"))
    assert len(api.requests) == 1
    asked = re.search(r'id="search-count" hx-get="([^"]+)" hx-trigger="load"', page).group(1)
    first = analyst.get(asked, headers=htmx())
    assert first.status_code == 200
    assert 'hx-trigger="every 2s"' in text(first)
    assert len(api.requests) == 1
    run(SearchCount.objects.get())
    second = analyst.get(asked, headers=htmx())
    assert second.status_code == 286
    assert "<strong>120</strong> match · complete" in text(second)
    analyst.get(asked, headers=htmx())
    assert SearchCount.objects.count() == 1


def test_counting_tests_what_the_api_can_not_filter(analyst, api):
    api.add(*[message(number, validation={"spf": "fail" if number % 3 == 0 else "pass"}) for number in range(1, 61)])
    analyst.get("/investigate/count/?spf=fail")
    count = SearchCount.objects.get()
    run(count)
    assert (count.found, count.is_whole) == (20, True)


def test_counting_reads_two_hundred_details_at_most_and_says_so(analyst, api):
    for number in range(1, 251):
        api.add(held(number))
        api.details[api.messages[-1]["id"]] = detections(attachments=[{"size": 1}])
    analyst.get("/investigate/count/?has=attachment")
    count = SearchCount.objects.get()
    run(count)
    assert (count.found, count.read, count.unread, count.is_whole) == (200, 200, 50, False)
    assert "at least 200</strong> match · looked into 200 of 250" in text(
        analyst.get("/investigate/count/?has=attachment")
    )


def test_counting_stops_at_ten_thousand(analyst, api, monkeypatch):
    monkeypatch.setattr("investigate.search.walks.consumers.COUNT_AT_MOST", 30)
    monkeypatch.setattr("investigate.search.walks.models.COUNT_AT_MOST", 30)
    api.add(*[message(number) for number in range(1, 61)])
    analyst.get("/investigate/count/")
    run(SearchCount.objects.get())
    assert "<strong>10,000+</strong> match" in text(analyst.get("/investigate/count/"))


def test_a_count_that_failed_says_so_and_is_not_begun_again_at_once(analyst, api):
    api.add(message(1))
    analyst.get("/investigate/count/")
    api.broken["GET "] = refusal(400, "No.")
    run(SearchCount.objects.get())
    for _ in range(2):
        response = analyst.get("/investigate/count/")
        assert response.status_code == 286
        assert "not counted: " in text(response)
    assert SearchCount.objects.count() == 1


def exported(client, query: str, kind: str) -> tuple[SearchExport, str]:
    response = client.post(f"/investigate/exports/new/?{query}", {"format": kind})
    export = SearchExport.objects.get()
    assert response["Location"] == f"/investigate/exports/{export.pk}/"
    assert "0</strong> messages written" in text(client.get(response["Location"]))
    run(export)
    answer = client.get(f"/investigate/exports/{export.pk}/download/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    return export, b"".join(answer.streaming_content).decode()


def test_an_export_has_every_match_once_and_says_that_it_is_complete(analyst, api):
    api.add(*[message(number, subject=f'Say "{number}", twice\nover') for number in range(1, 1301)])
    export, file = exported(analyst, "sender=other.example", "csv")
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [row["id"] for row in rows] == [held["id"] for held in api.messages]
    assert rows[3]["subject"] == 'Say "4", twice\nover'
    page = analyst.get(f"/investigate/exports/{export.pk}/", headers=htmx())
    assert page.status_code == 286
    assert "Complete: everything between" in text(page)
    actions = AuditEntry.objects.filter(object_kind="export").order_by("id").values_list("action", flat=True)
    assert list(actions) == ["search_export", "search_export_download"]


def test_json_lines_hold_whole_messages(analyst, api):
    api.add(message(1, subject="報告 <b>"), message(2, validation={"spf": "fail"}))
    _, file = exported(analyst, "spf=fail", "jsonl")
    (line,) = file.splitlines()
    assert json.loads(line)["id"] == api.messages[1]["id"]
    assert json.loads(line)["from"] == "sender2@other.example"


def test_an_export_of_nothing_has_its_header(analyst, api):
    _, file = exported(analyst, "query=nothinglikethis", "csv")
    assert file.startswith('"received","sent","from"')
    assert len(file.splitlines()) == 1


@pytest.mark.parametrize(
    ("cell", "neutral"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
        (None, ""),
        ("x\0y", "xy"),
    ],
)
def test_cells_that_could_be_formulas_are_neutralised(cell, neutral):
    assert neutralise_formula(cell) == neutral


def test_an_export_that_was_ended_says_so_in_its_name(analyst, api):
    api.add(message(1))
    analyst.post("/investigate/exports/new/", {"format": "csv"})
    export = SearchExport.objects.get()
    assert analyst.get(f"/investigate/exports/{export.pk}/download/").status_code == 404
    analyst.post(f"/investigate/exports/{export.pk}/cancel/")
    answer = analyst.get(f"/investigate/exports/{export.pk}/download/")
    assert "-incomplete.csv" in answer["Content-Disposition"]
    assert "Cancelled" in text(analyst.get("/investigate/exports/"))


def test_exports_are_for_those_who_run_jobs(browse, api):
    assert browse("reviewer").post("/investigate/exports/new/", {"format": "csv"}).status_code == 403
    assert "exports/new" not in text(browse("reviewer").get("/investigate/"))
    assert not SearchExport.objects.exists()


def test_new_mail_is_announced_and_not_injected(analyst, api):
    api.add(*[message(number) for number in range(5, 8)])
    page = text(analyst.get("/investigate/?sender=other.example"))
    look = re.search(r'id="search-newer"[^>]*hx-get="([^"]+)"', page).group(1)
    assert "<a" not in text(analyst.get(look, headers=htmx()))
    api.add(message(1), message(2))
    told = text(analyst.get(look, headers=htmx()))
    assert '<a href="/investigate/?sender=other.example">2 new messages: show them</a>' in told
    api.broken["GET "] = refusal(503, "Down.")
    quiet = analyst.get(look, headers=htmx())
    assert quiet.status_code == 200
    assert "<a" not in text(quiet)


def test_an_older_page_and_a_range_that_is_over_can_get_no_new_mail(analyst, api):
    api.add(*[message(number) for number in range(1, 61)])
    assert "search-newer" not in text(analyst.get("/investigate/?cursor=50"))
    assert "search-newer" not in text(analyst.get("/investigate/?end=2026-03-01T00:00%2B00:00"))


def test_somebody_else_counts_nothing(browse, api, db):
    assert browse("anonymous").get("/investigate/count/").status_code == 302
    assert not User.objects.exists()
