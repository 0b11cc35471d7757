"""Events leave into files of whole lines, which are rotated."""

import os
import stat
import time

import pytest

from investigate.event_export.sending.files import folder_of
from investigate.event_export.states import Way
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.event_export.sending_events import add, send, states


def test_files_have_whole_lines_for_their_owner_alone(to):
    destination = to(Way.FILE)
    add(*range(1, 700))
    send()
    path = folder_of(destination) / "email_security_alerts.ndjson"
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 699
    assert all(line.endswith(b"\n") for line in lines)
    assert [fault for line in lines for fault in faults_of(line, "email_security_alerts")] == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_rest_of_a_torn_line_is_taken_away(to):
    destination = to(Way.FILE)
    add(1)
    send()
    path = folder_of(destination) / "email_security_alerts.ndjson"
    with path.open("ab") as file:
        file.write(b'{"AlertID":"torn')
    add(2)
    send()
    assert [len(faults_of(line, "email_security_alerts")) for line in path.read_bytes().splitlines()] == [0, 0]


@pytest.mark.parametrize("length", [1, 3_000_000])
def test_a_file_that_is_one_torn_line_begins_anew(to, length):
    destination = to(Way.FILE)
    folder_of(destination).mkdir(parents=True)
    path = folder_of(destination) / "email_security_alerts.ndjson"
    path.write_bytes(b"x" * length)
    add(1)
    send()
    assert [len(faults_of(line, "email_security_alerts")) for line in path.read_bytes().splitlines()] == [0]


def test_files_are_rotated_by_size_and_by_day(to, settings):
    settings.GATEHOUSE_EVENT_FILE_BYTES = 2000
    destination = to(Way.FILE)
    for number in range(1, 9):
        add(number)
        send()
    found = sorted(folder_of(destination).glob("*.ndjson"))
    assert len(found) > 2
    assert sum(len(path.read_bytes().splitlines()) for path in found) == 8
    settings.GATEHOUSE_EVENT_FILE_BYTES = 10**9
    current = folder_of(destination) / "email_security_alerts.ndjson"
    yesterday = time.time() - 90_000
    os.utime(current, (yesterday, yesterday))
    before = len(found)
    add(9)
    send()
    assert len(list(folder_of(destination).glob("*.ndjson"))) == before + 1


def test_a_file_that_cant_be_written_is_said(to, place):
    place.write_text("in the way")
    destination = to(Way.FILE)
    add(1)
    send()
    destination.refresh_from_db()
    assert "can't be written" in destination.error
    place.unlink()
    send(later=True)
    assert states() == ["sent"]
