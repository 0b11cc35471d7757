"""The console with its fake API, for the tests of investigate."""

from tests.investigate.console import analyst, api, browse

__all__ = ["analyst", "api", "browse"]
