"""Looking at what a message holds: nothing is seen without an audit row."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import DatabaseError, connection

from dashboard.audit.models import AuditEntry
from dashboard.jobs.services import job_create
from tests.investigate.console import htmx
from tests.investigate.fake_api import envelope, held, message, png, refusal

SOURCE = b"From: a@other.example\r\nSubject: caf\xe9 \x00\r\n\r\n<script>alert(1)</script>\r\n"


@pytest.fixture
def letter(api):
    made = held(1)
    api.add(made)
    api.raws[made["id"]] = SOURCE
    return made


@pytest.fixture
def broken_trail(analyst):
    """The audit table can't be written, as on a full disk."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "dashboard_auditentry" in sql:
            raise DatabaseError("disk full")
        return execute(sql, params, many, context)

    analyst.raise_request_exception = False
    with connection.execute_wrapper(refuse):
        yield


def url(letter, end: str) -> str:
    return f"/investigate/messages/{letter['id']}/{end}"


def looks(letter):
    found = AuditEntry.objects.filter(object_kind="message", object_id=letter["id"]).order_by("id")
    return [(entry.username, entry.action, entry.outcome) for entry in found]


def test_the_picture_is_a_png_that_can_be_nothing_else(browse, letter):
    response = browse("reviewer").get(url(letter, "preview.png"))
    assert response.status_code == 200
    assert response.content == png()
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert looks(letter) == [("a-reviewer", "preview_view", "done")]


def test_the_picture_of_a_clean_message_is_asked_for_with_a_post(analyst, api):
    api.add(message(1))
    assert analyst.get(url(api.messages[0], "preview.png")).content == png()
    assert api.requests[-1].method == "POST"


@pytest.mark.parametrize("screenshot", ["", "PHN2Zz4=", "not base64"])
def test_what_is_no_picture_is_never_sent_as_one(analyst, letter, api, screenshot):
    api.broken["GET preview"] = envelope({"screenshot": screenshot})
    response = analyst.get(url(letter, "preview.png"))
    assert response.status_code == 502
    assert response["Content-Type"].startswith("text/html")
    assert looks(letter) == [("a-analyst", "preview_view", "failed")]


def test_why_there_is_no_picture_can_be_asked_for_as_a_fragment(analyst, letter, api):
    api.broken["GET preview"] = refusal(500, "The renderer is down.")
    response = analyst.get(url(letter, "preview.png"), headers=htmx())
    assert response.status_code == 502
    assert "The renderer is down." in response.content.decode()
    assert "<html" not in response.content.decode()


def test_a_picture_that_is_being_drawn_is_asked_for_again_by_the_page_and_leaves_no_row(analyst, letter, api):
    api.broken["GET preview"] = refusal(503, "It is being drawn.", headers={"Retry-After": "1"})
    response = analyst.get(url(letter, "preview.png"), headers=htmx())
    assert (response.status_code, response["Retry-After"]) == (202, "1")
    assert len([request for request in api.requests if request.url.path.endswith("/preview")]) == 1
    assert looks(letter) == []


def test_a_person_asks_for_so_many_pictures_in_a_minute(browse, letter, api, settings):
    settings.GATEHOUSE_PREVIEWS_PER_MINUTE = 2
    cache.clear()
    statuses = [browse("analyst").get(url(letter, "preview.png")).status_code for _ in range(3)]
    # The minute may end in between.
    assert statuses[:2] == [200, 200]
    refused = browse("analyst").get(url(letter, "preview.png"))
    assert {statuses[2], refused.status_code} >= {429}
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert browse("reviewer").get(url(letter, "preview.png")).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("anonymous", 302), ("reviewer", 403), ("analyst", 200), ("admin", 200)])
def test_the_download_is_for_analysts(browse, letter, role, status):
    assert browse(role).get(url(letter, "raw.eml")).status_code == status


def test_the_download_gives_the_exact_bytes_and_opens_nowhere(analyst, letter):
    response = analyst.get(url(letter, "raw.eml"))
    assert response.content == SOURCE
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith('attachment; filename="4Njp3P0STMz2c001-')
    assert response["Content-Disposition"].endswith('.eml"')
    assert "as-the-api" not in response["Content-Disposition"]
    assert looks(letter) == [("a-analyst", "raw_download", "done")]
    assert AuditEntry.objects.get(action="raw_download").detail == {"bytes": len(SOURCE), "exact": True}


def test_a_download_that_is_not_exact_says_so(analyst, letter, api):
    api.serves_bytes = False
    response = analyst.get(url(letter, "raw.eml"))
    assert ".as-the-api-gives-it.eml" in response["Content-Disposition"]
    assert AuditEntry.objects.get(action="raw_download").detail["exact"] is False


def test_the_name_of_the_download_holds_nothing_but_letters_and_digits(analyst, letter, api):
    letter["id"] = "x\";'é ..-1"
    header = analyst.get("/investigate/messages/x%22;'%C3%A9%20..-1/raw.eml")["Content-Disposition"]
    assert header == 'attachment; filename="x-..-1.eml"'


def test_the_source_is_shown_as_text(analyst, letter):
    page = analyst.get(url(letter, "raw/")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "U+0000" in page
    assert looks(letter) == [("a-analyst", "raw_view", "done")]


def test_encoded_blocks_come_folded(analyst, letter, api):
    api.raws[letter["id"]] = (
        b"Subject: x\r\n\r\nHello\r\n" + b"QUJD" * 18 + b"\r\n" + (b"QUJD" * 18 + b"\r\n") * 9 + b"--b"
    )
    page = analyst.get(url(letter, "raw/")).content.decode()
    assert "base64, 10 lines" in page
    assert page.index("Hello") < page.index("base64, 10 lines") < page.index("--b")


def test_a_source_too_long_to_show_is_cut_and_says_so(analyst, letter, api):
    api.raws[letter["id"]] = b"Subject: x\r\n\r\n" + b"word " * 100_000
    response = analyst.get(url(letter, "raw/"))
    assert "It goes on. The whole message is in the download." in response.content.decode()
    assert len(response.content) < 400_000


@pytest.mark.usefixtures("broken_trail")
@pytest.mark.parametrize("end", ["preview.png", "raw.eml", "raw/"])
def test_what_can_not_be_written_down_is_not_shown(analyst, letter, end):
    response = analyst.get(url(letter, end))
    assert response.status_code == 500
    assert b"alert(1)" not in response.content
    assert b"PNG" not in response.content


def test_a_look_that_failed_is_written_down_too(analyst, letter, api):
    api.broken["GET raw"] = refusal(500, "No.")
    assert analyst.get(url(letter, "raw/")).status_code == 502
    assert looks(letter) == [("a-analyst", "raw_view", "failed")]


def test_who_looked_shows_in_the_activity(browse, letter):
    browse("reviewer").get(url(letter, "preview.png"))
    page = browse("analyst").get(url(letter, "activity/")).content.decode()
    assert "Looked at the preview" in page
    assert "a-reviewer" in page


def test_what_jobs_did_shows_in_the_activity(browse, letter):
    maker = browse("analyst")
    anna = User.objects.get(username="a-analyst")
    job_create(user=anna, action="move", destination="JunkEmail", ids=[letter["id"]])
    page = maker.get(url(letter, "activity/")).content.decode()
    assert "Move by a job to Junk" in page
    assert '<strong class="outcome-pending">pending</strong>' in page
