"""What a reviewer does in a browser: from the overview to a report that is escalated, noted and closed.

Slow, since a browser walks through a whole stack.
"""

import re
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from playwright.sync_api import Locator, expect

from tests.stack.browser import tab_of
from tests.stack.over_http import api_of
from tests.stack.running import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]


SUBJECT = "Reported from the parcel desk"


@pytest.fixture(scope="module")
def reported(stack):
    """A message that somebody of the sample company got, and their report of it; what the API lists of that."""
    lure = EmailMessage()
    lure["From"], lure["To"], lure["Subject"] = "desk@parcels.example", "anna.weber@acme.example", SUBJECT
    lure["Message-ID"] = make_msgid(domain="parcels.example")
    lure.set_content("Your parcel waits at the desk.")
    report = EmailMessage()
    report["From"], report["To"] = "anna.weber@acme.example", "report-phish@acme.example"
    report["Subject"] = "Is this real?"
    report.set_content("See the attachment.")
    report.add_attachment(lure)
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=30) as server:
        server.send_message(lure)
        server.send_message(report)
    with api_of(stack) as api:
        (found,) = api.get("/submissions", type="USER", query=SUBJECT)["result"]
    assert found["original_postfix_id"]
    return found


def mirrored(page, path: str, row: Locator):
    """Wait until a list shows the row: the worker mirrors what the API lists every few seconds."""

    def shows() -> bool:
        page.reload()
        return row.count() > 0

    page.goto(path)
    wait_for(shows, 60, f"rows on {path}")


def test_a_reviewer_follows_a_report_to_its_end(stack, browser, reported):
    with tab_of(browser, stack, "reviewer") as tab:
        page = tab.page
        # The samples' rows are there before this one is.
        row = page.get_by_role("link", name=reported["subject"], exact=True)
        mirrored(page, f"{stack.url}/submissions/?view=open", row)
        row.first.click()
        expect(page.get_by_role("heading", name="The message")).to_be_visible()
        expect(page.get_by_role("link", name="Open the message")).to_be_visible()

        page.get_by_role("button", name="Claim").click()
        expect(page.get_by_text("Claimed by reviewer")).to_be_visible()
        page.get_by_label("Note", exact=True).fill("Asked the sender's bank <b>by phone</b>.")
        page.get_by_role("button", name="Add the note").click()
        expect(page.get_by_text("Asked the sender's bank <b>by phone</b>.")).to_be_visible()

        page.get_by_label("Verdict to ask for").select_option("MALICIOUS")
        page.get_by_role("button", name="Escalate in the team's name").click()
        expect(page.get_by_text("Escalated: asked to judge it Malicious")).to_be_visible()

        page.get_by_label("What came of it").fill("The bank knows of it.")
        page.get_by_role("button", name="Close it here").click()
        expect(page.get_by_text("Closed by reviewer")).to_be_visible()
        page.get_by_role("button", name="Reopen").click()
        expect(page.get_by_role("button", name="Close it here")).to_be_visible()

        def is_escalated() -> bool:
            page.reload()
            return page.get_by_role("definition").get_by_text("Escalated", exact=True).count() > 0

        wait_for(is_escalated, 60, "the escalation in the mirror")
        page.goto(f"{stack.url}/submissions/scoreboard/?range=90d")
        expect(page.get_by_role("row", name=re.compile("Everybody")).first).to_be_visible()


def test_a_report_leads_to_its_message(stack, browser):
    with tab_of(browser, stack, "reviewer") as tab:
        page = tab.page
        mirrored(page, f"{stack.url}/phishguard/", page.locator(".review-subject a"))
        page.locator(".review-subject a").first.click()
        expect(page.get_by_role("heading", name="What was found")).to_be_visible()
        page.get_by_role("link", name="Open the message").click()
        expect(page.get_by_role("heading", name="What it is")).to_be_visible()


def test_the_overview_is_the_first_page_and_its_marks_are_searches(stack, browser):
    with tab_of(browser, stack, "reviewer") as tab:
        page = tab.page
        mirrored(page, f"{stack.url}/?range=30d", page.locator(".chart-bars"))
        page.locator("#by-verdict ~ .legend").get_by_role("link", name=re.compile("Spam")).click()
        expect(page).to_have_url(re.compile("disposition=SPAM"))
        expect(page.locator(".message-row").first).to_be_visible()
        page.go_back()
        page.locator(".chart-table summary").first.click()
        expect(page.get_by_role("table", name="Mail by verdict")).to_be_visible()
        page.locator("#by-verdict ~ .chart-drawing rect").last.click()
        expect(page.locator(".message-row").first).to_be_visible()
