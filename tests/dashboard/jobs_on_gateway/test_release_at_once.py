"""One message released by two people at once, twice each, is delivered once."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from dashboard.jobs.models import Job
from dashboard.jobs.running.run import job_run
from dashboard.jobs.services import job_create
from gateway.delivery import maildir
from gateway.models import ActionLog
from tests.gateway.mails import held

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
RECIPIENTS = ("bo@acme.example", "jo@acme.example")


def test_a_message_that_four_jobs_release_is_delivered_once(person, store) -> None:
    message = held(recipients=",".join(RECIPIENTS))
    people = [person("anna", "analyst"), person("ben", "admin")]
    jobs = [
        job_create(user=who, action="release", ids=[message.investigate_id], reason="False alarm")
        for who in people
        for _ in range(2)
    ]
    ready, errors = Barrier(len(jobs)), []

    def work(job: Job) -> None:
        try:
            ready.wait(30)
            job_run(job.pk)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=work, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    for job in jobs:
        finish(job)
        assert (job.state, job.items.get().proof) == ("completed", "place")
    for recipient in RECIPIENTS:
        box = maildir.mailbox(store / "mailboxes", recipient)
        assert len([path for path in box.rglob("*") if path.is_file() and path.name != "maildirfolder"]) == 1
    log = ActionLog.objects.using("gateway").filter(message=message, operation="QUARANTINE_RELEASE")
    assert [entry.success for entry in log] == [True]


def finish(job: Job) -> None:
    """Go on with what waits for the other's delivery."""
    for _ in range(20):
        job.items.filter(check_after__isnull=False).update(check_after="2026-01-01T00:00:00Z")
        Job.objects.filter(pk=job.pk).update(not_before=None)
        job_run(job.pk)
        job.refresh_from_db()
        if job.is_finished:
            return
