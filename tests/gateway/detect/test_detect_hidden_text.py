"""Lures in text that one mail program hides and another one may show."""

import pytest

from tests.gateway.detect.letters import letter, names, verdict

PLAIN = "<p>Minutes of the meeting, as promised. <a href='https://pages.example/minutes'>The plan</a></p>"
LURE = "Your account has been suspended. Verify your account within 24 hours, or click below to log in."


@pytest.mark.parametrize(
    "markup",
    [
        "<div style='display:none'>{}</div>",
        "<style>.x {{ max-height: 0; overflow: hidden }}</style><div class=x>{}</div>",
        "<p style='font-size:0'>{}</p>",
        "<div hidden>" + "Notes of the year. " * 600 + "{}</div>",
    ],
)
def test_hidden_words_that_press_the_reader_are_found(markup: str) -> None:
    found = verdict(letter("", html=PLAIN + markup.format(LURE)))
    assert "hidden-lure" in names(found)
    assert found.disposition == "SUSPICIOUS"
    assert any("hidden from the reader" in reason for reason in found.reasons)


def test_hidden_words_that_are_ordinary_or_said_visibly_as_well_are_no_finding() -> None:
    ordinary = "<div style='display:none'>The plan for the weeks ahead, and who does what until then.</div>"
    assert "hidden-lure" not in names(verdict(letter("", html=PLAIN + ordinary)))
    repeated = f"<div style='display:none'>{LURE}</div><p>{LURE}</p>"
    assert "hidden-lure" not in names(verdict(letter("", html=PLAIN + repeated)))
