"""The code of before goes on beside the new one on migrated databases: both write, and each reads what the other wrote.

Slow, since it makes databases with the migrations of both. The code of before is that of the commit before migrations
were changed last; BEFORE names another one.
"""

import os
import tempfile
from pathlib import Path

import pytest

from tests.postgres_of_our_own import make_cluster, new_data_folder, postgres_programs, running
from tests.side_by_side.trees import ROOT, Code, commit_before_last_migration, tree_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def databases():
    if postgres_programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    # Not in pytest's own folder, which lets no other user through.
    with tempfile.TemporaryDirectory(prefix="gatehouse-upgrade-") as folder:
        os.chmod(folder, 0o711)
        data = new_data_folder(Path(folder) / "data")
        make_cluster(data)
        with running(data) as server:
            server.ask("CREATE DATABASE console")
            server.ask("CREATE DATABASE gateway")
            yield {"DATABASE_URL": f"{server.url}/console", "GATEWAY_DATABASE_URL": f"{server.url}/gateway"}


@pytest.fixture
def codes(databases, tmp_path):
    """The code of before, whose process runs on databases that the new code has migrated, and the new code."""
    commit = os.environ.get("BEFORE") or commit_before_last_migration()
    if not commit:
        pytest.skip("the history of this repository is not here")
    environment = databases | {
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "GATEHOUSE_HOME": str(tmp_path / "home"),
        "GATEHOUSE_SAMPLE_MAIL": "0",
        "GATEWAY_DNS": "off",
    }
    with tree_of(commit, tmp_path / "before") as tree:
        old, new = Code(tree, environment), Code(ROOT, environment)
        old.manage("prepare")
        old.start()
        old.do("store", name="old-0", held=False)
        new.manage("prepare")
        new.start()
        yield old, new
        old.stop()
        new.stop()


def test_both_write_and_each_reads_what_the_other_wrote(codes):
    old, new = codes
    names = ["old-0"]
    for number in range(1, 6):
        for code, kind in ((old, "old"), (new, "new")):
            name = f"{kind}-{number}"
            message = code.do("store", name=name, held=False)
            names.append(name)
            for reader in codes:
                assert f"See you at noon, {name}." in reader.do("read", message=message)
                assert reader.do("found") == sorted(names)
    held = {kind: code.do("store", name=f"held-{kind}", held=True) for kind, code in (("old", old), ("new", new))}
    assert new.do("statuses") == {"delivered": len(names), "quarantined": 2}
    new.do("release", message=held["old"])
    old.do("release", message=held["new"])
    for code in codes:
        assert code.do("statuses") == {"delivered": len(names) + 2}
