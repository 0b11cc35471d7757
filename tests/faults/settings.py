"""The project's settings, with an API that fails in every way that a network can."""

from dashboard.settings import *  # noqa: F403 - settings are a flat namespace

GATEHOUSE_API_TRANSPORT = "tests.faults.transport.FaultyTransport"
