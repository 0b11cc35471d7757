"""The preview renderer's browser: a jailed Chromium that stays running and draws each message on a new `Sheet`.

It runs in a process of its own (`drawing_child`), which is killed when a step takes too long: neither Chromium nor
Playwright bounds each of them.
"""

import logging
import os
import shlex
import signal
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from gateway.preview import jail
from gateway.preview.sheet import Sheet

logger = logging.getLogger(__name__)

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
        self._blank: Sheet | None = None
        self._used: Sheet | None = None
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
        assert self._browser is not None  # noqa: S101 - draw() started the browser
        self._close_used()
        self._used, self._blank = self._blank or Sheet(self._browser), None
        return self._used.draw(html, seconds, as_pdf=as_pdf)

    def prepare(self) -> None:
        """Throw the last document away, and make the sheet for the next one in advance.

        Called when an answer is on its way, so that nobody waits for it.
        """
        if self._browser is None:
            return
        try:
            self._close_used()
            self._blank = self._blank or Sheet(self._browser)
        except Error:
            self.stop_browser()

    def _close_used(self) -> None:
        used, self._used = self._used, None
        if used is not None:
            used.close()

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
        self._blank = self._used = None
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
