"""A renderer that is killed leaves its temporary folder, and the next one removes it: nobody else's."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gateway.preview.drawing_folder import DrawingFolder

_HOLDS = """
import time
from gateway.preview.drawing_folder import DrawingFolder
folder = DrawingFolder()
(folder.path / "profile").mkdir()
print(folder.path, flush=True)
time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder of temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def age(path):
    an_hour_ago = time.time() - 3600
    os.utime(path, (an_hour_ago, an_hour_ago))


def renderer(temporary) -> tuple[subprocess.Popen, str]:
    made = subprocess.Popen(
        [sys.executable, "-c", _HOLDS], stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(temporary)}
    )
    return made, made.stdout.readline().strip()


def test_what_a_killed_renderer_left_is_removed_and_nothing_else(temporary):
    killed, left = renderer(temporary)
    living, used = renderer(temporary)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (temporary / "gatehouse-drawing-link").symlink_to(elsewhere)
    fresh = temporary / "gatehouse-drawing-fresh"
    fresh.mkdir()
    for path in (left, used, elsewhere):
        age(path)
    try:
        mine = DrawingFolder()
        assert not os.path.exists(left)
        assert all(os.path.isdir(path) for path in (used, elsewhere, fresh, mine.path))
        mine.remove()
        assert not mine.path.exists()
    finally:
        living.kill()
        living.wait()
        living.stdout.close()
        killed.stdout.close()
