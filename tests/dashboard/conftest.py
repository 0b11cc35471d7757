"""The console with its fake API, for the tests of the shell."""

import pytest
from django.core.cache import caches

from tests.investigate.console import analyst, api, browse

__all__ = ["analyst", "api", "browse"]


@pytest.fixture(autouse=True)
def nothing_is_counted():
    """Forget failed sign-ins and other counts of the tests before, whose people had the same ids."""
    for name in ("default", "process"):
        caches[name].clear()
