"""schemathesis against the gateway's own OpenAPI: no 5xx, and no answer outside its schema, step by step too."""

import os
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
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
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held, stored

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# A few in every run; `EXAMPLES=200 make contract` looks longer.
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


@cache
def document():
    """The published document, read once: schemathesis reads the whole project for each one that it loads."""
    return schemathesis.openapi.from_wsgi("/client/v4/openapi.json", application)


@pytest.fixture
def published(one_connection, write_token, settings):
    """The published document, for an account that has some mail, and without the renderer that takes its time."""
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    stored()
    held()
    loaded = document()
    loaded.config.headers = {"Authorization": f"Bearer {write_token}"}
    loaded.config.parameters = {"account_id": ACCOUNT}
    return loaded


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("name", sorted(operation.name for operation in OPERATIONS))
def test_every_operation_keeps_to_its_schema(published, name, mode):
    operation = published.find_operation_by_id(name)

    @QUIET
    @given(operation.as_strategy(generation_mode=mode))
    def call(case):
        case.call_and_validate(checks=CHECKS, headers=published.config.headers)

    call()


def test_operations_that_follow_each_other_keep_to_their_schemas(published):
    published.as_state_machine().run(settings=hypothesis_settings(QUIET, stateful_step_count=6))
