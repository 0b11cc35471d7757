"""A recipient with a digest, the pages behind its links, and an analyst who decides."""

import re

import pytest
from django.test import Client

from dashboard.jobs.models import Job
from dashboard.jobs.running.run import job_run
from investigate.digests.links import item_url
from investigate.digests.models import HeldCopy
from investigate.release_requests.models import ReleaseRequest
from investigate.release_requests.settling import requests_keep
from tests.investigate.digests.conftest import ANNA, digests, mails, make, read, spam

__all__ = ["digests"]


@pytest.fixture
def told(digests):
    """Anna was told of one held message."""
    digests.add(spam(1))
    read()
    make()
    return digests


def link(number: int = 1, address: str = ANNA) -> str:
    """Return the path behind the link of a held message in the person's digest."""
    copy = HeldCopy.objects.get(subject=f"Subject {number}", person__address=address)
    return item_url(copy.pk, copy.person_id).removeprefix("http://testserver")


def confirm_link(to: str = ANNA) -> str:
    """Return the path behind the newest link that was mailed to confirm."""
    text = [mail["text"] for mail in mails(to, "request:") if "/held/confirm/" in mail["text"]][-1]
    return re.search(r"http://testserver(/held/confirm/\S+)", text).group(1)


def ask(browser: Client | None = None, *, kind: str = "release", number: int = 1, address: str = ANNA) -> Client:
    """Ask, as the person or whoever has the digest does, and return the browser."""
    browser = browser or Client()
    browser.post(link(number, address), {"kind": kind})
    return browser


def asked(*, kind: str = "release", number: int = 1, address: str = ANNA) -> ReleaseRequest:
    """Ask and confirm, and return the request that waits for the team."""
    browser = ask(kind=kind, number=number, address=address)
    browser.post(confirm_link(address))
    return ReleaseRequest.objects.latest("id")


def subjects(to: str = ANNA) -> list[str]:
    """Return the subjects of the mail about requests to an address, the oldest first."""
    return [mail["subject"] for mail in mails(to, "request:")]


def work(settings) -> None:
    """Run all jobs to their end, and settle the requests."""
    settings.GATEHOUSE_PROOF_DELAY = 0
    for job in Job.objects.filter(finished_at=None):
        for _ in range(20):
            if job_run(job.pk) is None and Job.objects.get(pk=job.pk).finished_at:
                break
    requests_keep()
