"""Each layer that keeps mail in is tried by itself, without the others; `test_renderer` tries the jail by itself.

Slow, since Chromium shows up to 200 documents for each layer.
"""

import time
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route, sync_playwright

from gateway.preview import browser
from gateway.preview.chromium import find_chromium
from tests.renderer.bodies import bodies
from tests.renderer.canary import canary

pytestmark = pytest.mark.slow
BODIES = 200


def shown_by(birds, *, arguments=(), answers=None, count=BODIES):
    """Show bodies in a browser outside of any jail, with these arguments, and each request answered by `answers`."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=find_chromium(), args=[*arguments], chromium_sandbox=False)
        for body in bodies(birds, 7, count):
            context = opened.new_context()
            served = []

            def answer(route: Route, *, body=body, served=served) -> None:
                if route.request.url == browser._ADDRESS and not served:
                    served.append(True)
                    headers = answers if isinstance(answers, dict) else {}
                    page_bytes = body.encode("utf-8", "replace")
                    route.fulfill(status=200, content_type="text/html; charset=utf-8", headers=headers, body=page_bytes)
                elif answers == "refuse":
                    route.fulfill(status=204) if route.request.is_navigation_request() else route.abort()
                else:
                    route.continue_()

            context.route("**/*", answer)
            page = context.new_page()
            with suppress(Error):  # Some bodies navigate away at once, or never end to load.
                page.goto(browser._ADDRESS, wait_until="commit", timeout=5_000)
                page.wait_for_timeout(30)
            with suppress(Error):
                context.close()
        time.sleep(0.5)
        opened.close()


def test_without_any_layer_the_bodies_call_the_canary():
    with canary() as bird:
        shown_by([bird], count=60)
        assert len(bird.hits) > 30


def test_the_policy_alone_keeps_all_bodies_in():
    with canary() as bird:
        shown_by([bird], answers={"Content-Security-Policy": browser._POLICY})
        assert bird.hits == []


def test_the_arguments_of_the_browser_alone_keep_all_bodies_in():
    with canary() as bird:
        shown_by([bird], arguments=browser._ARGUMENTS)
        assert bird.hits == []
        assert bird.udp_hits() == 0


def test_the_request_handler_alone_keeps_all_in_that_needs_no_script():
    """It sees neither WebSockets nor speculation rules, both of which need scripts; those are off in the product."""
    with canary() as bird:
        shown_by([bird], arguments=["--blink-settings=scriptEnabled=false"], answers="refuse")
        assert bird.hits == []
