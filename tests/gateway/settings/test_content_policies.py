"""Content policies: filters, and what they do to the next message."""

import pytest
from django.utils import timezone

from gateway.models import ContentPolicy
from gateway.store import policy_cache
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import mail, stored
from tests.gateway.settings.answers import pointers, result, trace_of

EMPTY = {"deletes": [], "patches": [], "posts": []}


def look_for(client, pattern, *targets, name="Project Heron", enabled=True):
    return client.settings.content_policies.create(
        name=name, pattern=pattern, targets=targets or ("SUBJECT", "BODY"), enabled=enabled
    )


def test_the_client_creates_edits_and_deletes(client):
    made = look_for(client, "heron", "SUBJECT")
    edited = client.settings.content_policies.edit(made.id, targets=["BODY"], notes="until July")
    assert (edited.targets, edited.notes, edited.pattern) == (["BODY"], "until July", "heron")
    assert client.settings.content_policies.edit(made.id, notes=None).notes is None
    assert len(list(client.settings.content_policies.iterate())) == 1
    assert client.settings.content_policies.delete(made.id) == made.id


def test_every_filter_filters(client):
    on = look_for(client, "one", name="first")
    off = look_for(client, "two", name="second", enabled=False)
    listed = client.settings.content_policies.list
    assert listed(enabled=True).items == [on]
    assert listed(enabled=False).items == [off]
    assert listed(name="First").items == [on]
    assert listed(name="fir").items == []
    assert listed(search="TWO").items == [off]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"pattern": "(heron"}, "/pattern"),
        ({"pattern": ""}, "/pattern"),
        ({"pattern": "x" * 1025}, "/pattern"),
        ({"name": ""}, "/name"),
        ({"targets": []}, "/targets"),
        ({"targets": ["SUBJECT", "HEADER"]}, "/targets/1"),
        ({"enabled": 1}, "/enabled"),
    ],
)
def test_bad_fields_are_refused_at_their_place(settings_http, change, pointer):
    body = {"name": "Project Heron", "pattern": "heron", "targets": ["BODY"], "enabled": True}
    assert pointers(settings_http.post("content_policies", json=body | change)) == [pointer]


@pytest.mark.parametrize(
    ("target", "parts", "met"),
    [
        ("SUBJECT", {"subject": "About HERON 12"}, True),
        ("SUBJECT", {"body": "About heron 12"}, False),
        ("BODY", {"body": "All about\r\nheron 12, in short."}, True),
        ("BODY", {"subject": "heron 12"}, False),
        ("BODY", {"body": "herons"}, False),
    ],
)
def test_the_next_message_that_meets_a_policy_is_held(client, target, parts, met):
    assert stored(**parts).final_disposition == "NONE"
    look_for(client, r"heron \d+", target)
    message = stored(**parts)
    assert message.final_disposition == ("MALICIOUS" if met else "NONE")
    assert message.is_quarantined is met
    if met:
        shown = client.investigate.detections.get(message.investigate_id)
        finding = shown.findings[0]
        assert (finding.name, finding.detection) == ("content-policy", "MALICIOUS")
        assert finding.value.lower() == "heron 12"
        assert "policy content: The" in trace_of(message)
        assert "Project Heron" in message.detection_reasons[0]


def test_what_html_shows_is_the_body(client):
    look_for(client, "heron twelve", "BODY")
    raw = mail(body="<html><body><p>About <b>heron</b> twelve</p></body></html>").replace(b"text/plain", b"text/html")
    assert stored(raw).final_disposition == "MALICIOUS"


def test_what_html_hides_is_the_body_as_well(client):
    look_for(client, "heron twelve", "BODY")
    raw = mail(body="<html><body><p>Hello</p><p hidden>Heron <b>twelve</b></p></body></html>")
    assert stored(raw.replace(b"text/plain", b"text/html")).final_disposition == "MALICIOUS"


def test_a_policy_that_is_off_does_nothing(client):
    made = look_for(client, "noon", enabled=False)
    assert stored().final_disposition == "NONE"
    client.settings.content_policies.edit(made.id, enabled=True)
    assert stored().final_disposition == "MALICIOUS"
    client.settings.content_policies.delete(made.id)
    assert stored().final_disposition == "NONE"


def kept(pattern, *, enabled=True):
    """Put a policy into the database, as a release that knew no dialect would have."""
    now = timezone.now()
    row = ContentPolicy(
        account_id=ACCOUNT,
        name="of old",
        pattern=pattern,
        targets=["SUBJECT", "BODY"],
        enabled=enabled,
        created_at=now,
        modified_at=now,
    ).keyed()
    row.save(using="gateway")
    policy_cache.forget()
    return str(row.pk)


def test_a_hostile_expression_takes_no_longer_than_another():
    kept(r"(a+)+$|(a|aa)+$|(.*a){20}!")
    assert stored(body="a" * 50_000 + "b").final_disposition == "NONE"


def test_what_is_outside_the_dialect_is_refused_with_the_construct_and_its_place(settings_http, client):
    made = look_for(client, "heron", "BODY")
    body = {"name": "second", "pattern": "her(on|bert)", "targets": ["BODY"], "enabled": True}
    none = {"deletes": [], "patches": [], "puts": [], "posts": []}
    entry = {"id": made.id, "pattern": "her(on|bert)"}
    for answer, place in (
        (settings_http.post("content_policies", json=body), "/pattern"),
        (settings_http.patch(f"content_policies/{made.id}", json={"pattern": "her(on|bert)"}), "/pattern"),
        (settings_http.post("content_policies/batch", json=none | {"posts": [body]}), "/posts/0/pattern"),
        (settings_http.post("content_policies/batch", json=none | {"patches": [entry]}), "/patches/0/pattern"),
        (settings_http.post("content_policies/batch", json=none | {"puts": [body | entry]}), "/puts/0/pattern"),
    ):
        assert pointers(answer) == [place]
        message = answer.json()["errors"][0]["message"]
        assert message.startswith('pattern: a group "(" is not in the dialect: write each alternative out')
        assert message.endswith(", at character 4")
    assert [one.pattern for one in client.settings.content_policies.iterate()] == ["heron"]


def test_a_policy_of_before_the_dialect_is_served_works_and_keeps_its_pattern(settings_http, client):
    known = kept("her(on|bert) [0-9]+")
    assert client.settings.content_policies.get(known).pattern == "her(on|bert) [0-9]+"
    assert stored(subject="Herbert 12").final_disposition == "MALICIOUS"
    whole = {"name": "new name", "pattern": "her(on|bert) [0-9]+", "targets": ["BODY"], "enabled": True}
    assert client.settings.content_policies.edit(known, enabled=False, pattern=whole["pattern"]).enabled is False
    result(settings_http.post("content_policies/batch", json={"puts": [whole | {"id": known}]} | EMPTY))
    assert stored(body="Heron 12").final_disposition == "MALICIOUS"
    assert pointers(settings_http.patch(f"content_policies/{known}", json={"pattern": "her(on|b)"})) == ["/pattern"]
    twice = [{"id": known, "pattern": "heron"}, {"id": known, "pattern": whole["pattern"]}]
    result(settings_http.post("content_policies/batch", json=EMPTY | {"patches": twice, "puts": []}))
