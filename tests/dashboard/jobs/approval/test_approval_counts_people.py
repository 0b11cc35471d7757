"""Approval counts people, not accounts, and what one person does in small pieces adds up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from dashboard.account_links.models import AccountLink
from dashboard.audit.actor import SYSTEM, actor_for
from dashboard.capabilities import Role
from dashboard.jobs.approval.decisions import OwnJob, job_approve
from dashboard.jobs.control import job_cancel
from dashboard.jobs.models import Job
from dashboard.jobs.services import job_create
from dashboard.models import AuditEntry
from dashboard.people.services import people_ensure
from dashboard.team.services import person_invite, person_renew
from tests.dashboard.jobs.fake_api import FakeApi

PASSWORD = "long enough to be one"


def person(name: str, role: str = "admin") -> User:
    return people_ensure(username=name, password=PASSWORD, role=role)[0]


def made_by(maker: User, name: str, role: Role = Role.ADMIN) -> User:
    user = person_invite(username=name, role=role, actor=actor_for(maker))
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def first() -> User:
    return person("a-first")


def start(api: FakeApi, user: User, count: int = 1, action: str = "release") -> Job:
    ids = [api.add(number, held=True).id for number in range(count)]
    destination = "RecoverableItemsPurges" if action == "move" else ""
    return job_create(user=user, action=action, destination=destination, ids=ids)


def may_approve(job: Job, user: User) -> bool:
    try:
        return job_approve(job, user=user, actor=actor_for(user))
    except OwnJob:
        return False


def test_an_account_that_the_asker_made_approves_nothing(api: FakeApi, first: User, browser) -> None:
    second = made_by(first, "b-second")
    job = start(api, first, action="move")
    page = browser(second).post(reverse("jobs:approve", args=[job.pk]), follow=True).content.decode()
    assert "may be one person" in page
    job.refresh_from_db()
    assert job.state == "awaiting"
    assert not may_approve(start(api, second, action="move"), first)
    assert may_approve(job, person("c-third", "analyst"))


def test_neither_does_one_that_such_an_account_made_nor_two_of_the_same_maker(api: FakeApi, first: User) -> None:
    second = made_by(first, "b-second")
    third, fourth = made_by(second, "c-third"), made_by(first, "d-fourth")
    job = start(api, third, action="move")
    assert not any(may_approve(job, user) for user in (first, second, fourth))


def test_whoever_got_the_link_for_a_new_password_may_have_the_account(api: FakeApi, first: User) -> None:
    other = person("b-other")
    person_renew(user=other, actor=actor_for(first))
    assert not may_approve(start(api, first, action="move"), other)


def test_an_admin_who_is_neither_vouches_for_an_account(api: FakeApi, first: User, browser) -> None:
    second, outsider = made_by(first, "b-second"), person("c-outsider")
    job = start(api, first, action="move")
    vouch = reverse("team:vouch", args=[second.pk])
    assert "Vouch" not in browser(first).get(reverse("team:people")).content.decode()
    for user in (first, second):
        assert "neither this person" in browser(user).post(vouch, follow=True).content.decode()
    assert not may_approve(job, second)
    page = browser(outsider).get(reverse("team:people")).content.decode()
    assert "One person with a-first in approvals" in page
    assert vouch in page
    browser(outsider).post(vouch)
    assert may_approve(job, second)
    assert AuditEntry.objects.get(action="person_vouch").username == "c-outsider"
    assert AccountLink.objects.get().vouched_by_name == "c-outsider"


def test_the_operator_vouches_by_a_command(api: FakeApi, first: User) -> None:
    second = made_by(first, "b-second")
    call_command("vouch", "b-second", verbosity=0)
    assert may_approve(start(api, first, action="move"), second)


def test_small_jobs_of_one_person_add_up(api: FakeApi, first: User, settings) -> None:
    settings.GATEHOUSE_APPROVALS = {"release": 5}
    assert start(api, first, 4).state == "queued"
    waiting = start(api, first, 4)
    assert waiting.state == "awaiting"
    assert start(api, first, 1).state == "awaiting"
    # What somebody else approved, or has not approved, is not counted again, and neither is another person's.
    assert start(api, person("b-other"), 4).state == "queued"
    assert start(api, made_by(first, "c-made"), 1).state == "awaiting"
    Job.objects.update(created_at=timezone.now() - timedelta(hours=settings.GATEHOUSE_APPROVAL_WINDOW_HOURS, minutes=1))
    assert start(api, first, 4).state == "queued"


def test_a_job_that_was_cancelled_before_it_ran_is_not_counted(api: FakeApi, first: User, settings) -> None:
    settings.GATEHOUSE_APPROVALS = {"release": 5}
    assert job_cancel(start(api, first, 4), actor=SYSTEM)
    assert start(api, first, 4).state == "queued"


def test_purges_add_up_apart_from_other_moves(api: FakeApi, first: User, settings) -> None:
    settings.GATEHOUSE_APPROVALS = {"purge": 3}
    ids = [api.add(number, held=False).id for number in range(9)]
    assert job_create(user=first, action="move", destination="JunkEmail", ids=ids).state == "queued"
    assert start(api, first, 2, action="move").state == "queued"
    assert start(api, first, 1, action="move").state == "awaiting"


def test_links_are_made_from_the_audit_trail_of_before(first: User) -> None:
    from importlib import import_module

    from django.apps import apps

    second = made_by(first, "b-second")
    person_renew(user=second, actor=actor_for(first))
    AccountLink.objects.all().delete()
    import_module("dashboard.account_links.migrations.0002_links_from_the_audit_trail").link(apps, None)
    links = AccountLink.objects.order_by("id").values_list("user__username", "maker__username", "how")
    assert list(links) == [("b-second", "a-first", "invited"), ("b-second", "a-first", "renewed")]
