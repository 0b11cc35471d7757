"""From a user's report to every copy removed and proven: by keys alone, timed and counted, and with a mouse."""

import re
import smtplib
import sys
import time
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from playwright.sync_api import Page, expect

from tests.stack.browser import tab_of
from tests.stack.by_keys import MANY
from tests.stack.over_http import api_of
from tests.stack.running import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
COPIES = 41
PRESSES, CLICKS = 12, 8
LATER = 60_000
"""Milliseconds that a page may take on a busy machine."""


def campaign(stack, word: str) -> None:
    """Send a mail to 41 people, of whom one reports it."""
    lures = []
    for number in range(COPIES):
        lure = EmailMessage()
        lure["From"], lure["To"] = "accounts@billing-desk.example", f"person{number}@acme.example"
        lure["Subject"] = f"{word}: your account statement"
        lure["Message-ID"] = make_msgid(domain="billing-desk.example")
        lure.set_content(f"The statement that you asked for ({word}) lies at our desk.")
        lures.append(lure)
    report = EmailMessage()
    report["From"], report["To"] = "person3@acme.example", "report-phish@acme.example"
    report["Subject"] = "What is this?"
    report.set_content("See the attachment.")
    report.add_attachment(lures[3])
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=30) as server:
        for letter in (*lures, report):
            server.send_message(letter)

    def arrived() -> bool:
        with api_of(stack) as api:
            listed = api.get("/submissions", type="USER", query=word)["result"]
            return bool(listed) and len(list(api.search(query=word))) == COPIES

    wait_for(arrived, 60, "the campaign and its report")


def mirrored(page: Page, stack, word: str) -> None:
    """Wait until the list of submissions shows the report: the worker mirrors what the API lists every few seconds."""

    def shows() -> bool:
        page.goto(f"{stack.url}/submissions/?view=open&query={word}")
        return page.locator("[data-row]", has_text=word).count() > 0

    wait_for(shows, 60, f"a report about {word}")


def is_done(page: Page) -> None:
    expect(page.locator(".running-line")).to_contain_text(f"{COPIES} of {COPIES} proven", timeout=LATER)


def test_a_report_leads_to_every_copy_removed_by_keys_alone(stack, browser, many):
    campaign(stack, "keyedparcel")
    with tab_of(browser, stack, "analyst", reduced_motion="reduce") as tab:
        page, pressed = tab.page, []
        mirrored(page, stack, "keyedparcel")

        def press(key: str) -> None:
            pressed.append(key)
            page.keyboard.press(key)

        started = time.monotonic()
        press("j")
        expect(page.locator("[data-row] .row-link").first).to_be_focused()
        press("Enter")
        expect(page.get_by_role("heading", name="The message")).to_be_visible()
        press("o")
        expect(page.get_by_role("heading", name="What it is")).to_be_visible()
        press("]")
        expect(page.get_by_role("img").first).to_be_visible(timeout=LATER)
        press("d")
        button = page.locator("button[data-key=d]")
        expect(button).to_have_text(f"Move {COPIES} messages", timeout=LATER)
        expect(button).to_be_focused()
        expect(page.get_by_label("Move to")).to_have_value("RecoverableItemsDeletions")
        expect(page.get_by_label("Reason")).to_have_value(re.compile("reported by person3@acme.example"))
        press("d")
        is_done(page)
        seconds = time.monotonic() - started
        sys.stdout.write(
            f"{MANY:,} messages: {len(pressed)} presses, {seconds:.1f} s from the report to {COPIES} proven\n"
        )
        assert len(pressed) <= PRESSES
    with api_of(stack) as api:
        rows = list(api.search(query="keyedparcel"))
        logs = [api.get(f"/investigate/{row['id']}/action_log")["result"] for row in rows]
    moves = [[entry["properties"]["folder"] for entry in log if entry["operation"] == "MOVE"] for log in logs]
    assert moves == [["RecoverableItemsDeletions"]] * COPIES


def test_a_report_leads_to_every_copy_removed_with_a_mouse(stack, browser, many):
    campaign(stack, "clickedparcel")
    with tab_of(browser, stack, "analyst", reduced_motion="reduce") as tab:
        page, clicks = tab.page, []
        mirrored(page, stack, "clickedparcel")

        def click(locator) -> None:
            clicks.append(locator)
            locator.click()

        click(page.locator("[data-row] .row-link").first)
        click(page.get_by_role("link", name="Open the message"))
        click(page.get_by_role("link", name="Preview", exact=True))
        click(page.get_by_role("button", name="Deal with it…").first)
        click(page.get_by_role("button", name=f"Move {COPIES} messages"))
        is_done(page)
        assert len(clicks) <= CLICKS


def test_without_scripts_the_same_is_done_page_by_page(stack, browser, many):
    campaign(stack, "plainparcel")
    with tab_of(browser, stack, "analyst", java_script_enabled=False) as tab:
        page = tab.page
        mirrored(page, stack, "plainparcel")
        page.locator("[data-row]").get_by_role("button", name="Deal with it…").click()

        def is_gathered() -> bool:
            page.reload()
            return page.get_by_role("button", name=f"Move {COPIES} messages").count() > 0

        wait_for(is_gathered, 60, "the sheet")
        page.get_by_role("button", name=f"Move {COPIES} messages").click()
        expect(page.get_by_text(f"Started: Move to Recoverable items, {COPIES} messages.")).to_be_visible()
