"""On our own gateway a request is granted to its recipient alone: the copies of others stay held."""

import json

import pytest

from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.running.run import job_run
from dashboard.jobs.services import job_create
from gateway.models import ActionLog, Delivery
from investigate.digests.keeping import copies_store
from investigate.digests.models import HeldCopy, Person, Reading
from investigate.digests.rows import backend_columns
from investigate.digests.rules import rules_now
from investigate.release_requests.models import ReleaseRequest
from tests.dashboard.jobs_on_gateway.conftest import _console, browser, person, store, write_token
from tests.gateway.mails import held
from tests.investigate.digests.conftest import set_rule
from tests.investigate.release_requests.conftest import asked, subjects, work

__all__ = ["_console", "browser", "person", "store", "write_token"]
pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
ANNA, BO = "anna@team.example", "bo@team.example"


@pytest.fixture
def mail(settings):
    settings.GATEHOUSE_URL = "http://testserver"
    settings.GATEHOUSE_SENDS_MAIL = True
    stored = held(subject="Subject 1", recipients=f"Anna@team.example,{BO}")
    Reading.objects.create(**backend_columns(), domains=["team.example"])
    set_rule("team.example")
    store_again(stored)
    return stored


def store_again(stored) -> None:
    """Have the mirror read the message as the API shows it now."""
    from dashboard.backend import api_client_for_background

    copies_store([api_client_for_background().investigate.get(stored.investigate_id)], rules_now())


def statuses(stored) -> dict[str, str]:
    rows = Delivery.objects.using("gateway").filter(message=stored)
    return {row.recipient.lower(): row.status for row in rows}


def test_one_copy_is_released_proven_and_answered(mail, browser, settings):
    request = asked()
    analyst = browser("analyst")
    page = analyst.get(f"/requests/{request.pk}/").content.decode()
    assert "The copies of 1 other stay held" in page
    analyst.post(f"/requests/{request.pk}/allow/")
    job = Job.objects.get()
    assert (job.recipient, job.label) == ("Anna@team.example", "Release to Anna@team.example")
    work(settings)
    request.refresh_from_db()
    assert request.state == "done"
    assert JobItem.objects.get().proof == "place"
    assert statuses(mail) == {ANNA: "delivered", BO: "quarantined"}
    assert subjects()[-1] == "It is in your mailbox"
    # The message is still held for Bo, and what Anna got is not told to her as held again.
    store_again(mail)
    held_for = HeldCopy.objects.filter(is_held=True).values_list("person__address", flat=True)
    assert list(held_for) == [BO]


def test_repeated_it_delivers_once(mail, person):
    ann = person("ann", "analyst")
    for _ in range(2):
        job = job_create(user=ann, action="release", ids=[mail.investigate_id], recipient=ANNA)
        for _ in range(10):
            job_run(job.pk)
        job.refresh_from_db()
        assert job.state == "completed"
    assert statuses(mail) == {ANNA: "delivered", BO: "quarantined"}
    assert ActionLog.objects.using("gateway").filter(operation="QUARANTINE_RELEASE").count() == 1


def test_somebody_who_is_no_recipient_gets_nothing(mail, person):
    job = job_create(
        user=person("ann", "analyst"), action="release", ids=[mail.investigate_id], recipient="eve@x.example"
    )
    for _ in range(5):
        job_run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert set(statuses(mail).values()) == {"quarantined"}


def test_another_api_is_never_asked_for_one_copy(mail, person, settings):
    settings.GATEWAY_EMBEDDED = False
    with pytest.raises(ValueError, match="where the API does that"):
        job_create(user=person("ann", "analyst"), action="release", ids=[mail.investigate_id], recipient=ANNA)
    assert not Job.objects.exists()
    assert not ReleaseRequest.objects.exists()
    assert Person.objects.count() == 2


def test_several_messages_have_no_one_recipient(mail, person):
    with pytest.raises(ValueError, match="One message"):
        job_create(user=person("ann", "analyst"), action="release", ids=["a", "b"], recipient=ANNA)


def test_the_approval_is_for_this_recipient(mail, person, settings):
    settings.GATEHOUSE_APPROVALS = {"release": 1}
    ann = person("ann", "analyst")
    ids = [mail.investigate_id]
    digests = {job_create(user=ann, action="release", ids=ids, recipient=one).digest for one in (ANNA, BO)} | {
        job_create(user=ann, action="release", ids=ids).digest
    }
    assert len(digests) == 3
    assert json.dumps(statuses(mail)).count("quarantined") == 2
