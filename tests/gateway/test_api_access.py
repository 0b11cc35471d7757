"""Who may call what: tokens, scopes, accounts, and the shape of every refusal."""

import httpx
import pytest

from gateway.api.registry import OPERATIONS
from gateway.api.tokens import token_ensure
from gateway.models import Token
from gateway.tokens.limits import CONSOLE_RIGHTS
from gateway.transport import InProcessTransport
from tests.gateway.conftest import ACCOUNT, BASE
from tests.gateway.mails import stored

OTHER = "f" * 32


@pytest.fixture
def anyone():
    with httpx.Client(base_url=BASE, transport=InProcessTransport()) as made:
        yield made


def path(operation, account=ACCOUNT, message="4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678"):
    return operation.path.replace("{account_id}", account).replace("{investigate_id}", message)


each_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
each_operation_on_messages = pytest.mark.parametrize(
    "operation",
    [
        operation
        for operation in OPERATIONS
        # A bulk action job names no message: tests/gateway/bulk has what another account's job finds.
        # Tokens and waiting writes are for the console's own alone: tests/gateway/tokens.
        # Holds: tests/dashboard/test_holds.py.
        if "/settings/" not in operation.path
        and "/gatehouse/" not in operation.path
        and "/retention/" not in operation.path
        and operation.name != "email_security_create_bulk_job"
    ],
    ids=lambda operation: operation.name,
)


@each_operation
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic d3JvbmcK"},
        {"X-Auth-Key": "wrong", "X-Auth-Email": "w@acme.example"},
    ],
)
def test_nobody_gets_in_without_credentials(anyone, operation, headers):
    answer = anyone.request(operation.method, path(operation), headers=headers, json={})
    assert answer.status_code == 401
    assert answer.json()["success"] is False
    assert answer.json()["errors"][0]["code"] == 10000


@each_operation
def test_a_read_token_writes_nothing(anyone, operation, read_token):
    answer = anyone.request(
        operation.method, path(operation), headers={"Authorization": f"Bearer {read_token}"}, json={}
    )
    if operation.scope == Token.Scope.WRITE or operation.right in CONSOLE_RIGHTS:
        assert answer.status_code == 403
    else:
        # What takes a body is let in, and says that an empty one asks for nothing.
        assert answer.status_code in ({400} if operation.body else {200, 404})


@each_operation
def test_another_account_stays_invisible(anyone, operation, write_token):
    token_ensure(account_id=OTHER, name="other", scope=Token.Scope.WRITE)
    answer = anyone.request(
        operation.method, path(operation, account=OTHER), headers={"Authorization": f"Bearer {write_token}"}, json={}
    )
    assert answer.status_code == 404


@each_operation_on_messages
def test_another_accounts_token_sees_no_message_of_this_one(anyone, operation):
    message = stored()
    _, foreign = token_ensure(account_id=OTHER, name="other", scope=Token.Scope.WRITE)
    bodies = {"destination": "Inbox", "ids": [message.investigate_id], "id": message.investigate_id}
    answer = anyone.request(
        operation.method,
        path(operation, account=OTHER, message=message.investigate_id),
        headers={"Authorization": f"Bearer {foreign}"},
        json=bodies | {"expected_disposition": "SPAM"} if operation.method == "POST" else None,
        params={"detections_only": "false"},
    )
    assert answer.status_code == 404 or answer.json()["result"] == []


def test_an_email_with_its_key_is_as_good_as_a_token(anyone, write_token):
    url = f"/accounts/{ACCOUNT}/email-security/investigate"
    good = {"X-Auth-Email": "W@acme.example", "X-Auth-Key": write_token}
    assert anyone.get(url, headers=good).status_code == 200
    assert anyone.get(url, headers=good | {"X-Auth-Email": "x@acme.example"}).status_code == 401


def test_a_revoked_token_is_none(http, write_token):
    from django.utils import timezone

    assert http.get("/investigate").status_code == 200
    Token.objects.using("gateway").filter(name="writer").update(revoked_at=timezone.now())
    assert http.get("/investigate").status_code == 401


def test_tokens_are_kept_as_hashes_only(write_token):
    row = Token.objects.using("gateway").get(name="writer")
    assert write_token not in str(vars(row))


@pytest.mark.parametrize(
    ("method", "url", "allowed"),
    [
        # A literal path is never an id: no message is called "release", and no policy "batch".
        ("GET", "/investigate/release", "POST"),
        ("GET", "/investigate/bulk/cancel", None),
        ("POST", "/investigate/bulk/move", "DELETE, GET"),
        ("PATCH", "/settings/allow_policies/batch", "POST"),
        ("GET", "/settings/trusted_domains/batch", "POST"),
        ("POST", "/settings/domains/f174e90a-fafe-4643-bbbc-4a0ed4fc8415", "DELETE, GET, PATCH, PUT"),
        ("PUT", "/investigate", "GET"),
    ],
)
def test_the_most_literal_path_decides_which_methods_are_allowed(http, method, url, allowed):
    answer = http.request(method, url)
    assert answer.status_code == (405 if allowed else 404)
    assert answer.headers.get("Allow") == allowed


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/investigate/", 404),
        ("DELETE", "/investigate", 405),
        ("PUT", "/investigate/move", 405),
        ("GET", "/investigate/no-such-message", 404),
        ("GET", "/investigate/%00/raw", 404),
        ("GET", "/investigate/é/raw", 404),
    ],
)
def test_what_is_not_there_is_refused_in_the_envelope(http, method, url, status):
    answer = http.request(method, url)
    assert answer.status_code == status
    body = answer.json()
    assert (body["success"], body["result"]) == (False, None)
    assert isinstance(body["errors"][0]["code"], int)


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("/investigate/move", b"{"),
        ("/investigate/move", b"[]"),
        ("/investigate/move", b'{"ids": []}'),
        ("/investigate/move", b'{"ids": ["x"], "destination": "Attic"}'),
        ("/investigate/move", b'{"ids": "x", "destination": "Inbox"}'),
        ("/investigate/move", b'{"ids": ["\\ud800"], "destination": "Inbox"}'),
        ("/investigate/release", b'{"ids": [1]}'),
        ("/investigate/release", b'"x"'),
        ("/investigate/release", b"[" * 100_000),
        ("/investigate/preview", b"{}"),
        ("/investigate/move", b'{"destination": "Inbox", "ids": [' + b'"x",' * 1000 + b'"x"]}'),
    ],
)
def test_a_bad_body_is_refused(http, url, body):
    answer = http.post(url, content=body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"]


def test_one_problem_is_told_once(http):
    answer = http.get("/investigate", params={"message_action": ["EATEN", "EATEN"]})
    errors = answer.json()["errors"]
    assert answer.status_code == 400
    assert len(errors) == 1
