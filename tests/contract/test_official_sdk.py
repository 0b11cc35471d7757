"""The official SDK, in strict validation mode, against every operation that the gateway serves so far."""

import base64
import inspect
from datetime import UTC, datetime, timedelta

import cloudflare
import httpx
import pytest
from django.conf import settings as configured

from gateway.transport import InProcessTransport
from tests.contract.sdk import of_deprecated, sdk_with, while_served
from tests.contract.served import assert_calls, served
from tests.gateway.conftest import ACCOUNT, BASE
from tests.gateway.mails import GTUBE, held, mail, stored

# Where each operation is called below, so that none is served without the SDK having seen it.
CALLED = {
    "email_security_investigate": "investigate.list",
    "email_security_get_message": "investigate.get",
    "email_security_get_message_detections": "detections.get",
    "email_security_get_message_trace": "trace.get",
    "email_security_get_message_raw": "raw.get",
    "email_security_get_message_preview": "preview.get",
    "email_security_post_preview": "preview.create",
    "email_security_post_message_move": "move.create",
    "email_security_post_bulk_move": "move.bulk",
    "email_security_post_release": "release.bulk",
    "email_security_post_reclassify": "reclassify.create",
}
NOT_IN_THE_SDK = {"email_security_get_message_action_log", "gatehouse_search_result"}


@pytest.fixture
def sdk(write_token):
    return sdk_with(write_token).email_security


@pytest.fixture
def png(store, settings):
    """A picture that was rendered before: the renderer has tests of its own."""
    picture = b"\x89PNG\r\n\x1a\n" + b"rest" + b"IEND\xaeB`\x82"

    def keep(message):
        path = store / "previews" / message.raw_id[:2] / f"{message.raw_id}-1.png"
        path.parent.mkdir(parents=True)
        path.write_bytes(picture)
        return picture

    return keep


def test_every_operation_served_is_called_here():
    assert served("/investigate", but=("/investigate/bulk",)) == CALLED.keys() | NOT_IN_THE_SDK
    assert_calls(inspect.getmodule(test_every_operation_served_is_called_here), CALLED)


@of_deprecated
def test_search_pages_to_the_empty_page(sdk):
    ids = [stored(subject=f"message {number}").investigate_id for number in range(7)]
    found = sdk.investigate.list(account_id=ACCOUNT, detections_only=False, per_page=3)
    assert [message.id for message in found] == ids[::-1]


def test_search_takes_every_parameter(sdk):
    message = held(subject="Everything at once")
    found = sdk.investigate.list(
        account_id=ACCOUNT,
        alert_id=message.investigate_id.rpartition("-")[0],
        delivery_status="quarantined",
        detections_only=True,
        domain="acme.example",
        end=datetime.now(UTC) + timedelta(minutes=1),
        final_disposition="SPAM",
        message_id=message.message_id,
        metric="none",
        per_page=1000,
        query="everything ann@partner.example",
        recipient="bo@acme.example",
        sender="partner.example",
        smtp_helo_ip="192.0.2.7",
        start=datetime.now(UTC) - timedelta(days=1),
        subject="once",
        **while_served(page=1),
    )
    assert [row.id for row in found.result] == [message.investigate_id]
    assert found.result_info.page == 0


def test_cursors_work_beside_page_numbers(sdk):
    for _ in range(3):
        stored()
    first = sdk.investigate.list(account_id=ACCOUNT, detections_only=False, per_page=2)
    raw = sdk.investigate.with_raw_response.list(account_id=ACCOUNT, detections_only=False, per_page=2)
    cursor = raw.http_response.json()["result_info"]["next"]
    second = sdk.investigate.list(account_id=ACCOUNT, detections_only=False, per_page=2, cursor=cursor)
    assert len(second.result) == 1
    assert second.result[0].id not in {message.id for message in first.result}


def test_a_message_with_everything_in_it_is_read_strictly(sdk, png):
    message = held(subject="Whole")
    png(message)
    sdk.investigate.preview.get(message.investigate_id, account_id=ACCOUNT)
    sdk.investigate.release.bulk(account_id=ACCOUNT, ids=[message.investigate_id])
    sdk.investigate.move.create(message.investigate_id, account_id=ACCOUNT, destination="JunkEmail")
    shown = sdk.investigate.get(message.investigate_id, account_id=ACCOUNT)
    assert shown.delivery_status == ["delivered", "moved"]
    assert shown.post_delivery_operations == ["PREVIEW", "QUARANTINE_RELEASE", "MOVE"]
    if configured.GATEWAY_DEPRECATED:
        assert [entry.operation for entry in shown.action_log] == ["PREVIEW", "QUARANTINE_RELEASE", "MOVE"]
        assert shown.findings


