"""The account after the end of life of all that is deprecated: GATEWAY_DEPRECATED=0."""

import re

import jsonschema_rs
import pytest
from django.test import Client as Browser

from tests.gateway.mails import held, stored

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])

ENDED = {
    "action_log",
    "findings",
    "ts",
    "completed_timestamp",
    "item_count",
    "last_modified",
    "is_recipient",
    "is_sender",
    "is_spoof",
    "external_directory_node_id",
    "requested_ts",
}
POLICY = {
    "pattern": "a@partner.example",
    "pattern_type": "EMAIL",
    "is_regex": False,
    "is_acceptable_sender": False,
    "is_exempt_recipient": False,
    "is_trusted_sender": True,
    "verify_sender": False,
}
SEARCH = {"detections_only": "false", "start": "2026-01-01T00:00:00Z"}


@pytest.fixture
def after(settings):
    settings.GATEWAY_DEPRECATED = False


def names_in(part) -> set[str]:
    if isinstance(part, dict):
        return part.keys() | set().union(*map(names_in, part.values()))
    return set().union(*map(names_in, part)) if isinstance(part, list) else set()


def answers(http) -> dict[str, dict]:
    """Ask for everything that had something deprecated in it."""
    mail, waiting = stored().investigate_id, held().investigate_id
    move = http.post("/investigate/move", json={"ids": [mail], "destination": "Inbox"})
    released = http.post("/investigate/release", json={"ids": [waiting]})
    job = http.post("/investigate/bulk", json={"action": "MOVE", "destination": "Inbox", "search_params": {}})
    http.post(f"/investigate/{mail}/reclassify", json={"expected_disposition": "SPAM"})
    return {
        "move": move,
        "release": released,
        "job": job,
        "jobs": http.get("/investigate/bulk"),
        "search": http.get("/investigate", params=SEARCH),
        "detail": http.get(f"/investigate/{mail}"),
        "log": http.get(f"/investigate/{mail}/action_log"),
        "trace": http.get(f"/investigate/{mail}/trace"),
        "submissions": http.get("/submissions"),
        "policy": http.post("/settings/allow_policies", json=POLICY),
        "batch": http.post(
            "/settings/allow_policies/batch",
            json={"deletes": [], "patches": [], "puts": [], "posts": [POLICY | {"pattern": "b@partner.example"}]},
        ),
        "registry": http.post(
            "/settings/impersonation_registry",
            json={"name": "Ann", "email": "ann@acme.example", "is_email_regex": False},
        ),
    }


@pytest.mark.usefixtures("after")
def test_no_answer_has_anything_deprecated(http):
    for name, answer in answers(http).items():
        assert answer.is_success, (name, answer.text)
        assert not ENDED & names_in(answer.json()["result"]), name
        if name == "release":
            assert answer.json()["result"][0].keys() == {"id", "delivered", "failed", "undelivered"}


def test_while_it_is_served_every_answer_has_it(http):
    served = set().union(*(names_in(answer.json()["result"]) for answer in answers(http).values()))
    assert served >= ENDED


@pytest.mark.usefixtures("after")
@pytest.mark.parametrize(
    ("method", "path", "sent", "place"),
    [
        ("GET", "/investigate", {"page": "1"}, "page"),
        ("GET", "/phishguard/reports", {"from_date": "2026-01-01"}, "from_date"),
        ("POST", "/investigate/move", {"postfix_ids": ["{}"], "destination": "Inbox"}, "/postfix_ids"),
        (
            "POST",
            "/investigate/move",
            {"ids": ["{}"], "destination": "Inbox", "expected_disposition": "SPAM"},
            "/expected_disposition",
        ),
        (
            "POST",
            "/investigate/{}/move",
            {"destination": "Inbox", "expected_disposition": "SPAM"},
            "/expected_disposition",
        ),
        ("POST", "/investigate/preview", {"postfix_id": "{}"}, "/postfix_id"),
        (
            "POST",
            "/investigate/bulk",
            {"action": "MOVE", "destination": "Inbox", "search_params": {"action_log": True}},
            "/search_params/action_log",
        ),
        ("POST", "/settings/allow_policies", POLICY | {"is_spoof": True}, "/is_spoof"),
        (
            "POST",
            "/settings/allow_policies/batch",
            {"deletes": [], "patches": [], "puts": [], "posts": [POLICY, POLICY | {"is_sender": True}]},
            "/posts/1/is_sender",
        ),
    ],
)
def test_what_has_ended_is_refused_with_its_place_and_nothing_happens(http, method, path, sent, place):
    mail = stored().investigate_id
    sent = {name: [mail] if value == ["{}"] else mail if value == "{}" else value for name, value in sent.items()}
    given = {"params": sent} if method == "GET" else {"json": sent}
    answer = http.request(method, path.format(mail), **given)
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["source"]["pointer"] == place
    assert re.search("ended on|is deprecated", error["message"])
    assert http.get(f"/investigate/{mail}/action_log").json()["result"] == []
    assert http.get("/settings/allow_policies").json()["result"] == []


@pytest.mark.usefixtures("after")
def test_the_disposition_that_a_reclassification_requires_is_another_field(http):
    mail = stored().investigate_id
    assert http.post(f"/investigate/{mail}/reclassify", json={"expected_disposition": "SPAM"}).status_code == 202


@pytest.mark.usefixtures("after")
def test_the_published_schema_follows(http):
    published = Browser().get("/client/v4/openapi.json").json()
    assert '"deprecated"' not in Browser().get("/client/v4/openapi.json").content.decode()
    move = published["components"]["schemas"]["BulkMoveBody"]
    assert jsonschema_rs.validator_for(move | {"components": published["components"]})
    assert "postfix_ids" not in move["properties"]
    assert [part["required"] for part in move["anyOf"]] == [["destination", "ids"]]
    search = published["paths"]["/accounts/{account_id}/email-security/investigate"]["get"]
    assert "page" not in {parameter["name"] for parameter in search["parameters"]}
    assert "ts" not in published["components"]["schemas"]["Message"]["properties"]
