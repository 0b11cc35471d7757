"""Matching answers to what was asked."""

from __future__ import annotations

import pytest

from dashboard.jobs.answers import Answers
from dashboard.jobs.models import JobItem
from dashboard.jobs.snapshot import Snapshot

ID = "4Njp3P0STMz2c02Q-2026-01-05T10:00:00-12345678"


def item(pk: int, investigate_id: str, **known: object) -> JobItem:
    snapshot = Snapshot(id=investigate_id, **known)
    return JobItem(pk=pk, investigate_id=investigate_id, snapshot=snapshot.to_json())


@pytest.mark.parametrize("name", [ID, "4Njp3P0STMz2c02Q", "<1@evil.example>", "1@evil.example"])
def test_an_answer_may_name_a_message_in_each_of_its_ways(name: str) -> None:
    answers = Answers([item(1, ID, message_id="<1@evil.example>"), item(2, "other")])
    answers.add([name], recipient="anna@acme.example", success=True, status="moved")
    assert list(answers.outcomes) == [1]
    assert answers.outcomes[1]["anna@acme.example"].status == "moved"


def test_an_answer_about_something_else_is_left_out() -> None:
    answers = Answers([item(1, ID)])
    answers.add(["", "nobody-asked"], recipient="a@b.example", success=True)
    assert (answers.outcomes, answers.unmatched) == ({}, 1)


def test_a_message_id_that_two_messages_share_is_told_apart_by_the_recipient() -> None:
    same = "<1@evil.example>"
    answers = Answers(
        [item(1, "a", message_id=same, recipients=("anna@x",)), item(2, "b", message_id=same, recipients=("ben@x",))]
    )
    answers.add([same], recipient="ben@x", success=True)
    answers.add([same], recipient="cara@x", success=True)
    assert list(answers.outcomes) == [2]
    assert answers.unmatched == 1


def test_of_two_copies_for_one_recipient_the_failed_one_counts() -> None:
    for order in ([True, False], [False, True]):
        answers = Answers([item(1, "a")])
        for success in order:
            answers.add(["a"], recipient="anna@x", success=success)
        assert not answers.outcomes[1]["anna@x"].success
