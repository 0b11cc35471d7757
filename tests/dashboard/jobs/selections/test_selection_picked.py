"""From messages picked by hand to a job: what was shown is what runs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dashboard.jobs.models import Job
from dashboard.jobs.selections.models import Selection
from dashboard.models import AuditEntry
from tests.dashboard.jobs.conftest import gather, run
from tests.dashboard.jobs.fake_api import FakeApi

HTMX = {"HTTP_HX_REQUEST": "true"}


def previewed(client: Client, form: dict) -> HttpResponse:
    """Pick messages, let the worker look them up, and open the page that it leads to."""
    response = client.post(reverse("jobs:confirm"), form)
    assert response.status_code == 302
    selection = Selection.objects.latest("created_at")
    if selection.is_active:
        gather(selection)
    return client.get(response["Location"])


def confirmed(page: str) -> str:
    found = re.search(r'name="selection" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_the_page_shows_what_would_happen(browser, analyst, api: FakeApi) -> None:
    held = [api.add(number) for number in range(2)]
    free = api.add(2, held=False, recipients=["anna@acme.example", "ben@other.example"])
    ids = [mail.id for mail in [*held, free]] + ["gone"]
    page = previewed(browser(analyst), {"action": "release", "ids": ids}).content.decode()
    assert "Release 3 messages?" in page
    assert "can&#x27;t be taken back" in page
    assert "1 not held: releasing changes nothing" in page
    assert "1 selected message left out" in page
    assert "3 malicious" in page
    assert "2 held, 1 delivered" in page
    assert "acme.example 3, other.example 1" in page
    assert "1 call to the API, less than a minute" in page
    assert "Subject of 4Nf000000001" in page
    assert api.writes == []
    assert not Job.objects.exists()


def test_many_messages_are_looked_up_with_few_calls(browser, analyst, api: FakeApi) -> None:
    ids = [api.add(number).id for number in range(300)]
    page = previewed(browser(analyst), {"action": "release", "ids": ids}).content.decode()
    assert "Release 300 messages?" in page
    assert (len(api.searches), api.reads) == (1, [])


def test_no_more_than_two_calls_are_made_while_the_person_waits(browser, analyst, api: FakeApi) -> None:
    ids = [api.add(number).id for number in range(5)]
    client = browser(analyst)
    client.post(reverse("jobs:confirm"), {"action": "release", "ids": ids[:2]})
    assert len(api.reads) == 2
    response = client.post(reverse("jobs:confirm"), {"action": "release", "ids": ids})
    page = client.get(response["Location"]).content.decode()
    assert (len(api.reads), len(api.searches)) == (2, 0)
    assert "<h1>Selecting</h1>" in page
    assert "of 5 named" in page


def test_a_selection_is_watched_until_it_is_whole(browser, analyst, api: FakeApi) -> None:
    ids = [api.add(number).id for number in range(5)]
    client = browser(analyst)
    client.post(reverse("jobs:confirm"), {"action": "release", "ids": ids})
    selection = Selection.objects.get()
    address = reverse("jobs:selection_progress", args=[selection.pk])
    assert "0</strong> messages so far" in client.get(address, **HTMX).content.decode()
    gather(selection)
    assert client.get(address, **HTMX)["HX-Refresh"] == "true"
    assert client.get(address).status_code == 302


def test_selecting_can_be_stopped(browser, analyst, api: FakeApi) -> None:
    client = browser(analyst)
    client.post(reverse("jobs:confirm"), {"action": "release", "ids": ["a", "b", "c"]})
    selection = Selection.objects.get()
    assert client.post(reverse("jobs:selection_cancel", args=[selection.pk])).status_code == 302
    selection.refresh_from_db()
    assert selection.state == "cancelled"
    assert "Selecting was stopped" in client.get(reverse("jobs:selection", args=[selection.pk])).content.decode()
    form = {"action": "release", "selection": selection.pk, "reason": "x"}
    assert client.post(reverse("jobs:create"), form).status_code == 422
    assert not Job.objects.exists()


def test_what_was_shown_is_what_runs(browser, analyst, api: FakeApi) -> None:
    ids = [api.add(number).id for number in range(3)]
    client = browser(analyst)
    page = previewed(client, {"action": "release", "ids": "\n".join(ids)}).content.decode()
    calls = len(api.reads) + len(api.searches)
    form = {"action": "release", "selection": confirmed(page), "reason": "False alarm"}
    response = client.post(reverse("jobs:create"), form)
    job = Job.objects.get()
    assert response.status_code == 302
    assert response["Location"] == reverse("jobs:detail", args=[job.pk])
    assert [item.seen.subject for item in job.items.all()] == [f"Subject of 4Nf00000000{n}" for n in range(3)]
    assert (job.reason, job.created_by, job.size, job.is_frozen) == ("False alarm", analyst, 3, True)
    assert len(api.reads) + len(api.searches) == calls
    entry = AuditEntry.objects.get(action="job_create")
    assert (entry.username, entry.ip) == ("a-analyst", "127.0.0.1")
    assert run(job).state == "completed"


def test_a_selection_of_somebody_else_is_not_taken(browser, analyst, person, api: FakeApi) -> None:
    mail = api.add(1)
    client = browser(analyst)
    page = previewed(client, {"action": "release", "ids": mail.id}).content.decode()
    client.force_login(person("admin"))
    form = {"action": "release", "selection": confirmed(page), "reason": "x"}
    assert client.post(reverse("jobs:create"), form).status_code == 404
    assert client.post(reverse("jobs:create"), {**form, "selection": "rubbish"}).status_code == 404
    selection = Selection.objects.get()
    for name in ("selection", "selection_progress", "selection_check"):
        assert client.get(reverse(f"jobs:{name}", args=[selection.pk])).status_code == 404
    assert not Job.objects.exists()


def test_a_selection_of_another_backend_becomes_no_job(browser, analyst, api: FakeApi, settings) -> None:
    client = browser(analyst)
    page = previewed(client, {"action": "release", "ids": api.add(1).id}).content.decode()
    settings.CLOUDFLARE_BASE_URL = "https://other.example/client/v4"
    form = {"action": "release", "selection": confirmed(page), "reason": "x"}
    response = client.post(reverse("jobs:create"), form)
    assert response.status_code == 422
    assert "another backend" in response.content.decode()
    assert not Job.objects.exists()


def test_a_job_can_be_created_without_the_page(browser, analyst, api: FakeApi) -> None:
    ids = [api.add(number, held=False).id for number in range(2)]
    form = {"action": "move", "destination": "JunkEmail", "ids": [*ids, ids[0]], "reason": "Junk"}
    response = browser(analyst).post(reverse("jobs:create"), form, **HTMX)
    job = Job.objects.get()
    assert response["HX-Redirect"] == reverse("jobs:detail", args=[job.pk])
    assert (job.action, job.destination, job.items.count()) == ("move", "JunkEmail", 2)
    assert job.items.first().seen.place == "Inbox"


def test_reading_without_the_page_costs_no_more_than_the_backend_allows(browser, analyst, api, settings) -> None:
    settings.GATEWAY_EMBEDDED = False
    ids = [api.add(number).id for number in range(60)]
    browser(analyst).post(reverse("jobs:create"), {"action": "release", "ids": ids, "reason": "x"})
    assert len(api.reads) == 50
    assert Job.objects.get().size == 60


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"action": "release"},
        {"action": "explode", "ids": "a"},
        {"action": "move", "destination": "Attic", "ids": "a"},
        {"action": "move", "ids": "a"},
        {"action": "reclassify", "ids": "a"},
        {"action": "reclassify", "disposition": "AWFUL", "ids": "a"},
        {"action": "release", "ids": "a/../b"},
        {"action": "release", "ids": ".."},
        {"action": "release", "ids": "x" * 300},
        {"action": "release", "ids": "gone"},
        {"action": "release", "ids": "a", "reason": "x" * 2001},
        {"action": "release", "ids": "a", "reason": " "},
    ],
)
def test_what_can_not_be_meant_is_said_and_starts_nothing(browser, analyst, api: FakeApi, form: dict) -> None:
    response = browser(analyst).post(reverse("jobs:create"), {"reason": "Because", **form})
    assert response.status_code == 422
    assert "There is nothing to do yet" in response.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("form", [{}, {"action": "release"}, {"action": "explode", "ids": "a"}, {"ids": "a"}])
def test_what_can_not_be_selected_is_said(browser, analyst, api: FakeApi, form: dict) -> None:
    response = browser(analyst).post(reverse("jobs:confirm"), form)
    assert response.status_code == 422
    assert not Selection.objects.exists()


def test_a_move_without_a_folder_asks_for_one(browser, analyst, api: FakeApi) -> None:
    mail = api.add(1, held=False)
    client = browser(analyst)
    response = previewed(client, {"action": "move", "ids": mail.id})
    assert response.status_code == 200
    page = response.content.decode()
    assert "Choose the folder to move to" not in page
    form = {"action": "move", "selection": confirmed(page), "reason": "Junk"}
    response = client.post(reverse("jobs:create"), form)
    assert response.status_code == 422
    assert "Choose the folder to move to" in response.content.decode()
    assert client.post(reverse("jobs:create"), {**form, "destination": "Inbox"}).status_code == 302


def test_a_reason_is_asked_for_and_nothing_that_was_chosen_is_lost(browser, analyst, api: FakeApi) -> None:
    client = browser(analyst)
    page = previewed(client, {"action": "move", "destination": "Inbox", "ids": api.add(1).id}).content.decode()
    assert '<option value="Inbox" selected>' in page
    form = {"action": "move", "destination": "Inbox", "selection": confirmed(page)}
    response = client.post(reverse("jobs:create"), form)
    assert response.status_code == 422
    assert "Say why" in response.content.decode()
    assert '<option value="Inbox" selected>' in response.content.decode()


def test_reclassifying_asks_for_a_verdict_and_says_how_long_it_takes(browser, analyst, api, settings) -> None:
    settings.GATEHOUSE_API_BUDGET = (1200, 300)
    ids = [api.add(number).id for number in range(600)]
    client = browser(analyst)
    page = previewed(client, {"action": "reclassify", "ids": ids}).content.decode()
    assert "Submit 600 messages for review?" in page
    assert "600 calls to the API, 3 minutes or more" in page
    form = {"action": "reclassify", "selection": confirmed(page), "reason": "Spam"}
    assert "Choose the verdict" in client.post(reverse("jobs:create"), form).content.decode()
    assert client.post(reverse("jobs:create"), {**form, "disposition": "SPAM"}).status_code == 302
    assert Job.objects.get().disposition == "SPAM"


def test_doing_nothing_leads_back_to_where_the_selection_was_made(browser, analyst, api: FakeApi) -> None:
    client, mail = browser(analyst), api.add(1)
    for given, back in [
        ("/investigate/?query=x", "/investigate/?query=x"),
        ("https://evil.example/", "/investigate/"),
        ("javascript:alert(1)", "/investigate/"),
        ("", "/investigate/"),
    ]:
        page = previewed(client, {"action": "release", "ids": mail.id, "next": given}).content.decode()
        assert f'href="{back}" data-key="Escape" aria-keyshortcuts="Escape">Do nothing' in page


def test_an_old_selection_is_looked_at_again_before_it_becomes_a_job(browser, analyst, api: FakeApi) -> None:
    client = browser(analyst)
    page = previewed(client, {"action": "release", "ids": api.add(1).id}).content.decode()
    selection = Selection.objects.get()
    Selection.objects.update(started_at=timezone.now() - timedelta(minutes=11))
    form = {"action": "release", "selection": confirmed(page), "reason": "False alarm"}
    response = client.post(reverse("jobs:create"), form)
    assert response["Location"].startswith(reverse("jobs:selection", args=[selection.pk]))
    assert "False alarm" in client.get(response["Location"]).content.decode()
    assert not Job.objects.exists()
    from tests.dashboard.jobs.conftest import walked

    walked(selection.checks.get())
    assert client.post(reverse("jobs:create"), form).status_code == 302
    assert Job.objects.exists()


def test_what_comes_from_mail_is_shown_as_text(browser, analyst, api: FakeApi) -> None:
    mail = api.add(1, recipients=["<script>alert(1)</script>@x.<b>example"])
    mail.more = {"subject": "<img src=x onerror=alert(1)>\u202egnp.exe", "from": '"><b>@x.example'}
    client = browser(analyst)
    response = previewed(client, {"action": "release", "ids": mail.id})
    pages = [response.content.decode()]
    client.post(reverse("jobs:create"), {"action": "release", "ids": mail.id, "reason": "x"})
    pages.append(client.get(reverse("jobs:detail", args=[Job.objects.get().pk])).content.decode())
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>@x" not in page
        assert "<b>example" not in page
        assert "\u202e" not in page
        assert "style=" not in page
        assert not re.search(r"<script(?![^>]*src=)", page)
