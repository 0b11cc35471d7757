"""A console on the embedded gateway whose API lets writes wait, and a token that an admin has made."""

import pytest

from tests.dashboard.api_tokens.conftest import _console, admin, store

__all__ = ["_console", "admin", "store"]


@pytest.fixture(autouse=True)
def _rules(settings, _console) -> None:
    settings.GATEHOUSE_APPROVALS = {"purge": 1}
    settings.GATEWAY_API_APPROVALS = "wait"
