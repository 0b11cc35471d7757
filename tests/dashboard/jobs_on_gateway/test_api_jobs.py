"""The API's own bulk action jobs: listed beside ours, watched, cancelled, deleted, started from a search."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dashboard.jobs.selections.models import Selection
from dashboard.models import AuditEntry
from dashboard.walking.running import walk_run
from gateway.bulk.running import run
from gateway.delivery import maildir
from gateway.models import BulkJob
from tests.gateway.mails import mail, stored

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
HTMX = {"HTTP_HX_REQUEST": "true"}


def searched(client, **more) -> Selection:
    """Select everything that a search finds, and let the worker gather it."""
    now = timezone.now()
    form = {"start": (now - timedelta(days=1)).isoformat(), "end": now.isoformat(), "subject": "offer", **more}
    client.post(reverse("jobs:select"), form)
    selection = Selection.objects.latest("created_at")
    walk_run("dashboard.selection", selection.pk)
    selection.refresh_from_db()
    return selection


def started(client, **more):
    selection = searched(client)
    form = {"selection": selection.pk, "action": "move", "destination": "JunkEmail", "reason": "Clean up", **more}
    return client.post(reverse("jobs:api_start"), form)


@pytest.fixture
def offers():
    return [stored(subject=f"offer {number}") for number in range(3)]


def test_a_job_of_the_api_is_started_from_a_search_and_watched(browser, offers) -> None:
    client = browser("analyst")
    selection = searched(client)
    page = client.get(reverse("jobs:selection", args=[selection.pk]) + "?action=move").content.decode()
    assert "Let the API run it" in page
    assert selection.size == 3
    response = started(client)
    job = BulkJob.objects.using("gateway").get()
    assert response["Location"] == reverse("jobs:api_job", args=[job.pk])
    address = reverse("jobs:api_progress", args=[job.pk])
    assert client.get(address, **HTMX).status_code == 200
    for _ in range(5):
        run(job.pk)
    response = client.get(address, **HTMX)
    assert response.status_code == 286
    page = client.get(reverse("jobs:api_job", args=[job.pk])).content.decode()
    assert "Move to Junk, by the API" in page
    assert "subject: offer" in page
    assert "Clean up" in page
    assert "offer 2" in page
    assert "3 of 3 copies" in page
    entry = AuditEntry.objects.get(action="bulk_create", follows=None)
    assert (entry.username, entry.final_outcome, entry.final_detail["job_id"]) == ("a-analyst", "done", str(job.pk))
    done = client.get(reverse("jobs:api_job", args=[job.pk]), {"status": "COMPLETED"})
    assert len(done.context["entries"]) == 3
    assert client.get(reverse("jobs:api_job", args=[job.pk]), {"status": "ODD"}).status_code == 404


def test_it_tells_who_had_read_what_it_moved(browser, settings) -> None:
    message = stored(subject="offer", recipients=("bo@acme.example",))
    box = maildir.mailbox(settings.GATEWAY_MAILBOXES, "bo@acme.example")
    (path,) = (box / "new").iterdir()
    path.rename(box / "cur" / f"{path.name}:2,S")
    (box / ".Sent" / "cur").mkdir(parents=True)
    sent = mail(subject="Fwd: offer", to="zoe@elsewhere.example", extra=f"References: {message.message_id}")
    (box / ".Sent" / "cur" / "1.M1.host:2,S").write_bytes(sent)
    client = browser("analyst")
    started(client)
    job = BulkJob.objects.using("gateway").get()
    for _ in range(5):
        run(job.pk)
    page = " ".join(client.get(reverse("jobs:api_job", args=[job.pk])).content.decode().split())
    assert "<strong>had forwarded, read it</strong>" in page
    assert "zoe" in page.partition('class="job-forwarded"')[2].partition("</span></td>")[0]


def test_it_is_listed_beside_ours(browser, offers) -> None:
    client = browser("analyst")
    address = reverse("jobs:api_jobs")
    assert f'hx-get="{address}"' in client.get(reverse("jobs:list")).content.decode()
    assert "runs no jobs of its own" in client.get(address, **HTMX).content.decode()
    started(client)
    fragment = client.get(address, **HTMX).content.decode()
    assert "Move to Junk" in fragment
    assert "<html" not in fragment
    assert "<html" in client.get(address).content.decode()
    assert client.get(address, {"page": "2"}).status_code == 200
    assert client.get(address, {"page": "x"}).status_code == 404


def test_it_is_cancelled_and_then_deleted(browser, offers) -> None:
    client = browser("analyst")
    started(client)
    job = BulkJob.objects.using("gateway").get()
    delete, cancel = (reverse(f"jobs:api_{name}", args=[job.pk]) for name in ("delete", "cancel"))
    assert "has not ended yet" in client.post(delete, follow=True).content.decode()
    client.post(cancel)
    run(job.pk)
    page = client.get(reverse("jobs:api_job", args=[job.pk])).content.decode()
    assert "Cancelled" in page
    assert client.post(delete)["Location"] == reverse("jobs:api_jobs")
    assert not BulkJob.objects.using("gateway").exists()
    entries = AuditEntry.objects.filter(object_kind="bulk_job", follows=None)
    assert {(entry.action, entry.final_outcome) for entry in entries} == {
        ("bulk_create", "done"),
        ("bulk_cancel", "done"),
        ("bulk_delete", "done"),
        ("bulk_delete", "failed"),
    }


def test_what_the_api_can_not_run_is_refused_with_why(browser, offers, settings) -> None:
    client = browser("analyst")
    response = started(client, destination="RecoverableItemsPurges")
    assert response.status_code == 422
    assert "needs a second person" in response.content.decode()
    response = started(client, action="reclassify", disposition="SPAM")
    assert "does nothing else" in response.content.decode()
    selection = searched(client, final_disposition=["SPAM", "BULK"])
    form = {"selection": selection.pk, "action": "move", "destination": "JunkEmail", "reason": "x"}
    assert client.post(reverse("jobs:api_start"), form).status_code == 422
    client.post(reverse("jobs:confirm"), {"action": "move", "ids": offers[0].investigate_id})
    form["selection"] = Selection.objects.get(source="picked").pk
    assert "Only a search" in client.post(reverse("jobs:api_start"), form).content.decode()
    assert client.post(reverse("jobs:api_start"), form | {"reason": ""}).status_code == 422
    assert client.post(reverse("jobs:api_start"), {}).status_code == 404
    assert not BulkJob.objects.using("gateway").exists()


def test_a_reviewer_gets_no_further_than_a_refusal(browser, offers) -> None:
    started(browser("analyst"))
    job = BulkJob.objects.using("gateway").get()
    client = browser("reviewer")
    for name in ("api_job", "api_progress"):
        assert client.get(reverse(f"jobs:{name}", args=[job.pk])).status_code == 403
    assert client.get(reverse("jobs:api_jobs")).status_code == 403
    for name in ("api_cancel", "api_delete"):
        assert client.post(reverse(f"jobs:{name}", args=[job.pk])).status_code == 403
    assert client.post(reverse("jobs:api_start")).status_code == 403


def test_a_job_that_there_is_not_is_not_found(browser) -> None:
    assert browser("analyst").get(reverse("jobs:api_job", args=["nothing"])).status_code == 404
