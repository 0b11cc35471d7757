"""The renderer's browser: draws what mail looks like, in its jail, and calls nobody.

Slow, since Chromium draws each document, and some of them take all the time that they are given.
"""

import base64
import os
import struct
import subprocess
import sys
import time
import urllib.request
import zlib
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Error

from gateway.mail.preview_document import document
from gateway.preview import browser, jail, sheet
from gateway.preview.chromium import find_chromium
from tests.renderer.canary import canary, documents
from tests.renderer.pictures import colours, size

pytestmark = pytest.mark.slow
RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)
ROOT = Path(__file__).parents[2]


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
    with canary() as bird:
        context = renderer._browser.new_context()
        for html in documents(bird):
            page = context.new_page()
            with suppress(Error):  # Some vectors navigate away at once.
                page.set_content(html, wait_until="commit")
        page.wait_for_timeout(500)
        context.close()
        assert bird.hits == []


def test_chromium_runs_without_privileges_environment_network_and_files(renderer, tmp_path):
    (tmp_path / "state").write_text("secret")
    process = psutil.Process(int(renderer._pid_file.read_text()))
    assert process.cmdline()[:1] == [str(renderer.chromium)]
    assert not {name for name in process.environ() if "GATEHOUSE" in name or "DATABASE" in name or "SECRET" in name}
    assert process.uids().real != 0
    for kind in ("net", "mnt", "pid", "ipc"):
        assert os.readlink(f"/proc/{process.pid}/ns/{kind}") != os.readlink(f"/proc/self/ns/{kind}"), kind
    root = Path(f"/proc/{process.pid}/root")
    assert {path.name for path in root.iterdir()} <= {*"bin dev etc lib lib32 lib64 opt proc tmp usr".split()}
    assert not (root / tmp_path.relative_to("/")).exists()
    assert not (root / Path(browser.__file__).relative_to("/")).exists()
    limits = dict(line.split("  ", 1) for line in Path(f"/proc/{process.pid}/limits").read_text().splitlines()[1:])
    assert not any("unlimited" in limits[name].split()[0] for name in ("Max data size", "Max file size"))


_START_IN = """
import sys
from pathlib import Path
from gateway.preview import jail
jail.__file__ = sys.argv[1]
from gateway.preview.browser import Renderer, RenderFailed
try:
    Renderer(Path(sys.argv[2])).start()
except RenderFailed as error:
    sys.exit(f"failed: {error}")
print("started")
"""


@pytest.mark.parametrize("failing", ["unshare", "mount", "syscall"])
def test_without_a_jail_nothing_starts(failing, tmp_path):
    """As in a container that permits no namespaces: not as root, not on the host's network, not without a sandbox."""
    source = Path(jail.__file__).read_text()
    assert f"_libc().{failing}(" in source
    broken = tmp_path / "jail.py"
    refused = "def _refused(*_arguments):\n    return -1\n\n\n"
    broken.write_text(
        source.replace(f"_libc().{failing}(", "_refused(").replace("def _libc()", f"{refused}def _libc()")
    )
    command = [sys.executable, "-c", _START_IN, str(broken), str(find_chromium())]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert answer.returncode == 1, answer.stdout
    assert "failed:" in answer.stderr
    assert "namespaces of its own" in answer.stderr


def test_scripts_do_not_run(renderer):
    scripted = "<body style='background:#00f'><script>document.body.style.background='#f00'</script>"
    assert colours(renderer.draw(scripted, 10)) == {BLUE}


def test_what_was_drawn_before_leaves_nothing_behind(renderer):
    renderer.draw("<body style='background:#f00'>", 10)
    assert colours(renderer.draw("<body style='background:#00f'>", 10)) == {BLUE}


def test_a_picture_is_as_tall_as_the_mail_up_to_the_cap(renderer):
    width, height = size(renderer.draw("<div style='height:2000px'>", 10))
    assert width == sheet.WIDTH
    assert 2000 <= height < 2100
    assert size(renderer.draw("<div style='height:200000px'>", 10))[1] == sheet.TALLEST


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
