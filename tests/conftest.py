"""Which tests have the databases, where these come from, which process runs what, and when."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connections
from django.db.models.signals import post_migrate
from django.test.utils import setup_databases, teardown_databases

from dashboard.audit.chain.triggers import remove
from tests.ci_selection import runs_of
from tests.migrated_databases import administering, copy_files, create_databases

TESTS = Path(__file__).parent
# What reads and judges mail knows no database, and is quicker without one.
WITHOUT_DATABASE = {"mail", "detect", "samples"}


# What runs whole stacks or mail servers mostly waits: it comes first, so that processes wait while others compute.
STACKS = {"stack", "faults", "mail_servers"}
STACK_SECONDS = 900
"""What ends a test that hangs there, with the starts of its stacks: each takes minutes if others use the machine."""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        folder, *rest = item.path.relative_to(TESTS).parts
        on_gateway = folder in {"gateway", "contract"} and rest[0] not in WITHOUT_DATABASE
        if on_gateway and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(databases=["default", "gateway"]))
        item.add_marker(pytest.mark.xdist_group("the shared stack" if _shares_the_stack(item) else item.path.name))
        is_slow = item.get_closest_marker("slow") is not None
        if folder in STACKS and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(STACK_SECONDS))
        for name in runs_of(PurePosixPath(item.path.relative_to(TESTS)), is_slow=is_slow):
            item.add_marker(name)
    yield  # xdist reads the groups in the same hook, and pytest-django puts what has no database last.
    items.sort(key=_turn)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave out of each later search for garbage what was loaded until now, which stays to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _shares_the_stack(item: pytest.Item) -> bool:
    """Tell whether a test runs on the stack of tests/stack/conftest.py, and not on one of its file's own."""
    return "stack" in getattr(item, "fixturenames", ()) and not hasattr(getattr(item, "module", None), "stack")


def _turn(item: pytest.Item) -> int:
    """Tell when a test has its turn: those of the shared stack, stacks of their own, the longest file, the others."""
    folder = item.path.relative_to(TESTS).parts[0]
    if folder in STACKS:
        return 0 if _shares_the_stack(item) else 1
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


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """Give this process test databases that are copies of migrated ones."""
    with django_db_blocker.unblock():
        _copy_databases()
        made = setup_databases(request.config.option.verbose, interactive=False, keepdb=True, serialized_aliases=[])
    # Nobody reads the rows of Django's own permissions, which each flush would make anew: nearly all that it costs.
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    yield
    with django_db_blocker.unblock():
        _end_connections()
        teardown_databases(made, request.config.option.verbose)


def _copy_databases() -> None:
    settings = {alias: connections[alias].settings_dict for alias in connections}
    names = {alias: found["TEST"]["NAME"] or f"test_{found['NAME']}" for alias, found in settings.items()}
    if connections["default"].vendor == "sqlite":
        copy_files({alias: Path(name) for alias, name in names.items()})
        return
    urls = {"default": os.environ["DATABASE_URL"], "gateway": os.environ["GATEWAY_DATABASE_URL"]}
    with administering(urls["default"]) as server:
        for name in names.values():
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    create_databases(urls, names)


def _end_connections() -> None:
    """End the connections of threads that outlive their test: PostgreSQL drops no database that somebody uses."""
    if connections["default"].vendor == "postgresql":
        names = [connections[alias].settings_dict["NAME"] for alias in connections]
        with administering(os.environ["DATABASE_URL"]) as server:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY(%s)", [names])
