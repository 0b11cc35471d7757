"""What all kinds of settings have in common: round trips, lists, edits, batches, refusals."""

from uuid import uuid4

import pytest

from tests.gateway.settings.answers import pointers, refusals, result
from tests.gateway.settings.kinds import KINDS, Sample

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.path)
each_batched = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.batched], ids=lambda kind: kind.path)
NOTHING = {"deletes": [], "patches": [], "puts": [], "posts": []}


@pytest.fixture
def make(settings_http):
    def made(kind: Sample, number=None):
        return result(settings_http.post(kind.path, json=kind.new(number)), 201)

    return made


def everything(http, kind, **params):
    return result(http.get(kind.path, params={"per_page": 1000} | params))


@each_kind
def test_what_is_created_is_read_back(settings_http, make, kind):
    made = make(kind, 1)
    assert {name: made[name] for name in kind.fields} == kind.new(1)
    assert made["created_at"] == made["modified_at"] == made.get("last_modified", made["modified_at"])
    assert result(settings_http.get(f"{kind.path}/{made['id']}")) == made
    assert everything(settings_http, kind) == [made]


@each_kind
def test_an_edit_touches_what_was_sent_and_nothing_else(settings_http, make, kind):
    made, other = make(kind), make(kind)
    edited = result(settings_http.patch(f"{kind.path}/{made['id']}", json=kind.edit))
    changed = {name for name in edited if edited[name] != made[name]}
    # The deprecated names follow the newer ones.
    assert changed - {"modified_at", "last_modified"} == set(kind.edit)
    assert edited["modified_at"] > made["modified_at"]
    assert {name: edited[name] for name in kind.edit} == kind.edit
    assert result(settings_http.get(f"{kind.path}/{made['id']}")) == edited
    assert result(settings_http.get(f"{kind.path}/{other['id']}")) == other


@each_kind
def test_an_empty_edit_changes_nothing(settings_http, make, kind):
    made = make(kind)
    assert result(settings_http.patch(f"{kind.path}/{made['id']}", json={})) == made


@each_kind
def test_what_is_deleted_is_gone(settings_http, make, kind):
    made, other = make(kind), make(kind)
    url = f"{kind.path}/{made['id']}"
    assert result(settings_http.delete(url)) == {"id": made["id"]}
    for method in ("GET", "DELETE"):
        assert refusals(settings_http.request(method, url), 404)[0][0] == 1004
    assert settings_http.patch(url, json=kind.edit).status_code == 404
    assert everything(settings_http, kind) == [other]


@each_kind
@pytest.mark.parametrize("identifier", ["x", "1", "é", "%00", "9d6dc0c2-1f3c-4c0a-bbc2-a3f394786450"])
def test_what_is_no_id_is_not_found(settings_http, kind, identifier):
    url = f"{kind.path}/{identifier}"
    assert settings_http.get(url).status_code == 404
    assert settings_http.delete(url).status_code == 404
    assert settings_http.patch(url, json=kind.edit).status_code == 404


@each_kind
def test_lists_page_to_the_empty_page(settings_http, make, kind):
    ids = [make(kind)["id"] for _ in range(5)]
    pages = [settings_http.get(kind.path, params={"page": page, "per_page": 2}).json() for page in (1, 2, 3, 4)]
    assert [entry["id"] for page in pages for entry in page["result"]] == ids[::-1]
    infos = [page["result_info"] for page in pages]
    assert [(info["count"], info["page"]) for info in infos] == [(2, 1), (2, 2), (1, 3), (0, 4)]
    assert {(info["per_page"], info["total_count"]) for info in infos} == {(2, 5)}
    default = settings_http.get(kind.path).json()["result_info"]
    assert (default["page"], default["per_page"]) == (1, 20)


@each_kind
@pytest.mark.parametrize("params", [{"per_page": 1001}, {"per_page": 0}, {"page": 0}, {"page": "x"}])
def test_senseless_pages_are_refused(settings_http, kind, params):
    assert pointers(settings_http.get(kind.path, params=params)) == [next(iter(params))]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.orders], ids=lambda kind: kind.path)
