"""Takes the pictures of docs/screenshots.

    python -m tests.screenshots [word]

With a word, only those whose name holds it.
"""

import sys
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.screenshots.small_png import small_png
from tests.stack.browser import PATIENCE, Tab, launched, tab_of
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import ROOT, Stack, wait_for

FOLDER = ROOT / "docs" / "screenshots"
LARGEST = 150_000
Scenes = dict[str, Callable[[Tab], None]]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}


def beside_the_list(message: str, tab: str) -> Callable[[Tab], None]:
    def show(it: Tab) -> None:
        it.visit(f"/investigate/?message={message}&tab={tab}")
        expect(it.page.locator(".mail-panel")).to_be_visible()
        if tab == "preview":
            picture = it.page.locator("[data-picture-image]").element_handle()
            it.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture)

    return show


def search(it: Tab) -> None:
    it.visit("/investigate/")
    expect(it.page.locator("#search-count")).to_contain_text("match")


def at(path: str, ready: str, *, opens: str = "", status: int = 200) -> Callable[[Tab], None]:
    """Show an address once `ready` is there, with the menu `opens` unfolded."""

    def show(it: Tab) -> None:
        it.visit(path, status=status)
        expect(it.page.locator(ready).first).to_be_visible()
        if opens:
            it.page.locator(opens).click()

    return show


def acting(it: Tab) -> None:
    """Show what can be done to a message, over the list."""
    it.visit("/investigate/")
    it.page.locator(".row-act-link").nth(3).click()
    expect(it.page.get_by_role("heading", name="Who takes care")).to_be_visible()


def an_export(it: Tab) -> None:
    at("/investigate/?disposition=SPAM", ".message-row", opens=".search-columns summary")(it)
    it.page.get_by_role("button", name="CSV").click()
    expect(it.page.locator("#export-progress")).to_contain_text("Complete")


def a_line_of(path: str) -> Callable[[Tab], None]:
    """Open the first line of a list that the worker mirrors."""

    def show(it: Tab) -> None:
        listed(path, ".review-subject a")(it)
        it.page.locator(".review-subject a").first.click()
        expect(it.page.get_by_role("heading", name="Who follows it")).to_be_visible()

    return show


def listed(path: str, row: str) -> Callable[[Tab], None]:
    """Show a page once the worker has found what stands on it."""

    def show(it: Tab) -> None:
        def is_there() -> bool:
            it.visit(path)
            return it.page.locator(row).count() > 0

        wait_for(is_there, 90, f"{row} on {path}")

    return show


REVIEWS = {
    "overview": listed("/?range=30d", ".overview:not(:has-text('not counted yet')) .chart-bars"),
    "submissions": listed("/submissions/?view=all", ".review-subject a"),
    "submission": a_line_of("/submissions/?view=all&type=User"),
    "scoreboard": at("/submissions/scoreboard/", ".score-table"),
    "phishguard": listed("/phishguard/", ".review-subject a"),
    "phishguard-report": a_line_of("/phishguard/"),
}
SETTINGS = {
    "policies-allow": at("/policies/allow-policies/", "h1"),
    "policies-block-new": at("/policies/blocked-senders/new/", "form"),
    "policies-domains": at("/policies/domains/", "h1"),
    "team": at("/team/", "h1"),
    "connection": at("/team/connection/", "main:not(:has-text('Asking worker'))"),
    "audit": at("/audit/", ".audit-table"),
}


def wanted(name: str) -> bool:
    """Whether the command asks for this picture."""
    return len(sys.argv) < 2 or sys.argv[1] in name


def desk_pictures(stack: Stack, browser: Browser, workshop: Page, role: str, scenes: Scenes) -> None:
    """Take pictures of scenes on a desk, in light colours."""
    with tab_of(browser, stack, role, **DESKTOP) as it:
        for name, scene in scenes.items():
            if wanted(name):
                scene(it)
                take(name, it.page, workshop)


