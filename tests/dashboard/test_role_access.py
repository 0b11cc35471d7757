"""Who gets where: every address of the console, for a stranger and for each role."""

import re
from collections import Counter
from html import unescape
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.http import HttpResponse
from django.urls import URLPattern, get_resolver, path, reverse

from dashboard import badges
from dashboard.audit.models import AuditEntry
from dashboard.capabilities import CAPABILITIES, Capability, Role, can, role_of
from dashboard.people.services import people_ensure
from dashboard.rights.checks import every_url_has_rights, url_patterns
from dashboard.rights.document import document
from dashboard.rights.table import TABLE, TABS, Audience, right_of
from settings_admin.converters import KindConverter
from tests.investigate.fake_api import held, message

ID = "4Njp3P0STMz2c001"
ADDRESSES_OF_A_SHAPE = 4
ROLES = [role.value for role in Role]
NOBODY = "987654"  # No row has this id, least of all the one who walks.
UUID = "00000000-0000-4000-8000-000000000000"

# What stands in an address of the walk. None of it exists, but the message.
PARTS = {
    "message_id": ID,
    "tab": "summary",
    "kind": "blocked-senders",
    "key": "1",
    "uidb36": "1",
    "rest": "accounts",
    "provider_id": "sso",
    "uid": "MQ",
    "token": "x-y",
}


def address_of(pattern: URLPattern, name: str) -> str:
    """Return an address that leads to the pattern."""
    parts = {}
    for part, converter in pattern.pattern.converters.items():
        parts[part] = UUID if type(converter).__name__ == "UUIDConverter" else PARTS.get(part, NOBODY)
    if not pattern.pattern.converters:
        parts = {part: PARTS.get(part, "1") for part in pattern.pattern.regex.groupindex}
    if name.startswith("reviews:") and "kind" in parts:
        parts["kind"] = "submissions"
    if "kind" in parts and name.startswith("settings_admin:"):
        parts["kind"] = KindConverter().to_python("blocked-senders")
    return reverse(name, kwargs=parts)


WALKED = sorted(
    (name, address_of(pattern, name)) for name, pattern in url_patterns() if not name.startswith("gateway-")
)


@pytest.fixture
def kept_counts(settings, monkeypatch):
    """Count what the navigation shows once: on hundreds of pages it is a third of all work."""
    monkeypatch.setattr(badges, "_kept", {})
    settings.GATEHOUSE_BADGE_SECONDS = 600


@pytest.mark.usefixtures("kept_counts")
@pytest.mark.django_db(databases=["default", "gateway"])
@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_each_address_is_open_to_whom_the_table_says_and_to_no_one_else(browse, api, role):
    api.add(held(1, id=ID))
    client, wrong = browse(role), []
    may = CAPABILITIES[Role(role)] if role != "anonymous" else frozenset()
    # What a method that isn't in the table gets is the same for everybody.
    methods = ("GET", "HEAD", "POST", "PUT", "DELETE") if role == "anonymous" else ("GET", "POST")
    for name, address in WALKED:
        for method in methods:
            if name == "account_logout" and method == "POST":
                continue
            client.raise_request_exception = False  # What the view makes of things that aren't there is not asked here.
            refused = AuditEntry.objects.filter(action="refused").count()
            asked = len(api.requests)
            response = client.generic(method, address)
            is_refused = AuditEntry.objects.filter(action="refused").count() > refused
            right = right_of(name, method)
            if right is None:
                expected, found = 405, response.status_code
            elif right.wanted is Audience.EVERYBODY or (right.wanted is Audience.SIGNED_IN and role != "anonymous"):
                expected, found = (False, False), (is_refused, _leads_to_sign_in(response))
            elif role == "anonymous":
                expected, found = (True, asked), (_leads_to_sign_in(response), len(api.requests))
            elif right.wanted in may:
                expected, found = (False, False), (response.status_code == 403, _leads_to_sign_in(response))
            else:
                expected, found = (403, True, asked), (response.status_code, is_refused, len(api.requests))
            if expected != found:
                wrong.append((name, method, address, expected, found))
    assert wrong == []


def _leads_to_sign_in(response) -> bool:
    return response.status_code == 302 and response["Location"].startswith("/accounts/login/?")


def test_the_refusal_names_who_and_where(browse, api):
    response = browse("reviewer").get(f"/investigate/messages/{ID}/raw.eml")
    assert response.status_code == 403
    assert "This is not open to you" in response.content.decode()
    refused = AuditEntry.objects.get(action="refused")
    assert (refused.username, refused.outcome) == ("a-reviewer", "refused")
    assert (refused.object_kind, refused.object_id) == ("message", ID)
    assert refused.detail["path"] == f"/investigate/messages/{ID}/raw.eml"


def test_every_address_has_a_row_and_every_row_an_address():
    assert every_url_has_rights() == []


def test_a_new_address_without_a_row_fails_at_the_start_and_is_closed(browse, monkeypatch):
    added = path("new/", lambda request: HttpResponse("open"), name="new")
    monkeypatch.setattr(get_resolver(), "url_patterns", [added, *get_resolver().url_patterns])
    (error,) = every_url_has_rights()
    assert "'new' has no row" in error.msg
    monkeypatch.setattr(get_resolver("dashboard.urls"), "url_patterns", get_resolver().url_patterns)
    assert browse("admin").get("/new/").status_code == 403


