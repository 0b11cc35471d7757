"""The project's settings, with a transport that writes down each call of the API."""

from dashboard.settings import *  # noqa: F403 - settings are a flat namespace

GATEHOUSE_API_TRANSPORT = "tests.stack.api_calls.CountingTransport"
