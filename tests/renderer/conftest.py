"""A renderer with the Chromium of this machine."""

import pytest

from gateway.preview.browser import Renderer
from gateway.preview.chromium import find_chromium


@pytest.fixture(scope="module")
def renderer():
    chromium = find_chromium()
    assert chromium, "these tests need a Chromium: scripts/ensure-chromium finds or installs one"
    made = Renderer(chromium)
    made.start()
    yield made
    made.close()