def test_lists_are_sorted_both_ways(settings_http, make, kind):
    ids = [make(kind, number)["id"] for number in (2, 3, 1)]
    for order in kind.orders:
        ascending = [ids[2], ids[0], ids[1]] if order != "created_at" else ids
        for direction, wanted in (("asc", ascending), ("desc", ascending[::-1]), (None, ascending)):
            params = {"order": order} | ({"direction": direction} if direction else {})
            assert [entry["id"] for entry in everything(settings_http, kind, **params)] == wanted, params
    assert [entry["id"] for entry in everything(settings_http, kind)] == ids[::-1]
    assert [entry["id"] for entry in everything(settings_http, kind, direction="asc")] == ids
    for wrong in ({"order": "id"}, {"direction": "up"}):
        assert pointers(settings_http.get(kind.path, params=wrong)) == [next(iter(wrong))]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.search], ids=lambda kind: kind.path)
def test_lists_are_searched_whatever_the_case(settings_http, make, kind):
    ids = [make(kind, number)["id"] for number in (1, 3, 5)]
    assert [entry["id"] for entry in everything(settings_http, kind, search=kind.search)] == [ids[1]]
    assert len(everything(settings_http, kind, search=" ")) == 3
    for nothing in ("100%", "_", "nowhere to be found"):
        assert everything(settings_http, kind, search=nothing) == []


@each_kind
def test_a_duplicate_is_a_conflict_at_its_place(settings_http, make, kind):
    made = make(kind, 1)
    other = make(kind, 2)
    assert refusals(settings_http.post(kind.path, json=kind.new(1)), 409) == [(1009, kind.pointer)]
    if not kind.fixed:
        url = f"{kind.path}/{other['id']}"
        assert refusals(settings_http.patch(url, json=kind.new(1)), 409) == [(1009, kind.pointer)]
    assert everything(settings_http, kind) == [other, made]


@each_kind
def test_bad_values_are_refused_at_their_place(settings_http, make, kind):
    made = make(kind)
    places = pointers(settings_http.post(kind.path, json=kind.new() | kind.bad))
    assert places[0].startswith(f"/{next(iter(kind.bad))}")
    assert pointers(settings_http.patch(f"{kind.path}/{made['id']}", json=kind.bad)) == places
    assert everything(settings_http, kind) == [made]


@each_kind
def test_missing_fields_and_nulls_are_refused_at_their_place(settings_http, make, kind):
    made = make(kind)
    name = kind.pointer[1:]
    assert f"/{name}" in pointers(settings_http.post(kind.path, json={}))
    assert pointers(settings_http.post(kind.path, json=kind.new() | {name: None})) == [f"/{name}"]
    assert pointers(settings_http.patch(f"{kind.path}/{made['id']}", json={name: None})) == [f"/{name}"]
    assert pointers(settings_http.patch(f"{kind.path}/{made['id']}", json={name: 7})) == [f"/{name}"]
    assert settings_http.post(kind.path, json="x").status_code == 400


@each_kind
def test_another_account_sees_and_changes_nothing(settings_http, foreign, make, kind):
    made = make(kind, 1)
    url = f"{kind.path}/{made['id']}"
    assert foreign.get(kind.path).json()["result"] == []
    for method, body in (("GET", None), ("PATCH", kind.edit), ("DELETE", None)):
        assert foreign.request(method, url, json=body).status_code == 404
    result(foreign.post(kind.path, json=kind.new(1)), 201)
    deletion = (NOTHING if kind.batched else {}) | {"deletes": [{"id": made["id"]}]}
    assert foreign.post(f"{kind.path}/batch", json=deletion).status_code in {404, 405}
    assert everything(settings_http, kind) == [made]


@each_batched
def test_a_batch_runs_in_its_order_and_answers_with_all_it_did(settings_http, make, kind):
    gone, patched, put = make(kind, 1), make(kind), make(kind)
    replacement = kind.replacement()
    done = result(
        settings_http.post(
            f"{kind.path}/batch",
            json={
                "deletes": [{"id": gone["id"]}],
                "patches": [{"id": patched["id"]} | kind.edit],
                "puts": [{"id": put["id"]} | replacement],
                # The same as what was deleted: deletes come first.
                "posts": [kind.new(1)],
            },
        )
    )
    assert done["deletes"] == [{"id": gone["id"]}]
    assert {name: done["patches"][0][name] for name in kind.edit} == kind.edit
    assert {name: done["puts"][0][name] for name in replacement} == replacement
    assert done["posts"][0]["id"] not in {gone["id"], patched["id"], put["id"]}
    assert everything(settings_http, kind) == [done["posts"][0], done["puts"][0], done["patches"][0]]


