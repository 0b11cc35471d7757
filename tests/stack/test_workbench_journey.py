"""The rest of the workbench by keys alone: saved searches, columns, selections over pages, parts of a message.

Slow, since a browser walks through a whole stack with much mail.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.stack.by_keys import tab_to, type_search

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def test_a_search_is_saved_for_the_team_and_taken_up_again(analyst):
    page = analyst.page
    analyst.visit("/investigate/")
    type_search(page, "parcelword dmarc:fail")
    page.keyboard.press("Escape")
    tab_to(page, ".search-saved summary")
    page.keyboard.press("Enter")
    tab_to(page, ".save-form input[name=name]")
    page.keyboard.type("Parcels that fail")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Parcels that fail")
    tab_to(page, ".views a:has-text('Held')")
    page.keyboard.press("Enter")
    page.wait_for_url("**status=quarantined**")
    tab_to(page, ".search-saved summary")
    page.keyboard.press("Enter")
    expect(page.locator(".saved-text").first).to_contain_text("status:held")
    tab_to(page, ".saved-item a")
    page.keyboard.press("Enter")
    page.wait_for_url("**dmarc=fail**")
    assert "query=parcelword" in page.url
    tab_to(page, ".search-saved summary")
    page.keyboard.press("Enter")
    tab_to(page, ".saved-item button")
    page.keyboard.press("Enter")
    expect(page.locator(".saved-item")).to_have_count(0)


def test_columns_and_density_are_chosen(analyst):
    page = analyst.page
    analyst.visit("/investigate/?query=parcelword")
    for density in ("relaxed", "dense"):
        tab_to(page, ".search-columns summary")
        page.keyboard.press("Enter")
        tab_to(page, ".search-columns input[value=envelope-from]")
        page.keyboard.press("Space")
        tab_to(page, ".search-columns input[name=density]")
        page.keyboard.press("ArrowDown" if density == "relaxed" else "ArrowUp")
        tab_to(page, ".search-columns button:has-text('Show these')")
        page.keyboard.press("Enter")
        expect(page.locator("html")).to_have_attribute("data-density", density)
        shown = page.locator("thead th", has_text="Envelope sender")
        expect(shown).to_have_count(1 if density == "relaxed" else 0)


def test_a_selection_grows_over_pages_and_is_acted_on_once_its_consequences_were_seen(analyst):
    page = analyst.page
    analyst.visit("/investigate/?disposition=NONE&range=90d")
    expect(page.locator(".message-row")).to_have_count(50)
    page.keyboard.press("j")
    page.keyboard.press("x")
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("X")
    expect(page.locator(".selection-count")).to_have_text("4 selected")
    tab_to(page, ".pages a[rel=next]")
    page.keyboard.press("Enter")
    expect(page.locator(".selection-count")).to_have_text("4 selected, 4 on other pages")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(".selection-count")).to_have_text("5 selected, 4 on other pages")
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_have_text("Submit 5 messages for review?")
    page.go_back()
    expect(page.locator(".selection-count")).to_have_text("5 selected, 4 on other pages")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Move 5 messages?")
    expect(page.locator(".facts")).to_contain_text("1 call")


def test_every_part_of_a_message_is_reached_and_leads_on(analyst):
    page = analyst.page
    analyst.visit("/investigate/?query=parcelword")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".mail-subject")).to_be_focused()
    parts = page.locator(".tab").all_inner_texts()
    assert parts == [
        "Summary", "Preview", "Detections", "Headers", "Links", "Attachments", "Trace", "Raw", "Activity",
    ]  # fmt: skip
    for part in [*parts[1:], parts[0]]:
        page.keyboard.press("]")
        expect(page.locator(".tab[aria-current]")).to_have_text(part)
        expect(page.locator(".mail-panel")).to_have_attribute("aria-label", part)
    similar = page.locator(".similar-actions")
    tab_to(page, ".similar-actions a", "Shift+Tab")
    expect(similar).to_contain_text(re.compile("match|counted"))
    page.keyboard.press("Enter")
    page.wait_for_url("**query=edf**")
    expect(page.locator(".message-row").first).to_be_visible()
    page.go_back()
    tab_to(page, ".mail-panel .pivot a[href*='sender=']", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#search-bar")).to_have_value("from:ann@partner.example")


def test_the_navigation_is_gone_through_by_keys(analyst):
    page = analyst.page
    analyst.visit("/investigate/")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.locator(".nav-item:focus")).to_have_text(re.compile("Investigate"))
    page.keyboard.press("ArrowDown")
    expect(page.locator(".nav-item:focus")).to_have_text(re.compile("Campaigns"))
    page.keyboard.press("Home")
    expect(page.locator(".nav-item:focus")).to_have_text(re.compile("Overview"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{analyst.stack.url}/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.keyboard.press("w")
    expect(page.locator("#nav")).to_be_visible()
    expect(page.locator(".nav-item:focus")).to_have_text(re.compile("Overview"))
    page.keyboard.press("Escape")
    expect(page.locator("#nav")).to_be_hidden()
