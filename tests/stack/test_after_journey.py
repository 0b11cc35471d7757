"""A console whose API is reached over HTTP and serves nothing that has ended: jobs, undo, message and overview.

Slow, since two stacks are started and a browser walks through one.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.gateway.mails import mail
from tests.stack.browser import tab_of
from tests.stack.held_mail import Held, held_message, send
from tests.stack.over_http import api_of
from tests.stack.running import Stack, wait_for
from tests.stack.test_job_journey import LATER, count, select, start, state

pytestmark = [pytest.mark.stack, pytest.mark.slow]
WORD = "afterword"
COUNT = 4


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    """The account: a gateway of its own, after the end of life of what is deprecated."""
    environment = {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEWAY_DEPRECATED": "0", "GATEWAY_RELAY_NETWORKS": "127.0.0.0/8"}
    made = Stack(tmp_path_factory.mktemp("account") / "home", environment)
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture(scope="module")
def ids(account):
    """Ids of the delivered messages, and last of one that is held."""
    ordinary = [
        Held(
            number,
            "",
            (f"{WORD}@acme.example",),
            (0, 0, 0),
            mail(subject=f"{WORD} no{number}", to=f"{WORD}@acme.example"),
        )
        for number in range(1, COUNT + 1)
    ]
    send(account, [*ordinary, held_message(WORD, 0)])

    def arrived() -> list[str]:
        with api_of(account) as api:
            rows = list(api.search(query=WORD))
        rows.sort(key=lambda row: (row["is_quarantined"], row["subject"]))
        assert not any({"action_log", "findings", "ts"} & row.keys() for row in rows)
        return [row["id"] for row in rows] if len(rows) == COUNT + 1 else []

    return wait_for(arrived, 30, "the mail of this file")


@pytest.fixture(scope="module")
def console(account, ids, tmp_path_factory):
    """The console, which has no gateway."""
    run = account.run
    environment = {
        "CLOUDFLARE_BASE_URL": run["api_base_url"],
        "CLOUDFLARE_ACCOUNT_ID": run["account_id"],
        "CLOUDFLARE_API_TOKEN": run["api_token"],
        "GATEHOUSE_PROOF_DELAY": "1",
        "GATEHOUSE_REAUTHENTICATION_MINUTES": "600",
    }
    made = Stack(tmp_path_factory.mktemp("console") / "home", environment)
    try:
        yield made.start()
    finally:
        made.close()


def move(page: Page, console: Stack, ids: list[str], folder: str) -> None:
    select(page, console, ids, "Move")
    page.get_by_label("Move to").select_option(label=folder)
    start(page, f"Move {len(ids)} messages")
    expect(state(page)).to_contain_text("Completed", timeout=LATER)


def test_what_was_moved_twice_is_proven_by_place_and_goes_back_to_where_it_was(console, browser, ids):
    with tab_of(browser, console, "analyst") as tab:
        page, moved = tab.page, ids[:COUNT]
        move(page, console, moved, "Deleted items")
        expect(page.locator(".job-proof-place")).to_have_count(COUNT)
        move(page, console, moved, "Junk")
        expect(page.locator(".job-proof-place")).to_have_count(COUNT)
        expect(page.get_by_text("not readable")).to_have_count(0)

        page.get_by_role("button", name="Undo…").click()
        expect(page.get_by_role("heading", name=f"Move {COUNT} messages back?")).to_be_visible(timeout=LATER)
        expect(page.get_by_text(f"{COUNT} Deleted items")).to_be_visible()
        start(page, f"Move {COUNT} messages")
        expect(state(page)).to_contain_text("Completed", timeout=LATER)
        expect(page.locator(".job-proof-place")).to_have_count(COUNT)

        tab.visit(f"/investigate/messages/{moved[0]}/activity/")
        deeds = page.locator(".deed")
        expect(deeds.filter(has_text=re.compile("to Deleted items"))).to_have_count(2)
        expect(deeds.filter(has_text=re.compile("to Junk"))).to_have_count(1)


def test_a_message_tells_why_it_was_held_and_is_released(console, browser, ids):
    with tab_of(browser, console, "analyst") as tab:
        page, waiting = tab.page, ids[-1]
        tab.visit(f"/investigate/messages/{waiting}/")
        expect(page.get_by_role("heading", level=1)).to_contain_text(WORD)
        for part in ("detections", "headers", "trace", "raw", "activity"):
            tab.visit(f"/investigate/messages/{waiting}/{part}/")
            expect(page.get_by_role("heading", level=1)).to_contain_text(WORD)
        tab.visit(f"/investigate/messages/{waiting}/detections/")
        expect(page.locator(".findings li").first).to_be_visible()
        select(page, console, [waiting], "Release")
        start(page, re.compile("^Release"))
        expect(state(page)).to_contain_text("Completed", timeout=LATER)
        expect(count(page, "Done")).to_have_text("1")
        expect(page.locator(".job-proof-place")).to_have_count(1)


def test_the_search_its_export_and_the_overview_are_complete(console, browser, ids):
    with tab_of(browser, console, "analyst") as tab:
        page = tab.page
        tab.visit(f"/investigate/?q={WORD}&detections_only=false")
        expect(page.locator("#results tbody tr, .result")).to_have_count(COUNT + 1)
        tab.visit("/")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("could not")
