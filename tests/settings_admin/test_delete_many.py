"""Deleting what is selected, or all that matches: frozen first, shown, then done, and taken back."""

from html import unescape

import pytest

from settings_admin.entries.api import Policies
from settings_admin.history.models import Change
from settings_admin.kinds import (
    BLOCK_SENDERS,
    DOMAINS,
    IMPERSONATION_REGISTRY,
    SENDING_DOMAIN_RESTRICTIONS,
)
from settings_admin.runs.models import Run
from settings_admin.runs.running import run_step
from tests.settings_admin.test_import import apply, work

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


def begin(admin, kind, **fields) -> Run:
    assert admin.post(f"/policies/{kind.slug}/delete/", fields).status_code == 302
    return work(Run.objects.order_by("-created_at").first())


def names(kind) -> list[str]:
    return sorted(entry.name for entry in Policies(kind).everything())


@pytest.mark.parametrize(
    "kind",
    [BLOCK_SENDERS, SENDING_DOMAIN_RESTRICTIONS, IMPERSONATION_REGISTRY],
    ids=lambda kind: kind.slug,
)
def test_what_is_selected_goes_and_can_come_back(admin, api, make, kind):
    made = [make(kind, number) for number in range(3)]
    run = begin(admin, kind, ids=[made[0].id, made[2].id])
    assert len(names(kind)) == 3
    page = unescape(admin.get(f"/policies/runs/{run.pk}/").content.decode())
    assert made[0].name in page
    assert "Delete all 2, or nothing" in page
    run = apply(admin, run, "whole", why="of no use")
    assert run.state == "done"
    assert names(kind) == [made[1].name]
    assert Change.objects.filter(action="delete", run=run).count() == 2
    admin.post(f"/policies/runs/{run.pk}/undo/")
    assert work(run).state == "undone"
    assert names(kind) == sorted(entry.name for entry in made)
    values = [entry.values for entry in sorted(Policies(kind).everything(), key=lambda entry: entry.name)]
    assert values == [entry.values for entry in sorted(made, key=lambda entry: entry.name)]


def test_all_that_match_go_across_pages_and_what_came_later_stays(admin, make):
    for number in range(60):
        make(BLOCK_SENDERS, number)
    other = make(BLOCK_SENDERS, 100, pattern="someone@else.example")
    answer = admin.post("/policies/blocked-senders/delete/", {"all": "1", "query": "?search=bad.example&page=2"})
    assert answer.status_code == 302
    make(BLOCK_SENDERS, 101)
    run = work(Run.objects.get())
    assert run.lines.count() == 60
    assert apply(admin, run, "whole").state == "done"
    assert names(BLOCK_SENDERS) == ["b00101@bad.example", other.name]


def test_what_is_gone_already_is_no_failure(admin, make):
    made = [make(BLOCK_SENDERS, number) for number in range(2)]
    run = begin(admin, BLOCK_SENDERS, ids=[entry.id for entry in made])
    Policies(BLOCK_SENDERS).delete(made[0].id)
    assert apply(admin, run, "whole").state == "done"
    assert names(BLOCK_SENDERS) == []


def test_nothing_selected_is_said(admin, api):
    answer = admin.post("/policies/blocked-senders/delete/", {}, follow=True)
    assert "Select what is to be deleted first." in answer.content.decode()
    assert Run.objects.count() == 0


def test_to_stop_protecting_domains_their_number_is_typed(admin, make):
    made = [make(DOMAINS, number) for number in range(2)]
    run = begin(admin, DOMAINS, ids=[entry.id for entry in made])
    assert "Type 2 to stop protecting 2 domains" in admin.get(f"/policies/runs/{run.pk}/").content.decode()
    assert apply(admin, run, "whole").state == "planned"
    assert apply(admin, run, "whole", typed="2").state == "done"
    assert names(DOMAINS) == []


def test_a_worker_that_dies_while_undoing_makes_nothing_twice(admin, api, make, monkeypatch):
    made = [make(BLOCK_SENDERS, number) for number in range(3)]
    run = apply(admin, begin(admin, BLOCK_SENDERS, ids=[entry.id for entry in made]), "whole")
    admin.post(f"/policies/runs/{run.pk}/undo/")

    class Killed(BaseException):
        pass

    def die(*_arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("settings_admin.runs.undoing.Undoing._keep_undone", die)
        with pytest.raises(Killed):
            run_step(run.pk)
    assert len(names(BLOCK_SENDERS)) == 3
    Run.objects.update(lease_until=run.created_at)
    assert work(run).state == "undone"
    assert len(names(BLOCK_SENDERS)) == 3
    assert run.lines.filter(state="undone").count() == 3
