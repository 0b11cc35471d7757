"""From a message's page: an analyst blocks its sender or domain, an admin allows it, each after a look."""

from html import unescape

import pytest

from dashboard.audit.models import AuditEntry
from settings_admin.entries.api import Policies
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS
from settings_admin.replay.models import Replay

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
MESSAGE = "4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678"
ADDRESS = f"/policies/block/?sender=bad@evil.example&message={MESSAGE}"


def text(answer) -> str:
    return unescape(answer.content.decode())


def test_it_offers_the_sender_and_its_domain(browse, api):
    page = text(browse("analyst").get(ADDRESS))
    assert "This sender: bad@evil.example" in page
    assert "The whole domain, with its subdomains: evil.example" in page
    assert f"/investigate/messages/{MESSAGE}/" in page
    assert "/policies/allow-policies/" not in page
    assert api.requests == []


def test_an_analyst_blocks_a_domain_and_is_back_at_the_message(browse):
    fields = {"sender": "bad@evil.example", "domain": "evil.example", "message": MESSAGE, "target": "domain"}
    answer = browse("analyst").post("/policies/block/", fields | {"then": "save", "why": "a wave"})
    assert answer["Location"] == f"/investigate/messages/{MESSAGE}/"
    made = next(Policies(BLOCK_SENDERS).everything())
    assert (made.values["pattern"], made.values["pattern_type"]) == ("evil.example", "DOMAIN")
    assert AuditEntry.objects.get(action="policy_create", follows=None).username == "a-analyst"


def test_an_analyst_looks_first_then_saves_from_there(browse):
    analyst = browse("analyst")
    fields = {"sender": "bad@evil.example", "message": MESSAGE, "target": "sender", "then": "look", "days": "60"}
    answer = analyst.post("/policies/block/", fields)
    replay = Replay.everything.get()
    assert replay.days == 60
    page = text(analyst.get(answer["Location"]))
    assert "Save without waiting" in page
    saved = analyst.post(f"/policies/replays/{replay.pk}/save/")
    assert saved["Location"] == f"/investigate/messages/{MESSAGE}/"
    assert next(Policies(BLOCK_SENDERS).everything()).name == "bad@evil.example"


def test_what_is_blocked_already_is_said(browse):
    fields = {"sender": "bad@evil.example", "target": "sender", "then": "save"}
    analyst = browse("analyst")
    analyst.post("/policies/block/", fields)
    answer = analyst.post("/policies/block/", fields | {"comments": "kept"})
    assert answer.status_code == 409
    assert "exists already" in text(answer)
    assert "kept" in text(answer)


def test_a_read_token_is_told_clearly(browse, settings, read_token):
    settings.CLOUDFLARE_API_TOKEN = read_token
    answer = browse("analyst").post("/policies/block/", {"sender": "b@evil.example", "target": "sender"})
    assert answer.status_code == 403
    assert "The console's token may only read" in text(answer)


def test_an_admin_allows_a_sender(admin):
    page = text(admin.get("/policies/allow/?sender=ann@partner.example"))
    assert "Acceptable sender" in page
    fields = {"sender": "ann@partner.example", "target": "sender", "exempts": "acceptable", "verify_sender": "on"}
    admin.post("/policies/allow/", fields | {"then": "save"})
    made = next(Policies(ALLOW_POLICIES).everything()).values
    assert (made["is_acceptable_sender"], made["is_trusted_sender"], made["verify_sender"]) == (True, False, True)


@pytest.mark.parametrize(
    "fields", [{"sender": "nobody", "target": "sender"}, {"target": "sender"}, {"sender": "a@b.c"}]
)
def test_what_is_no_sender_is_refused(browse, api, fields):
    assert browse("analyst").post("/policies/block/", fields).status_code == 422
    assert api.requests == []


def test_an_address_that_leads_elsewhere_leads_nowhere(browse):
    page = text(browse("analyst").get("/policies/block/?sender=a@b.example&message=//evil.example/"))
    assert 'href="//evil.example' not in page
    assert 'action="//evil.example' not in page


@pytest.mark.parametrize(("role", "path"), [("reviewer", "block"), ("reviewer", "allow"), ("read_only", "allow")])
def test_the_others_are_refused(browse, api, role, path):
    person = browse(role)
    assert person.get(f"/policies/{path}/?sender=a@b.example").status_code == 403
    assert person.post(f"/policies/{path}/", {"sender": "a@b.example"}).status_code == 403
    assert api.requests == []
