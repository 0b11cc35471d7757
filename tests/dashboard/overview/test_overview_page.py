"""The overview, for each role: no data, one point, many; every mark leads to its search and says as of when."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from selectolax.lexbor import LexborHTMLParser

from dashboard.overview.chart_data import pictures_draw
from dashboard.overview.ranges import RANGES
from tests.dashboard.overview.days import mail, serve, work

pytestmark = pytest.mark.django_db


def shown(client, range_name="7d"):
    response = client.get(f"/?range={range_name}")
    assert response.status_code == 200
    return LexborHTMLParser(response.content.decode())


def drawn(count, step=timedelta(hours=3)):
    messages = mail(count, now=timezone.now(), step=step)
    serve(messages)
    work()
    pictures_draw()
    return messages


def legend(page, label):
    item = next(one for one in page.css(".legend-item") if label in one.text())
    return int(item.css_first(".number").text().replace(",", "")), item.attributes["href"]


@pytest.mark.parametrize("role", ["reviewer", "analyst", "admin"])
def test_before_anything_was_counted_it_says_so(browse, role):
    page = shown(browse(role))
    assert "Nothing is counted yet" in page.text()
    assert page.css("svg.chart-bars") == []


@pytest.mark.parametrize("range_name", RANGES)
def test_without_mail_it_says_that_none_came(browse, range_name):
    drawn(0)
    page = shown(browse("reviewer"), range_name)
    assert "No mail came." in page.text()
    assert "0 messages" in page.text()


@pytest.mark.parametrize("range_name", RANGES)
def test_one_message_is_one_bar_of_full_height(browse, range_name):
    drawn(1)
    page = shown(browse("reviewer"), range_name)
    rects = page.css("#by-verdict ~ .chart-drawing rect")
    assert [rect.attributes["height"] for rect in rects] == ["100"]


def test_the_legend_adds_up_to_all_that_came(browse):
    messages = drawn(40)
    page = shown(browse("analyst"), "30d")
    labels = ["Malicious", "Suspicious", "Spoof", "Spam", "Bulk", "Clean"]
    counts = {label: legend(page, label)[0] for label in labels}
    assert sum(counts.values()) == len(messages)
    bec = [one for one in messages if one["final_disposition"].startswith("MALICIOUS")]
    assert counts["Malicious"] == len(bec)


@pytest.mark.parametrize("range_name", RANGES)
def test_every_mark_has_a_working_search_over_its_own_stretch(browse, range_name):
    drawn(40, step=timedelta(hours=5))
    client = browse("analyst")
    page = shown(client, range_name)
    links = {
        unescape(one.attributes.get("href") or one.attributes["xlink:href"])
        for one in page.css(".chart-bars a, .legend a, .chart-table a, .top-list a")
    }
    assert len(links) > 10
    for link in links:
        query = parse_qs(urlsplit(link).query)
        assert query["start"] < query["end"]
        assert link.startswith("/investigate/?")
    assert page.css(".chart-bars a:not([tabindex='-1'])") == []


def test_the_table_behind_a_chart_holds_the_same_counts(browse):
    drawn(40)
    page = shown(browse("analyst"), "30d")
    for chart in page.css("section.chart"):
        cells = chart.css("tbody td.number")
        total = sum(int(cell.text().replace(",", "")) for cell in cells) // 2
        assert total == sum(int(one.text().replace(",", "")) for one in chart.css(".legend .number"))


def test_it_asks_the_api_nothing_and_the_database_little(browse, api):
    drawn(40)
    client = browse("admin")
    shown(client)
    before = serve([])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown(client)
    assert before.calls == 0
    assert len(queries) < 25


def test_a_reviewer_sees_no_figure_of_what_they_may_not_open(browse):
    drawn(3)
    assert "Jobs under way" not in shown(browse("reviewer")).text()
    assert "Jobs under way" in shown(browse("analyst")).text()


def test_hostile_names_stay_text(browse):
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    made = mail(8, now=timezone.now(), step=timedelta(hours=1))
    for one in made:
        one |= {"from_name": hostile, "from": f"{hostile}@x.example", "client_recipients": [hostile]}
    serve(made)
    work()
    pictures_draw()
    response = browse("analyst").get("/?range=7d")
    text = response.content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert hostile in LexborHTMLParser(text).text()


def test_an_unknown_range_is_not_found(browse):
    assert browse("analyst").get("/?range=1y").status_code == 404


def test_it_says_as_of_when(browse):
    drawn(3)
    text = shown(browse("reviewer")).css_first(".overview > p").text()
    assert re.search(r"counted \d+ \w+ 20\d\d \d\d:\d\d:\d\d", text)
