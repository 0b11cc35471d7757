"""Light transactions are seen at once, undone by an error, and leave the next ones as durable as they were."""

import pytest
from django.db import connections, transaction

from gateway.models import PolicyVersion
from gateway.store.light_transactions import light_transaction

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
ROWS = PolicyVersion.objects.using("gateway")


def durability():
    """Return what a commit waits for at the moment: on SQLite `synchronous`, on PostgreSQL `synchronous_commit`."""
    name = "PRAGMA synchronous" if connections["gateway"].vendor == "sqlite" else "SHOW synchronous_commit"
    with connections["gateway"].cursor() as cursor:
        cursor.execute(name)
        return str(cursor.fetchone()[0])


@pytest.fixture
def durable():
    """Tests switch the waiting for the disk off; here it is on, as for everybody."""
    is_sqlite = connections["gateway"].vendor == "sqlite"
    before = durability()
    with connections["gateway"].cursor() as cursor:
        cursor.execute("PRAGMA synchronous = 2" if is_sqlite else "SET synchronous_commit TO ON")
    yield ("2", "1") if is_sqlite else ("on", "off")
    with connections["gateway"].cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous = {before}" if is_sqlite else f"SET synchronous_commit TO {before}")


def test_only_the_block_is_light(durable):
    usual, light = durable
    with light_transaction("gateway"):
        assert durability() == light
        ROWS.create(pk="one")
    assert durability() == usual
    assert ROWS.filter(pk="one").exists()


def test_an_error_undoes_it_and_the_next_transaction_waits_for_the_disk(durable):
    with pytest.raises(ZeroDivisionError), light_transaction("gateway"):
        ROWS.create(pk="one")
        raise ZeroDivisionError
    assert not ROWS.exists()
    assert durability() == durable[0]


def test_within_a_transaction_it_is_part_of_it(durable):
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="gateway"):
        with light_transaction("gateway"):
            assert durability() == durable[0]
            ROWS.create(pk="one")
        raise ZeroDivisionError
    assert not ROWS.exists()
