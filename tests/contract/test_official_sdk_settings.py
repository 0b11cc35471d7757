"""The official SDK, in strict validation mode, against every operation on settings that the gateway serves."""

import inspect
import re
from itertools import count
from typing import Any

import cloudflare
import pytest

from gateway.api.registry import OPERATIONS
from tests.contract.sdk import sdk_with, while_served
from tests.gateway.conftest import ACCOUNT
from tests.gateway.settings.kinds import KINDS, filled

NOWHERE = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"
NOT_IN_THE_SDK = {
    "email_security_get_domain_verification",
    "email_security_batch_sending_domain_restrictions",
    "email_security_batch_url_ignore_patterns",
}
BATCHED = ["allow_policies", "block_senders", "content_policies", "domains", "trusted_domains"]
# What an edit sends, and a list's parameters beside page and per_page; {n} is the number of the entry to be found.
EDITS: dict[str, dict[str, Any]] = {
    "allow_policies": {"is_trusted_sender": True, "comments": None},
    "block_senders": {"comments": None},
    "content_policies": {"enabled": False, "notes": None},
    "domains": {"drop_dispositions": ["MALICIOUS-BEC", "BULK"], "folder": None, "integration_id": None},
    "impersonation_registry": {"name": "Someone Else", "comments": None},
    "sending_domain_restrictions": {"exclude": [], "comments": None},
    "trusted_domains": {"is_similarity": True, "comments": None},
    "url_ignore_patterns": {"comments": None},
}
LISTS: dict[str, dict[str, Any]] = {
    "allow_policies": {
        "order": "pattern",
        "direction": "desc",
        "search": "partner",
        "pattern": "a{n}@partner.example",
        "pattern_type": "EMAIL",
        "is_acceptable_sender": True,
        "is_exempt_recipient": False,
        "is_trusted_sender": False,
        "verify_sender": True,
    },
    "block_senders": {
        "order": "pattern",
        "direction": "desc",
        "search": "bad",
        "pattern": "b{n}@bad.example",
        "pattern_type": "EMAIL",
    },
    "content_policies": {
        "order": "name",
        "direction": "asc",
        "search": "project",
        "name": "policy {n}",
        "enabled": True,
    },
    "domains": {
        "order": "domain",
        "direction": "asc",
        "search": "acme",
        "domain": ["d{n}.acme.example", "nowhere.example"],
        "active_delivery_mode": "DIRECT",
        "allowed_delivery_mode": "API",
        "integration_id": "one",
        "status": "ACTIVE",
    },
    "impersonation_registry": {"order": "email", "direction": "asc", "search": "p{n}@"},
    "sending_domain_restrictions": {"order": "domain", "direction": "asc", "search": "s{n}."},
    "trusted_domains": {
        "order": "pattern",
        "direction": "asc",
        "search": "example",
        "pattern": "t{n}.example",
        "is_recent": True,
        "is_similarity": False,
    },
}
SAMPLES = {kind.path: kind for kind in KINDS}
_numbers = count(1_000)
each_kind = pytest.mark.parametrize("kind", SAMPLES)


@pytest.fixture
def settings_sdk(write_token):
    return sdk_with(write_token).email_security.settings


def fields(kind, number=None):
    return SAMPLES[kind].new(next(_numbers) if number is None else number)


def made(settings_sdk, kind, number=None):
    return getattr(settings_sdk, kind).create(account_id=ACCOUNT, **fields(kind, number))


def test_every_settings_operation_served_is_called_here():
    source = inspect.getsource(inspect.getmodule(test_every_settings_operation_served_is_called_here))
    called = set(re.findall(r"\.(list|get|create|edit|delete|batch|update|bulk_delete)\(", source))
    verbs = {"GET": "get", "POST": "create", "PATCH": "edit", "PUT": "update", "DELETE": "delete"}
    for operation in OPERATIONS:
        if "/settings/" not in operation.path or operation.name in NOT_IN_THE_SDK:
            continue
        kind, _, rest = operation.path.partition("/settings/")[2].partition("/")
        assert kind in SAMPLES, operation.name
        if rest == "batch":
            assert kind in BATCHED
        elif rest:
            assert verbs[operation.method] in called
        else:
            assert {"GET": "list", "POST": "create", "DELETE": "bulk_delete"}[operation.method] in called


@each_kind
def test_an_entry_makes_its_round_trip(settings_sdk, kind):
    resource = getattr(settings_sdk, kind)
    number = next(_numbers)
    sent, edit = fields(kind, number), EDITS[kind]
    entry = made(settings_sdk, kind, number)
    for name, value in sent.items():
        assert getattr(entry, name) == value
    assert resource.get(entry.id, account_id=ACCOUNT).model_dump() == entry.model_dump()
    edited = resource.edit(entry.id, account_id=ACCOUNT, **edit)
    for name, value in (sent | edit).items():
        assert getattr(edited, name) == value
    assert resource.delete(entry.id, account_id=ACCOUNT).id == entry.id
    with pytest.raises(cloudflare.NotFoundError):
        resource.get(entry.id, account_id=ACCOUNT)