@each_batched
def test_posts_keep_their_order(settings_http, kind):
    posts = [kind.new() for _ in range(7)]
    done = result(settings_http.post(f"{kind.path}/batch", json=NOTHING | {"posts": posts}))["posts"]
    assert [{name: entry[name] for name in kind.fields} for entry in done] == posts
    assert everything(settings_http, kind) == done[::-1]


@each_batched
def test_a_batch_is_all_or_nothing(settings_http, make, kind):
    kept = make(kind)
    posts = [kind.new(), kind.new() | kind.bad, kind.new(), kind.new() | kind.bad]
    body = NOTHING | {"deletes": [{"id": kept["id"]}], "posts": posts}
    places = pointers(settings_http.post(f"{kind.path}/batch", json=body))
    name = next(iter(kind.bad))
    assert [place.rpartition(f"/{name}")[0] for place in places] == ["/posts/1", "/posts/3"]
    assert everything(settings_http, kind) == [kept]


@each_batched
def test_a_batch_refuses_duplicates_at_their_place(settings_http, make, kind):
    make(kind, 1)
    body = NOTHING | {"posts": [kind.new(2), kind.new(1), kind.new(2)]}
    found = refusals(settings_http.post(f"{kind.path}/batch", json=body), 409)
    assert sorted(found) == [(1009, f"/posts/{index}{kind.pointer}") for index in (1, 2)]
    assert len(everything(settings_http, kind)) == 1


@each_batched
@pytest.mark.parametrize("part", ["deletes", "patches", "puts"])
def test_a_batch_refuses_what_is_not_there(settings_http, make, kind, part):
    kept = make(kind)
    entries = [{"id": kept["id"]} | kind.replacement(), {"id": str(uuid4())} | kind.replacement()]
    if part == "deletes":
        entries = [{"id": entry["id"]} for entry in entries]
    answer = settings_http.post(f"{kind.path}/batch", json=NOTHING | {part: entries})
    assert pointers(answer, 404) == [f"/{part}/1/id"]
    assert everything(settings_http, kind) == [kept]


@each_batched
def test_what_a_batch_deletes_it_can_not_edit(settings_http, make, kind):
    made = make(kind)
    body = NOTHING | {"deletes": [{"id": made["id"]}], "patches": [{"id": made["id"]} | kind.edit]}
    assert pointers(settings_http.post(f"{kind.path}/batch", json=body), 404) == ["/patches/0/id"]
    assert everything(settings_http, kind) == [made]


@each_batched
def test_an_entry_that_is_patched_and_put_is_as_it_was_put(settings_http, make, kind):
    made = make(kind)
    replacement = kind.replacement()
    body = NOTHING | {
        "patches": [{"id": made["id"]} | kind.edit, {"id": made["id"]}],
        "puts": [{"id": made["id"]} | replacement],
    }
    done = result(settings_http.post(f"{kind.path}/batch", json=body))
    assert {name: done["puts"][0][name] for name in replacement} == replacement
    assert everything(settings_http, kind) == done["puts"]


@each_batched
def test_a_batch_needs_all_four_lists_of_entries_with_ids(settings_http, kind):
    url = f"{kind.path}/batch"
    assert pointers(settings_http.post(url, json={"deletes": []})) == ["/patches", "/puts", "/posts"]
    for part in ("deletes", "patches", "puts"):
        entry = kind.replacement() | {"id": "7"}
        assert f"/{part}/0/id" in pointers(settings_http.post(url, json=NOTHING | {part: [entry]}))
    too_many = NOTHING | {"deletes": [{"id": str(uuid4())}] * 1001}
    assert pointers(settings_http.post(url, json=too_many)) == ["/deletes"]
    assert result(settings_http.post(url, json=NOTHING)) == NOTHING
