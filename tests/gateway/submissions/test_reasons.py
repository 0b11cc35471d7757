"""Why a report can't be used: short enough for the console, which has words for each."""

from gateway.submissions import reasons
from investigate.reporter_answers.reasons import OTHER, reason_of
from investigate.reporter_answers.states import SIMULATION_OUTCOME

REASONS = [value for name, value in vars(reasons).items() if name.isupper() and name != "SIMULATION"]


def test_the_console_keeps_each_whole():
    assert len(REASONS) == 7
    assert all(len(text) <= 64 and text == text.lower() for text in [*REASONS, reasons.SIMULATION])


def test_the_console_has_words_for_each_and_knows_a_simulation():
    assert OTHER not in map(reason_of, REASONS)
    assert reasons.SIMULATION == SIMULATION_OUTCOME
