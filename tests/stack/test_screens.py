"""Every screen, for every role, in every look: accessible, quiet, within its width, without a link that is refused.

Slow, since a browser opens every screen in every look, and axe judges each.
"""

import re
from collections.abc import Callable
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests import accessibility
from tests.stack import policy_screens
from tests.stack.browser import Tab, tab_of
from tests.stack.hostile_mail import WORD as EVIL_WORD
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
Screen = Callable[[Tab], None]
DESKTOP = {"width": 1440, "height": 900}
CALM = {"reduced_motion": "reduce"}  # Colours change at once then, so none is judged halfway.
PHONE = {
    **CALM,
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
TABS = ["preview", "detections", "headers", "links", "attachments", "trace", "raw", "activity"]
WORD = "parcelword"


def at(path: str, status: int = 200) -> Screen:
    return lambda tab: tab.visit(path, status=status)


def beside_the_list(tab: Tab) -> None:
    tab.visit(f"/investigate/?query={WORD}+no12")
    tab.page.locator(".row-link").click()
    expect(tab.page.get_by_role("heading", name="What it is")).to_be_visible()


def acting(tab: Tab) -> None:
    found_by(f"{WORD}+no15", 1)(tab)
    tab.page.locator(".row-act-link").click()
    expect(tab.page.get_by_role("heading", name="Who takes care")).to_be_visible()


def in_its_list(message: str) -> Screen:
    """Open a message on its own page, as from a list in which it is not the only one."""

    def show(tab: Tab) -> None:
        tab.visit(f"{message}?list=range%3D90d")
        expect(tab.page.locator(".mail-steps")).to_have_count(1)

    return show


def found_by(query: str, rows: int) -> Screen:
    def show(tab: Tab) -> None:
        tab.visit(f"/investigate/?query={query}")
        expect(tab.page.locator(".message-row")).to_have_count(rows)

    return show


def confirmation(tab: Tab) -> None:
    found_by(f"{WORD}+no13", 1)(tab)
    tab.page.locator(".message-row input[name=ids]").check()
    tab.page.get_by_role("button", name="Move").click()
    expect(tab.page.get_by_role("heading", name="Move 1 message?")).to_be_visible()


def the_filters(tab: Tab) -> None:
    tab.visit("/investigate/?range=custom")
    expect(tab.page.get_by_label("Sender", exact=True)).to_be_visible()


def the_shortcuts(tab: Tab) -> None:
    tab.visit("/account/")
    tab.page.keyboard.press("?")
    expect(tab.page.get_by_role("dialog")).to_be_visible()


def the_menu(tab: Tab) -> None:
    """On a phone, the navigation opens over the page; on a desk it is always there."""
    tab.visit("/account/")
    if (button := tab.page.get_by_role("button", name="Menu")).is_visible():
        button.click()
    expect(tab.page.get_by_role("navigation", name="Main")).to_be_visible()


SEARCHES: dict[str, Screen] = {
    "a search that finds nothing": found_by("nosuchwordanywhere", 0),
    "a search that finds one": found_by(f"{WORD}+no14", 1),
    "a search that finds a page": found_by(WORD, 50),
    "the filters": the_filters,
    "a search that can't be made": at("/investigate/?start=2026-03-02T00:00&end=2026-03-01T00:00", 422),
    "a message beside the list": beside_the_list,
    "what can be done to a message": acting,
    "no such message": at("/investigate/messages/4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678/", 404),
    "no such page": at("/nowhere/", 404),
    "a new password": at("/accounts/password/change/"),
    "the second factor": at("/accounts/2fa/"),
    "an app with codes": at("/accounts/2fa/app/activate/"),
    "a passkey": at("/accounts/2fa/keys/add/"),
    "own sessions": at("/account/sessions/"),
    "is it you": at("/accounts/reauthenticate/"),
    "signing out": at("/accounts/logout/"),
    "the shortcuts": the_shortcuts,
    "the menu": the_menu,
}


def first_of(path: str, heading: str = "Who follows it") -> Screen:
    """Open the first line of a list of submissions, reports or campaigns, once the worker has read it."""

    def show(tab: Tab) -> None:
        def listed() -> bool:
            tab.visit(path)
            return tab.page.locator(".review-subject a").count() > 0

        wait_for(listed, 60, f"a line on {path}")
        tab.page.locator(".review-subject a").first.click()
        expect(tab.page.get_by_role("heading", name=heading)).to_be_visible()

    return show


def the_overview(tab: Tab) -> None:
    def counted() -> bool:
        tab.visit("/?range=30d")
        return tab.page.locator(".chart-bars").count() > 0

    wait_for(counted, 60, "the first figures")
    tab.page.locator(".chart-table summary").first.click()


REVIEWS: dict[str, Screen] = {
    "the overview": the_overview,
    "the submissions": at("/submissions/?view=all&query=e"),
    "unmatched requests": at("/submissions/?view=unmatched"),
    "a submission": first_of("/submissions/?view=all"),
    "the scoreboard": at("/submissions/scoreboard/?range=90d"),
    "submitting a file": at("/submissions/submit/"),
    "the reports": at("/phishguard/?view=all"),
    "a report": first_of("/phishguard/?view=all"),
    "the campaigns": at("/investigate/campaigns/?view=all"),
    "a campaign": first_of("/investigate/campaigns/?view=all", "Time line"),
}


def screens_of(role: str, message: str, job: str) -> dict[str, Screen]:
    """Return the screens of a role, and one that it is refused."""
    tabs = {f"the tab {name}": at(f"{message}{name}/") for name in TABS}
    tabs |= {"acting without scripts": at(f"{message}act/"), "a message in its list": in_its_list(message)}
    jobs = {
        "the jobs": at("/jobs/"),
        "a confirmation": confirmation,
        "a job": at(job),
        "a list to select": at("/jobs/selections/new/"),
        "the API's jobs": at("/jobs/api/"),
        "writes by API": at("/jobs/api-writes/"),
        "automations": at("/automations/"),
        "a new automation": at("/automations/new/"),
        "an automation": at("/automations/1/"),
        "an automation's replay": at("/automations/1/?show=replay"),
        "an automation to edit": at("/automations/1/edit/"),
        "notices": at("/notices/"),
        "digests": at("/digests/"),
        "a rule of digests": at("/digests/*/"),
        "requests": at("/requests/"),
        "requests of all times": at("/requests/?view=all"),
    }
    if role == "analyst":
        return SEARCHES | tabs | jobs | policy_screens.ANALYSTS | {"what is refused": at("/audit/", 403)}
    if role == "reviewer":
        refused = {"the tab raw": at(f"{message}raw/", 403), "what is refused": at("/jobs/", 403)}
        return SEARCHES | tabs | REVIEWS | refused
    if role == "admin":
        # The rest looks the same as an analyst's, down to one entry of the navigation.
        same = {name: SEARCHES[name] for name in ("a message beside the list", "no such page", "the menu")}
        return (
            same
            | {
                "the jobs": at("/jobs/"),
                "the audit trail": at("/audit/"),
                "answers to reporters": at("/submissions/answers/"),
            }
            | policy_screens.ADMINS
        )
    return {"the sign-in": at("/accounts/login/"), "a forgotten password": at("/accounts/password/reset/")}


@pytest.fixture(scope="module")
def message(stack, hostile):
    """The address of a message that has something to show in each tab, and much of it too wide."""
    with api_of(stack) as api:
        found = next(api.search(query=f"{EVIL_WORD} no9"))
        return f"/investigate/messages/{found['id']}/"


@pytest.fixture(scope="module")
def job(stack, mails):
    """The address of a finished job: one of its messages was moved, the other is held and can't be."""
    with api_of(stack) as api, signed_in(stack, "analyst") as analyst:
        states = ("delivered", "quarantined")
        ids = [next(api.search(delivery_status=state))["id"] for state in states]
        made = analyst.create_job(ids, action="move", destination="JunkEmail", reason="Screens of a job")
        wait_for(lambda: analyst.progress(made)[1], 30, "the end of the job")
        assert analyst.outcomes(made) == {"All": 2, "Done": 1, "Failed": 1}
        return made


@contextmanager
def zoomed(page: Page):
    """Show the page as the browser's zoom of 200 % does: half as many CSS pixels, each of them twice as large."""
    session = page.context.new_cdp_session(page)
    metrics = {"width": 720, "height": 450, "deviceScaleFactor": 2, "mobile": False}
    session.send("Emulation.setDeviceMetricsOverride", metrics)
    page.wait_for_function("innerWidth === 720 && devicePixelRatio === 2")
    yield
    session.send("Emulation.clearDeviceMetricsOverride")
    session.detach()


def faults_on_a_desk(tab: Tab, screen: Screen) -> list[str]:
    page = tab.page
    page.emulate_media(color_scheme="light")
    screen(tab)
    accessibility.prepare(page)
    found = [f"light: {fault}" for fault in accessibility.faults(page)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {fault}" for fault in accessibility.colour_faults(page)]
    with zoomed(page):
        found += [f"at 200 %: {fault}" for fault in accessibility.layout_faults(page)]
    return found


def links_on(page: Page) -> set[str]:
    """Return where the page's links lead, apart from those within it."""
    return set(page.eval_on_selector_all("a[href]:not([href^='#'])", "links => links.map((link) => link.href)"))


def shape(url: str) -> str:
    """Fold ids and queries away: links of one shape lead to one view."""
    return "/".join("*" if re.search(r"\d", part) else part for part in urlsplit(url).path.split("/"))


def refused_links(tab: Tab, links: set[str]) -> list[str]:
    """Follow one link of each shape, and return those that are refused, lead nowhere, or lead away."""
    away = [f"a link leads to {link}" for link in links if not link.startswith(f"{tab.stack.url}/")]
    one_of_each = {shape(link): link for link in sorted(links) if link.startswith(f"{tab.stack.url}/")}
    statuses = {link: tab.page.request.get(link).status for link in one_of_each.values()}
    return away + [f"a link to {link} answers {status}" for link, status in statuses.items() if status >= 400]


@pytest.mark.parametrize("role", ["", "reviewer", "analyst", "admin"])
def test_every_screen_is_fit_for_a_desk_in_both_colours_and_zoomed(stack, browser, mails, message, job, role):
    with tab_of(browser, stack, role, viewport=DESKTOP, **CALM) as tab:
        found, links = {}, set()
        for name, screen in screens_of(role, message, job).items():
            found[name] = faults_on_a_desk(tab, screen)
            links |= links_on(tab.page)
        assert {name: faults for name, faults in found.items() if faults} == {}
        assert refused_links(tab, links) == []


@pytest.mark.parametrize("role", ["", "reviewer", "analyst", "admin"])
def test_every_screen_is_fit_for_a_phone(stack, browser, mails, message, job, role):
    with tab_of(browser, stack, role, **PHONE) as tab:
        found = {}
        for name, screen in screens_of(role, message, job).items():
            screen(tab)
            accessibility.prepare(tab.page)
            found[name] = accessibility.faults(tab.page)
        assert {name: faults for name, faults in found.items() if faults} == {}
