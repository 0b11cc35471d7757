"""How each method of the earlier SDKs on settings is called."""

from functools import partial
from itertools import count
from typing import Any

import pytest

from tests.contract.old_sdk_calls import CALLS, Method, Stage, calls, mismatch
from tests.contract.test_official_sdk_settings import LISTS, SAMPLES
from tests.gateway.settings.kinds import filled

KINDS = [kind for kind in SAMPLES if kind not in {"domains", "content_policies"}]
_numbers = count(1)
# The names that the allow policies' flags had before July 2025, beside the newer ones.
EARLIER = {
    "allow_policies": {"is_recipient": False, "is_sender": False, "is_spoof": True},
    "impersonation_registry": {
        "directory_id": 1,
        "directory_node_id": 2,
        "external_directory_node_id": "x",
        "provenance": "A1S_INTERNAL",
    },
}


def made(stage: Stage, kind: str, number: int | None = None) -> dict[str, Any]:
    """An entry that is there, made without the SDK."""
    fields = SAMPLES[kind].new(next(_numbers) if number is None else number)
    answer = stage.http.post(f"/settings/{kind}", json=fields)
    assert answer.status_code == 201
    return answer.json()["result"]


def create(kind: str, method: Method, stage: Stage, number: int | None = None) -> None:
    fields = SAMPLES[kind].new(next(_numbers) if number is None else number) | EARLIER.get(kind, {})
    entry = method(**fields)
    for name, value in fields.items():
        assert getattr(entry, name) == value


def get(kind: str, method: Method, stage: Stage) -> None:
    entry = made(stage, kind)
    assert method(entry["id"]).to_dict(mode="json", use_api_names=True).keys() >= {"id", "created_at", "modified_at"}
    assert method(entry["id"]).id == entry["id"]


def edit(kind: str, method: Method, stage: Stage) -> None:
    entry = made(stage, kind)
    fields = SAMPLES[kind].new(next(_numbers)) | EARLIER.get(kind, {}) | {"comments": None}
    edited = method(entry["id"], **fields)
    for name, value in fields.items():
        assert getattr(edited, name) == value


def delete(kind: str, method: Method, stage: Stage) -> None:
    entry = made(stage, kind)
    assert method(entry["id"]).id == entry["id"]
    assert stage.http.get(f"/settings/{kind}/{entry['id']}").status_code == 404


def listed(kind: str, method: Method, stage: Stage) -> None:
    numbers = [next(_numbers) for _ in range(3)]
    ids = [made(stage, kind, number)["id"] for number in numbers]
    assert [entry.id for entry in method(page=1, per_page=2)] == ids[::-1]
    assert method(page=9, per_page=2).result == []
    if kind in LISTS:
        found = method(**filled(LISTS[kind], numbers[1]))
        assert [entry.id for entry in found.result] == [ids[1]]
    if "provenance" in method.parameters:
        assert method(provenance="SNOOPY-OFFICE_365").result == []


for _kind in KINDS:
    for _verb, _call in {"create": create, "get": get, "edit": edit, "delete": delete, "list": listed}.items():
        CALLS[f"settings.{_kind}.{_verb}"] = partial(_call, _kind)


@calls("settings.domains.get")
def domain(method, stage):
    entry = made(stage, "domains")
    places, result = mismatch(lambda: method(entry["id"]))
    assert places == [(("result", "status"), "ACTIVE")]
    assert result == entry


@calls("settings.domains.list")
def domains(method, stage):
    number = next(_numbers)
    ids = [made(stage, "domains", number)["id"], made(stage, "domains")["id"]]
    places, result = mismatch(lambda: method(page=1, per_page=2))
    assert places == [(("result", 0, "status"), "ACTIVE"), (("result", 1, "status"), "ACTIVE")]
    assert [entry["id"] for entry in result] == ids[::-1]
    # The filter takes the earlier spelling, which the answer can't have.
    asked = filled(LISTS["domains"], number) | {"status": "active"}
    assert [entry["id"] for entry in mismatch(lambda: method(**asked))[1]] == ids[:1]
    assert method(status="failed").result == []


@calls("settings.domains.edit")
def domain_edited(method, stage):
    entry = made(stage, "domains")
    fields = SAMPLES["domains"].new(next(_numbers)) | {
        "require_tls_outbound": True,
        "regions": ["US", "IN"],
        "integration_id": None,
    }
    places, result = mismatch(lambda: method(entry["id"], **fields))
    assert places == [(("result", "status"), "ACTIVE")]
    assert {name: result[name] for name in fields} == fields


@calls("settings.domains.delete")
def domain_deleted(method, stage):
    delete("domains", method, stage)


@calls("settings.domains.bulk_delete")
def domains_deleted(method, stage):
    ids = [made(stage, "domains")["id"] for _ in range(2)]
    with pytest.warns(DeprecationWarning, match="deprecated"):
        gone = method(extra_body=[{"id": entry} for entry in ids])
    assert [entry.id for entry in gone.result] == ids
