"""What a token may do, from where, until when, and what becomes of it."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from api_client.models import TokenRight
from dashboard.audit.models import AuditEntry
from gateway.api.registry import OPERATIONS
from gateway.models import Token
from gateway.tokens.limits import GIVEN_RIGHTS, Invalid
from gateway.tokens.secret import new_secret
from gateway.tokens.services import Refused, token_ensure, token_narrow, token_revoke, token_rotate
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import stored
from tests.gateway.tokens.conftest import PATH, listed, sent, why

# One operation of each right, and whether it writes.
OF_RIGHT = {
    "search": ("GET", "/investigate"),
    "content": ("GET", "/investigate/{id}/raw"),
    "move": ("POST", "/investigate/{id}/move"),
    "release": ("POST", "/investigate/release"),
    "reclassify": ("POST", "/investigate/{id}/reclassify"),
    "policies": ("GET", "/settings/block_senders"),
    "submissions": ("GET", "/submissions"),
    "bulk": ("GET", "/investigate/bulk"),
}


def test_every_operation_declares_a_right_and_every_right_has_a_name_in_the_client():
    assert all(isinstance(operation.right, Token.Right) for operation in OPERATIONS)
    assert {operation.right for operation in OPERATIONS} == set(Token.Right) - {Token.Right.PURGE}
    assert set(TokenRight) == set(GIVEN_RIGHTS)


@pytest.mark.parametrize("right", OF_RIGHT)
def test_a_token_does_what_it_has_a_right_to_and_nothing_else(token_of, calling, right):
    message = stored()
    web = calling(token_of(rights=[right])[1])
    for name, (method, path) in OF_RIGHT.items():
        body = {"destination": "Inbox", "ids": [message.investigate_id], "expected_disposition": "SPAM"}
        where = path.replace("{id}", message.investigate_id)
        answer = web.get(PATH + where) if method == "GET" else sent(web, where, body)
        if name == right:
            assert answer.status_code < 300, answer.content
        else:
            assert answer.status_code == 403
            assert f"right {name}" in why(answer)


def test_a_purge_needs_its_right_in_a_call_and_in_a_bulk_job(token_of, calling, settings):
    settings.GATEWAY_API_APPROVALS = "off"
    web = calling(token_of(rights=["move", "bulk"])[1])
    purge = {"destination": "RecoverableItemsPurges"}
    one = sent(web, f"/investigate/{stored().investigate_id}/move", purge)
    many = sent(web, "/investigate/bulk", purge | {"action": "MOVE", "search_params": {}})
    release = sent(web, "/investigate/bulk", {"action": "RELEASE", "search_params": {}})
    assert [why(answer).split()[7] for answer in (one, many, release)] == ["purge,", "purge,", "release,"]
    assert [answer.status_code for answer in (one, many, release)] == [403] * 3


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"rights": []}, "rights"),
        ({"rights": ["tokens"]}, "rights"),
        ({"rights": ["fly"]}, "rights"),
        ({"rights": ["purge"]}, "rights"),
        ({"rights": ["move"], "scope": "read"}, "rights"),
        ({"networks": ["10.0.0.0/33"]}, "networks"),
        ({"name": "Upper"}, "name"),
        ({"name": "a:b"}, "name"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expires_at"),
    ],
)
def test_senseless_limits_are_refused_and_make_nothing(token_of, limits, field):
    with pytest.raises(Invalid) as refused:
        token_of(**limits)
    assert refused.value.field == field
    assert not Token.objects.using("gateway").exists()


def test_a_token_ends_at_its_time(token_of, calling):
    row, secret = token_of(expires_at=timezone.now() + timedelta(hours=1))
    assert listed(calling(secret)) == 200
    Token.objects.using("gateway").filter(pk=row.pk).update(expires_at=timezone.now())
    answer = calling(secret).get(f"{PATH}/investigate")
    assert (answer.status_code, why(answer)) == (401, "Authentication error: the token has expired")


def test_a_token_works_from_its_addresses_alone_and_a_refusal_is_on_record_as_its_own(token_of, calling):
    web = calling(token_of(networks=["192.0.2.0/24", "2001:db8::1"])[1])
    assert listed(web, REMOTE_ADDR="192.0.2.77") == 200
    assert listed(web, REMOTE_ADDR="2001:db8::1") == 200
    assert listed(web, REMOTE_ADDR="198.51.100.1") == 403
    assert listed(web, REMOTE_ADDR="") == 403
    assert listed(web, REMOTE_ADDR="198.51.100.1", headers={"X-Forwarded-For": "192.0.2.77"}) == 403
    refused = AuditEntry.objects.filter(action="api_refused", username="token:soar")
    assert [entry.ip for entry in refused.order_by("id")] == ["198.51.100.1", None]


def test_a_mapped_address_is_the_same_peer(token_of, calling):
    assert listed(calling(token_of(networks=["192.0.2.7"])[1]), REMOTE_ADDR="::ffff:192.0.2.7") == 200


def test_the_last_use_is_written_once_a_minute(token_of, calling):
    row, secret = token_of()
    web = calling(secret)
    listed(web, REMOTE_ADDR="192.0.2.1")
    row.refresh_from_db()
    first = row.last_used_at
    assert (row.last_used_address, row.last_used_program) == ("192.0.2.1", "soar/1")
    listed(web, REMOTE_ADDR="192.0.2.2")
    row.refresh_from_db()
    assert (row.last_used_at, row.last_used_address) == (first, "192.0.2.1")
    Token.objects.using("gateway").filter(pk=row.pk).update(last_used_at=first - timedelta(minutes=2))
    listed(web, REMOTE_ADDR="192.0.2.2")
    row.refresh_from_db()
    assert row.last_used_address == "192.0.2.2"


def test_a_call_goes_on_when_its_use_cant_be_written(token_of, calling, monkeypatch, settings):
    def full(*_args, **_more):
        raise DatabaseError("disk full")

    settings.GATEWAY_TRAIL = ""
    _, secret = token_of()
    monkeypatch.setattr("django.db.models.query.QuerySet.update", full)
    assert listed(calling(secret)) == 200


def test_a_rotated_token_takes_both_secrets_for_a_while(token_of, calling):
    row, old = token_of()
    _, new = token_rotate(row, grace=timedelta(hours=1))
    assert [listed(calling(secret)) for secret in (old, new)] == [200, 200]
    Token.objects.using("gateway").filter(pk=row.pk).update(previous_until=timezone.now())
    assert [listed(calling(secret)) for secret in (old, new)] == [401, 200]
    _, newest = token_rotate(row, grace=timedelta(0))
    assert [listed(calling(secret)) for secret in (old, new, newest)] == [401, 401, 200]


def test_revoking_ends_both_secrets_and_the_name_is_not_given_again(token_of, calling):
    row, old = token_of()
    _, new = token_rotate(row)
    token_revoke(row)
    assert [listed(calling(secret)) for secret in (old, new)] == [401, 401]
    with pytest.raises(Invalid, match="had this name before"):
        token_of()
    with pytest.raises(Refused):
        token_rotate(row)


def test_a_token_is_narrowed_at_once_and_never_widened(token_of, calling):
    row, secret = token_of(networks=["10.0.0.0/8"], expires_at=timezone.now() + timedelta(days=2))
    token_narrow(row, scope="read", rights=["search"], networks=["10.1.0.0/16"])
    row.refresh_from_db()
    assert (row.scope, row.rights, row.networks) == ("read", ["search"], ["10.1.0.0/16"])
    assert listed(calling(secret), REMOTE_ADDR="10.1.0.1") == 200
    for wider in (
        {"scope": "write"},
        {"rights": ["search", "content"]},
        {"networks": []},
        {"networks": ["10.0.0.0/8"]},
        {"networks": ["2001:db8::/32"]},
        {"expires_at": timezone.now() + timedelta(days=3)},
    ):
        with pytest.raises(Invalid):
            token_narrow(row, **wider)
    row.refresh_from_db()
    assert (row.scope, row.rights, row.networks) == ("read", ["search"], ["10.1.0.0/16"])


def test_secrets_are_recognised_by_prefix_and_checksum(calling):
    secret = new_secret()
    assert re.fullmatch(r"gatehouse_[0-9A-Za-z]{38}", secret)
    last = "a" if secret[-1] != "a" else "b"
    answer = calling(secret[:-1] + last).get(f"{PATH}/investigate")
    assert (answer.status_code, why(answer)) == (401, "Authentication error: the token is cut short or mistyped")


def test_the_consoles_own_token_is_of_no_use_over_http(calling):
    row, secret = token_ensure(account_id=ACCOUNT, name="console", scope=Token.Scope.WRITE, is_console=True)
    answer = calling(secret).get(f"{PATH}/gatehouse/tokens")
    assert answer.status_code == 403
    assert "not for HTTP" in why(answer)
    for refused in (lambda: token_revoke(row), lambda: token_narrow(row, rights=["search"])):
        with pytest.raises(Refused):
            refused()


def test_email_and_key_work_with_every_limit(token_of, calling):
    _, key = token_of(email="soar@acme.example", rights=["search"])
    web = Client(headers={"X-Auth-Email": "soar@acme.example", "X-Auth-Key": key})
    assert listed(web) == 200
    assert web.get(f"{PATH}/settings/block_senders").status_code == 403