@each_kind
def test_a_list_pages_to_the_empty_page(settings_sdk, kind):
    ids = [made(settings_sdk, kind).id for _ in range(5)]
    resource = getattr(settings_sdk, kind)
    assert [entry.id for entry in resource.list(account_id=ACCOUNT, per_page=2)] == ids[::-1]
    assert resource.list(account_id=ACCOUNT, per_page=2, page=4).result == []


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_takes_every_parameter(settings_sdk, kind):
    numbers = [next(_numbers) for _ in range(3)]
    wanted = [made(settings_sdk, kind, number).id for number in numbers][1]
    resource = getattr(settings_sdk, kind)
    found = resource.list(account_id=ACCOUNT, page=1, per_page=1000, **filled(LISTS[kind], numbers[1]))
    assert [entry.id for entry in found.result] == [wanted]
    assert (found.result_info.page, found.result_info.per_page) == (1, 1000)


@pytest.mark.parametrize("kind", BATCHED)
def test_a_batch_answers_with_what_it_did(settings_sdk, kind):
    resource = getattr(settings_sdk, kind)
    gone, patched, put = (made(settings_sdk, kind) for _ in range(3))
    replacement, new = SAMPLES[kind].replacement(), fields(kind)
    done = resource.batch(
        account_id=ACCOUNT,
        deletes=[{"id": gone.id}],
        patches=[{"id": patched.id, **EDITS[kind]}],
        puts=[{"id": put.id, **replacement}],
        posts=[new],
    )
    assert [entry.id for entry in done.deletes] == [gone.id]
    for name, value in EDITS[kind].items():
        assert getattr(done.patches[0], name) == value
    for name, value in replacement.items():
        assert getattr(done.puts[0], name) == value
    for name, value in new.items():
        assert getattr(done.posts[0], name) == value
    left = {entry.id for entry in resource.list(account_id=ACCOUNT)}
    assert left == {patched.id, put.id, done.posts[0].id}


@pytest.mark.parametrize("kind", BATCHED)
def test_a_refused_batch_leaves_everything_as_it_was(settings_sdk, kind):
    resource = getattr(settings_sdk, kind)
    entry = made(settings_sdk, kind)
    with pytest.raises(cloudflare.NotFoundError) as refused:
        resource.batch(
            account_id=ACCOUNT,
            deletes=[{"id": entry.id}],
            patches=[{"id": NOWHERE, **EDITS[kind]}],
            puts=[],
            posts=[fields(kind)],
        )
    assert refused.value.body["errors"][0]["source"]["pointer"] == "/patches/0/id"
    assert [left.id for left in resource.list(account_id=ACCOUNT)] == [entry.id]


@each_kind
def test_errors_have_the_sdks_types(settings_sdk, read_token, kind):
    resource = getattr(settings_sdk, kind)
    for call in (resource.get, resource.delete):
        with pytest.raises(cloudflare.NotFoundError):
            call(NOWHERE, account_id=ACCOUNT)
    with pytest.raises(cloudflare.BadRequestError) as bad:
        resource.list(account_id=ACCOUNT, per_page=5000)
    assert bad.value.errors[0].code
    with pytest.raises(cloudflare.AuthenticationError):
        list(getattr(sdk_with("wrong").email_security.settings, kind).list(account_id=ACCOUNT))
    reader = getattr(sdk_with(read_token).email_security.settings, kind)
    assert reader.list(account_id=ACCOUNT).result == []
    with pytest.raises(cloudflare.PermissionDeniedError):
        reader.create(account_id=ACCOUNT, **fields(kind))
    number = next(_numbers)
    made(settings_sdk, kind, number)
    with pytest.raises(cloudflare.ConflictError):
        made(settings_sdk, kind, number)


def test_a_domain_is_replaced_and_many_are_deleted(settings_sdk):
    entry, other, kept = (made(settings_sdk, "domains") for _ in range(3))
    replacement = SAMPLES["domains"].replacement() | {"regions": ["US", "IN"], "require_tls_outbound": False}
    done = settings_sdk.domains.update(entry.id, account_id=ACCOUNT, **replacement)
    assert (done.id, done.domain, done.status) == (entry.id, entry.domain, "ACTIVE")
    for name, value in replacement.items():
        assert getattr(done, name) == value
    with pytest.warns(DeprecationWarning, match="deprecated"):
        gone = settings_sdk.domains.bulk_delete(account_id=ACCOUNT, extra_body=[{"id": entry.id}, {"id": other.id}])
    assert [deleted.id for deleted in gone.result] == [entry.id, other.id]
    assert [left.id for left in settings_sdk.domains.list(account_id=ACCOUNT)] == [kept.id]
    with pytest.warns(DeprecationWarning, match="deprecated"), pytest.raises(cloudflare.BadRequestError):
        settings_sdk.domains.bulk_delete(account_id=ACCOUNT)


def test_the_registry_is_filtered_by_provenance(settings_sdk):
    theirs = settings_sdk.impersonation_registry.create(
        account_id=ACCOUNT,
        directory_id=1,
        directory_node_id=2,
        provenance="SNOOPY-OFFICE_365",
        **while_served(external_directory_node_id="x"),
        **fields("impersonation_registry"),
    )
    made(settings_sdk, "impersonation_registry")
    found = settings_sdk.impersonation_registry.list(account_id=ACCOUNT, provenance="SNOOPY-OFFICE_365")
    assert [entry.id for entry in found] == [theirs.id]
    with pytest.raises(cloudflare.BadRequestError) as refused:
        settings_sdk.impersonation_registry.edit(theirs.id, account_id=ACCOUNT, name="Someone Else")
    assert refused.value.body["errors"][0]["source"]["pointer"] == "/name"
