"""What journeys by keys share: how much mail there is, and ways to go by keys alone."""

import os

from playwright.sync_api import Page, expect

MANY = int(os.environ.get("GATEHOUSE_E2E_MESSAGES", "2000"))
LONG = 600_000 if MANY > 10_000 else 60_000
"""Milliseconds that the worker may take to walk all of it."""


def type_search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    expect(page.locator("#search-bar")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator("#results.htmx-request")).to_have_count(0)


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the element has the focus; Shift+Tab goes backwards."""
    for _ in range(160):
        page.keyboard.press(key)
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} can't be reached with the Tab key")
