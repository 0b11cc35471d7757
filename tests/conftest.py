"""Which tests have the databases, which of two processes runs what, and when."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from dashboard.audit.chain.triggers import remove

TESTS = Path(__file__).parent
# What reads and judges mail knows no database, and is quicker without one.
WITHOUT_DATABASE = {"mail", "detect", "samples"}


# What runs stacks mostly waits. One process takes all of it, from the beginning, and another the rest.
STACKS = {"stack", "faults"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        folder, *rest = item.path.relative_to(TESTS).parts
        on_gateway = folder in {"gateway", "contract"} and rest[0] not in WITHOUT_DATABASE
        if on_gateway and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=["default", "gateway"]))
        item.add_marker(pytest.mark.xdist_group("stacks" if folder in STACKS else item.path.name))
    yield  # xdist reads the groups in the same hook, and pytest-django puts what has no database last.
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Tell when a test has its turn: a running stack's, stacks of their own, the longest file, the others."""
    folder = item.path.relative_to(TESTS).parts[0]
    if folder in STACKS:
        return 0 if "stack" in getattr(item, "fixturenames", ()) else 1
    return 2 if folder == "renderer" else 3


@pytest.fixture(autouse=True)
def _the_trail_may_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Remove the audit trail's triggers before a test's tables are emptied; the flush itself installs them again."""
    marker = request.node.get_closest_marker("django_db")
    is_flushed = bool(marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)))
    if is_flushed or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        yield
        remove(connections["default"])
    else:
        yield


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name long bytes by their length: an archive holds the time at which it was made, and processes compare names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) and len(val) > 40 else None


if os.environ.get("DATABASE_URL", "").startswith("postgres"):

    @pytest.fixture(scope="session", autouse=True)
    def nobody_is_connected_at_the_end(django_db_setup):
        """End the connections of threads that outlive their test: PostgreSQL drops no database that somebody uses."""
        yield
        server = os.environ["DATABASE_URL"].rpartition("/")[0] + "/postgres"
        names = [connections[alias].settings_dict["NAME"] for alias in connections]
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)", [names])
