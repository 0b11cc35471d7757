"""The project's settings, with a transport that counts the calls by which held mail is read."""

from dashboard.settings import *  # noqa: F403 - settings are a flat namespace

GATEHOUSE_API_TRANSPORT = "tests.benchmarks.held_calls.HeldCalls"
