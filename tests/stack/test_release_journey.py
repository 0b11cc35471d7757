"""From a report to the mail in its mailbox, in a browser: by mouse, by keys alone, as a reviewer, without scripts.

Slow, since a browser walks through a whole stack.
"""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.stack.browser import tab_of
from tests.stack.held_mail import delivered, mailbox_is_empty

pytestmark = [pytest.mark.stack, pytest.mark.slow]
WORD = "parcelword"
PER_PAGE = 50


def row(page: Page, mail):
    return page.locator(".message-row").filter(has=page.get_by_role("link", name=mail.subject, exact=True))


def search(page: Page, words: str):
    page.locator("#search-bar").fill(words)
    page.get_by_role("button", name="Search").click()
    expect(page).to_have_url(re.compile(rf"query={words.replace(' ', '[+]')}"))


def outcomes(page: Page) -> dict[str, str]:
    """Return what the job's page says became of each recipient's copy."""
    expect(page.locator(".job-progress-count strong")).to_have_text("100 %")
    expect(page.locator(".job-outcome svg").first).to_be_visible()
    lines = page.locator(".job-outcome")
    return {
        line.locator(".address").text_content(): line.locator(".muted").text_content()
        for line in (lines.nth(index) for index in range(lines.count()))
    }


def middle_colour(page: Page) -> list[int]:
    """Return the colour in the middle of the upper part of the picture, once it is decoded."""
    picture = page.locator("[data-picture-image]")
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    return picture.evaluate(
        """image => {
            const canvas = Object.assign(document.createElement("canvas"), {width: 1, height: 1});
            const context = canvas.getContext("2d");
            context.drawImage(image, image.naturalWidth / 2, 150, 1, 1, 0, 0, 1, 1);
            return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        }"""
    )


def test_an_analyst_finds_looks_at_and_releases_mail_from_two_pages(stack, browser, mails):
    first, seen, second, third = mails[55], mails[53], mails[5], mails[3]
    with tab_of(browser, stack, "analyst") as tab:
        page = tab.page
        search(page, WORD)
        expect(page.locator(".message-row")).to_have_count(PER_PAGE)

        row(page, first).locator(".row-link").click()
        pane = page.get_by_role("article")
        expect(pane.get_by_role("heading", name=first.subject)).to_be_visible()
        expect(page.locator(".message-row")).to_have_count(PER_PAGE)
        pane.get_by_role("link", name="Preview").click()
        assert middle_colour(page) == list(first.colour)
        row(page, seen).locator(".row-link").click()
        expect(pane.get_by_role("heading", name=seen.subject)).to_be_visible()
        pane.get_by_role("link", name="Preview").click()
        assert middle_colour(page) == list(seen.colour)
        pane.get_by_role("link", name="Trace").click()
        expect(pane.locator(".trace-step").filter(has_text="held")).to_have_count(1)
        pane.get_by_role("link", name="Close").click()

        row(page, first).get_by_role("checkbox").check()
        page.get_by_role("link", name="Older").click()
        expect(page.locator(".message-row")).to_have_count(len(mails) - PER_PAGE)
        for mail in (second, third):
            row(page, mail).get_by_role("checkbox").check()
        expect(page.locator(".selection-count")).to_have_text("3 selected, 1 on other pages")
        page.reload()
        expect(row(page, third).get_by_role("checkbox")).to_be_checked()
        page.get_by_role("link", name="Newest").click()
        expect(row(page, first).get_by_role("checkbox")).to_be_checked()
        expect(page.locator(".selection-count")).to_have_text("3 selected, 2 on other pages")

        page.get_by_role("button", name="Release").click()
        expect(page.get_by_role("heading", name="Release 3 messages?")).to_be_visible()
        assert mailbox_is_empty(stack, third.recipients[0])
        page.get_by_label("Reason").fill("Parcels that people wait for")
        page.get_by_role("button", name="Release 3 messages").click()
        expected = {recipient: "delivered" for mail in (first, second, third) for recipient in mail.recipients}
        assert len(expected) == 4
        assert outcomes(page) == expected
        expect(page.locator(".job-reason")).to_have_text("Parcels that people wait for")
    for mail in (first, second, third):
        for recipient in mail.recipients:
            assert delivered(stack, recipient) == [mail.raw]
    assert mailbox_is_empty(stack, seen.recipients[0])


def focused_subject(page: Page) -> str:
    return page.evaluate("document.activeElement?.matches('.row-link') ? document.activeElement.innerText : ''")


def search_by_keys(page: Page, words: str):
    """Type words into the bar and search; on a machine that does much else, whether it took them is looked at first."""
    bar, keys = page.locator("#search-bar"), page.keyboard
    keys.press("/")
    expect(bar).to_be_focused()
    keys.press("Control+a")
    keys.type(words)
    expect(bar).to_have_value(words)
    keys.press("Enter")
    expect(page).to_have_url(re.compile(rf"(query|q)={words.replace(' ', '([+]|%20)')}(&|$)"))


