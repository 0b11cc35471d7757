"""The analyst's day in a browser, by keys alone: searching, looking, noting, selecting everything, exporting.

The mail is that of `mails` and of `many`: 2,000 messages in the usual run, 100,000 with GATEHOUSE_E2E_MESSAGES.

Slow, since a browser walks through a whole stack with that much mail.
"""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from tests import accessibility
from tests.stack.by_keys import LONG, tab_to, type_search
from tests.stack.over_http import api_of

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def test_a_query_is_typed_completed_put_right_and_walked(analyst, many):
    page = analyst.page
    analyst.visit("/investigate/")
    page.keyboard.press("/")
    page.keyboard.type("dispos")
    expect(page.locator("#search-completions option[value='disposition:']")).to_have_count(1)
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    type_search(page, "parcelword (no12 OR no13")
    expect(page.locator("#search-error mark")).to_have_text("(")
    tab_to(page, "#search-error a")
    page.keyboard.press("Enter")
    expect(page.locator(".message-row")).to_have_count(2)
    assert page.locator("#search-bar").input_value() == "parcelword (no12 OR no13)"
    analyst.trouble[:] = [line for line in analyst.trouble if "422" not in line]
    page.keyboard.press("Escape")
    type_search(page, "dkim:none disposition:malicious subject:parcel*")
    progress = page.locator("#search-progress")
    expect(progress).to_contain_text("of this range: complete", timeout=LONG)
    assert re.search(r"dkim=none", page.url)
    assert "disposition=MALICIOUS" in page.url


def test_after_enter_in_the_bar_the_first_result_has_the_focus(analyst, many):
    page = analyst.page
    analyst.visit("/investigate/")
    type_search(page, "parcelword")
    expect(page.locator(".row-link").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".mail-subject")).to_be_focused()
    page.keyboard.press("Escape")
    type_search(page, "nothinghasthisword")
    expect(page.locator(".message-row")).to_have_count(0)
    expect(page.locator("#search-bar")).to_be_focused()


def test_messages_are_read_one_after_the_other_without_going_back(analyst):
    page = analyst.page
    analyst.visit("/investigate/?query=parcelword")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".mail-subject")).to_be_focused()
    first = page.locator(".mail-subject").inner_text()
    rows = page.locator(".row-link").all_inner_texts()
    for row in rows[1:4]:
        page.keyboard.press("J")
        expect(page.locator(".mail-subject")).to_have_text(row)
    page.keyboard.press("K")
    expect(page.locator(".mail-subject")).to_have_text(rows[2])
    assert first == rows[0]
    assert f"message={page.locator('.mail').get_attribute('data-message')}" in page.url.replace("%3A", ":")
    page.keyboard.press("c")
    expect(page.locator(".mail-actions").get_by_text("Ask to have it judged as")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".mail-actions").get_by_text("Ask to have it judged as")).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator("textarea[name=text]")).to_be_focused()
    page.keyboard.type("Seen by keys")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".note").first).to_contain_text("Seen by keys")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Block")


def test_a_message_is_noted_assigned_and_reclassified_from_its_row(analyst, stack):
    page = analyst.page
    analyst.visit("/investigate/?disposition=SPAM&query=parcelword")
    rows = page.locator(".row-link").all_inner_texts()
    dialog = page.locator("#acting")
    for _ in range(2):
        page.keyboard.press("j")
    page.keyboard.press("n")
    expect(dialog.locator("textarea[name=text]")).to_be_focused()
    expect(dialog.locator(".acting-subject")).to_have_text(rows[1])
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("n")
    expect(dialog.locator("textarea[name=text]")).to_be_focused()
    page.keyboard.type("From the row")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Noted.")
    expect(page.locator(".message-row").nth(1).locator(".row-team")).to_contain_text("1 note")
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("a")
    expect(dialog.locator("select[name=assignee]")).to_be_focused()
    while dialog.locator("select[name=assignee]").input_value() != "analyst":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".message-row").nth(1).locator(".row-team")).to_contain_text("analyst takes care of it")
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.keyboard.press("c")
    expect(dialog.locator("[name=disposition]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Submitted for review as")
    page.keyboard.press(".")
    expect(dialog.get_by_role("link", name="Block sender")).to_be_visible()
    assert analyst.trouble == []


def test_a_key_means_the_row_with_the_focus_while_another_message_is_open(analyst):
    page = analyst.page
    analyst.visit("/investigate/?query=parcelword")
    rows = page.locator(".row-link").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".mail-subject")).to_have_text(rows[0])
    page.locator(".row-link").nth(2).focus()
    page.keyboard.press("n")
    expect(page.locator("#acting .acting-subject")).to_have_text(rows[2])
    page.keyboard.press("Escape")
    expect(page.locator("#acting")).to_be_hidden()
    expect(page.locator(".mail-subject")).to_have_text(rows[0])
    page.keyboard.type("n r m b x")
    expect(page.locator("#acting .acting-subject")).to_have_text(rows[2])
    assert page.url.startswith(f"{analyst.stack.url}/investigate/?"), "a letter typed ahead left the list"


