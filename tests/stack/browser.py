"""A browser for the stack's tests, and tabs in it that remember whatever went wrong on their pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, sync_playwright

from gateway.preview.chromium import HOW_TO_INSTALL, find_chromium
from tests.stack.running import Stack

PATIENCE = 15_000
"""Milliseconds that a page may take to become what a test expects; other work on the machine must not fail it."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Run any Chromium that is installed, until the end of the block."""
    chromium = find_chromium(os.environ.get("CHROMIUM", ""))
    assert chromium, HOW_TO_INSTALL
    arguments = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=arguments, chromium_sandbox=os.geteuid() != 0
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A page of one person. `trouble` holds script errors, console errors and dialogs, none of which may be."""

    stack: Stack
    page: Page
    trouble: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.trouble.append(f"script error: {error}"))
        self.page.on("console", self._on_console)
        self.page.on("dialog", self._on_dialog)

    def _on_console(self, message: ConsoleMessage) -> None:
        # htmx tells as an error that a newer request took the place of one that was still under way.
        if message.type == "error" and not message.text.startswith("htmx:sendAbort"):
            self.trouble.append(f"console: {message.text} at {message.location.get('url')}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self.trouble.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def visit(self, path: str, *, status: int = 200) -> None:
        """Go to an address of the stack; fail unless it answers with `status`."""
        url = f"{self.stack.url}{path}"
        answer = self.page.goto(url)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"
        if status >= 400:
            # The browser itself tells of a document that was refused; that is what was asked for.
            self.trouble = [line for line in self.trouble if f"status of {status}" not in line or url not in line]

    def sign_in(self, role: str) -> None:
        """Sign in through the form, as a person does who was on the way to the search."""
        self.visit("/accounts/login/?next=/investigate/")
        self.page.get_by_label("Username").fill(role)
        self.page.get_by_label("Password").fill(password(self.stack, role))
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.stack.url}/investigate/**")


def password(stack: Stack, role: str) -> str:
    """Return the password that the test's stack was given for `role`."""
    return stack.environment[f"GATEHOUSE_{role.upper()}_PASSWORD"]


@contextmanager
def tab_of(browser: Browser, stack: Stack, role: str = "", **options: Any) -> Iterator[Tab]:
    """Open a tab in a context of its own, signed in as `role` if one is given; nothing may go wrong in it."""
    context: BrowserContext = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
    try:
        tab = Tab(stack, context.new_page())
        if role:
            tab.sign_in(role)
        yield tab
        assert tab.trouble == []
    finally:
        context.close()
