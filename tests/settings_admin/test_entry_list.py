"""Lists of policies: searched, filtered, sorted and paged by the API."""

import pytest

from settings_admin.kinds import KINDS, URL_IGNORE_PATTERNS

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
SLUGS = [kind.slug for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS, ids=SLUGS)
def test_an_empty_list_teaches(admin, kind):
    page = admin.get(f"/policies/{kind.slug}/").content.decode()
    assert kind.title in page
    assert "Nothing here yet" in page


@pytest.mark.parametrize("kind", KINDS, ids=SLUGS)
def test_it_shows_each_entry_with_a_link_to_it(admin, make, kind):
    made = make(kind, 1)
    page = admin.get(f"/policies/{kind.slug}/").content.decode()
    assert f"/policies/{kind.slug}/entries/{made.id}/" in page
    assert "1–1 of 1" in page


def test_search_filters_sorting_and_pages_are_asked_of_the_api(admin, api, make):
    kind = KINDS[1]
    for number in range(3):
        make(kind, number)
    api.requests.clear()
    address = f"/policies/{kind.slug}/?search=b00001&pattern_type=EMAIL&order=pattern&direction=desc&page=1"
    page = admin.get(address).content.decode()
    assert len(api.requests) == 1
    asked = dict(api.requests[0].url.params)
    assert asked == {
        "page": "1",
        "per_page": "50",
        "search": "b00001",
        "pattern_type": "EMAIL",
        "order": "pattern",
        "direction": "desc",
    }
    assert "b00001@bad.example" in page
    assert "b00002@bad.example" not in page


def test_a_flag_is_asked_for_as_the_api_spells_it(admin, api):
    admin.get("/policies/allow-policies/?verify_sender=false")
    assert api.requests[-1].url.params["verify_sender"] == "false"


def test_the_next_page_keeps_the_filters(admin, make):
    for number in range(51):
        make(KINDS[1], number)
    page = admin.get("/policies/blocked-senders/?pattern_type=EMAIL").content.decode()
    assert "1–50 of 51" in page
    assert "?pattern_type=EMAIL&amp;page=2" in page
    second = admin.get("/policies/blocked-senders/?pattern_type=EMAIL&page=2").content.decode()
    assert "51–51 of 51" in second


def test_htmx_gets_the_table_alone(admin):
    answer = admin.get("/policies/blocked-senders/", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Nothing here yet" in answer.content.decode()


@pytest.mark.parametrize("query", ["page=0", "order=nonsense", "pattern_type=PHONE", "page=x"])
def test_a_filter_that_there_is_not_is_said_and_not_asked(admin, api, query):
    answer = admin.get(f"/policies/blocked-senders/?{query}")
    assert answer.status_code == 422
    assert "That filter makes no sense" in answer.content.decode()
    assert api.requests == []


def test_ignored_urls_say_that_the_api_does_not_search_them(admin):
    page = admin.get(f"/policies/{URL_IGNORE_PATTERNS.slug}/").content.decode()
    assert "offers no search" in page
    assert 'type="search"' not in page


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
@pytest.mark.parametrize("path", ["", "new/", "entries/x/", "entries/x/delete/"])
def test_others_than_admins_are_refused_before_the_api_is_asked(browse, api, role, path):
    assert browse(role).get(f"/policies/blocked-senders/{path}").status_code == 403
    assert api.requests == []


def test_what_the_gateway_only_stores_says_so(admin):
    assert "Stored, not yet applied." in admin.get("/policies/ignored-urls/").content.decode()
    assert "Stored, not yet applied." not in admin.get("/policies/sending-restrictions/").content.decode()
    assert "Stored, not yet applied." in admin.get("/policies/domains/new/").content.decode()
    assert "Stored, not yet applied." not in admin.get("/policies/blocked-senders/new/").content.decode()


def test_what_another_backend_stores_is_its_own_affair(admin, settings):
    settings.GATEHOUSE_API_TRANSPORT = ""
    assert "Stored, not yet applied." not in admin.get("/policies/domains/new/").content.decode()
