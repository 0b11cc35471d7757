"""The console with an API that has submissions and reports."""

import pytest

from tests.investigate.reviews import reviews_api


@pytest.fixture
def reviews(api):
    """The API that the console speaks to, with submissions and reports, empty."""
    return reviews_api.serve()
