"""The settings: what is sent, what is read, and what is refused before it is sent."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from cloudflare.types.email_security import settings as theirs
from pydantic import BaseModel

from api_client import NOT_GIVEN, Client, Conflict, OutcomeUnknown, ResponseInvalid
from api_client.models import (
    AllowPolicy,
    BlockedSender,
    ContentPolicy,
    ContentTarget,
    Deleted,
    Domain,
    DomainStatus,
    MailFolder,
    PatternType,
    Provenance,
    Region,
    RegistryEntry,
    SendingDomainRestriction,
    TrustedDomain,
    UrlIgnorePattern,
)
from tests.api_client.conftest import PREFIX, Server, enveloped, refused

ID = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"
BLOCKED = {"id": ID, "pattern": "evil@bad.example", "created_at": "2026-01-05T10:00:00Z", "pattern_type": "A_NEW_TYPE"}
INFO = {"count": 1, "page": 1, "per_page": 50, "total_count": 1}
PAIRS = [
    (AllowPolicy, theirs.AllowPolicyGetResponse),
    (BlockedSender, theirs.BlockSenderGetResponse),
    (ContentPolicy, theirs.ContentPolicyGetResponse),
    (Domain, theirs.DomainGetResponse),
    (RegistryEntry, theirs.ImpersonationRegistryGetResponse),
    (SendingDomainRestriction, theirs.SendingDomainRestrictionGetResponse),
    (TrustedDomain, theirs.TrustedDomainGetResponse),
    (UrlIgnorePattern, theirs.URLIgnorePatternGetResponse),
    (Deleted, theirs.DomainDeleteResponse),
]


def wire_names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def inner(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    return {
        name: part
        for name, field in model.model_fields.items()
        for part in (field.annotation, *get_args(field.annotation))
        if isinstance(part, type) and issubclass(part, BaseModel)
    }


@pytest.mark.parametrize(("ours", "official"), PAIRS)
def test_models_have_the_fields_of_the_official_sdk(ours, official):
    assert wire_names(ours) == wire_names(official)
    for name, part in inner(official).items():
        assert wire_names(inner(ours)[name]) == wire_names(part)


@pytest.mark.parametrize(("ours", "official"), PAIRS)
def test_models_require_what_the_contract_requires_and_does_not_deprecate(ours, official):
    def required(model: type[BaseModel]) -> set[str]:
        return {name for name, field in model.model_fields.items() if field.is_required()}

    assert required(ours) == required(official) - {"last_modified"}


def test_an_edit_sends_only_what_is_given(client: Client, server: Server):
    server.will(enveloped(BLOCKED), enveloped(BLOCKED), enveloped(BLOCKED))
    client.settings.block_senders.edit(ID, comments=None)
    assert (server.last.method, server.last.url.path) == ("PATCH", f"{PREFIX}/settings/block_senders/{ID}")
    assert server.sent == {"comments": None}
    client.settings.block_senders.edit(ID, pattern="x@bad.example", is_regex=False, comments=NOT_GIVEN)
    assert server.sent == {"pattern": "x@bad.example", "is_regex": False}
    client.settings.block_senders.edit(ID)
    assert server.sent == {}


def test_a_list_sends_its_filters_and_gives_a_page(client: Client, server: Server):
    server.will(enveloped([BLOCKED], info=INFO))
    page = client.settings.block_senders.list(search="bad", order="pattern", direction="asc", pattern_type="EMAIL")
    assert dict(server.last.url.params) == {
        "page": "1",
        "per_page": "50",
        "search": "bad",
        "order": "pattern",
        "direction": "asc",
        "pattern_type": "EMAIL",
    }
    assert [entry.pattern_type for entry in page.items] == ["A_NEW_TYPE"]
    assert (page.page, page.per_page, page.total_count) == (1, 50, 1)


def test_a_list_without_result_info_is_read_all_the_same(client: Client, server: Server):
    server.will(enveloped([BLOCKED]))
    page = client.settings.block_senders.list(page=3, per_page=7)
    assert (page.page, page.per_page, page.total_count) == (3, 7, None)


def test_all_pages_are_read_until_one_is_empty(client: Client, server: Server):
    entries = [BLOCKED | {"id": str(number)} for number in range(3)]
    server.will(enveloped(entries[:2], info=INFO), enveloped(entries[2:], info=INFO), enveloped([], info=INFO))
    found = list(client.settings.block_senders.iterate(per_page=2))
    assert [entry.id for entry in found] == ["0", "1", "2"]
    assert [request.url.params["page"] for request in server.requests] == ["1", "2", "3"]


@pytest.mark.parametrize("paging", [{"per_page": 1001}, {"per_page": 0}, {"page": 0}])
def test_a_senseless_page_is_not_asked_for(client: Client, server: Server, paging: dict[str, Any]):
    with pytest.raises(ValueError, match=r"per_page|Pages"):
        client.settings.block_senders.list(**paging)
    assert not server.requests


def test_a_batch_sends_all_four_lists(client: Client, server: Server):
    server.will(enveloped({"deletes": [{"id": ID}], "patches": [BLOCKED], "puts": None}))
    done = client.settings.block_senders.batch(deletes=[ID], patches=[{"id": ID, "comments": None}])
    assert server.sent == {
        "deletes": [{"id": ID}],
        "patches": [{"id": ID, "comments": None}],
        "puts": [],
        "posts": [],
    }
    assert (done.deletes, [entry.id for entry in done.patches], done.puts, done.posts) == ([ID], [ID], [], [])


@pytest.mark.parametrize("part", ["deletes", "patches", "puts", "posts"])
def test_too_large_a_batch_is_not_sent(client: Client, server: Server, part: str):
    with pytest.raises(ValueError, match="1001"):
        client.settings.block_senders.batch(**{part: ["x"] * 1001})
    with pytest.raises(ValueError, match="several"):
        client.settings.block_senders.batch(**{part: "abc"})
    assert not server.requests


def test_what_may_not_be_an_id_is_not_sent(client: Client, server: Server):
    for identifier in ("", "..", " "):
        with pytest.raises(ValueError, match="not an id"):
            client.settings.block_senders.delete(identifier)
    assert not server.requests


def test_a_write_whose_answer_was_lost_is_not_repeated(client: Client, server: Server):
    import httpx

    server.will(httpx.ReadTimeout("slow"))
    with pytest.raises(OutcomeUnknown):
        client.settings.block_senders.delete(ID)
    assert len(server.requests) == 1


def test_a_duplicate_is_a_conflict_that_names_its_place(client: Client, server: Server):
    answer = refused(409, "there already", code=1009)
    body = json.loads(answer.content)
    body["errors"][0]["source"] = {"pointer": "/pattern"}
    server.will(type(answer)(409, json=body))
    with pytest.raises(Conflict) as conflict:
        client.settings.block_senders.create(pattern="a@b.example", pattern_type="EMAIL", is_regex=False)
    assert conflict.value.errors[0].pointer == "/pattern"


def test_rubbish_in_a_list_is_told_apart_from_an_empty_one(client: Client, server: Server):
    server.will(enveloped([{"id": 7}], info=INFO), enveloped({"id": ID}, info=INFO))
    for _ in range(2):
        with pytest.raises(ResponseInvalid):
            client.settings.block_senders.list()


def test_every_kind_is_reached_at_its_path(client: Client, server: Server):
    kinds = {
        "allow_policies": {"created_at": "2026-01-05T10:00:00Z"},
        "block_senders": {},
        "content_policies": {},
        "domains": {},
        "impersonation_registry": {},
        "sending_domain_restrictions": {},
        "trusted_domains": {},
        "url_ignore_patterns": {"created_at": "2026-01-05T10:00:00Z", "pattern": "x"},
    }
    for name, needed in kinds.items():
        resource = getattr(client.settings, name)
        server.will(enveloped({"id": ID} | needed), enveloped([{"id": ID} | needed], info=INFO), enveloped({"id": ID}))
        assert resource.get(ID).id == ID
        assert server.last.url.path == f"{PREFIX}/settings/{name}/{ID}"
        assert [entry.id for entry in resource.list(per_page=1000).items] == [ID]
        assert server.last.url.path == f"{PREFIX}/settings/{name}"
        assert resource.delete(ID) == ID
        assert (server.last.method, server.last.url.path) == ("DELETE", f"{PREFIX}/settings/{name}/{ID}")


def test_creating_sends_what_is_given_and_nothing_else(client: Client, server: Server):
    server.will(*[enveloped({"id": ID, "created_at": "2026-01-05T10:00:00Z", "pattern": "x"}) for _ in range(7)])
    settings = client.settings
    flags = {
        "is_acceptable_sender": True,
        "is_exempt_recipient": False,
        "is_trusted_sender": False,
        "verify_sender": True,
    }
    domain = {
        "allowed_delivery_modes": ("DIRECT",),
        "drop_dispositions": (),
        "ip_restrictions": (),
        "regions": ("US",),
    }
    for create, fields in (
        (settings.allow_policies.create, {"pattern": "x", "pattern_type": "EMAIL", "is_regex": False} | flags),
        (settings.content_policies.create, {"name": "n", "pattern": "x", "targets": ("BODY",), "enabled": True}),
        (settings.domains.create, {"domain": "acme.example", "lookback_hops": None} | domain),
        (settings.impersonation_registry.create, {"name": "n", "email": "e", "is_email_regex": True}),
        (settings.sending_domain_restrictions.create, {"domain": "d", "exclude": (), "comments": None}),
        (settings.trusted_domains.create, {"pattern": "x", "is_regex": 0, "is_recent": 1, "is_similarity": 0}),
        (settings.url_ignore_patterns.create, {"pattern": "x"}),
    ):
        create(**fields)
        assert server.last.method == "POST"
        assert server.sent == json.loads(json.dumps(fields))


def test_an_edit_sends_lists_and_nulls(client: Client, server: Server):
    server.will(*[enveloped({"id": ID, "created_at": "2026-01-05T10:00:00Z", "pattern": "x"}) for _ in range(7)])
    settings = client.settings
    for edit, fields in (
        (settings.allow_policies.edit, {"comments": None}),
        (settings.content_policies.edit, {"targets": ["SUBJECT"], "notes": None}),
        (settings.domains.edit, {"regions": ["DE"], "folder": None, "require_tls_inbound": False}),
        (settings.impersonation_registry.edit, {"directory_id": None}),
        (settings.sending_domain_restrictions.edit, {"exclude": []}),
        (settings.trusted_domains.edit, {"is_recent": False}),
        (settings.url_ignore_patterns.edit, {"comments": None}),
    ):
        edit(ID, **fields)
        assert server.last.method == "PATCH"
        assert server.sent == fields


def test_a_domains_own_operations_are_sent_as_the_contract_has_them(client: Client, server: Server):
    import httpx

    kept = {"allowed_delivery_modes": [], "drop_dispositions": [], "ip_restrictions": [], "regions": ["US"]}
    record = {"txt_record_name": "_x.acme.example", "txt_record_value": "y", "status": "A_NEW_STATUS"}
    server.will(enveloped({"id": ID}), enveloped([{"id": ID}]), enveloped(record), httpx.Response(204))
    client.settings.domains.update(ID, **kept, transport=None)
    assert (server.last.method, server.sent) == ("PUT", kept | {"transport": None})
    assert client.settings.domains.bulk_delete(ids=[ID]) == [ID]
    assert (server.last.method, server.sent) == ("DELETE", [{"id": ID}])
    assert server.last.url.path == f"{PREFIX}/settings/domains"
    found = client.settings.domains.verification(ID)
    assert found is not None
    assert (found.txt_record_value, found.status) == ("y", "A_NEW_STATUS")
    assert client.settings.domains.verification(ID) is None
    assert server.last.url.path == f"{PREFIX}/settings/domains/{ID}/verification"
    for ids in ([], ["x"] * 1001):
        with pytest.raises(ValueError, match=r"at least one|1001"):
            client.settings.domains.bulk_delete(ids=ids)


def test_restrictions_are_deleted_in_a_batch_of_one_list(client: Client, server: Server):
    server.will(enveloped({"deletes": [{"id": ID}]}), enveloped({"deletes": None}))
    assert client.settings.sending_domain_restrictions.batch(deletes=[ID]) == [ID]
    assert server.sent == {"deletes": [{"id": ID}]}
    assert client.settings.sending_domain_restrictions.batch(deletes=[]) == []


@pytest.mark.parametrize(
    ("enumeration", "official", "field"),
    [
        (PatternType, theirs.AllowPolicyGetResponse, "pattern_type"),
        (DomainStatus, theirs.DomainGetResponse, "status"),
        (Region, theirs.DomainGetResponse, "regions"),
        (MailFolder, theirs.DomainGetResponse, "folder"),
        (Provenance, theirs.ImpersonationRegistryGetResponse, "provenance"),
        (ContentTarget, theirs.ContentPolicyGetResponse, "targets"),
    ],
)
def test_every_value_of_the_official_sdk_is_known(enumeration, official, field):
    waiting, values = [official.model_fields[field].annotation], set()
    while waiting:
        part = waiting.pop()
        values |= {part} if isinstance(part, str) else set()
        waiting += get_args(part)
    assert values == {member.value for member in enumeration}