def test_the_keyboard_alone_is_enough(stack, browser, mails):
    with tab_of(browser, stack) as tab:
        page, keys = tab.page, tab.page.keyboard
        tab.visit("/investigate/")
        # A person sees the caret before they type; a machine has to look for it.
        expect(page.get_by_label("Username")).to_be_focused()
        keys.type("analyst")
        keys.press("Tab")
        expect(page.get_by_label("Password")).to_be_focused()
        keys.type("correct horse battery")
        keys.press("Enter")
        # The address of the sign-in names the search too, so the page itself is waited for.
        expect(page.locator("#search-bar")).to_be_visible()
        # Keys do something once the page's scripts have run.
        page.wait_for_load_state()
        search_by_keys(page, f"{WORD} no49")
        expect(page.locator(".message-row")).to_have_count(1)
        keys.press("Escape")
        search_by_keys(page, WORD)
        expect(page.locator(".message-row")).to_have_count(PER_PAGE)

        expect(page.locator(".row-link").first).to_be_focused()
        assert focused_subject(page) == mails[56].subject
        for key in "jjjk":
            keys.press(key)
        assert focused_subject(page) == mails[54].subject
        keys.press("x")
        expect(page.locator(".selection-count")).to_have_text("1 selected")
        assert focused_subject(page) == mails[54].subject

        for key in "jjjj":
            keys.press(key)
        keys.press("Enter")
        pane = page.get_by_role("article")
        expect(pane.get_by_role("heading", name=mails[50].subject)).to_be_focused()
        keys.press("]")
        assert middle_colour(page) == list(mails[50].colour)
        keys.press("[")
        expect(pane.get_by_role("heading", name="What it is")).to_be_visible()
        keys.press("Escape")
        expect(pane).to_have_count(0)
        assert focused_subject(page) == mails[50].subject
        keys.press("x")
        expect(page.locator(".selection-count")).to_have_text("2 selected")

        keys.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        keys.press("?")
        expect(page.get_by_role("dialog")).to_be_hidden()

        keys.press("r")
        expect(page.get_by_role("heading", name="Release 2 messages?")).to_be_visible()
        for _ in range(60):
            keys.press("Tab")
            if page.evaluate("document.activeElement?.name") == "reason":
                break
        keys.type("By keys")
        keys.press("Tab")
        keys.press("Enter")
        expected = {recipient: "delivered" for mail in (mails[50], mails[54]) for recipient in mail.recipients}
        assert outcomes(page) == expected
    for mail in (mails[50], mails[54]):
        assert delivered(stack, mail.recipients[0]) == [mail.raw]


def test_a_reviewer_sees_and_reaches_only_what_is_theirs(stack, browser, mails):
    with tab_of(browser, stack, "reviewer") as tab:
        page = tab.page
        search(page, WORD)
        row(page, mails[30]).locator(".row-link").click()
        pane = page.get_by_role("article")
        expect(pane.get_by_role("heading", name=mails[30].subject)).to_be_visible()
        tabs = pane.locator(".tab").all_inner_texts()
        assert tabs == ["Summary", "Preview", "Detections", "Headers", "Links", "Attachments", "Trace", "Activity"]
        pane.get_by_role("link", name="Preview").click()
        assert middle_colour(page) == list(mails[30].colour)
        for name in ("Release", "Move"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.get_by_role("checkbox", name=re.compile("Select"))).to_have_count(0)
        entries = page.locator(".nav-items").inner_text().split()
        assert "Investigate" in entries
        assert not {"Jobs", "Policies", "Audit"} & set(entries)
        here = page.url
        for key in "rmx":
            page.keyboard.press(key)
        assert page.url == here

        own = f"/investigate/messages/{page.locator('.mail').get_attribute('data-message')}/"
        for path in (f"{own}raw/", f"{own}raw.eml", "/jobs/", "/jobs/running/", "/audit/"):
            tab.visit(path, status=403)
        tab.visit(own)
        token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
        form = {"csrfmiddlewaretoken": token, "action": "release", "ids": own.split("/")[-2]}
        for path in ("/jobs/confirm/", "/jobs/create/"):
            assert page.request.post(f"{stack.url}{path}", form=form).status == 403
    assert mailbox_is_empty(stack, mails[30].recipients[0])


def test_searching_opening_and_releasing_work_without_scripts(stack, browser, mails):
    mail = mails[20]
    with tab_of(browser, stack, "analyst", java_script_enabled=False) as tab:
        page = tab.page
        page.locator("#search-bar").fill(f"{WORD} no20")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name=mail.subject, exact=True).click()
        expect(page.locator(".message-row")).to_have_count(1)
        pane = page.get_by_role("article")
        expect(pane.get_by_role("heading", name=mail.subject)).to_be_visible()
        pane.get_by_role("link", name="Preview").click()
        expect(pane.locator("[data-picture-image]")).to_be_visible()
        pane.get_by_role("link", name="Raw").click()
        expect(pane.get_by_text("..and with two")).to_be_visible()
        pane.get_by_role("link", name="Close").click()
        expect(page.get_by_role("article")).to_have_count(0)
        page.get_by_role("checkbox", name=f"Select {mail.subject}").check()
        page.get_by_role("button", name="Release").click()
        expect(page.get_by_role("heading", name="Release 1 message?")).to_be_visible()
        page.get_by_label("Reason").fill("Without scripts")
        page.get_by_role("button", name="Release 1 message").click()
        give_up = time.monotonic() + 60
        # An item counts as settled a moment before the job has read back its outcome and ended.
        while page.get_by_role("link", name="Refresh").count():
            assert time.monotonic() < give_up
            page.get_by_role("link", name="Refresh").click()
        assert outcomes(page) == dict.fromkeys(mail.recipients, "delivered")
    assert delivered(stack, mail.recipients[0]) == [mail.raw]
