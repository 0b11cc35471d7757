"""Analysts propose entries, policy admins decide, and each proposal is added once."""

from html import unescape

import pytest
from django.utils import timezone

from dashboard.audit.models import AuditEntry
from settings_admin.entries.api import Policies
from settings_admin.history.models import Change
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS
from settings_admin.proposals import services
from settings_admin.proposals.models import Proposal
from tests.settings_admin.gateway_api import refusal

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
ASKED = {"pattern": "ann@partner.example", "pattern_type": "EMAIL", "is_acceptable_sender": "on", "verify_sender": "on"}


def text(answer):
    return unescape(answer.content.decode())


@pytest.fixture
def analyst(browse):
    return browse("analyst")


@pytest.fixture
def proposed(analyst):
    """An allow policy that an analyst proposed."""
    assert analyst.post("/proposals/new/allow-policies/", ASKED | {"why": "held every week"}).status_code == 302
    return Proposal.objects.get()


def entries(kind=ALLOW_POLICIES):
    return [one.values["pattern"] for one in Policies(kind).everything()]


def test_a_proposal_adds_nothing_and_is_replayed(analyst, proposed):
    page = text(analyst.get(f"/proposals/{proposed.pk}/"))
    assert entries() == []
    assert proposed.replay is not None
    assert "held every week" in page
    assert "Looking at the last 30 days" in page
    assert analyst.get(f"/policies/replays/{proposed.replay.pk}/").status_code == 200
    assert AuditEntry.objects.filter(action="proposal_make").count() == 1


def test_whoever_proposes_can_neither_decide_nor_save_the_replay(analyst, proposed):
    assert analyst.post(f"/proposals/{proposed.pk}/accept/").status_code == 403
    assert analyst.post(f"/policies/replays/{proposed.replay.pk}/save/").status_code == 403
    form = {"sender": "a@partner.example", "target": "sender", "exempts": "trusted", "then": "save"}
    assert analyst.post("/policies/allow/", form).status_code == 403
    assert entries() == []


def test_accepting_adds_it_as_the_admins_act_and_names_who_proposed(admin, proposed):
    admin.post(f"/proposals/{proposed.pk}/accept/", {"why": "fine"})
    admin.post(f"/proposals/{proposed.pk}/accept/", {"why": "again"})
    assert entries() == ["ann@partner.example"]
    change = Change.objects.get()
    assert (change.username, change.why) == ("a-admin", "Proposed by a-analyst: held every week fine")
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decided_by_name, proposed.decision_reason) == ("accepted", "a-admin", "fine")


def test_a_refusal_needs_a_reason_which_the_proposer_reads(admin, analyst, proposed):
    assert admin.post(f"/proposals/{proposed.pk}/refuse/", {"why": " "}).status_code == 422
    admin.post(f"/proposals/{proposed.pk}/refuse/", {"why": "too wide"})
    assert "too wide" in text(analyst.get("/proposals/"))
    assert admin.post(f"/proposals/{proposed.pk}/accept/").status_code == 302
    assert entries() == []


def test_a_process_that_dies_while_it_is_added_adds_it_once(admin, proposed, monkeypatch):
    with monkeypatch.context() as dying:

        def die(**asked):
            services_create(**asked)
            raise SystemExit

        services_create = services.entry_create
        dying.setattr(services, "entry_create", die)
        with pytest.raises(SystemExit):
            admin.post(f"/proposals/{proposed.pk}/accept/")
    admin.post(f"/proposals/{proposed.pk}/accept/")
    proposed.refresh_from_db()
    assert proposed.state == "accepting"
    Proposal.objects.update(lease_until=timezone.now())
    admin.post(f"/proposals/{proposed.pk}/accept/")
    proposed.refresh_from_db()
    assert (proposed.state, entries(), Change.objects.count()) == ("accepted", ["ann@partner.example"], 1)


def test_what_the_api_refuses_waits_on_and_says_so(admin, api, make, proposed):
    api.fail("POST", "allow_policies", refusal(400, "no such thing", "/pattern"))
    answer = admin.post(f"/proposals/{proposed.pk}/accept/", {"why": "my words"})
    assert (answer.status_code, "No such thing" in text(answer), "my words" in text(answer)) == (400, True, True)
    make(ALLOW_POLICIES, 1, pattern="ann@partner.example", pattern_type="EMAIL", is_trusted_sender=True)
    assert admin.post(f"/proposals/{proposed.pk}/accept/").status_code == 409
    proposed.refresh_from_db()
    assert proposed.state == "waiting", "the same pattern with other values is not what was proposed"


def test_people_see_their_own_proposals_and_admins_all(browse, proposed):
    other = browse("policy_admin")
    assert "ann@partner.example" in text(other.get("/proposals/"))
    Proposal.objects.update(proposed_by=None)
    assert "ann@partner.example" not in text(browse("analyst").get("/proposals/"))
    assert browse("analyst").get(f"/proposals/{proposed.pk}/").status_code == 404
    assert browse("reviewer").get("/proposals/").status_code == 403


def test_a_message_leads_to_a_proposal_and_a_person_has_so_many_at_most(analyst, monkeypatch):
    form = {"sender": "bad@evil.example", "message": "4Njp3P0STMz2c001", "target": "domain", "then": "propose"}
    assert analyst.post("/policies/block/", form).status_code == 422
    assert analyst.post("/policies/block/", form | {"why": "a wave"}).status_code == 302
    made = Proposal.objects.get()
    assert (made.kind, made.name, made.message_id) == (BLOCK_SENDERS.resource, "evil.example", "4Njp3P0STMz2c001")
    monkeypatch.setattr(services, "OPEN_OF_ONE", 1)
    refused = analyst.post("/policies/block/", form | {"why": "another"})
    assert (refused.status_code, "another" in text(refused)) == (422, True)
    analyst.post(f"/proposals/{made.pk}/withdraw/")
    assert analyst.post("/policies/block/", form | {"why": "another"}).status_code == 302
