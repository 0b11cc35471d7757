"""Who gets where: every address of the console, for a stranger and for each role."""

import re
from collections import Counter
from html import unescape
from importlib import import_module
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from dashboard.audit.models import AuditEntry
from dashboard.capabilities import CAPABILITIES, Capability, Role, can, role_of
from dashboard.people.services import people_ensure
from tests.investigate.fake_api import held, message

ALL = {"reviewer", "analyst", "admin"}
ANALYSTS = {"analyst", "admin"}
ID = "4Njp3P0STMz2c001"
ADDRESSES_OF_A_SHAPE = 4

# Method, address, who may, and what those get who may.
PLACES = [
    ("get", "/", ALL, 200),
    ("get", "/submissions/", ALL, 200),
    ("get", "/submissions/scoreboard/", ALL, 200),
    ("get", "/submissions/submit/", ALL, 200),
    ("get", "/submissions/x/", ALL, 404),
    ("post", "/submissions/x/claim/", ALL, 404),
    ("post", "/submissions/x/unclaim/", ALL, 404),
    ("post", "/submissions/x/note/", ALL, 404),
    ("post", "/submissions/x/close/", ALL, 404),
    ("post", "/submissions/x/reopen/", ALL, 404),
    ("post", "/submissions/x/escalate/", ALL, 404),
    ("get", "/phishguard/", ALL, 200),
    ("get", "/phishguard/1/", ALL, 404),
    ("post", "/phishguard/1/claim/", ALL, 404),
    ("get", "/investigate/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/preview/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/preview.png", ALL, 200),
    ("get", f"/investigate/messages/{ID}/detections/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/headers/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/links/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/attachments/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/trace/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/activity/", ALL, 200),
    ("get", f"/investigate/messages/{ID}/raw/", ANALYSTS, 200),
    ("get", f"/investigate/messages/{ID}/raw.eml", ANALYSTS, 200),
    ("get", f"/investigate/messages/{ID}/raw.zip", ANALYSTS, 200),
    ("post", f"/investigate/messages/{ID}/reclassify/", ALL, 302),
    ("post", f"/investigate/messages/{ID}/note/", ALL, 302),
    ("post", f"/investigate/messages/{ID}/assign/", ALL, 302),
    ("get", "/investigate/completions/", ALL, 200),
    ("post", "/investigate/columns/", ALL, 302),
    ("post", "/investigate/saved/", ALL, 302),
    ("post", "/investigate/select/", ANALYSTS, 302),
    ("get", "/investigate/exports/", ANALYSTS, 200),
    ("post", "/investigate/exports/new/", ANALYSTS, 302),
    ("get", "/investigate/further/?spf=fail", ALL, 302),
    ("get", "/audit/", {"admin"}, 200),
    ("get", "/team/", {"admin"}, 200),
    ("post", "/team/invite/", {"admin"}, 422),
    ("get", "/team/connection/", {"admin"}, 200),
    ("get", "/audit/export.csv", {"admin"}, 200),
    ("get", "/policies/", {"admin"}, 302),
    ("get", "/policies/blocked-senders/", {"admin"}, 200),
    ("get", "/policies/allow-policies/new/", {"admin"}, 200),
    ("post", "/policies/allow-policies/new/", {"admin"}, 422),
    ("post", "/policies/domains/check/", {"admin"}, 200),
    ("get", "/policies/history/", {"admin"}, 200),
    ("get", "/policies/runs/", {"admin"}, 200),
    ("get", "/policies/tester/", {"admin"}, 200),
    ("get", "/policies/block/", ANALYSTS, 200),
    ("post", "/policies/block/", ANALYSTS, 422),
    ("get", "/policies/allow/", {"admin"}, 200),
    ("get", "/policies/blocked-senders/import/", {"admin"}, 200),
    ("get", "/policies/blocked-senders/export.csv", {"admin"}, 200),
    ("post", "/policies/blocked-senders/delete/", {"admin"}, 302),
    ("get", "/account/", ALL, 200),
    ("post", "/account/display/", ALL, 422),
    ("get", "/jobs/", ANALYSTS, 200),
    ("get", "/jobs/running/", ANALYSTS, 286),
    ("post", "/jobs/confirm/", ANALYSTS, 422),
    ("get", "/jobs/api/", ANALYSTS, 200),
    ("post", "/jobs/selections/", ANALYSTS, 422),
    ("get", "/jobs/selections/new/", ANALYSTS, 200),
    ("get", "/accounts/password/change/", ALL, 200),
]