def test_the_page_of_roles_is_current():
    assert Path("docs/roles.md").read_text() == document()


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("role", ROLES)
def test_each_tab_is_open_on_its_page_and_beside_the_list_to_whom_the_table_says(browse, api, role, tab):
    api.add(held(1, id=ID))
    client = browse(role)
    expected = 200 if TABS[tab] in CAPABILITIES[Role(role)] else 403
    assert client.get(f"/investigate/messages/{ID}/{tab}/").status_code == expected
    assert client.get(f"/investigate/?message={ID}&tab={tab}").status_code == expected


def test_who_may_not_see_content_is_not_told_the_names_of_attachments(browse, api):
    api.add(held(1, id=ID))
    page, open_page = (
        browse(role).get(f"/investigate/messages/{ID}/detections/").content.decode()
        for role in ("read_only", "analyst")
    )
    assert f"/investigate/messages/{ID}/attachments/" in open_page
    assert f"/investigate/messages/{ID}/attachments/" not in page
    assert f"/investigate/messages/{ID}/links/" not in page


def test_who_only_reads_may_post_nothing_but_what_is_theirs():
    may = CAPABILITIES[Role.READ_ONLY]
    posts = {name for name, row in TABLE.items() if "POST" in row and row["POST"].wanted in may}
    assert posts == {"investigate:columns"}  # Kept in a cookie.


@pytest.mark.usefixtures("kept_counts")
@pytest.mark.django_db(databases=["default", "gateway"])  # The page of the connection asks both.
@pytest.mark.parametrize("role", ROLES)
def test_no_page_links_what_its_viewer_may_not_open(browse, api, role):
    api.add(held(1), message(2), *[message(number) for number in range(3, 60)])
    client = browse(role)
    seen, waiting, shapes = set(), ["/"], Counter()
    while waiting:
        address = waiting.pop()
        if address in seen or shapes[_shape(address)] == ADDRESSES_OF_A_SHAPE:
            continue
        seen.add(address)
        shapes[_shape(address)] += 1
        response = client.get(address)
        assert response.status_code < 400, (address, response.status_code)
        if response.status_code == 302:
            waiting.append(response["Location"])
        elif response.headers.get("Content-Type", "").startswith("text/html"):
            page = unescape(response.content.decode())
            found = re.findall(r'(?:href|src|hx-get)="([^"]+)"', page)
            waiting += [_within(address, link) for link in found if _is_ours(link)]
    assert {"/", "/investigate/", "/account/"} <= seen
    assert ("/audit/" in seen) == (role == "admin")
    assert ("/policies/" in seen) == (role in {"admin", "policy_admin", "read_only"})
    assert ("/team/" in seen) == ("/team/connection/" in seen) == (role == "admin")
    assert ("/jobs/" in seen) == (role in {"admin", "analyst", "read_only"})
    assert any(address.endswith("/raw.eml") for address in seen) == (role in {"admin", "analyst"})


def _shape(address: str) -> str:
    """Fold ids and the query away: addresses of one shape lead to one view."""
    return "/".join("*" if re.search(r"\d", part) else part for part in urlsplit(address).path.split("/"))


def _is_ours(link: str) -> bool:
    return link.startswith(("/", "?")) and not link.startswith(("/static/", "//"))


def _within(page: str, link: str) -> str:
    return urlsplit(page).path + link if link.startswith("?") else link.split("#")[0]


def test_what_the_roles_are_for():
    assert CAPABILITIES[Role.READ_ONLY] < CAPABILITIES[Role.ADMIN] == set(Capability)
    assert CAPABILITIES[Role.REVIEWER] < CAPABILITIES[Role.ANALYST] < CAPABILITIES[Role.ADMIN]
    assert Capability.RAW not in CAPABILITIES[Role.REVIEWER]
    assert Capability.MANAGE_POLICIES not in CAPABILITIES[Role.ANALYST]
    policies = CAPABILITIES[Role.POLICY_ADMIN]
    assert not policies & {Capability.MANAGE_PEOPLE, Capability.VIEW_CONTENT, Capability.RAW, Capability.RELEASE}
    assert not CAPABILITIES[Role.READ_ONLY] & {Capability.VIEW_CONTENT, Capability.RAW}


def test_the_migration_makes_the_groups_of_the_roles(db):
    # Tests that commit empty the tables, so what migrations wrote may be gone by now.
    Group.objects.all().delete()
    import_module("dashboard.migrations.0002_roles").create_groups(apps, SimpleNamespace(connection=connection))
    import_module("dashboard.people.migrations.0001_people").create_groups(apps, SimpleNamespace(connection=connection))
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


def test_the_highest_role_counts_and_an_inactive_person_has_none(db):
    person, _ = people_ensure(username="both", password="long enough to be one", role="reviewer")
    person.groups.add(Group.objects.get_or_create(name="analyst")[0])
    assert role_of(User.objects.get(username="both")) is Role.ANALYST
    User.objects.filter(username="both").update(is_active=False)
    assert role_of(User.objects.get(username="both")) is None
    assert not can(User.objects.get(username="both"), Capability.SEARCH)


def test_somebody_without_a_role_sees_nothing_and_can_sign_out(client, api, db):
    client.force_login(User.objects.create_user("new"))
    response = client.get("/investigate/")
    assert response.status_code == 403
    assert "/accounts/logout/" in response.content.decode()
    assert client.get("/account/").status_code == 200
