"""From a user's report to every copy removed and proven: by keys alone, timed and counted, and with a mouse.

A report arrives by SMTP about one of 41 copies, no two of which are the same. The clock runs from there until all 41
are proven. With 100,000 messages (`make e2e-large`) that takes less than a minute; the seconds are held there only.

Slow, since the worker reads all mail for campaigns before the first report.
"""

import re
import sys
import time

import pytest
from playwright.sync_api import Page, expect

from tests.stack.api_calls import Paints
from tests.stack.browser import tab_of
from tests.stack.by_keys import MANY
from tests.stack.over_http import api_of
from tests.stack.running import wait_for
from tests.stack.varied_campaign import COPIES, REPORTER, deliver, is_one_campaign, letters, report_of

pytestmark = [pytest.mark.stack, pytest.mark.slow]
PRESSES, CLICKS, CALLS, SECONDS = 12, 8, 2, 60
LATER = 60_000
"""Milliseconds that a page may take on a busy machine."""
UNTIL_GROUPED = 180 if MANY < 10_000 else 2400
"""Seconds until the worker has read all mail and found the campaigns: they are there before somebody reports one."""
WORDS = ("keyedparcel", "clickedparcel", "plainparcel")


@pytest.fixture(scope="module")
def campaigns(stack, many):
    """Return the copies of each word's campaign, which have arrived and stand together, beside all the other mail."""
    wait_until_grouped(stack, many)
    sent = {word: letters(word) for word in WORDS}
    for copies in sent.values():
        deliver(stack, copies)
    began = time.monotonic()
    for word in WORDS:
        wait_for(lambda word=word: is_one_campaign(stack, word), UNTIL_GROUPED, f"the campaign of {word}")
    seconds = time.monotonic() - began
    say(f"{len(WORDS)} campaigns of {COPIES} among {many:,} messages were together {seconds:.0f} s later")
    return sent


# Days that were read while they were empty would be read again after two hours.
READ_ALL = """
from investigate.campaigns.models import CampaignDay
CampaignDay.objects.all().delete()
"""
GROUPED = """
from investigate.campaigns.models import CampaignDay, CampaignMessage, Keeping
kept = Keeping.objects.first()
is_read = CampaignDay.objects.count() == 30 and kept is not None and kept.grouped_at is not None
print(CampaignMessage.objects.count() if is_read else 0)
"""


def wait_until_grouped(stack, many: int) -> None:
    """Have the worker read all mail for campaigns, and wait until it has grouped it."""

    def grouped() -> bool:
        time.sleep(2)  # Each look starts a process.
        # Some of the mail that `make_mail` dates back is older than what campaigns are made of.
        return int(stack.manage("shell", "--verbosity", "0", "-c", GROUPED).stdout.split()[-1]) >= 0.95 * many

    stack.manage("shell", "--verbosity", "0", "-c", READ_ALL)
    began = time.monotonic()
    wait_for(grouped, UNTIL_GROUPED, f"{many:,} messages in groups")
    say(f"{many:,} messages were read and grouped for campaigns in {time.monotonic() - began:.0f} s")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def reported(page: Page, stack, word: str) -> None:
    """Wait until the list of submissions shows the report: the worker mirrors what the API lists every few seconds."""

    def shows() -> bool:
        page.goto(f"{stack.url}/submissions/?view=open&query={word}")
        return page.locator("[data-row]", has_text=word).count() > 0

    wait_for(shows, 60, f"a report about {word}")


def is_done(page: Page) -> None:
    expect(page.locator(".running-line")).to_contain_text(f"{COPIES} of {COPIES} proven", timeout=LATER)


def hold(how: str, number: int, at_most: int, seconds: float, paints: Paints) -> None:
    """Say and hold what a journey took: presses or clicks, seconds, and calls of the API before each first paint."""
    calls = paints.calls()
    most = max(len(made) for _path, made in calls)
    say(
        f"{MANY:,} messages: {number} {how}, {seconds:.1f} s from the report's arrival to {COPIES} proven, {most} calls"
    )
    for path, made in calls:
        assert len(made) <= CALLS, f"{path} was painted after {made}"
    assert number <= at_most
    if MANY >= 100_000:
        assert seconds < SECONDS


