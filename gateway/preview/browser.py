"""The preview renderer's browser: a jailed Chromium that stays running and uses a new context for each message.

It runs in a process of its own (`drawing_child`), which is killed when a step takes too long: neither Chromium nor
Playwright bounds each of them.
"""

import base64
import logging
import os
import shlex
import signal
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Playwright, Route, sync_playwright

from gateway.preview import jail

logger = logging.getLogger(__name__)

WIDTH = 820
TALLEST = 6_000
_ADDRESS = "http://mail.invalid/"
# Defence in depth: the request handler blocks all requests that it sees, which are not those of scripts that open
# WebSockets or give speculation rules. Policy and arguments each stop these too, and all others if the handler fails.
_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "form-action 'none'; base-uri 'none'"
)
_ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-dev-shm-usage",
    "--blink-settings=scriptEnabled=false",
]
# Restart the browser after this many previews, because each one leaks a little memory.
_PICTURES = 500


# How often to try a screenshot. Sometimes Chromium has no surface yet after loading a page and fails at once.
_CAPTURES = 5


class RenderFailed(Exception):
    """The browser could not start or could not render the document."""


class Renderer:
    """A jailed Chromium.

    Use it from one thread only, because Playwright's synchronous API is bound to its thread.
    """

    def __init__(self, chromium: Path) -> None:
        self.chromium = chromium
        self.mode = ""
        self.sandboxed = False
        self._folder = tempfile.TemporaryDirectory(prefix="gatehouse-renderer-")
        self._pid_file = Path(self._folder.name) / "pid"
        self._playwright: Playwright = sync_playwright().start()
        self._browser: Browser | None = None
        self._spare: BrowserContext | None = None
        self._pictures = 0

    def start(self) -> None:
        """Launch the browser in a jail that works on this system.

        Store how the jail is made in `mode` (see `jail`) and whether Chromium's own sandbox is on in `sandboxed`. A
        restart uses the same jail. Raise RenderFailed if there is no jail: without one, nothing is drawn.
        """
        modes = ["root", "nobody"] if os.geteuid() == 0 else ["user"]
        tries = [(mode, sandbox) for mode in modes for sandbox in (True, False)]
        if self.mode:
            tries = [(self.mode, self.sandboxed)]
        for mode, sandbox in tries:
            try:
                self._browser = self._launch(mode, sandbox)
            except Error as error:
                logger.debug("no start as %s, sandbox %s: %s", mode, sandbox, error)
                continue
            self.mode, self.sandboxed = mode, sandbox
            self._pictures = 0
            return
        raise RenderFailed(
            f"{self.chromium} doesn't start in namespaces of its own as a user without rights, which this system has to"
            " permit"
        )

    def _launch(self, mode: str, sandbox: bool) -> Browser:
        wrapper = Path(self._folder.name) / f"chromium-{mode}"
        command = [sys.executable, "-I", str(Path(jail.__file__)), mode, str(self._pid_file), str(self.chromium)]
        wrapper.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        wrapper.chmod(0o755)
        return self._playwright.chromium.launch(
            executable_path=wrapper,
            args=_ARGUMENTS,
            chromium_sandbox=sandbox,
            env={"PATH": "/usr/bin:/bin"},
            timeout=20_000,
        )

    def draw(self, html: str, seconds: float, *, as_pdf: bool = False) -> bytes:
        """Render `html` and return it as PNG bytes, 820 px wide and at most 6,000 px tall, or as a PDF of A4 pages.

        `seconds` bounds the steps that Playwright bounds; the caller has to bound the whole.

        :raises RenderFailed: the browser can't render it. It is then killed, and the next call starts it again.
        """
        if self._browser is None or self._pictures >= _PICTURES:
            self.stop_browser()
            self.start()
        self._pictures += 1
        try:
            return self._draw(html, seconds, as_pdf=as_pdf)
        except Error as error:
            self.stop_browser()
            raise RenderFailed("the browser failed on this message") from error

    def _draw(self, html: str, seconds: float, *, as_pdf: bool) -> bytes:
        context = self._spare or self._context()
        self._spare = None
        try:
            served: list[str] = []

            def answer(route: Route) -> None:
                if route.request.url == _ADDRESS and not served:
                    served.append(route.request.url)
                    route.fulfill(
                        status=200,
                        content_type="text/html; charset=utf-8",
                        headers={"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
                        body=html,
                    )
                elif route.request.is_navigation_request():
                    route.fulfill(status=204)
                else:
                    route.abort()

            context.route("**/*", answer)
            page = context.new_page()
            page.set_default_timeout(seconds * 1000)
            page.goto(_ADDRESS, wait_until="load")
            devtools = context.new_cdp_session(page)
            return _printed(devtools) if as_pdf else _captured(devtools)
        finally:
            context.close()

    def prepare(self) -> None:
        """Create the browser context for the next message in advance.

        Called while no request waits.
        """
        if self._browser is not None and self._spare is None:
            try:
                self._spare = self._context()
            except Error:
                self.stop_browser()

    def _context(self) -> BrowserContext:
        assert self._browser is not None  # noqa: S101 - draw() started the browser
        return self._browser.new_context(
            java_script_enabled=False,
            accept_downloads=False,
            service_workers="block",
            viewport={"width": WIDTH, "height": 600},
        )

    def _kill(self) -> None:
        try:
            os.kill(int(self._pid_file.read_text()), signal.SIGKILL)
        except (OSError, ValueError):
            logger.warning("the browser was gone before it could be ended")

    def stop_browser(self) -> None:
        """Kill the browser.

        The next preview starts a new one.
        """
        if self._browser is None:
            return
        self._spare = None
        self._kill()
        try:
            self._browser.close()
        except Error:
            logger.debug("the browser was closed already")
        self._browser = None

    def close(self) -> None:
        """Stop the browser and Playwright."""
        self.stop_browser()
        self._playwright.stop()
        self._folder.cleanup()


def _captured(devtools: CDPSession) -> bytes:
    """Return a screenshot of the whole page as PNG bytes, between 120 and 6,000 px tall."""
    height = int(devtools.send("Page.getLayoutMetrics")["cssContentSize"]["height"])
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": max(120, min(TALLEST, height)), "scale": 1}
    options = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": True, "clip": clip}
    for tries_left in reversed(range(_CAPTURES)):
        try:
            return base64.b64decode(devtools.send("Page.captureScreenshot", options)["data"])
        except Error as error:
            if not tries_left or "Unable to capture" not in error.message:
                raise
            time.sleep(0.05)
    raise AssertionError("unreachable: the last try returns or raises")


def _printed(devtools: CDPSession) -> bytes:
    """Return the page as PDF bytes: A4, with tags for readers of the screen."""
    options = {
        "paperWidth": 8.27,
        "paperHeight": 11.69,
        "marginTop": 0.4,
        "marginBottom": 0.4,
        "scale": 0.75,
        "printBackground": True,
        "generateTaggedPDF": True,
    }
    return base64.b64decode(devtools.send("Page.printToPDF", options)["data"])
