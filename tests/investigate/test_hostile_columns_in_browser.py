"""Hostile text in every column of the console, and each page that a role may open: nothing of it runs.

Slow, since a browser opens each page of the console with each of the texts.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from dashboard.capabilities import CAPABILITIES, Role
from dashboard.people.services import people_ensure
from dashboard.rights.checks import url_patterns
from dashboard.rights.table import TABS, Audience, right_of
from tests.hostile_texts import INJECTED, TEXTS, texts_from_outside
from tests.investigate.browser import chromium, visit
from tests.investigate.console import PASSWORD
from tests.investigate.fake_api import refusal
from tests.investigate.hostile_rows import fill
from tests.investigate.test_hostile_in_browser import details, hostile

__all__ = ["chromium", "visit"]
pytestmark = [pytest.mark.django_db(transaction=True, databases=["default", "gateway"]), pytest.mark.slow]

WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => window.ran.push(name);
document.addEventListener("securitypolicyviolation", (told) =>
  window.ran.push(`${told.effectiveDirective} ${told.blockedURI} ${told.sample}`));
"""
# What isn't a page, ends the session, or needs what is tested elsewhere.
LEFT_OUT = {
    "account_logout", "healthz", "openid_connect_login", "openid_connect_callback", "investigate:preview_png",
    "investigate:raw_eml", "investigate:raw_zip", "investigate:export_download", "audit:export", "jobs:outcomes",
    "settings_admin:run_lines_csv", "settings_admin:export", "investigate:completions", "investigate:further",
    "mfa_login_webauthn", "mfa_reauthenticate_webauthn", "mfa_add_webauthn",
}  # fmt: skip


def addresses_of(role: Role, objects: dict[str, list[object]], message: str) -> list[str]:
    """Return each address that the role may open with GET; of pages of rows, one for each row."""
    found = []
    for name, pattern in url_patterns():
        right = right_of(name, "GET")
        if right is None or name in LEFT_OUT or name.startswith("gateway-"):
            continue
        if right.wanted is Audience.OWN_CREDENTIALS or (
            not isinstance(right.wanted, Audience) and right.wanted not in CAPABILITIES[role]
        ):
            continue
        parts = list(pattern.pattern.converters)
        if not parts:
            try:
                found.append(reverse(name))
            except NoReverseMatch:
                continue
        elif "message_id" in parts:
            tabs = [tab for tab, wanted in TABS.items() if wanted in CAPABILITIES[role]] if "tab" in parts else [""]
            found += [reverse(name, kwargs={"message_id": message} | ({"tab": tab} if tab else {})) for tab in tabs]
        else:
            for made in objects.get(name, []):
                key = made.submission_id if name == "reviews:submission" else made.pk
                found.append(reverse(name, kwargs={parts[0]: key}))
    return found


@pytest.fixture
def watched(visit) -> Callable[[str], tuple[Page, list[str]]]:
    """Return a function that signs in, and returns a page and what happened on all pages since that must not."""

    def opened(role: str) -> tuple[Page, list[str]]:
        page, said = visit("/account/", role=role), []
        page.add_init_script(WATCH)
        page.on("dialog", lambda dialog: (said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: said.append(request.url) if "localhost" not in request.url else None)
        return page, said

    return opened


def look(page: Page, address: str, said: list[str]) -> int:
    """Open an address, note what ran or was let in, and return the status."""
    answer = page.goto(address, wait_until="load")
    assert answer is not None
    said += [f"{address}: {what}" for what in page.evaluate("window.ran")]
    said += [f"{address}: {what}" for what in page.evaluate(INJECTED)]
    return answer.status


@pytest.mark.parametrize("role", list(Role))
def test_no_text_in_any_column_runs_on_any_page_of_a_role(watched, api, role):
    texts = [*TEXTS, *texts_from_outside()]
    for number, text in enumerate(texts[:60], start=1):
        api.add(hostile(number, text, [text]))
    whole = hostile(900, texts[2], texts)
    api.add(whole)
    api.details[whole["id"]] = details(TEXTS)
    viewer: User = people_ensure(username=f"a-{role}", password=PASSWORD, role=role)[0]
    page, said = watched(role)  # Before the rows are there: passkeys among them would be asked for.
    objects = fill(texts, [made["id"] for made in api.messages], viewer)
    addresses = addresses_of(role, objects, whole["id"])
    assert len(addresses) > 20
    statuses = {address: look(page, address, said) for address in addresses}
    assert "\n".join(address for address, status in statuses.items() if status >= 500) == ""
    assert "\n".join(said) == ""


def test_no_error_of_the_api_and_no_query_runs(watched, api):
    page, said = watched("admin")
    for text in [*TEXTS, *texts_from_outside()][::3]:
        api.broken = {"GET ": refusal(400, text)}
        look(page, "/investigate/", said)
        api.broken = {}
        for path in ("/investigate/?query={}", "/audit/?person={0}&object={0}", "/submissions/?query={}"):
            page.goto("/account/")
            page.evaluate("address => { location.href = address }", path.format(quote(text, errors="replace")))
            page.wait_for_url(lambda url: "/account/" not in url)
            page.wait_for_load_state()
            said += page.evaluate("window.ran") + page.evaluate(INJECTED)
    assert "\n".join(said) == ""