def take(name: str, page: Page, workshop: Page) -> None:
    png = small_png(workshop, page.screenshot())
    if len(png) > LARGEST:
        sys.exit(f"{name}.png has {len(png):,} bytes, more than {LARGEST:,}")
    (FOLDER / f"{name}.png").write_bytes(png)
    sys.stdout.write(f"{len(png):8,}  {name}.png\n")


def pictures(stack: Stack, browser: Browser, workshop: Page) -> None:
    with api_of(stack) as api:
        fraud, lure, portal = (
            next(api.search(exact_subject=subject))["id"]
            for subject in (
                "Overdue invoice 20-4471 and changed bank account",
                "Scan to keep your access",
                "Invoice 7719",
            )
        )
        deceptive = next(api.search(query="Kennwort läuft ab"))["id"]
    whole = "#search-progress:has-text('complete')"
    desk = {
        "investigate-search": search,
        "investigate-message": beside_the_list(fraud, "summary"),
        "investigate-preview": beside_the_list(lure, "preview"),
        "investigate-trace": beside_the_list(fraud, "trace"),
        "investigate-detections": beside_the_list(fraud, "detections"),
        "investigate-headers": beside_the_list(fraud, "headers"),
        "investigate-links": beside_the_list(deceptive, "links"),
        "investigate-attachments": beside_the_list(portal, "attachments"),
        "investigate-raw": beside_the_list(fraud, "raw"),
        "investigate-activity": beside_the_list(lure, "activity"),
        "investigate-query": at("/investigate/?query=invoice%20OR%20payment&dmarc=fail", whole),
        "investigate-query-error": at("/investigate/?q=invoice+AND+(fom:acme", "#search-error mark", status=422),
        "investigate-filters": at("/investigate/", ".message-row", opens=".search-filters > summary"),
        "investigate-saved": at("/investigate/?disposition=SPAM", ".message-row", opens=".search-saved summary"),
        "investigate-columns": at("/investigate/", ".message-row", opens=".search-columns summary"),
        "investigate-export": an_export,
        "investigate-acting": acting,
        "investigate-exports": at("/investigate/exports/", ".data-table"),
    }
    desk_pictures(stack, browser, workshop, "analyst", desk)
    desk_pictures(stack, browser, workshop, "reviewer", REVIEWS)
    desk_pictures(stack, browser, workshop, "admin", SETTINGS)
    if wanted("investigate-dark"):
        with tab_of(browser, stack, "analyst", color_scheme="dark", **DESKTOP) as it:
            search(it)
            take("investigate-dark", it.page, workshop)
    if wanted("phone"):
        with tab_of(browser, stack, "analyst", **PHONE) as it:
            search(it)
            take("phone-list", it.page, workshop)
            beside_the_list(fraud, "summary")(it)
            take("phone-message", it.page, workshop)


def job_picture(stack: Stack, browser: Browser, workshop: Page) -> None:
    """Take a job in its middle."""
    stack.manage("make_mail", "--count", "4000", "--seed", "1")
    with api_of(stack) as api, signed_in(stack, "analyst") as analyst:
        ids = [message["id"] for message in islice(api.search(delivery_status="delivered"), 3000)]
        with tab_of(browser, stack, "analyst", **DESKTOP) as it:
            job = analyst.create_job(
                ids, action="move", destination="JunkEmail", reason="Sent by the relay that was taken over"
            )
            wait_for(lambda: analyst.progress(job)[0] >= 1200, 60, "the middle of the job")
            it.visit(job)
            take("job-progress", it.page, workshop)
            wait_for(lambda: analyst.progress(job)[1], 60, "the end of the job")


def main() -> None:
    expect.set_options(timeout=PATIENCE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gatehouse-screenshots-") as home, launched() as browser:
        stack = Stack(Path(home) / "home")
        try:
            stack.start()
            workshop = browser.new_page()
            pictures(stack, browser, workshop)
            if wanted("job-progress"):
                job_picture(stack, browser, workshop)
        finally:
            stack.close()


if __name__ == "__main__":
    main()
