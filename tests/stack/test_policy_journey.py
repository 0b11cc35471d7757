"""What a team admin does with policies in a browser, and what the others may not; from the form to the next message.

Slow, since a browser walks through a whole stack, whose worker replays mail.
"""

import csv
import io
import re
import smtplib

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.gateway.mails import mail
from tests.stack.browser import Tab, tab_of
from tests.stack.over_http import api_of
from tests.stack.running import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
SENDER = "wave@policies.example"


def send(stack: Stack, subject: str, sender: str = SENDER) -> None:
    raw = mail(subject=subject, sender=f"Wave <{sender}>", to="pat@acme.example")
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=30) as smtp:
        assert smtp.sendmail(sender, ["pat@acme.example"], raw) == {}


def found(stack: Stack, subject: str) -> dict:
    """Return the message with this subject, once it was taken in."""
    with api_of(stack) as api:
        return wait_for(lambda: next(api.search(subject=subject), None), 30, subject)


def settled(page: Page) -> None:
    """Wait until the worker has done its part, and the page has heard of it."""
    expect(page.locator("main progress")).to_have_count(0, timeout=60_000)


def forgive(tab: Tab, *texts: str) -> None:
    """Forget what is no trouble: these texts, and the check of a form that was sent before its answer came."""
    tab.trouble = [line for line in tab.trouble if not any(text in line for text in texts)]


def in_nav(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_role("link", name=name)


def test_an_admin_blocks_after_a_look_and_the_next_message_is_held(stack, browser):
    send(stack, "wave before")
    before = found(stack, "wave before")
    assert before["final_disposition"] == "NONE"
    with tab_of(browser, stack, "admin") as tab:
        page = tab.page
        in_nav(page, "Policies").click()
        page.get_by_role("link", name="Blocked senders").click()
        page.get_by_role("link", name="Add a blocked sender").click()
        page.get_by_label("Pattern").fill("wave(@policies.example")
        page.get_by_label("Regular expression").check()
        expect(page.locator(".policy-check")).to_contain_text("missing ), at character 5")
        page.get_by_label("Regular expression").uncheck()
        page.get_by_label("Pattern").fill(SENDER)
        expect(page.locator(".policy-check")).to_contain_text(f"Mail from {SENDER} becomes Malicious.")
        page.get_by_label("Why").fill("A wave of parcels")
        page.get_by_role("button", name="Look at past mail first").click()
        settled(page)
        expect(page.get_by_text("It would have stopped 1 clean message.")).to_be_visible()
        expect(page.get_by_role("link", name="wave before")).to_be_visible()
        page.get_by_role("button", name="Save it all the same").click()
        expect(page.get_by_text(f"{SENDER} was added.")).to_be_visible()
        expect(page.get_by_text("A wave of parcels")).to_be_visible()

        def is_held() -> dict | None:
            # Settings are read anew within five seconds, so the first messages may still pass.
            number = len(tries)
            tries.append(number)
            send(stack, f"wave after{number}")
            message = found(stack, f"wave after{number}")
            return message if message["final_disposition"] == "MALICIOUS" else None

        tries: list[int] = []
        message = wait_for(is_held, 30, "a blocked message")
        assert message["is_quarantined"]
        assert message["properties"]["blocklisted_pattern"] == SENDER
        tab.visit(f"/investigate/messages/{message['id']}/trace/")
        expect(page.get_by_text(f"policy blocked sender: {SENDER}")).to_be_visible()

        tab.visit("/policies/history/")
        page.get_by_role("link", name="Created").first.click()
        page.get_by_role("link", name="The entry now").click()
        page.get_by_role("link", name="Delete").click()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("It can be put back from the history.")).to_be_visible()
        tab.visit("/policies/history/")
        page.get_by_role("link", name="Deleted").first.click()
        page.get_by_role("link", name="Put back as it was before").click()
        page.get_by_role("button", name="Put back").click()
        expect(page.get_by_text(f"{SENDER} is as it was.")).to_be_visible()
        forgive(tab)


def add_content_policy(tab: Tab, name: str) -> str:
    page = tab.page
    tab.visit("/policies/content-policies/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Expression").fill("never-said-by-anybody")
    page.get_by_role("button", name="Save without looking").click()
    expect(page.get_by_text(f"{name} was added.")).to_be_visible()
    return page.url.removeprefix(tab.stack.url)


def test_two_admins_at_once_lose_nobodys_change(stack, browser):
    with tab_of(browser, stack, "admin") as mine, tab_of(browser, stack, "admin") as theirs:
        address = add_content_policy(mine, "two admins")
        theirs.visit(address)
        theirs.page.get_by_label("Body").check()
        theirs.page.get_by_role("button", name="Save without looking").click()
        expect(theirs.page.get_by_text("two admins was saved.")).to_be_visible()
        page = mine.page
        page.get_by_label("Notes").fill("what I wrote")
        page.get_by_role("button", name="Save without looking").click()
        expect(page.get_by_role("heading", name="Somebody else changed it while you did")).to_be_visible()
        expect(page.get_by_text("You changed different fields")).to_be_visible()
        page.get_by_role("button", name="Save this").click()
        expect(page.get_by_text("two admins was saved.")).to_be_visible()
        expect(page.get_by_label("Notes")).to_have_value("what I wrote")
        expect(page.get_by_label("Body")).to_be_checked()
        # The browser tells of the answer 409, which is what the conflict is.
        forgive(mine, "status of 409")
        forgive(theirs)


