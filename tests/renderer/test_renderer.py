"""The renderer: draws what mail looks like, calls nobody, and survives what mail does to it."""

import base64
import os
import struct
import time
import urllib.request
import zlib
from contextlib import suppress

import psutil
import pytest
from playwright.sync_api import Error

from gateway.mail.preview_document import document
from gateway.preview import browser
from gateway.preview.browser import RenderFailed
from tests.renderer.canary import canary, documents
from tests.renderer.pictures import colours, size

RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)


def red_pixel() -> bytes:
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )


def test_the_canary_sings_when_it_is_called():
    with canary() as bird:
        urllib.request.urlopen(f"http://{bird.address}/x", timeout=5).close()
        assert "/x" in bird.hits


def test_no_document_reaches_the_network(renderer):
    with canary() as bird:
        for html in documents(bird):
            renderer.draw(html, 10)
        time.sleep(0.5)
        assert bird.hits == []
        assert bird.udp_hits() == 0


def test_the_jail_alone_would_keep_mail_in(renderer):
    """Each layer is tried by itself: here Chromium's own, without the request handler and the policy."""
    if renderer.mode == "plain":
        pytest.skip("this system permits no network namespace; the renderer says so when it starts")
    with canary() as bird:
        context = renderer._browser.new_context()
        for html in documents(bird):
            page = context.new_page()
            with suppress(Error):  # Some vectors navigate away at once.
                page.set_content(html, wait_until="commit")
        page.wait_for_timeout(500)
        context.close()
        assert bird.hits == []


def is_main(process: psutil.Process, renderer) -> bool:
    """Whether this is the browser itself: not one of its own processes, which may end while one looks."""
    try:
        words = process.cmdline()
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and words[:1] == [str(renderer.chromium)]
            and not any(word.startswith("--type") for word in words)
        )
    except psutil.NoSuchProcess:
        return False


def test_chromium_runs_without_privileges_environment_and_network(renderer):
    started = psutil.Process(int(renderer._pid_file.read_text()))
    (process,) = [one for one in (started, *started.children(recursive=True)) if is_main(one, renderer)]
    assert not {name for name in process.environ() if "GATEHOUSE" in name or "DATABASE" in name or "SECRET" in name}
    if renderer.mode == "root":
        assert process.uids().real != 0
    if renderer.mode != "plain":
        assert os.readlink(f"/proc/{process.pid}/ns/net") != os.readlink("/proc/self/ns/net")


def test_scripts_do_not_run(renderer):
    scripted = "<body style='background:#00f'><script>document.body.style.background='#f00'</script>"
    assert colours(renderer.draw(scripted, 10)) == {BLUE}


def test_what_was_drawn_before_leaves_nothing_behind(renderer):
    renderer.draw("<body style='background:#f00'>", 10)
    assert colours(renderer.draw("<body style='background:#00f'>", 10)) == {BLUE}


def test_a_picture_is_as_tall_as_the_mail_up_to_the_cap(renderer):
    width, height = size(renderer.draw("<div style='height:2000px'>", 10))
    assert width == browser.WIDTH
    assert 2000 <= height < 2100
    assert size(renderer.draw("<div style='height:200000px'>", 10))[1] == browser.TALLEST


def test_a_cid_picture_is_shown_and_a_remote_one_is_not(renderer):
    picture = base64.b64encode(red_pixel()).decode()
    raw = (
        "Content-Type: multipart/related; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/html\r\n\r\n"
        '<body style="margin:0"><img src="cid:one@x" style="width:50px;height:50px">'
        '<img src="http://192.0.2.1/x.png">\r\n'
        "--b\r\nContent-Type: image/png\r\nContent-ID: <one@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{picture}\r\n--b--\r\n"
    ).encode()
    assert RED in colours(renderer.draw(document(raw).html, 10))


def test_plain_text_is_shown_as_text(renderer):
    raw = b"Content-Type: text/plain\r\n\r\n<b style='color:#f00;background:#f00'>not bold</b>\r\n"
    assert RED not in colours(renderer.draw(document(raw).html, 10))


@pytest.mark.parametrize(
    "hostile",
    [
        "<div>" * 60_000,
        "<table><tr><td>" * 20_000,
        "<b><i>" * 50_000 + "x",
        "<div style='filter:blur(1000px);width:20000px;height:6000px;background:red'></div>" * 50,
        "x" * 1_000_000,
    ],
    ids=["divs", "tables", "formats", "filters", "one long word"],
)
def test_a_hostile_document_ends_in_time_and_the_next_is_drawn(renderer, hostile):
    started = time.monotonic()
    with suppress(RenderFailed):
        renderer.draw(hostile, 2)
    assert time.monotonic() - started < 7
    assert colours(renderer.draw("<body style='background:#008000'>", 10)) == {GREEN}


def test_a_browser_that_is_killed_is_started_again(renderer):
    renderer._kill()
    with pytest.raises(RenderFailed):
        for _ in range(2):
            renderer.draw("<p>x", 5)
            renderer._kill()
    assert colours(renderer.draw("<body style='background:#008000'>", 10)) == {GREEN}
