"""One blank page in a browser context of its own, for one document. It is made before the document comes."""

import base64
import time

from playwright.sync_api import Browser, CDPSession, Error, Route

WIDTH = 820
TALLEST = 6_000
_ADDRESS = "http://mail.invalid/"
# Defence in depth: the request handler blocks all requests that it sees, which are not those of scripts that open
# WebSockets or give speculation rules. Policy and arguments each stop these too, and all others if the handler fails.
_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "form-action 'none'; base-uri 'none'"
)
# How often to try a screenshot. Sometimes Chromium has no surface yet after loading a page and fails at once.
_CAPTURES = 5


class Sheet:
    """A page without scripts, cookies and network. Use it for one document, then close it.

    :raises playwright.sync_api.Error: by every method, if the browser fails or is gone.
    """

    def __init__(self, browser: Browser) -> None:
        self._html: str | None = None
        self._context = browser.new_context(
            java_script_enabled=False,
            accept_downloads=False,
            service_workers="block",
            viewport={"width": WIDTH, "height": 600},
        )
        self._context.route("**/*", self._answer)
        self._page = self._context.new_page()
        self._devtools = self._context.new_cdp_session(self._page)

    def draw(self, html: str, seconds: float, *, as_pdf: bool) -> bytes:
        """Load the document and return it as PNG bytes, or as a PDF. `seconds` bounds the steps that can be bounded."""
        self._html = html
        self._page.set_default_timeout(seconds * 1000)
        self._page.goto(_ADDRESS, wait_until="load")
        return _printed(self._devtools) if as_pdf else _captured(self._devtools)

    def close(self) -> None:
        """Close the context with everything that the document left in it."""
        self._context.close()

    def _answer(self, route: Route) -> None:
        """Give the document once, and nothing else ever."""
        if route.request.url == _ADDRESS and self._html is not None:
            body, self._html = self._html, None
            route.fulfill(
                status=200,
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"},
                body=body,
            )
        elif route.request.is_navigation_request():
            route.fulfill(status=204)
        else:
            route.abort()


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