def test_a_file_is_looked_at_line_by_line_and_its_good_lines_are_taken(stack, browser):
    rows = [["Blocked Sender", "Blocked Sender Type", "Is Regex", "Notes"]]
    rows += [[f"file{number}@policies.example", "EMAIL", "false", ""] for number in range(5)]
    rows.append(["10.0.0.1", "IP", "false", ""])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    with tab_of(browser, stack, "admin") as tab:
        page = tab.page
        tab.visit("/policies/blocked-senders/")
        page.get_by_role("link", name="Import", exact=True).click()
        file = {"name": "wave.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Look what it would do").click()
        settled(page)
        expect(page.get_by_role("cell", name="This holds private addresses")).to_be_visible()
        page.get_by_role("button", name="Import the 5 good lines").click()
        settled(page)
        expect(page.get_by_text("5 of 5 written")).to_be_visible()

        tab.visit("/policies/blocked-senders/?search=file")
        boxes = page.get_by_role("checkbox", name=re.compile("Select file"))
        expect(boxes).to_have_count(5)
        boxes.nth(0).check()
        boxes.nth(1).check()
        page.get_by_role("button", name="Delete selected").click()
        settled(page)
        page.get_by_role("button", name="Delete all 2, or nothing").click()
        settled(page)
        expect(page.get_by_text("2 of 2 written")).to_be_visible()
        page.get_by_role("button", name="Undo 2").click()
        settled(page)
        expect(page.get_by_text("2 taken back")).to_be_visible()


def test_an_analyst_may_block_and_nothing_else_and_a_reviewer_not_even_that(stack, browser):
    with tab_of(browser, stack, "analyst") as tab:
        page = tab.page
        tab.visit("/policies/block/?sender=single@policies.example")
        page.get_by_label("The whole domain").check()
        page.get_by_role("button", name="Look at past mail first").click()
        settled(page)
        page.get_by_role("button", name=re.compile("Save")).click()
        expect(page.get_by_text("policies.example was added.")).to_be_visible()
        expect(in_nav(page, "Policies")).to_have_count(0)
        for path in ("/policies/blocked-senders/", "/team/", "/audit/"):
            tab.visit(path, status=403)
    with tab_of(browser, stack, "reviewer") as tab:
        for path in ("/policies/block/?sender=a@b.example", "/policies/allow-policies/", "/policies/history/"):
            tab.visit(path, status=403)


def test_an_admin_invites_somebody_who_then_signs_in(stack, browser):
    with tab_of(browser, stack, "admin") as tab:
        page = tab.page
        in_nav(page, "Team").click()
        page.get_by_label("Name", exact=True).fill("newcomer")
        page.get_by_role("button", name="Make a link").click()
        link = re.search(r"http://[^\s]+/team/welcome/[^\s]+", page.get_by_role("status").first.inner_text())
        assert link is not None
        page.get_by_role("link", name="Connection").click()
        page.get_by_role("button", name="Find out what it may").click()
        expect(page.get_by_text("May read, may write.")).to_be_visible()
        expect(page.get_by_text("waiting")).to_be_visible()
    with tab_of(browser, stack) as tab:
        page = tab.page
        tab.visit(link[0].removeprefix(stack.url))
        for box in page.locator("input[type=password]").all():
            box.fill("five green bottles hanging")
        page.get_by_role("button", name="Set the password").click()
        page.get_by_label("Username").fill("newcomer")
        page.get_by_label("Password").fill("five green bottles hanging")
        page.get_by_role("button", name="Sign in").click()
        expect(in_nav(page, "Investigate")).to_be_visible()
        expect(in_nav(page, "Policies")).to_have_count(0)


@pytest.mark.slow
def test_a_token_that_may_only_read_is_told_clearly(stack, browser, tmp_path):
    made = stack.manage(
        "shell",
        "-c",
        "from django.conf import settings\n"
        "from gateway.api.tokens import token_ensure\n"
        "print('TOKEN', token_ensure(account_id=settings.GATEWAY_ACCOUNT_ID, name='reader', scope='read')[1])",
    )
    run = stack.run
    reading = {
        "CLOUDFLARE_BASE_URL": run["api_base_url"],
        "CLOUDFLARE_ACCOUNT_ID": run["account_id"],
        "CLOUDFLARE_API_TOKEN": re.search(r"TOKEN (\S+)", made.stdout)[1],
    }
    other = Stack(tmp_path / "home", reading)
    try:
        with tab_of(browser, other.start(), "admin") as tab:
            page = tab.page
            tab.visit("/policies/blocked-senders/new/?pattern=refused@policies.example")
            page.get_by_role("button", name="Save without looking").click()
            expect(page.get_by_text("The console's token may only read")).to_be_visible()
            expect(page.get_by_label("Pattern")).to_have_value("refused@policies.example")
            forgive(tab, "status of 403")
    finally:
        other.close()
