"""A self-check takes a mail the whole way, tells where it stopped, and runs once in each interval."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dashboard.selfcheck.metrics import SelfCheckCollector
from dashboard.selfcheck.models import SelfCheck
from dashboard.selfcheck.services import self_check_run, self_check_run_due, self_check_state
from dashboard.selfcheck.steps import STEPS
from gateway.delivery import maildir
from tests.gateway.conftest import intake, mailboxes, redis_server, redis_url, store

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
__all__ = ["intake", "mailboxes", "redis_server", "redis_url", "store"]
ADDRESS = "selfcheck@acme.example"


@pytest.fixture
def listening(settings, intake):
    from gateway.api.tokens import token_ensure
    from gateway.models import Token

    settings.GATEWAY_ACCOUNT_ID = settings.CLOUDFLARE_ACCOUNT_ID
    account = settings.CLOUDFLARE_ACCOUNT_ID
    token_ensure(account_id=account, name="c", scope=Token.Scope.WRITE, secret=settings.CLOUDFLARE_API_TOKEN)
    settings.SMTP_BIND, settings.SMTP_PORT = "127.0.0.1", intake
    settings.GATEHOUSE_SELFCHECK_ADDRESS, settings.GATEHOUSE_SELFCHECK_MINUTES = ADDRESS, 10


def test_a_mail_goes_the_whole_way(listening, mailboxes):
    row = self_check_run(ADDRESS, seconds=10)
    assert (row.failed_step, row.reason, list(row.steps)) == ("", "", list(STEPS))
    box = maildir.mailbox(mailboxes, ADDRESS)
    assert len(list((box / ".DeletedItems" / "new").iterdir())) == 1
    assert self_check_state() == "ok"
    assert self_check_state(timezone.now() + timedelta(minutes=31)).startswith("missing: the newest")
    values = {family.name: family.samples[0].value for family in SelfCheckCollector().collect()}
    assert values["gatehouse_selfcheck_ok"] == 1


def test_it_is_told_which_step_failed(listening, settings):
    settings.SMTP_PORT = 1
    with pytest.raises(CommandError, match="send failed: the intake did not take it: ConnectionRefusedError"):
        call_command("selfcheck")
    assert SelfCheck.objects.get().steps == {}
    assert self_check_state() == "missing: send failed in the newest self-check"


def test_it_runs_once_in_an_interval_and_not_unless_it_is_asked_for(listening, settings):
    assert self_check_run_due() is not None
    assert self_check_run_due() is None
    SelfCheck.objects.all().delete()
    settings.GATEHOUSE_SELFCHECK_MINUTES = 0
    assert self_check_run_due() is None
    assert self_check_state() == "off: no self-check is scheduled"