def all_moved_once(stack, word: str) -> None:
    with api_of(stack) as api:
        rows = list(api.search(query=word))
        logs = [api.get(f"/investigate/{row['id']}/action_log")["result"] for row in rows]
    moves = [[entry["properties"]["folder"] for entry in log if entry["operation"] == "MOVE"] for log in logs]
    assert moves == [["RecoverableItemsDeletions"]] * COPIES


def test_a_report_leads_to_every_copy_removed_by_keys_alone(stack, browser, campaigns):
    word, pressed = "keyedparcel", []
    with tab_of(browser, stack, "analyst", reduced_motion="reduce") as tab:
        page = tab.page

        def press(key: str) -> None:
            pressed.append(key)
            page.wait_for_load_state()  # A key means something once the scripts run, which a busy machine delays.
            page.keyboard.press(key)

        started = time.monotonic()
        deliver(stack, [report_of(campaigns[word][REPORTER])])
        reported(page, stack, word)
        paints = Paints(stack).follow(page)
        press("j")
        expect(page.locator("[data-row] .row-link").first).to_be_focused()
        press("Enter")
        expect(page.get_by_role("heading", name="The message")).to_be_visible()
        press("o")
        expect(page.get_by_role("heading", name="What it is")).to_be_visible()
        press("]")
        expect(page.get_by_role("img").first).to_be_visible(timeout=LATER)
        press("g")
        expect(page.get_by_text(f"{COPIES} messages to {COPIES} recipients")).to_be_visible()
        press("d")
        button = page.locator("button[data-key=d]")
        expect(button).to_have_text(f"Move {COPIES} messages", timeout=LATER)
        expect(button).to_be_focused()
        expect(page.get_by_label("Move to")).to_have_value("RecoverableItemsDeletions")
        expect(page.get_by_label("Reason")).to_have_value(re.compile(f"reported by person{REPORTER}@acme.example"))
        press("d")
        is_done(page)
        hold("presses", len(pressed), PRESSES, time.monotonic() - started, paints)
    all_moved_once(stack, word)


def test_a_report_leads_to_every_copy_removed_with_a_mouse(stack, browser, campaigns):
    word, clicks = "clickedparcel", []
    with tab_of(browser, stack, "analyst", reduced_motion="reduce") as tab:
        page = tab.page

        def click(locator) -> None:
            clicks.append(locator)
            locator.click()

        started = time.monotonic()
        deliver(stack, [report_of(campaigns[word][REPORTER])])
        reported(page, stack, word)
        paints = Paints(stack).follow(page)
        click(page.locator("[data-row] .row-link").first)
        click(page.get_by_role("link", name="Open the message"))
        click(page.get_by_role("link", name="Preview", exact=True))
        expect(page.get_by_role("img").first).to_be_visible(timeout=LATER)
        click(page.get_by_role("link", name=f"Campaign ({COPIES})"))
        click(page.get_by_role("button", name=f"Deal with all {COPIES}…"))
        button = page.get_by_role("button", name=f"Move {COPIES} messages")
        expect(button).to_be_visible(timeout=LATER)
        click(button)
        is_done(page)
        hold("clicks", len(clicks), CLICKS, time.monotonic() - started, paints)
    all_moved_once(stack, word)


def test_without_scripts_the_same_is_done_page_by_page(stack, browser, campaigns):
    word = "plainparcel"
    with tab_of(browser, stack, "analyst", java_script_enabled=False) as tab:
        page = tab.page
        deliver(stack, [report_of(campaigns[word][REPORTER])])
        reported(page, stack, word)
        page.locator("[data-row]").get_by_role("button", name="Deal with it…").click()

        def is_gathered() -> bool:
            page.reload()
            return page.get_by_role("button", name=f"Move {COPIES} messages").count() > 0

        wait_for(is_gathered, 60, "the sheet")
        page.get_by_role("button", name=f"Move {COPIES} messages").click()
        expect(page.get_by_text(f"Started: Move to Recoverable items, {COPIES} messages.")).to_be_visible()
