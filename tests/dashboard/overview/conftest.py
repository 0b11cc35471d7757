"""How many days a worker counts here."""

import pytest

from dashboard.overview import rollups


@pytest.fixture
def every_day() -> int:
    """All the days that are counted, as in a running stack."""
    return rollups.DAYS


@pytest.fixture(autouse=True)
def few_days(request, monkeypatch):
    """Count ten days instead of ninety, which takes a tenth of the time, where a test doesn't ask for every day."""
    if "every_day" not in request.fixturenames:
        monkeypatch.setattr(rollups, "DAYS", 10)
