"""Editing, deleting and putting back: only what was changed is sent, and nobody's change is lost."""

import json
from html import unescape

import pytest
from selectolax.lexbor import LexborHTMLParser

from settings_admin.entries.api import Policies
from settings_admin.history.models import Change
from settings_admin.kinds import (
    ALLOW_POLICIES,
    BLOCK_SENDERS,
    DOMAINS,
    IMPERSONATION_REGISTRY,
    KINDS,
)

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


def text(answer) -> str:
    return unescape(answer.content.decode())


def form_of(answer, action: str = "/entries/") -> dict[str, list[str]]:
    """Return the fields of the page's form as a browser would send them."""
    page = LexborHTMLParser(answer.content.decode())
    form = next(one for one in page.css("form") if action in (one.attributes.get("action") or ""))
    fields: dict[str, list[str]] = {}
    for box in form.css("input[name], textarea[name]"):
        is_box = box.attributes.get("type") in {"checkbox", "radio"}
        if "disabled" in box.attributes or (is_box and "checked" not in box.attributes):
            continue
        value = box.text() if box.tag == "textarea" else box.attributes.get("value") or ("on" if is_box else "")
        fields.setdefault(str(box.attributes["name"]), []).append(value.removeprefix("\n"))
    for chosen in form.css("select[name] option[selected]"):
        fields.setdefault(str(chosen.parent.attributes["name"]), []).append(chosen.attributes.get("value") or "")
    return fields


@pytest.mark.parametrize("kind", KINDS, ids=[kind.slug for kind in KINDS])
def test_saving_without_a_change_sends_nothing(admin, api, make, kind):
    address = f"/policies/{kind.slug}/entries/{make(kind, 1).id}/"
    fields = form_of(admin.get(address))
    api.requests.clear()
    assert admin.post(address, fields).status_code == 302
    assert {request.method for request in api.requests} == {"GET"}
    assert Change.objects.count() == 0


def test_only_the_changed_fields_are_sent(admin, api, make):
    address = f"/policies/allow-policies/entries/{make(ALLOW_POLICIES, 1).id}/"
    fields = form_of(admin.get(address)) | {
        "comments": [
            "",
        ],
        "why": ["it is over"],
    }
    del fields["verify_sender"]
    admin.post(address, fields)
    sent = next(request for request in api.requests if request.method == "PATCH")
    assert json.loads(sent.content) == {"comments": None, "verify_sender": False}
    change = Change.objects.get()
    assert (change.before["verify_sender"], change.after["verify_sender"]) == (True, False)
    assert "it is over" in text(admin.get(address))


def test_a_domain_whose_hops_are_unset_is_replaced_since_a_patch_can_not(admin, api, make):
    made = make(DOMAINS, 1)
    address = f"/policies/domains/entries/{made.id}/"
    admin.post(address, form_of(admin.get(address)) | {"lookback_hops": [""]})
    assert [request.method for request in api.requests][-1] == "PUT"
    now = Policies(DOMAINS).get(made.id).values
    assert now["lookback_hops"] is None
    assert {**now, "lookback_hops": 2} == made.values


def test_two_admins_at_once_lose_nothing(admin, browse, api, make):
    made = make(ALLOW_POLICIES, 1)
    address = f"/policies/allow-policies/entries/{made.id}/"
    mine = form_of(admin.get(address)) | {"comments": ["what I wrote"]}
    Policies(ALLOW_POLICIES).edit(made.id, {"is_trusted_sender": True}, whole={})
    api.requests.clear()
    answer = admin.post(address, mine)
    page = text(answer)
    assert answer.status_code == 409
    assert "Somebody else changed it while you did" in page
    assert "You changed different fields" in page
    assert "what I wrote" in page
    assert "PATCH" not in {request.method for request in api.requests}
    merged = form_of(answer)
    assert merged["comments"] == ["what I wrote"]
    assert merged["is_trusted_sender"] == ["on"]
    assert admin.post(address, merged).status_code == 302
    now = Policies(ALLOW_POLICIES).get(made.id).values
    assert (now["comments"], now["is_trusted_sender"]) == ("what I wrote", True)


