"""The gateway's own OpenAPI: made from the code, whole, and true."""

import httpx
import jsonschema_rs
import pytest
from django.test import Client as Browser

from gateway.api.registry import OPERATIONS
from tests.gateway.mails import held, stored


@pytest.fixture
def published():
    return Browser().get("/client/v4/openapi.json").json()


def test_every_operation_is_published_with_what_it_answers(published):
    named = {operation["operationId"]: operation for path in published["paths"].values() for operation in path.values()}
    assert named.keys() == {operation.name for operation in OPERATIONS}
    for name, operation in named.items():
        assert operation["summary"].endswith("."), name
        success = next(answer for status, answer in operation["responses"].items() if status in {"200", "201", "202"})
        schema = success["content"]["application/json"]["schema"]
        assert schema["properties"]["result"] != {}, f"{name} doesn't say what it answers with"


def test_every_reference_resolves(published):
    schemas = published["components"]["schemas"]

    def walk(part):
        if isinstance(part, dict):
            if "$ref" in part and part["$ref"].startswith("#/components/schemas/"):
                assert part["$ref"].rpartition("/")[2] in schemas
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(published)


def test_both_spellings_of_bodies_are_published(published):
    path = "/accounts/{account_id}/email-security/investigate"
    move = published["components"]["schemas"]["BulkMoveBody"]
    assert {"ids", "postfix_ids"} <= move["properties"].keys()
    release = published["components"]["schemas"]["ReleaseBody"]
    assert [kind["type"] for kind in release["anyOf"]] == ["object", "array"]
    assert "requestBody" in published["paths"][f"{path}/release"]["post"]


def test_the_page_shows_every_operation():
    page = Browser().get("/client/v4/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    for operation in OPERATIONS:
        assert f'id="{operation.name}"' in text


def test_the_base_url_is_the_one_that_was_asked(published):
    assert published["servers"] == [{"url": "http://testserver/client/v4"}]


def test_answers_keep_to_their_schemas(http, published):
    message, spam = stored(), held()
    prefix = "/accounts/{account_id}/email-security"
    calls = [
        ("GET", "/investigate", {"params": {"detections_only": "false"}}, ""),
        ("GET", "/investigate/{investigate_id}", {}, message.investigate_id),
        ("GET", "/investigate/{investigate_id}/detections", {}, spam.investigate_id),
        ("GET", "/investigate/{investigate_id}/trace", {}, message.investigate_id),
        ("GET", "/investigate/{investigate_id}/raw", {}, message.investigate_id),
        ("POST", "/investigate/release", {"json": {"ids": [spam.investigate_id]}}, ""),
        ("POST", "/investigate/{investigate_id}/move", {"json": {"destination": "JunkEmail"}}, message.investigate_id),
        ("GET", "/investigate/{investigate_id}/action_log", {}, message.investigate_id),
    ]
    for method, path, arguments, name in calls:
        answer = http.request(method, path.replace("{investigate_id}", name), **arguments)
        assert isinstance(answer, httpx.Response)
        operation = published["paths"][prefix + path][method.lower()]
        schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        jsonschema_rs.validate(schema | {"components": published["components"]}, answer.json())
