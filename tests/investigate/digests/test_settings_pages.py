"""Policy admins set who is told of held mail; nobody else sees or changes it, and each change is on record."""

import pytest

from dashboard.audit.models import AuditEntry
from dashboard.outbox.models import OutboxEntry
from investigate.digests.models import DigestRule
from tests.investigate.console import ROLES
from tests.investigate.digests.conftest import PLAIN, read

pytestmark = pytest.mark.django_db
MAY = {"policy_admin", "admin"}


@pytest.mark.parametrize("role", [*ROLES, "anonymous"])
def test_who_may_see_and_set_rules(digests, browse, role):
    read()
    browser = browse(role)
    statuses = [
        browser.get("/digests/").status_code,
        browser.get("/digests/team.example/").status_code,
        browser.post("/digests/team.example/", PLAIN | {"frequency": "never"}).status_code,
    ]
    assert statuses == ([200, 200, 302] if role in MAY else [302] * 3 if role == "anonymous" else [403] * 3)
    assert DigestRule.objects.get().is_on != (role in MAY)


def test_a_rule_is_on_record(digests, browse):
    read()
    browse("admin").post("/digests/team.example/", PLAIN | {"frequency": "weekly"})
    entry = AuditEntry.objects.filter(action="digest_rule").latest("id")
    assert (entry.username, entry.object_id) == ("a-admin", "team.example")
    assert entry.detail["frequency"] == "immediately → weekly"


@pytest.mark.parametrize(
    "values", [{"hour": "24"}, {"time_zone": "Mars/Base"}, {"dispositions": []}, {"language": "x"}]
)
def test_a_rule_that_makes_no_sense_is_refused(digests, browse, values):
    read()
    assert browse("admin").post("/digests/team.example/", PLAIN | values).status_code == 422


def test_a_domain_that_is_not_protected_has_no_rule(digests, browse):
    read()
    assert browse("admin").get("/digests/elsewhere.example/").status_code == 404


def test_a_test_goes_to_oneself_and_its_links_lead_nowhere(digests, browse, django_user_model):
    read()
    browser = browse("admin")
    browser.post("/digests/team.example/test/")
    assert not OutboxEntry.objects.exists()
    django_user_model.objects.update(email="admin@team.example")
    browser.post("/digests/team.example/test/")
    mail = OutboxEntry.objects.get()
    assert mail.destination == "admin@team.example"
    assert mail.payload["subject"].startswith("Test:")
    assert "/held/" not in mail.payload["text"] + mail.payload["html"]


def test_a_rule_can_be_deleted(digests, browse):
    read()
    browse("policy_admin").post("/digests/team.example/delete/")
    assert not DigestRule.objects.exists()
