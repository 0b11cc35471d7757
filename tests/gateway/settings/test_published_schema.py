"""What is answered about settings keeps to the OpenAPI document that the gateway publishes."""

import jsonschema_rs
import pytest
from django.test import Client as Browser

from gateway.api.registry import OPERATIONS
from tests.gateway.settings.kinds import KINDS


@pytest.fixture(scope="module")
def published():
    return Browser().get("/client/v4/openapi.json").json()


@pytest.fixture
def call(settings_http, published):
    """Send a request, check it and its answer against what is published; return the result."""

    def called(kind, method, rest="", body=None):
        path = f"/accounts/a/email-security/settings/{kind}{rest}"
        known = next(known for known in OPERATIONS if known.method == method and known.pattern.match(path))
        operation = published["paths"][known.path][method.lower()]
        components = {"components": published["components"]}
        answer = settings_http.request(method, f"{kind}{rest}", json=body)
        content = operation["responses"][str(answer.status_code)]["content"]
        jsonschema_rs.validate(content["application/json"]["schema"] | components, answer.json())
        if body is not None:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            jsonschema_rs.validate(schema | components, body)
        return answer.json()["result"]

    return called


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
def test_answers_keep_to_their_schemas(call, kind):
    made, other = call(kind.path, "POST", body=kind.new()), call(kind.path, "POST", body=kind.new())
    assert call(kind.path, "GET") == [other, made]
    call(kind.path, "GET", f"/{made['id']}")
    call(kind.path, "PATCH", f"/{made['id']}", kind.edit)
    call(kind.path, "DELETE", f"/{made['id']}")
    changes = {"deletes": [], "patches": [{"id": other["id"]} | kind.edit], "posts": [kind.new()]}
    changes["puts"] = [{"id": other["id"]} | kind.replacement()]
    if kind.batched:
        call(kind.path, "POST", "/batch", changes)
    elif kind.path != "impersonation_registry":
        call(kind.path, "POST", "/batch", {"deletes": [{"id": other["id"]}]})


def test_a_domains_own_answers_keep_to_their_schemas(call):
    kind = next(kind for kind in KINDS if kind.path == "domains")
    made = call("domains", "POST", body=kind.new())
    call("domains", "PUT", f"/{made['id']}", kind.replacement())
    call("domains", "GET", f"/{made['id']}/verification")
    call("domains", "DELETE", body=[{"id": made["id"]}])


def test_several_trusted_domains_at_once_keep_to_their_schema(call):
    kind = next(kind for kind in KINDS if kind.path == "trusted_domains")
    assert len(call("trusted_domains", "POST", body=[kind.new(), kind.new()])) == 2


def test_a_field_that_an_edit_leaves_out_has_no_default(published):
    fields = published["components"]["schemas"]["UpdateAllowPolicy"]["properties"]
    assert {"pattern", "is_trusted_sender", "comments"} <= fields.keys()
    assert not [name for name, schema in fields.items() if "default" in schema]
