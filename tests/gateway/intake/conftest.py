"""Closes the conversations of a test before its intake ends."""

import pytest

from tests.gateway.intake.talking import OPEN


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown():
    """Close what a test has opened, before its fixtures end."""
    while OPEN:
        talk = OPEN.pop()
        if hasattr(talk, "stream"):
            talk.close()
