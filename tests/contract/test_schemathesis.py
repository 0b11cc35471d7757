"""schemathesis against the gateway's own OpenAPI: no 5xx, and no answer outside its schema, step by step too.

`OPENAPI` names the file of another OpenAPI description to hold the gateway to, as that of an API's vendor.

Slow, since it sends generated requests to each operation of the API.
"""

import json
import os
from datetime import timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dashboard.wsgi import application
from gateway.api.registry import OPERATIONS
from gateway.bulk.running import run
from gateway.models import Delivery
from tests.contract.test_four_backends import keep_pictures
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held, stored
from tests.gateway.settings.kinds import KINDS

# A minute, which `make test` has not: CI runs it, and `make contract`.
pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OTHER = os.environ.get("OPENAPI") or None
METHODS = {"get", "post", "put", "patch", "delete"}
# No search was promised, so none is there to be followed.
NEVER_THERE = {"gatehouse_search_result"}
# A few in CI; `EXAMPLES=200 make contract` looks longer.
EXAMPLES = int(os.environ.get("EXAMPLES", "6"))
QUIET = hypothesis_settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def one_connection():
    """Keep Django from closing the test's connection, and its transaction with it, after each request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def names():
    """The ids of all operations: the gateway's own, or those that the other description has."""
    if OTHER is None:
        return sorted(operation.name for operation in OPERATIONS)
    paths = json.loads(Path(OTHER).read_text())["paths"]
    return sorted(path[method]["operationId"] for path in paths.values() for method in METHODS & path.keys())


@cache
def document():
    """The document, read once: schemathesis reads the whole project for each one that it loads."""
    if OTHER is None:
        return schemathesis.openapi.from_wsgi("/client/v4/openapi.json", application)
    loaded = schemathesis.openapi.from_path(OTHER)
    loaded.app = application
    return loaded


@pytest.fixture
def published(one_connection, write_token, settings):
    """The document, for an account that has some mail, and without the renderer that takes its time."""
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    loaded = document()
    # The test client of schemathesis reads no compressed answers.
    loaded.config.headers = {"Authorization": f"Bearer {write_token}", "Accept-Encoding": "identity"}
    return loaded


@pytest.fixture
def there(http, store):
    """A message that was delivered and one that is held, and a function that gives the ids in a path of what is there.

    Nobody guesses an id: without these, all that an operation on one thing ever answers is that it isn't there.
    """
    stored()
    message = held()
    keep_pictures(store, [message])

    def ids(path):
        _, _, inside = path.partition("/email-security")
        if inside.startswith("/investigate/bulk/{job_id}"):
            body = {"action": "RELEASE", "search_params": {"detections_only": False}}
            job_id = http.post("/investigate/bulk", json=body).json()["result"]["job_id"]
            if not inside.endswith("/cancel"):
                run(UUID(job_id))
            return {"job_id": job_id}
        if inside == "/submissions":
            asked = {"expected_disposition": "NONE"}
            assert http.post(f"/investigate/{message.investigate_id}/reclassify", json=asked).status_code == 202
        if inside.startswith("/retention/holds/"):
            body = {"name": "a case", "reason": "asked for", "message_ids": [message.investigate_id]}
            return {"hold_id": http.post("/retention/holds", json=body).json()["result"]["id"]}
        if inside.startswith("/delivery/queue/"):
            copies = Delivery.objects.using("gateway").filter(message=message)
            later = timezone.now() + timedelta(days=1)
            copies.update(status="deferred", next_hop="smtp:mail.acme.example:25", next_try_at=later, expires_at=later)
            return {"copy_id": str(copies.earliest("pk").pk)}
        for kind in KINDS:
            head, _, name = inside.partition(f"/settings/{kind.path}/{{")
            if name and not head:
                made = http.post(f"/settings/{kind.path}", json=kind.new())
                return {name.partition("}")[0]: made.json()["result"]["id"]}
        return {"investigate_id": message.investigate_id}

    return message, ids


def in_account(case):
    """The case, on the account that there is."""
    case.path_parameters = case.path_parameters | {"account_id": ACCOUNT}
    return case


def aimed(case, message, ids):
    """The case, with the ids of what is there in its path and in its body."""
    case.path_parameters |= {name: value for name, value in ids.items() if name in (case.path_parameters or {})}
    if isinstance(case.body, dict):
        real = {"ids": [message.investigate_id], "postfix_ids": [message.postfix_id], "id": message.investigate_id}
        real["recipient"] = message.client_recipients[0]
        case.body = case.body | {name: value for name, value in real.items() if name in case.body}
    return case


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("name", names())
def test_every_operation_keeps_to_its_schema(published, there, name, mode):
    operation = published.find_operation_by_id(name)
    message, ids_in = there
    ids = ids_in(operation.path)

    @QUIET
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def call(case, of_what_is_there):
        if of_what_is_there or mode is GenerationMode.POSITIVE:
            case = in_account(case)
        if of_what_is_there and mode is GenerationMode.POSITIVE:
            case = aimed(case, message, ids)
        answer = case.call_and_validate(checks=CHECKS, headers=published.config.headers)
        statuses.add(answer.status_code)

    statuses = set()
    call()
    assert mode is GenerationMode.NEGATIVE or statuses != {404} or name in NEVER_THERE


def test_operations_that_follow_each_other_keep_to_their_schemas(published, there):
    if OTHER is not None:
        pytest.skip("the description has no links to follow")

    class Machine(published.as_state_machine()):
        def before_call(self, case):
            in_account(case)

        def validate_response(self, response, case, **others):
            case.validate_response(response, checks=CHECKS)

    Machine.run(settings=hypothesis_settings(QUIET, stateful_step_count=6))