def test_details_are_read_strictly(sdk):
    message = stored(mail(body=f"http://x.test/ {GTUBE}"))
    found = sdk.investigate.detections.get(message.investigate_id, account_id=ACCOUNT)
    assert found.final_disposition == "SPAM"
    trace = sdk.investigate.trace.get(message.investigate_id, account_id=ACCOUNT)
    assert trace.inbound.lines
    raw = sdk.investigate.raw.get(message.postfix_id, account_id=ACCOUNT)
    assert GTUBE in raw.raw


def test_both_previews_give_the_picture(sdk, png):
    message = stored()
    picture = png(message)
    for shown in (
        sdk.investigate.preview.get(message.investigate_id, account_id=ACCOUNT),
        sdk.investigate.preview.create(account_id=ACCOUNT, id=message.investigate_id),
        sdk.investigate.preview.create(account_id=ACCOUNT, id="", extra_body={"id": message.postfix_id}),
    ):
        assert base64.b64decode(shown.screenshot) == picture


@of_deprecated
def test_older_body_spellings_are_served_too(sdk, write_token, png):
    message = held()
    png(message)
    http = httpx.Client(transport=InProcessTransport(), headers={"Authorization": f"Bearer {write_token}"})
    prefix = f"{BASE}/accounts/{ACCOUNT}/email-security/investigate"
    assert http.post(f"{prefix}/preview", json={"postfix_id": message.postfix_id}).status_code == 200
    assert http.post(f"{prefix}/release", json=[message.postfix_id]).json()["result"][0]["delivered"]
    moved = http.post(f"{prefix}/move", json={"postfix_ids": [message.postfix_id], "destination": "Inbox"})
    assert moved.json()["result"][0]["success"] is True


def test_moves_and_releases_answer_for_each_recipient(sdk):
    clean = stored(recipients=("a@acme.example", "b@acme.example"))
    waiting = held(recipients="a@acme.example,b@acme.example")
    moved = sdk.investigate.move.bulk(
        account_id=ACCOUNT, destination="DeletedItems", ids=[clean.investigate_id, waiting.investigate_id]
    )
    assert [(row.recipient, row.success) for row in moved] == [
        ("a@acme.example", True),
        ("b@acme.example", True),
        ("a@acme.example", False),
        ("b@acme.example", False),
    ]
    (released,) = sdk.investigate.release.bulk(account_id=ACCOUNT, ids=[waiting.investigate_id])
    assert released.delivered == ["a@acme.example", "b@acme.example"]


def test_a_reclassification_is_taken_in(sdk):
    message = stored()
    with pytest.warns(DeprecationWarning, match="deprecated"):
        sdk.investigate.reclassify.create(
            message.investigate_id,
            account_id=ACCOUNT,
            expected_disposition="MALICIOUS",
            eml_content=base64.b64encode(b"Subject: x\r\n\r\n").decode(),
        )
    shown = sdk.investigate.get(message.investigate_id, account_id=ACCOUNT)
    assert shown.post_delivery_operations == ["SUBMISSION"]
    if configured.GATEWAY_DEPRECATED:
        assert [entry.operation for entry in shown.action_log] == ["SUBMISSION"]


def test_errors_have_the_sdks_types(sdk, read_token):
    with pytest.raises(cloudflare.NotFoundError) as not_found:
        sdk.investigate.get("4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678", account_id=ACCOUNT)
    assert not_found.value.errors[0].code
    with pytest.raises(cloudflare.BadRequestError):
        sdk.investigate.list(account_id=ACCOUNT, per_page=10_001)
    with pytest.raises(cloudflare.AuthenticationError):
        sdk_with("wrong").email_security.investigate.list(account_id=ACCOUNT)
    with pytest.raises(cloudflare.PermissionDeniedError):
        sdk_with(read_token).email_security.investigate.release.bulk(account_id=ACCOUNT, ids=["x"])


def test_a_budget_that_is_used_up_has_the_sdks_type(sdk, settings, redis_server):
    settings.GATEWAY_RATE_LIMIT = (1, 3600)
    assert sdk.investigate.list(account_id=ACCOUNT).result == []
    with pytest.raises(cloudflare.RateLimitError) as refused:
        sdk.investigate.list(account_id=ACCOUNT)
    assert refused.value.errors[0].code
