"""A job in a browser from its selection to its undo: progress, pause, resume, cancel, retry, undo, approval.

Slow, since a browser walks through a whole stack and watches jobs to their ends.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.gateway.mails import mail
from tests.stack.browser import tab_of
from tests.stack.held_mail import Held, held_message, send
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
WORD = "journeyword"
DELIVERED = 4
LATER = 60_000
"""Milliseconds that a job may take on a busy machine."""


@pytest.fixture(scope="module")
def ids(stack):
    """Messages of this file alone: those that were delivered by their number, and under 0 one that is held."""
    ordinary = [
        Held(number, subject, (f"{WORD}@acme.example",), (0, 0, 0), mail(subject=subject, to=f"{WORD}@acme.example"))
        for number, subject in ((number, f"{WORD} no{number}") for number in range(1, DELIVERED + 1))
    ]
    send(stack, [*ordinary, held_message(WORD, 0)])

    def arrived() -> dict[int, str]:
        with api_of(stack) as api:
            found = {row["subject"].rpartition("no")[2]: row["id"] for row in api.search(query=WORD)}
        return {int(number): one for number, one in found.items()} if len(found) == DELIVERED + 1 else {}

    return wait_for(arrived, 30, "the mail of this file")


@pytest.fixture(scope="module")
def many(stack, mails):
    """Enough messages that a job which asks for each of them is still at it when somebody pauses it."""
    with api_of(stack) as api:
        return [row["id"] for row in api.search()][:200]


def select(page: Page, stack, ids: list[str], action: str) -> None:
    """Paste a list of ids, and choose what is to be done to them."""
    page.goto(f"{stack.url}/jobs/selections/new/")
    page.get_by_label("Ids, one a line").fill("\n".join(ids))
    page.get_by_role("button", name="Look them up").click()
    expect(page.get_by_role("heading", name=re.compile(r"^[\d,]+ messages? selected$|\?$"))).to_be_visible(
        timeout=LATER
    )
    # The most sensible action is chosen already.
    link = page.get_by_role("link", name=f"{action}…")
    if link.count():
        link.click()


def start(page: Page, name: str | re.Pattern[str], **fields: str) -> None:
    for label, value in fields.items():
        page.get_by_label(label).select_option(label=value)
    page.get_by_label("Reason").fill("A test")
    page.get_by_role("button", name=name).click()
    expect(page.locator("#job-progress")).to_be_visible()


def state(page: Page):
    return page.locator("#job-progress-title")


def count(page: Page, name: str):
    """Return the number beside one of the filters of the messages."""
    return page.locator(".job-filter", has_text=re.compile(rf"^\s*{name}\b")).locator(".number")


def test_a_long_job_is_watched_paused_resumed_and_another_cancelled(stack, browser, many):
    with tab_of(browser, stack, "analyst") as tab:
        page = tab.page
        select(page, stack, many, "Submit for review")
        expect(page.get_by_text(f"{len(many)} calls to the API")).to_be_visible()
        page.get_by_label("Ask to have it judged as").select_option(label="Bulk")
        start(page, re.compile("^Submit"))
        page.get_by_role("button", name="Pause").click()
        expect(state(page)).to_contain_text("Paused")
        expect(page.get_by_role("button", name="Resume")).to_be_visible()
        job = page.url
        page.goto(f"{stack.url}/account/")
        line = page.get_by_role("complementary", name="Running job")
        expect(line).to_contain_text(f"of {len(many)}")
        line.get_by_role("link").click()
        expect(page).to_have_url(job)
        page.get_by_role("button", name="Resume").click()
        expect(state(page)).to_contain_text("Completed", timeout=LATER)
        expect(page.locator(".job-grade")).to_contain_text([f"{len(many)}"] * 3)
        expect(page.locator(".job-proof-place").first).to_have_text("Proven")

        select(page, stack, many, "Submit for review")
        page.get_by_label("Ask to have it judged as").select_option(label="Spoof")
        start(page, re.compile("^Submit"))
        page.get_by_role("button", name="Pause").click()
        expect(state(page)).to_contain_text("Paused")
        page.get_by_role("button", name="Cancel the rest").click()
        expect(state(page)).to_contain_text("Cancelled", timeout=LATER)
        expect(page.get_by_text(re.compile("^Ended"))).to_be_visible(timeout=LATER)
        page.locator(".job-filter", has_text="Cancelled").click()
        expect(page.locator("#job-items .job-state-cancelled").first).to_be_visible()


def test_what_failed_is_tried_again_and_the_whole_is_undone(stack, browser, ids):
    with tab_of(browser, stack, "analyst") as tab:
        page = tab.page
        select(page, stack, list(ids.values()), "Move")
        expect(page.get_by_text("1 held: no mailbox has them, so they are left out")).to_be_visible()
        # A list of ids without a preview is acted on as it is, also on what is held.
        with signed_in(stack, "analyst") as analyst:
            made = analyst.create_job(list(ids.values()), action="move", destination="JunkEmail", reason="A test")
        tab.visit(made)
        expect(state(page)).to_contain_text("Partly done", timeout=LATER)
        expect(count(page, "Failed")).to_have_text("1")
        job = page.url

        with signed_in(stack, "analyst") as analyst:
            release = analyst.create_job([ids[0]], action="release", reason="So that it can be moved")
            wait_for(lambda: analyst.progress(release)[1], 60, "the end of the release")
        page.goto(job)
        page.get_by_role("button", name="Retry 1 failed").click()
        expect(state(page)).to_contain_text("Completed", timeout=LATER)
        expect(count(page, "Done")).to_have_text(str(DELIVERED + 1))

        page.get_by_role("button", name="Undo…").click()
        heading = page.get_by_role("heading", name=f"Move {DELIVERED} messages back?")
        expect(heading).to_be_visible(timeout=LATER)
        expect(page.get_by_text(f"{DELIVERED} Inbox")).to_be_visible()
        expect(page.get_by_text("It was held before, and the API can't hold it again.")).to_be_visible()
        start(page, f"Move {DELIVERED} messages")
        expect(state(page)).to_contain_text("Completed", timeout=LATER)
        expect(page.get_by_role("heading", name="Undo: Move back")).to_be_visible()
        expect(page.locator(".job-proof-place")).to_have_count(DELIVERED)


def test_a_purge_waits_for_a_second_person(stack, browser, ids):
    with tab_of(browser, stack, "analyst") as analyst, tab_of(browser, stack, "admin") as admin:
        page = analyst.page
        select(page, stack, [ids[1]], "Move")
        page.get_by_label("Move to").select_option(label="Purged items")
        page.get_by_label("Reason").fill("A phish")
        page.get_by_role("button", name=re.compile("1 message$")).click()
        expect(state(page)).to_contain_text("Waits for approval")
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        admin.visit(page.url.removeprefix(stack.url))
        admin.page.get_by_role("button", name="Approve").click()
        expect(state(admin.page)).to_contain_text("Completed", timeout=LATER)
        expect(admin.page.get_by_text("Approved by")).to_be_visible()
        expect(state(page)).to_contain_text("Completed", timeout=LATER)
