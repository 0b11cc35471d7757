"""A real browser in front of the console, with the fake API behind it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from dashboard.people.services import people_ensure
from gateway.preview.chromium import find_chromium
from tests.investigate.console import PASSWORD

Visit = Callable[..., Page]
PATIENCE = 30_000
"""Milliseconds that a page may take to become what a test expects; other work on the machine must not fail it."""


@pytest.fixture(scope="module")
def chromium(django_db_setup) -> Iterator[Browser]:
    """One browser for the tests of a file.

    Playwright's own event loop runs in this thread, so Django has to be told that its queries are safe here.
    """
    expect.set_options(timeout=PATIENCE)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu", "--no-proxy-server"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(api, live_server, chromium) -> Iterator[Visit]:
    """Return a function that signs in and opens an address; only failed answers may show in its console."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_page(address: str, role: str = "analyst", **context) -> Page:
        people_ensure(username=f"a-{role}", password=PASSWORD, role=role)
        contexts.append(
            chromium.new_context(base_url=live_server.url, **{"viewport": {"width": 1440, "height": 900}, **context})
        )
        page = contexts[-1].new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto("/accounts/login/?next=/investigate/")
        page.get_by_label("Username").fill(f"a-{role}")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        # The address of the sign-in names the search too: what is waited for is to have left it.
        page.wait_for_url(lambda url: "/accounts/" not in url)
        page.goto(address)
        if context.get("java_script_enabled", True):
            page.wait_for_function("'scripts' in document.documentElement.dataset")
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = (
        "the server responded with a status of",
        "net::ERR_FAILED",
        "htmx:sendError",
        "htmx:afterRequest",
        "Response Status Error Code",
    )
    unexpected = [words for words in said if not any(part in words for part in expected)]
    assert not unexpected, unexpected
