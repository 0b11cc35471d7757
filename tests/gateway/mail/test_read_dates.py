"""Reading dates of header fields."""

from datetime import datetime

import pytest

from gateway.mail.dates import parse_date


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Tue, 3 Mar 2026 10:00:05 +0100", "2026-03-03 09:00:05"),
        ("Di, 3 Mar 2026 10:00 +0100", "2026-03-03 09:00:00"),
        ("火, 3 Mar 2026 10:00:05 +0900", "2026-03-03 01:00:05"),
        ("3 Mar 26 10:00:05 EST", "2026-03-03 15:00:05"),
        ("Tue (day), 3 (date) Mar 2026 10:00:05 +0100 (CET (Berlin))", "2026-03-03 09:00:05"),
        ("Tue, 3 Mar 2026 10 : 00 : 05 GMT", "2026-03-03 10:00:05"),
        ("Tue, 3 Mar 2026 10:00:05 GMT+0200", "2026-03-03 08:00:05"),
        ("Tue, 3 Mar 2026 10:00:05 +02:00", "2026-03-03 08:00:05"),
        ("Tue, 3 Mar 2026 10:00:05 WET", "2026-03-03 10:00:05"),
        ("Tue, 3 Mar 2026 10:00:05", "2026-03-03 10:00:05"),
        ("Tue, 3 Mar 2026 24:00:00 +0000", "2026-03-04 00:00:00"),
        ("Tue, 3 Mar 2026 23:59:60 +0000", "2026-03-04 00:00:00"),
        ("Tue, 3 Mar 2026 10:00:05 PM", "2026-03-03 22:00:05"),
        ("Tue Mar  3 10:00:05 2026", "2026-03-03 10:00:05"),
        ("2026-03-03T10:00:05+01:00", "2026-03-03 09:00:05"),
        ("3 Mar 126 10:00:05 +0000", "2026-03-03 10:00:05"),
        ("3 Mar 98 10:00:05 +0000", "1998-03-03 10:00:05"),
        ("1 Jan 0001 00:00:00 +0000", "0001-01-01 00:00:00"),
        ("31 Dec 9999 23:59:59 +0000", "9999-12-31 23:59:59"),
    ],
)
def test_it_reads_a_date_however_it_is_written(text: str, time: str) -> None:
    assert parse_date(text) == datetime.fromisoformat(f"{time}+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "3 Mar 20260303 10:00:00",
        "31 Feb 2026 10:00:00",
        "3 Mar 2026 25:00:00",
        "31 Dec 9999 23:59:59 -0100",
        "1 Jan 0001 00:00:00 +0100",
        "3 Foo 2026 10:00:00",
        "10:00:00",
    ],
)
def test_what_is_no_date_is_left_out(text: str) -> None:
    assert parse_date(text) is None
