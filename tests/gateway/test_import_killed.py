"""An import that is killed: what it reported is stored byte for byte, and running it again doubles nothing."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.synthetic import synthetic_mail

ROOT = Path(__file__).parents[2]
FILES = 400
_LOOK = """
import hashlib, json, sys
import django
django.setup()
from gateway.models import Delivery, Message, RawMail
from gateway.store.raw_mail import read_raw
rows = Message.objects.using("gateway").select_related("raw")
found = {row.investigate_id: hashlib.sha256(read_raw(row.raw)).hexdigest() for row in rows}
files = sorted(set(RawMail.objects.using("gateway").values_list("file", flat=True)))
print(json.dumps({"messages": found, "files": files}))
"""


@pytest.fixture
def home(tmp_path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    run(folder, "migrate", "--database", "gateway", "--verbosity", "0")
    return folder


@pytest.fixture
def mail(tmp_path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in range(FILES):
        made = synthetic_mail(5, number, domain="acme.example", scanned_at=datetime.now(UTC))
        (folder / f"{number:04}.eml").write_bytes(made.raw)
    return folder


def environment(home: Path) -> dict[str, str]:
    outside = ("DATABASE_URL", "GATEWAY_DATABASE_URL", "REDIS_URL")
    kept = {name: value for name, value in os.environ.items() if name not in outside}
    return kept | {
        "GATEHOUSE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "GATEWAY_DNS": "off",
        "PYTHONPATH": str(ROOT),
    }


def run(home: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment(home), check=True, timeout=120)


def stored(home: Path) -> dict:
    done = subprocess.run(
        [sys.executable, "-c", _LOOK], cwd=ROOT, env=environment(home), check=True, capture_output=True, timeout=60
    )
    return json.loads(done.stdout)


def lines(report: Path) -> Iterator[dict]:
    for line in report.read_text().splitlines(keepends=True) if report.exists() else ():
        if line.endswith("\n"):
            yield json.loads(line)


@pytest.mark.slow
def test_what_was_reported_is_stored_and_nothing_is_doubled(home, mail, tmp_path):
    """It is slow, since it starts seven processes of the project one after the other, and kills two of them."""
    for round_, reported_before in enumerate((1, 200)):
        report = tmp_path / f"report-{round_}.jsonl"
        importing = subprocess.Popen(
            [sys.executable, "manage.py", "import_mail", str(mail), "--report", str(report)],
            cwd=ROOT,
            env=environment(home),
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + 60
            while sum(1 for _line in lines(report)) < reported_before and time.monotonic() < deadline:
                assert importing.poll() is None, "it was done before it was killed"
                time.sleep(0.01)
        finally:
            os.killpg(importing.pid, signal.SIGKILL)
            importing.wait()
        found = stored(home)["messages"]
        told = list(lines(report))
        assert told
        assert all(found[line["id"]] == line["sha256"] for line in told)
    run(home, "import_mail", str(mail), "--report", str(tmp_path / "whole.jsonl"))
    after = stored(home)
    whole = list(lines(tmp_path / "whole.jsonl"))
    assert {line["id"]: line["sha256"] for line in whole} == after["messages"]
    expected = {hashlib.sha256(path.read_bytes()).hexdigest() for path in mail.iterdir()}
    assert len(after["messages"]) == FILES
    assert set(after["messages"].values()) == expected
    packs = {str(path.relative_to(home / "raw")) for path in (home / "raw").rglob("*.zst")}
    assert set(after["files"]) <= packs
    assert len(packs - set(after["files"])) <= 2, "each kill leaves at most one pack without rows"