def test_both_versions_of_one_field_are_shown(admin, api, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    mine = form_of(admin.get(address)) | {"comments": ["mine"]}
    Policies(BLOCK_SENDERS).edit(made.id, {"comments": "theirs"}, whole={})
    page = text(admin.post(address, mine))
    assert "You both changed the same field" in page
    assert "<strong>theirs</strong>" in page
    assert "<strong>mine</strong>" in page
    assert Policies(BLOCK_SENDERS).get(made.id).values["comments"] == "theirs"


def test_an_entry_that_was_changed_back_counts_as_changed(admin, api, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    mine = form_of(admin.get(address)) | {"comments": ["mine"]}
    for comments in ("theirs", made.values["comments"]):
        Policies(BLOCK_SENDERS).edit(made.id, {"comments": comments}, whole={})
    assert admin.post(address, mine).status_code == 409


def test_a_form_without_what_was_seen_is_not_taken(admin, api, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    for seen in ("", "[]", "nonsense"):
        assert admin.post(address, form_of(admin.get(address)) | {"comments": ["x"], "seen": [seen]}).status_code == 422
    assert "PATCH" not in {request.method for request in api.requests}


def test_an_entry_of_a_directory_is_shown_and_not_edited(admin, api):
    resource = Policies(IMPERSONATION_REGISTRY)._resource
    made = resource.create(
        name="Ann Reed", email="ann@acme.example", is_email_regex=False, provenance="SNOOPY-OFFICE_365"
    )
    address = f"/policies/impersonation-registry/entries/{made.id}/"
    page = text(admin.get(address))
    assert "comes from a directory (Microsoft 365 directory)" in page
    assert 'name="seen"' not in page
    seen = json.dumps({"values": {}, "modified_at": ""})
    answer = admin.post(address, {"name": "Bo", "email": "bo@acme.example", "seen": seen})
    assert answer.status_code == 409
    assert "PATCH" not in {request.method for request in api.requests}


def test_an_old_entry_of_unknown_type_can_still_get_notes(admin, api, make):
    from gateway.models import BlockedSender

    made = make(BLOCK_SENDERS, 1)
    BlockedSender.objects.using("gateway").update(pattern_type="UNKNOWN")
    address = f"/policies/blocked-senders/entries/{made.id}/"
    fields = form_of(admin.get(address)) | {"comments": ["still here"]}
    assert fields["pattern_type"] == ["UNKNOWN"]
    assert admin.post(address, fields).status_code == 302
    assert Policies(BLOCK_SENDERS).get(made.id).values["comments"] == "still here"


def test_a_deletion_can_be_taken_back_under_a_new_id_with_its_history(admin, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    assert made.name in text(admin.get(f"{address}delete/"))
    answer = admin.post(f"{address}delete/", {"why": "a mistake"})
    assert answer["Location"] == "/policies/blocked-senders/"
    assert list(Policies(BLOCK_SENDERS).everything()) == []
    change = Change.objects.get()
    page = text(admin.get(f"/policies/history/{change.pk}/put-back/"))
    assert "it is made anew" in page
    back = admin.post(f"/policies/history/{change.pk}/put-back/", {"why": "it was none"})
    again = next(Policies(BLOCK_SENDERS).everything())
    assert again.values == made.values
    assert again.id != made.id
    page = text(admin.get(back["Location"]))
    assert "it was none" in page
    assert "a mistake" in page


def test_an_edit_is_taken_back_by_setting_what_differs(admin, api, make):
    made = make(ALLOW_POLICIES, 1)
    address = f"/policies/allow-policies/entries/{made.id}/"
    admin.post(address, form_of(admin.get(address)) | {"is_trusted_sender": ["on"]})
    change = Change.objects.get()
    assert "As it was before the change" in text(admin.get(f"/policies/history/{change.pk}/put-back/"))
    api.requests.clear()
    admin.post(f"/policies/history/{change.pk}/put-back/")
    sent = next(request for request in api.requests if request.method == "PATCH")
    assert json.loads(sent.content) == {"is_trusted_sender": False}
    assert Policies(ALLOW_POLICIES).get(made.id).values == made.values


def test_putting_back_what_would_be_a_duplicate_is_refused_with_the_reason(admin, make):
    made = make(BLOCK_SENDERS, 1)
    admin.post(f"/policies/blocked-senders/entries/{made.id}/delete/")
    Policies(BLOCK_SENDERS).create(made.values)
    answer = admin.post(f"/policies/history/{Change.objects.get().pk}/put-back/")
    assert answer.status_code == 409
    assert "exists already" in text(answer)


def test_a_change_of_another_backend_is_not_found(admin, make):
    made = make(BLOCK_SENDERS, 1)
    admin.post(f"/policies/blocked-senders/entries/{made.id}/delete/")
    Change.objects.update(backend="another")
    assert admin.get(f"/policies/history/{Change.objects.get().pk}/").status_code == 404
    assert "Nothing has been changed yet" in text(admin.get("/policies/history/"))


def test_deleting_what_is_gone_already_is_no_error(admin, make):
    made = make(BLOCK_SENDERS, 1)
    Policies(BLOCK_SENDERS).delete(made.id)
    answer = admin.post(f"/policies/blocked-senders/entries/{made.id}/delete/")
    assert answer.status_code == 302


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_others_than_admins_change_nothing(browse, api, make, role):
    made = make(BLOCK_SENDERS, 1)
    api.requests.clear()
    person = browse(role)
    for path in ("new/", f"entries/{made.id}/", f"entries/{made.id}/delete/", "check/"):
        assert person.post(f"/policies/blocked-senders/{path}").status_code == 403
    assert person.get("/policies/history/").status_code == 403
    assert api.requests == []


def test_an_entry_that_is_gone_says_so_with_its_history(admin, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    admin.post(f"{address}delete/", {"why": "of no use"})
    answer = admin.get(address)
    assert answer.status_code == 404
    assert "This blocked sender is gone" in text(answer)
    assert "of no use" in text(answer)
    assert admin.get(f"{address}delete/").status_code == 404


def test_what_was_typed_for_an_entry_that_somebody_deleted_is_not_lost(admin, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    fields = form_of(admin.get(address)) | {"comments": ["typed with care"]}
    Policies(BLOCK_SENDERS).delete(made.id)
    answer = admin.post(address, fields)
    assert answer.status_code == 409
    assert "Somebody has deleted this entry meanwhile" in text(answer)
    assert "typed with care" in text(answer)
    assert admin.post("/policies/blocked-senders/new/", form_of(answer, "/new/")).status_code == 302
    assert next(Policies(BLOCK_SENDERS).everything()).values["comments"] == "typed with care"
