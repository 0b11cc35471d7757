"""The form of content policies: the dialect, exact words, and entries that are older than the dialect."""

import pytest

from settings_admin.entries.api import Policies
from settings_admin.kinds import CONTENT_POLICIES
from tests.gateway.settings.test_content_policies import kept
from tests.settings_admin.test_entry_edit import form_of, text

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
NEW = "/policies/content-policies/new/"
FIELDS = {"name": "payroll", "targets": ["SUBJECT"], "enabled": "on"}


def only():
    (entry,) = Policies(CONTENT_POLICIES).everything()
    return entry


def test_exact_words_are_sent_as_boundaries_and_shown_as_a_switch(admin, api):
    admin.post(NEW, FIELDS | {"pattern": "pay|paid", "exact_words": "on"})
    assert only().values["pattern"] == r"\bpay\b|\bpaid\b"
    address = f"/policies/content-policies/entries/{only().id}/"
    page = admin.get(address)
    assert "holds exactly the words that match pay|paid becomes Malicious" in text(page)
    fields = form_of(page)
    assert (fields["pattern"], fields["exact_words"]) == (["pay|paid"], ["on"])
    api.requests.clear()
    admin.post(address, fields)
    assert {request.method for request in api.requests} == {"GET"}
    del fields["exact_words"]
    admin.post(address, fields)
    assert only().values["pattern"] == "pay|paid"


def test_a_replayed_draft_comes_back_to_the_form_as_it_was_typed(admin):
    answer = admin.post(
        "/policies/content-policies/look/", FIELDS | {"pattern": "pay", "exact_words": "on", "days": "30"}
    )
    replay = answer["Location"].rstrip("/").rpartition("/")[2]
    fields = form_of(admin.get(f"{NEW}?tried={replay}"), "/new/")
    assert (fields["pattern"], fields["exact_words"]) == (["pay"], ["on"])
    admin.post(f"/policies/replays/{replay}/save/")
    assert only().values["pattern"] == r"\bpay\b"


@pytest.mark.parametrize(
    ("pattern", "more", "said", "drawn"),
    [
        ("pay(ment|able)", {}, 'A group "(" is not in the dialect', "pay(ment|able)\n   ^"),
        (r"pay\Sx", {}, r"\S is not in the dialect, which has \d, \w, \s and \b, at character 4.", "pay\\Sx\n   ^"),
        ("a{2,60}", {}, "{2,60} counts further than 50, at character 2.", "a{2,60}\n ^"),
        ("pay|$5", {"exact_words": "on"}, "An exact word begins with a letter", "pay|$5\n    ^"),
        ("p" * 1_022, {"exact_words": "on"}, "At most 1024 characters", ""),
    ],
)
def test_what_is_outside_the_dialect_is_said_with_its_place_before_the_api_is_asked(
    admin, api, pattern, more, said, drawn
):
    answer = admin.post(NEW, FIELDS | {"pattern": pattern} | more)
    assert answer.status_code == 422
    assert said in text(answer)
    assert drawn in text(answer)
    assert api.requests == []
    assert said in text(admin.post("/policies/content-policies/check/", FIELDS | {"pattern": pattern} | more))


def test_an_entry_older_than_the_dialect_is_marked_and_may_keep_its_pattern(admin, api):
    known = kept("pay(ment|able)")
    address = f"/policies/content-policies/entries/{known}/"
    assert "outside the dialect" in text(admin.get("/policies/content-policies/"))
    page = admin.get(address)
    assert 'Outside the dialect: a group "("' in text(page)
    fields = form_of(page)
    assert "exact_words" not in fields
    assert "becomes Malicious" in text(admin.post("/policies/content-policies/check/", fields))
    assert admin.post(address, fields | {"notes": ["until July"]}).status_code == 302
    assert (only().values["notes"], only().values["pattern"]) == ("until July", "pay(ment|able)")
    fields = form_of(admin.get(address))
    for change in ({"pattern": ["pay(ment)"]}, {"exact_words": ["on"]}):
        answer = admin.post(address, fields | change)
        assert answer.status_code == 422
        assert 'A group "(" is not in the dialect' in text(answer)
    assert only().values["pattern"] == "pay(ment|able)"
    assert admin.post(address, fields | {"pattern": ["payment|payable"]}).status_code == 302
    assert "outside the dialect" not in text(admin.get("/policies/content-policies/"))
