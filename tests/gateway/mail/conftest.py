"""Nothing here needs the gateway's store."""

import pytest


@pytest.fixture(autouse=True)
def store() -> None:
    """Stand in for the store that the other tests of the gateway get: these touch no database."""
