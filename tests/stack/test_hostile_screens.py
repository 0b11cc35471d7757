"""Hostile mail in a browser: all that it says is text, nothing of it acts, and nothing of it breaks a page.

Slow, since a browser opens every tab of every hostile message on a whole stack.
"""

import re

import pytest
from playwright.sync_api import Page

from dashboard.mail_text import pieces
from tests import accessibility
from tests.stack.browser import tab_of
from tests.stack.hostile_mail import HOSTILE, WORD

pytestmark = [pytest.mark.stack, pytest.mark.slow]
TABS = ["", "preview/", "detections/", "headers/", "links/", "attachments/", "trace/", "raw/", "activity/", "act/"]

INJECTED = """() => [...document.querySelectorAll(
  "x-injected, script:not([src]), style, svg[onload], [onerror], [onmouseover], [hx-get*=logout], " +
  "a[href^='javascript:' i], a[href*='evil.example/'], img:not([data-picture-image])"
)].map((element) => element.outerHTML.slice(0, 200))"""


def shown(text: str) -> str:
    """Return the text as pages spell it: what would not be seen stands there as its code point."""
    stored = text.replace("\0", "")  # No database can hold a NUL.
    return "".join(piece.text for piece in pieces(stored))


def assert_harmless(page: Page) -> None:
    assert page.evaluate(INJECTED) == []
    assert page.evaluate(accessibility.SIDEWAYS) == []
    assert page.locator("#main").is_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_hostile_text_stays_text_in_the_list_and_in_every_tab(stack, browser, hostile, width):
    with tab_of(browser, stack, "analyst", viewport={"width": width, "height": 844}) as tab:
        page = tab.page
        tab.visit(f"/investigate/?query={WORD}")
        assert_harmless(page)
        rows = page.locator(".message-row")
        subjects = [rows.nth(index).locator(".row-link").text_content() for index in range(rows.count())]
        assert subjects == [shown(f"{WORD} no{number} {text}") for number, text in enumerate(HOSTILE)][::-1]
        owned = [rows.nth(index).get_attribute("data-id") for index in range(rows.count())][::-1]
        for number, (message, text) in enumerate(zip(owned, HOSTILE, strict=True)):
            # Two texts see every tab; the others see the one where most of them shows.
            for path in TABS if number in (3, 6) else ["attachments/"]:
                tab.visit(f"/investigate/messages/{message}/{path}")
                assert page.locator(".mail-subject, .acting-subject").text_content() == shown(
                    f"{WORD} no{number} {text}"
                )
                assert_harmless(page)
                if path == "attachments/":
                    # In file names the parser has put blanks for control characters.
                    named = shown(re.sub("[\x01-\x1f]", " ", text))
                    assert page.locator(".attachment strong").first.text_content() == named


def test_a_file_name_is_never_the_name_of_a_download(stack, browser, hostile):
    with tab_of(browser, stack, "analyst") as tab:
        tab.visit(f"/investigate/?query={WORD}+no3")
        own = tab.page.locator(".message-row").get_attribute("data-id")
        answer = tab.page.request.get(f"{stack.url}/investigate/messages/{own}/raw.eml")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"] == f'attachment; filename="{own.replace(":", "-")}.eml"'