def test_a_message_on_its_own_page_leads_on_through_its_list(analyst):
    page = analyst.page
    analyst.visit("/investigate/?query=parcelword")
    rows = page.locator(".row-link").all_inner_texts()
    assert len(rows) == 50
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".mail-subject")).to_be_focused()
    tab_to(page, "a[title='Open on a page of its own']", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/investigate/messages/**")
    expect(page.locator(".mail-steps a[rel=next]")).to_be_visible()
    expect(page.locator(".mail-steps a[rel=prev]")).to_have_count(0)
    for row in rows[1:3]:
        page.keyboard.press("J")
        expect(page.locator(".mail-subject")).to_have_text(row)
        expect(page.locator(".mail-steps a[rel=prev]")).to_be_visible()
    page.keyboard.press("]")
    expect(page.locator("#tab-preview")).to_have_attribute("aria-current", "page")
    page.keyboard.press("K")
    expect(page.locator(".mail-subject")).to_have_text(rows[1])
    page.go_back()
    expect(page.locator(".mail-subject")).to_have_text(rows[2])
    analyst.visit("/investigate/?query=parcelword")
    page.locator(".row-link").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mail-subject")).to_have_text(rows[-1])
    tab_to(page, "a[title='Open on a page of its own']", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".mail-steps a[rel=next]")).to_be_visible()
    page.keyboard.press("J")
    expect(page.locator(".mail-subject")).not_to_have_text(rows[-1])
    expect(page.locator(".mail-steps a[rel=prev]")).to_be_visible()
    page.keyboard.press("K")
    expect(page.locator(".mail-subject")).to_have_text(rows[-1])


def test_everything_that_matches_is_selected_counted_and_exported(analyst, stack):
    page = analyst.page
    with api_of(stack) as api:
        spam = [message["id"] for message in api.search(final_disposition="SPAM")]
    analyst.visit("/investigate/?disposition=SPAM")
    if len(spam) > 50:
        known = "10,000+" if len(spam) >= 10_000 else f"{len(spam):,}"
        expect(page.locator("#search-count strong")).to_have_text(known, timeout=LONG)
    page.keyboard.press("Shift+A")
    page.wait_for_url("**/jobs/selections/**")
    expect(page.locator("main")).to_contain_text(f"{len(spam):,}", timeout=LONG)
    analyst.visit("/investigate/?disposition=SPAM")
    tab_to(page, ".search-columns summary")
    page.keyboard.press("Enter")
    tab_to(page, "button[name=format][value=csv]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/investigate/exports/**")
    expect(page.locator("#export-progress")).to_contain_text("Complete: everything between", timeout=LONG)
    with page.expect_download() as download:
        tab_to(page, "a[download]")
        page.keyboard.press("Enter")
    text = download.value.path().read_text(encoding="utf-8")
    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == spam


def test_the_new_screens_are_fit_in_every_look(analyst, stack):
    page = analyst.page
    found = {}
    screens = ["/investigate/?dmarc=fail&has=attachment", "/investigate/exports/", "/investigate/?q=a)"]
    menus = (".search-saved summary", ".search-columns summary")
    for look in ({"width": 1440, "height": 900}, {"width": 390, "height": 844}, {"width": 720, "height": 450}):
        page.set_viewport_size(look)
        for screen in screens:
            page.goto(f"{stack.url}{screen}")
            accessibility.prepare(page)
            for menu in menus if screen == screens[0] else ("",):
                if menu:
                    page.keyboard.press("Escape")
                    page.locator(menu).click()
                found[screen, look["width"], menu] = accessibility.faults(page)
            if look["width"] == 1440:
                page.emulate_media(color_scheme="dark")
                found[screen, "dark"] = accessibility.colour_faults(page)
                page.emulate_media(color_scheme="light")
    assert {where: faults for where, faults in found.items() if faults} == {}
    analyst.trouble[:] = [line for line in analyst.trouble if "422" not in line]
