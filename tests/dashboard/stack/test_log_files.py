"""Logs are rotated while their processes write them."""

import gzip
import os
import subprocess
import sys
import time

import pytest

from dashboard.stack.log_files import MOST_KEPT, LogFiles, rotate

WRITER = "import sys\nfor line in sys.stdin:\n    print(line.strip(), flush=True)"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / ".rotated").touch()
    return tmp_path


def archives(folder, name="web"):
    return sorted(folder.glob(f"{name}-*.log.gz"))


def test_a_log_is_rotated_under_the_process_that_writes_it(folder):
    log = folder / "web.log"
    with (
        log.open("ab") as output,
        subprocess.Popen([sys.executable, "-c", WRITER], stdin=subprocess.PIPE, stdout=output, text=True) as writer,
    ):
        said = iter(["first\n", "second\n"])
        writer.stdin.write(next(said))
        writer.stdin.flush()
        while not log.stat().st_size:
            time.sleep(0.01)
        LogFiles(folder, largest=1, days=30).look_after([log])
        writer.stdin.write(next(said))
        writer.stdin.close()
        writer.wait()
    (archive,) = archives(folder)
    assert gzip.decompress(archive.read_bytes()) == b"first\n"
    assert log.read_bytes() == b"second\n"


def test_a_log_below_its_size_is_rotated_once_a_day(folder):
    log = folder / "web.log"
    log.write_text("a line")
    files = LogFiles(folder, largest=1000, days=30)
    files.look_after([log, folder / "missing.log"])
    assert archives(folder) == []
    os.utime(folder / ".rotated", (time.time() - 90000,) * 2)
    files.look_after([log])
    assert archives(folder) == [], "it looks every half minute"
    files.looked_at -= 31
    files.look_after([log])
    assert len(archives(folder)) == 1
    files.looked_at -= 31
    log.write_text("a line")
    files.look_after([log])
    assert len(archives(folder)) == 1


def test_old_and_surplus_archives_are_deleted_and_nothing_else(folder):
    log = folder / "web.log"
    log.touch()
    for number in range(MOST_KEPT + 5):
        (folder / f"web-20260101T0000{number:02}000000.log.gz").touch()
    old = folder / "web-20260101T000024000000.log.gz"
    for path in (old, folder / "web.old.log", folder / "worker-20260101T000000000000.log.gz"):
        path.touch()
        os.utime(path, (time.time() - 31 * 86400,) * 2)
    LogFiles(folder, largest=1000, days=30).look_after([log])
    assert len(archives(folder)) == MOST_KEPT - 2
    assert not old.exists()
    assert not (folder / "web.old.log").exists()
    assert archives(folder, "worker")


def test_a_full_disk_loses_no_line(folder, monkeypatch):
    log = folder / "web.log"
    log.write_text("a line")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(OSError, match="No space"):
        rotate(log)
    assert log.read_text() == "a line"
    assert sorted(path.name for path in folder.iterdir()) == [".rotated", "web.log"]
    LogFiles(folder, largest=1, days=30).look_after([log])
    assert log.read_text() == "a line"
