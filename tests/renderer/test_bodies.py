"""Hostile bodies that a die makes are drawn in the jail, and nobody is called; `make hostile` draws 5,000.

What is slow draws 400 documents in Chromium.
"""

import time

import pytest

from gateway.preview.chromium import HOW_TO_INSTALL, find_chromium
from gateway.preview.drawing_process import DrawingProcess
from tests.renderer.__main__ import draw_all, hits_of, listening
from tests.renderer.bodies import bodies
from tests.renderer.canary import canary


def test_a_seed_makes_the_same_bodies_again():
    with canary() as bird:
        assert list(bodies([bird], 3, 300)) == list(bodies([bird], 3, 300))
        assert len(set(bodies([bird], 3, 1_000))) > 900


@pytest.mark.slow
def test_four_hundred_mixed_bodies_call_nobody():
    chromium = find_chromium()
    assert chromium, HOW_TO_INSTALL
    drawing = DrawingProcess(chromium)
    try:
        with listening() as (birds, names):
            mixed = list(bodies(birds, 2, 700))[-400:]
            counted = draw_all(iter(mixed), [drawing], time.monotonic() + 200)
            time.sleep(0.5)
            assert hits_of(birds, names) == []
        assert counted["drawn"] + counted["failed"] == len(mixed)
        assert counted["drawn"] > 300
    finally:
        drawing.kill()
