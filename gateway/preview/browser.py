"""Chromium, launched into its jail and kept warm: one picture after the other, each in a context of its own."""

import base64
import logging
import os
import shlex
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Playwright, Route, sync_playwright

from gateway.preview import jail

logger = logging.getLogger(__name__)

WIDTH = 820
TALLEST = 6_000
_ADDRESS = "http://mail.invalid/"
# Nothing of this is needed when the request handler works: each keeps the mail in when the others fail.
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
# After so many pictures the browser is started anew: it leaks a little with each.
_PICTURES = 500


# Chromium now and then has no surface yet just after a page has loaded, and says so at once.
_CAPTURES = 5


class RenderFailed(Exception):
    """The browser could not draw the document."""


class Renderer:
    """A jailed Chromium. Use it from one thread: Playwright's synchronous API is bound to it."""

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
        """Launch the browser in the tightest jail that works here; `mode` and `sandboxed` tell which that was."""
        modes = ["root"] if os.geteuid() == 0 else ["user"]
        tries = [(mode, sandbox) for mode in [*modes, "plain"] for sandbox in (True, False)]
        if self.mode:
            tries = [(self.mode, self.sandboxed)]
        for mode, sandbox in tries:
            if mode == "plain" and sandbox and os.geteuid() == 0:
                continue  # Chromium refuses to start as root with its sandbox on.
            try:
                self._browser = self._launch(mode, sandbox)
            except Error as error:
                logger.debug("no start as %s, sandbox %s: %s", mode, sandbox, error)
                continue
            self.mode, self.sandboxed = mode, sandbox
            self._pictures = 0
            return
        raise RenderFailed(f"{self.chromium} doesn't start")

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

    def draw(self, html: str, seconds: float) -> bytes:
        """Return `html` as PNG bytes, 820 px wide and at most 6,000 px tall.

        :raises RenderFailed: it can't be drawn within `seconds`; the browser was then ended and starts anew.
        """
        if self._browser is None or self._pictures >= _PICTURES:
            self.stop_browser()
            self.start()
        self._pictures += 1
        with self._watched(seconds) as expired:
            try:
                return self._draw(html, seconds)
            except Error as error:
                self.stop_browser()
                if expired.is_set():
                    raise RenderFailed(f"the message could not be drawn within {seconds:.0f} seconds") from error
                raise RenderFailed("the browser failed on this message") from error

    def _draw(self, html: str, seconds: float) -> bytes:
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
            return _captured(context.new_cdp_session(page))
        finally:
            context.close()

    def prepare(self) -> None:
        """Have a fresh context ready for the next message: called while nobody waits."""
        if self._browser is not None and self._spare is None:
            try:
                self._spare = self._context()
            except Error:
                self.stop_browser()

    def _context(self) -> BrowserContext:
        assert self._browser is not None  # noqa: S101 - draw() started it
        return self._browser.new_context(
            java_script_enabled=False,
            accept_downloads=False,
            service_workers="block",
            viewport={"width": WIDTH, "height": 600},
        )

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[threading.Event]:
        """End Chromium when it takes too long: it may hang where no timeout of its own applies."""
        expired = threading.Event()

        def kill() -> None:
            expired.set()
            self._kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield expired
        finally:
            timer.cancel()

    def _kill(self) -> None:
        try:
            os.kill(int(self._pid_file.read_text()), signal.SIGKILL)
        except (OSError, ValueError):
            logger.warning("the browser was gone before it could be ended")

    def stop_browser(self) -> None:
        """End the browser; the next picture starts another."""
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
        """End the browser and Playwright."""
        self.stop_browser()
        self._playwright.stop()
        self._folder.cleanup()


def _captured(devtools: CDPSession) -> bytes:
    """Return the page as it is, in full width, as PNG bytes."""
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
