"""Who gives a message more processor time lets its readers take longer, and what they left out is read then."""

import json
from typing import Any

import pytest

from gateway.mail import parser_process
from gateway.mail.containers.budget import Budget, OutOfTime
from gateway.mail.html_reading import read_html
from gateway.mail.message import ParsedMessage
from gateway.mail.patience import patience, patient


def spend() -> str:
    """Take some hundredths of a second of processor time."""
    return "done" if sum(range(3_000_000)) else ""


def test_the_time_for_files_grows_with_patience() -> None:
    with pytest.raises(OutOfTime):
        Budget(seconds=0.005).run(spend)
    with patience(1_000):
        assert Budget(seconds=0.005).run(spend) == "done"


def test_the_reader_of_style_sheets_takes_longer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.mail.html_styles._SECONDS", -1e-9)
    source = "<style>.x { display: none }</style><p class=x>unseen</p>"
    assert read_html(source).text == "unseen"
    monkeypatch.setattr("gateway.mail.html_styles._SECONDS", 0.001)
    with patience(10_000):
        assert read_html(source).text == ""


def test_the_parser_s_process_has_as_much_patience_as_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def parse(*_arguments: Any, **_named: Any) -> ParsedMessage:
        given.append(patient(1.0))
        return ParsedMessage()

    monkeypatch.setattr(parser_process, "allow_processor_time", lambda _seconds: None)
    monkeypatch.setattr(parser_process, "parse", parse)
    for seconds in (10, 120, 1):
        request = {"work": "parse", "cpu_seconds": seconds, "trusted": [], "own_servers": []}
        parser_process.answer(json.dumps(request).encode() + b"\n")
    assert given == [1.0, 12.0, 1.0]
    assert patient(1.0) == 1.0
