"""The official SDK, in strict validation mode: submissions and PhishGuard reports."""

import inspect
from datetime import UTC, date, datetime, timedelta

import cloudflare
import pytest

from gateway.phishguard.campaigns import detect_campaigns
from gateway.rejudging.review import review_waiting
from gateway.store.raw_mail import read_raw
from tests.contract.sdk import of_deprecated, sdk_with
from tests.contract.served import assert_calls, served
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held, stored
from tests.gateway.policy_rows import block, protect
from tests.gateway.submissions.conftest import report

CALLED = {
    "email_security_submissions": "submissions.list",
    "email_security_get_phishguard_reports": "phishguard.reports.list",
}


@pytest.fixture
def sdk(write_token):
    return sdk_with(write_token).email_security


def test_every_operation_served_is_called_here():
    assert served("/submissions", "/phishguard") == CALLED.keys()
    assert_calls(inspect.getmodule(test_every_operation_served_is_called_here), CALLED)


def reclassify(sdk, message, disposition, **more):
    with pytest.warns(DeprecationWarning, match="deprecated"):
        sdk.investigate.reclassify.create(
            message.investigate_id, account_id=ACCOUNT, expected_disposition=disposition, **more
        )


@pytest.fixture
def reported(sdk):
    """A reported message that was escalated and judged again, and another submission of the team."""
    protect("acme.example")
    message, spam = stored(subject="Bank details"), held(subject="Bargains")
    report(read_raw(message.raw), client_ip="", from_own_peer=True)
    block("partner.example")
    (user,) = sdk.submissions.list(account_id=ACCOUNT).result
    reclassify(sdk, message, "MALICIOUS", escalated_submission_id=user.submission_id)
    reclassify(sdk, spam, "NONE")
    review_waiting()
    return message


def test_submissions_are_read_strictly_in_pages_to_the_empty_one(sdk, reported):
    rows = list(sdk.submissions.list(account_id=ACCOUNT, per_page=1))
    assert [row.type for row in rows] == ["Team", "Team", "User"]
    (_, team, user) = rows
    assert (user.customer_status, user.escalated_submission_id) == ("escalated", team.submission_id)
    assert (user.original_postfix_id, user.subject) == (reported.postfix_id, "Bank details")
    assert (team.outcome, team.outcome_disposition, team.customer_status) == ("agreed", "MALICIOUS", "reviewed")


def test_submissions_take_every_parameter(sdk, reported):
    (team,) = sdk.submissions.list(account_id=ACCOUNT, escalated_from_user=True).result
    now = datetime.now(UTC)
    found = sdk.submissions.list(
        account_id=ACCOUNT,
        direction="asc",
        end=now + timedelta(minutes=1),
        escalated_from_user=True,
        order="subject",
        original_disposition="NONE",
        outcome_disposition="MALICIOUS",
        page=1,
        per_page=1000,
        query="bank",
        requested_disposition="MALICIOUS",
        start=now - timedelta(days=1),
        status="reviewed",
        submission_id=team.submission_id,
        type="TEAM",
    )
    assert [row.submission_id for row in found.result] == [team.submission_id]
    info = found.model_dump()["result_info"]
    assert (info["page"], info["per_page"]) == (1, 1000)
    assert sdk.submissions.list(account_id=ACCOUNT, page=99).result == []


def test_phishguard_reports_are_read_strictly_in_pages_to_the_empty_one(sdk, reported):
    for number in range(3):
        stored(subject=f"Offer {number}", recipients=("jo@acme.example",))
    detect_campaigns(ACCOUNT)
    rows = list(sdk.phishguard.reports.list(account_id=ACCOUNT, per_page=1))
    assert len(rows) == 3
    (late,) = (row for row in rows if row.title.startswith("Threat found after delivery"))
    assert (late.fields.postfix_id, late.fields.to) == (reported.postfix_id, ["bo@acme.example"])
    assert {tag.category for tag in late.tags} == {"kind", "delivered_as"}


@of_deprecated
def test_phishguard_reports_take_every_parameter(sdk, reported):
    now = datetime.now(UTC)
    found = sdk.phishguard.reports.list(
        account_id=ACCOUNT,
        end=now + timedelta(minutes=1),
        from_date=date(2020, 1, 1),
        page=1,
        per_page=1000,
        start=now - timedelta(days=1),
        to_date=date(2020, 1, 2),
    )
    assert len(found.result) == 1
    old = sdk.phishguard.reports.list(account_id=ACCOUNT, from_date=date(2020, 1, 1), to_date=date(2020, 1, 2))
    assert old.result == []


def test_errors_have_the_sdks_types(sdk, read_token):
    with pytest.raises(cloudflare.BadRequestError) as refused:
        sdk.submissions.list(account_id=ACCOUNT, status="done")
    assert refused.value.errors[0].code
    with pytest.raises(cloudflare.BadRequestError):
        sdk.phishguard.reports.list(account_id=ACCOUNT, per_page=5000)
    reader, stranger = sdk_with(read_token).email_security, sdk_with("wrong").email_security
    assert reader.submissions.list(account_id=ACCOUNT).result == []
    assert reader.phishguard.reports.list(account_id=ACCOUNT).result == []
    for read in (stranger.submissions.list, stranger.phishguard.reports.list):
        with pytest.raises(cloudflare.AuthenticationError):
            read(account_id=ACCOUNT)
    with pytest.raises(cloudflare.NotFoundError):
        reader.submissions.list(account_id="f" * 32)
