"""The process that draws, seen from outside: whatever mail does to it, it ends in time and the next mail is drawn.

Slow, since hostile documents take all the time that they are given, and each killed browser is started again.
"""

import signal
import time
from contextlib import suppress

import psutil
import pypdfium2
import pytest

from gateway.preview import drawing_process
from gateway.preview.browser import RenderFailed
from gateway.preview.chromium import find_chromium
from gateway.preview.drawing_process import DrawingProcess
from tests.renderer.pictures import colours

pytestmark = pytest.mark.slow
GREEN = (0, 128, 0)
PLAIN = "<body style='background:#008000'>"


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() not in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
    except psutil.NoSuchProcess:
        return False


@pytest.fixture(scope="module")
def drawing():
    chromium = find_chromium()
    assert chromium, "these tests need a Chromium: scripts/ensure-chromium finds or installs one"
    made = DrawingProcess(chromium)
    yield made
    made.kill()


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 60_000,
        "<table><tr><td>" * 20_000,
        "<div style='filter:blur(1000px);width:20000px;height:6000px;background:red'></div>" * 50,
        "<svg><filter id=a><feTurbulence baseFrequency=0.001 numOctaves=900000/></filter><rect filter=url(#a)></svg>",
        "x" * 1_000_000,
    ],
    ids=["divs", "tables", "filters", "turbulence", "one long word"],
)
def test_a_hostile_document_ends_in_time_and_the_next_is_drawn(drawing, hostile):
    started = time.monotonic()
    with suppress(RenderFailed):
        drawing.draw(hostile, 1.5)
    assert time.monotonic() - started < 40
    assert colours(drawing.draw(PLAIN, 60)) == {GREEN}


def test_whatever_step_hangs_it_is_killed_with_all_that_it_started(drawing):
    drawing.draw(PLAIN, 60)
    assert drawing._answers_within(30)  # It waits for a document.
    below = psutil.Process(drawing._process.pid).children(recursive=True)
    for process in below:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(RenderFailed):
        drawing.draw(PLAIN, 1)
    assert time.monotonic() - started < 40
    assert not [one for one in below if is_alive(one)]
    assert colours(drawing.draw(PLAIN, 60)) == {GREEN}


def test_a_document_that_is_not_got_rid_of_costs_the_next_one_nothing(drawing, monkeypatch):
    """Nothing is drawn while the last document is still there: the whole process is replaced."""
    drawing.draw(PLAIN, 60)
    before = drawing._process
    assert drawing._answer(time.monotonic() + 30) == b"R"  # As if it had not been said.
    monkeypatch.setattr(drawing_process, "_SHEET_SECONDS", 0.2)
    assert colours(drawing.draw(PLAIN, 60)) == {GREEN}
    assert drawing._process is not before
    assert before.poll() is not None


@pytest.mark.parametrize("what", ["process", "browser"])
def test_what_is_killed_is_started_again(drawing, what):
    drawing.draw(PLAIN, 60)
    if what == "process":
        drawing._process.kill()
    else:
        for process in psutil.Process(drawing._process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "chromium" in process.name():
                    process.kill()
    with suppress(RenderFailed):
        drawing.draw(PLAIN, 60)
    assert colours(drawing.draw(PLAIN, 60)) == {GREEN}


def test_a_browser_that_takes_too_much_memory_is_killed():
    small = DrawingProcess(find_chromium(), memory_bytes=50 << 20)
    try:
        with pytest.raises(RenderFailed, match="too much memory"):
            small.draw("<div style='filter:blur(1000px);width:20000px;height:6000px;background:red'></div>" * 50, 20)
    finally:
        small.kill()


def test_a_browser_that_was_killed_leaves_no_files_behind():
    once = DrawingProcess(find_chromium())
    once.draw(PLAIN, 60)
    folder = once._folder.path
    assert any(folder.glob("playwright_*"))
    once.kill()
    assert not folder.exists()


def test_a_document_becomes_a_pdf_with_its_words_on_one_page(drawing):
    text = "<p>Nachrichten je Woche: 1.234</p><script>document.body.innerHTML='scripted'</script>"
    pdf = drawing.draw(f"<!doctype html><title>t</title>{text}<img src='http://192.0.2.1/x.png'>", 60, as_pdf=True)
    assert pdf.startswith(b"%PDF-")
    document = pypdfium2.PdfDocument(pdf)
    words = document[0].get_textpage().get_text_range()
    assert len(document) == 1
    assert "Nachrichten je Woche: 1.234" in words
    assert "scripted" not in words
