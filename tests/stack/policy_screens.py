"""The screens of the policies and of the team, each with something to show."""

import secrets
from collections.abc import Callable

from playwright.sync_api import expect

from tests.stack.browser import Tab

HOSTILE = "<b>x</b>\u202e" + "wide" * 40
LINES = """Blocked Sender,Blocked Sender Type,Is Regex,Notes
screens@policies.example,EMAIL,false,a note
10.0.0.1,IP,false,
a(b,EMAIL,true,
"""


def settled(tab: Tab) -> None:
    expect(tab.page.locator("main progress")).to_have_count(0, timeout=60_000)


def an_entry(tab: Tab) -> None:
    tab.visit("/policies/impersonation-registry/new/")
    tab.page.get_by_label("Display name").fill(f"{HOSTILE} {secrets.token_hex(4)}")
    tab.page.get_by_label("Email").fill("person@policies.example")
    tab.page.get_by_label("Why").fill(HOSTILE)
    expect(tab.page.locator(".policy-check")).to_contain_text("is flagged")
    tab.page.get_by_role("button", name="Save").click()
    expect(tab.page.get_by_role("heading", name="History")).to_be_visible()


def an_import(tab: Tab) -> None:
    tab.visit("/policies/blocked-senders/import/")
    file = {"name": "screens.csv", "mimeType": "text/csv", "buffer": LINES.encode()}
    tab.page.get_by_label("CSV file").set_input_files(file)
    tab.page.get_by_role("button", name="Look what it would do").click()
    settled(tab)
    expect(tab.page.get_by_role("button", name="Import the 1 good line")).to_be_visible()


def a_replay(tab: Tab) -> None:
    tab.visit("/policies/tester/?what=EMAIL&pattern=.*&is_regex=on")
    expect(tab.page.locator(".policy-table tbody tr").first).to_be_visible()
    tab.page.get_by_role("button", name="Try on all of it").click()
    settled(tab)
    expect(tab.page.get_by_text("were looked at: complete")).to_be_visible()


def a_proposal(tab: Tab) -> None:
    tab.visit("/proposals/new/allow-policies/")
    tab.page.get_by_label("Pattern").fill("gmail.com")
    tab.page.get_by_label("Type").select_option("DOMAIN")
    tab.page.get_by_label("Trusted sender").check()
    tab.page.get_by_label("Why").fill(HOSTILE)
    tab.page.get_by_role("button", name="Propose it").click()
    settled(tab)
    expect(tab.page.get_by_text("Anybody can send from gmail.com")).to_be_visible()


def an_owner(tab: Tab) -> None:
    tab.visit("/policies/upkeep/?show=endless")
    tab.page.locator(".policy-name a").first.click()
    tab.page.get_by_role("link", name="Owner and expiry").click()
    expect(tab.page.get_by_label("Expires on")).to_be_visible()


def the_connection(tab: Tab) -> None:
    tab.visit("/team/connection/")
    expect(tab.page.get_by_text("free of")).to_be_visible()


def _at(path: str) -> Callable[[Tab], None]:
    return lambda tab: tab.visit(path)


ADMINS: dict[str, Callable[[Tab], None]] = {
    "an entry": an_entry,
    "a list of policies": _at("/policies/impersonation-registry/"),
    "a new domain": _at("/policies/domains/new/"),
    "an import": an_import,
    "a replay": a_replay,
    "the upkeep": _at("/policies/upkeep/?show=endless"),
    "an owner": an_owner,
    "a proposal": a_proposal,
    "proposals": _at("/proposals/"),
    "the release watch": _at("/releases/?view=all"),
    "the history": _at("/policies/history/"),
    "the team": _at("/team/"),
    "the connection": the_connection,
}
ANALYSTS: dict[str, Callable[[Tab], None]] = {"blocking": _at("/policies/block/?sender=x@policies.example")}