@pytest.mark.parametrize("role", ["anonymous", "reviewer", "analyst", "admin"])
@pytest.mark.parametrize(("method", "address", "allowed", "status"), PLACES)
def test_each_place_is_open_to_whom_it_should_be(browse, api, role, method, address, allowed, status):
    api.add(held(1, id=ID))
    response = getattr(browse(role), method)(address)
    if role == "anonymous":
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")
        assert not api.requests
    elif role in allowed:
        assert response.status_code == status
    else:
        assert response.status_code == 403
        assert "This is not open to you" in response.content.decode()
        assert not api.requests
        refused = AuditEntry.objects.get(action="refused")
        assert refused.username == f"a-{role}"
        assert refused.outcome == "refused"
        assert refused.detail["path"] == address


def test_every_view_of_the_console_is_guarded():
    open_to_all = {"healthz", "people:theme", "team:welcome"}
    unguarded = []
    for name, pattern in _named_patterns(get_resolver()):
        if name.startswith(("account_", "gateway")) or pattern.callback.__module__.split(".")[0] == "gateway":
            continue
        if name in open_to_all or _is_guarded(pattern.callback):
            continue
        unguarded.append(name)
    assert unguarded == []


def _named_patterns(resolver: URLResolver, namespace: str = ""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", entry
        else:
            inside = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _named_patterns(entry, inside)


def _is_guarded(view) -> bool:
    """Tell whether a decorator of ours, or Django's login_required, is somewhere around the view."""
    while view is not None:
        if hasattr(view, "capability") or "user_passes_test" in getattr(view, "__qualname__", ""):
            return True
        code = getattr(view, "__code__", None)
        if code is not None and "test_func" in code.co_freevars:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


@pytest.mark.django_db(databases=["default", "gateway"])  # The page of the connection asks both.
@pytest.mark.parametrize("role", ["reviewer", "analyst", "admin"])
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
    assert ("/policies/" in seen) == (role == "admin")
    assert ("/team/" in seen) == ("/team/connection/" in seen) == (role == "admin")
    assert ("/jobs/" in seen) == (role != "reviewer")
    assert any(address.endswith("/raw.eml") for address in seen) == (role != "reviewer")


def _shape(address: str) -> str:
    """Fold ids and the query away: addresses of one shape lead to one view."""
    return "/".join("*" if re.search(r"\d", part) else part for part in urlsplit(address).path.split("/"))


def _is_ours(link: str) -> bool:
    return link.startswith(("/", "?")) and not link.startswith(("/static/", "//"))


def _within(page: str, link: str) -> str:
    return urlsplit(page).path + link if link.startswith("?") else link.split("#")[0]


def test_roles_only_ever_add():
    assert CAPABILITIES[Role.REVIEWER] < CAPABILITIES[Role.ANALYST] < CAPABILITIES[Role.ADMIN] == set(Capability)
    assert Capability.RAW not in CAPABILITIES[Role.REVIEWER]
    assert Capability.MANAGE_POLICIES not in CAPABILITIES[Role.ANALYST]


def test_the_migration_makes_the_groups_of_the_roles(db):
    # Tests that commit empty the tables, so what migrations wrote may be gone by now.
    Group.objects.all().delete()
    import_module("dashboard.migrations.0002_roles").create_groups(apps, SimpleNamespace(connection=connection))
    assert set(Group.objects.values_list("name", flat=True)) >= {"reviewer", "analyst", "admin"}


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
