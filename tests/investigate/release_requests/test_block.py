"""“Block this sender for me” blocks for everybody, since the API knows no other: that takes consent."""

import pytest

from dashboard.audit.models import AuditEntry
from gateway.models import BlockedSender
from investigate.digests.models import DigestRule, HeldCopy, Person, Reading
from investigate.digests.rows import backend_columns
from investigate.release_requests.models import ReleaseRequest
from tests.dashboard.jobs_on_gateway.conftest import _console, browser, person, store, write_token
from tests.gateway.mails import held
from tests.investigate.digests.conftest import set_rule
from tests.investigate.release_requests.conftest import asked, subjects

__all__ = ["_console", "browser", "person", "store", "write_token"]
pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


@pytest.fixture
def request_to_block(settings):
    settings.GATEHOUSE_URL = "http://testserver"
    settings.GATEHOUSE_SENDS_MAIL = True
    mail = held(subject="Subject 1", sender="pest@shop.example", recipients="anna@team.example")
    Reading.objects.create(**backend_columns(), domains=["team.example"])
    set_rule("team.example")
    anna = Person.objects.create(**backend_columns(), address="anna@team.example", domain="team.example")
    HeldCopy.objects.create(
        **backend_columns(),
        investigate_id=mail.investigate_id,
        person=anna,
        sender="pest@shop.example",
        subject="Subject 1",
        disposition="SPAM",
        received_at=mail.scanned_at,
        seen_at=mail.scanned_at,
    )
    return asked(kind="block")


def blocked() -> list[str]:
    return list(BlockedSender.objects.using("gateway").values_list("pattern", flat=True))


def test_blocked_for_everybody_once_that_is_agreed_to(request_to_block, browser):
    analyst = browser("analyst")
    page = analyst.get(f"/requests/{request_to_block.pk}/").content.decode()
    assert "no block for one recipient" in page
    assert analyst.post(f"/requests/{request_to_block.pk}/block/").status_code == 422
    assert blocked() == []
    analyst.post(f"/requests/{request_to_block.pk}/block/", {"takes_all": "on"})
    assert blocked() == ["pest@shop.example"]
    assert subjects()[-1] == "The sender is blocked"
    assert AuditEntry.objects.filter(action="request_allow", username="a-analyst").exists()


def test_a_process_that_died_after_the_call_blocks_once(request_to_block, browser):
    analyst = browser("analyst")
    analyst.post(f"/requests/{request_to_block.pk}/block/", {"takes_all": "on"})
    ReleaseRequest.objects.update(state="waiting", ended_at=None)
    analyst.post(f"/requests/{request_to_block.pk}/block/", {"takes_all": "on"})
    assert blocked() == ["pest@shop.example"]
    assert subjects().count("The sender is blocked") == 1


def test_a_release_is_not_allowed_as_a_block(request_to_block, browser):
    assert browser("analyst").post(f"/requests/{request_to_block.pk}/allow/").status_code == 404
    assert DigestRule.objects.count() == 1
