"""A console whose API has a campaign of three messages, and other mail."""

from datetime import timedelta

import pytest

from investigate.campaigns import reading
from tests.investigate.fake_api import message
from tests.investigate.reviews import reviews_api

LURE = {"edf_hash": "e" * 32, "htmltext_structure_hash": "d" * 32, "final_disposition": "MALICIOUS"}


@pytest.fixture(autouse=True)
def a_first_tail_that_outlasts_the_tests(monkeypatch):
    """The mail of the tests is some minutes old when they begin, and grows older as long as they run."""
    monkeypatch.setattr(reading, "FIRST_TAIL", timedelta(hours=5))


@pytest.fixture
def reviews(api):
    """The API that the console speaks to, with submissions and reports, empty."""
    return reviews_api.serve()


@pytest.fixture
def lures(reviews):
    """Three messages with the same text and HTML from different senders, and two that belong to nothing."""
    made = [message(number, subject=f"Invoice {number} is overdue", **LURE) for number in (1, 2, 3)]
    reviews.add(*made, message(4, subject="Lunch on Monday"), message(5, subject="Minutes of the meeting"))
    return [one["id"] for one in made]
