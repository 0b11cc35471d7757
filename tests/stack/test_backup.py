"""A backup of a running Gatehouse, restored into an empty home: what was acknowledged before it is there.

Slow, since two copies of Gatehouse are started and commands are killed. BACKUP_MESSAGES and BACKUP_KILLS say how much
of it. The figure of bytes a second is shown with -s.
"""

import os
import random
import smtplib
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.gateway.delivery.fake_next_hop import fake_next_hop
from tests.gateway.mails import mail
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import ROOT, Stack, wait_for

MESSAGES = int(os.environ.get("BACKUP_MESSAGES", "300"))
KILLS = int(os.environ.get("BACKUP_KILLS", "12"))
PASSPHRASE = "a passphrase of the test\n"
DOMAINS = """
from django.conf import settings
from django.utils import timezone
from gateway.models import Domain
for name in ("acme.example", "far.example"):
    row = Domain(account_id=settings.GATEWAY_ACCOUNT_ID, domain=name, allowed_delivery_modes=["DIRECT"],
                 regions=["GLOBAL"], created_at=timezone.now(), modified_at=timezone.now()).keyed()
    row.save(using="gateway")
"""


class Sender(threading.Thread):
    """Hands in mail until it is told to stop, and keeps what was acknowledged."""

    def __init__(self, stack):
        super().__init__(daemon=True)
        self.stack, self.stopping = stack, threading.Event()
        self.acknowledged: dict[str, bytes] = {}

    def run(self):
        with smtplib.SMTP("127.0.0.1", self.stack.smtp_port, timeout=30) as smtp:
            number = 0
            while not self.stopping.is_set():
                subject = f"backup number {number}"
                raw = mail(subject=subject, to=f"p{number % 7}@acme.example", body=f"Text {number}.\r\n.a dot\r\n")
                smtp.sendmail("ann@partner.example", [f"p{number % 7}@acme.example"], raw)
                self.acknowledged[subject] = raw
                number += 1


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def second(tmp_path, first: Stack) -> Stack:
    """An empty home for the restore, with other first passwords, which must not count in it."""
    made = Stack(tmp_path / "restored" / "home", {"GATEHOUSE_SAMPLE_MAIL": "0"}, migrated=False)
    made.use_servers(own_redis=True)
    made.environment |= {
        name: value for name, value in first.environment.items() if name.startswith("GATEWAY_QUEUE")
    } | {"GATEHOUSE_ANALYST_PASSWORD": "not the analyst's own one"}
    return made


def queue_of(stack: Stack) -> str:
    script = "from gateway.models import Delivery as D; print('QUEUE', *D.objects.using('gateway').filter("
    script += "recipient='far@far.example').values_list('status', flat=True))"
    return stack.manage("shell", "-v", "0", "-c", script).stdout.partition("QUEUE ")[2].strip()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_running_copy_is_restored_elsewhere(own_stack, tmp_path):
    passphrase, archive = tmp_path / "passphrase", tmp_path / "night.backup"
    passphrase.write_text(PASSPHRASE)
    with fake_next_hop(always={"END": "451 4.3.0 later"}) as hop:
        own_stack.use_servers(own_redis=True)
        own_stack.environment |= {"GATEWAY_QUEUE_PAUSE": "1"}
        own_stack.home.mkdir(mode=0o700)
        (own_stack.home / "routes.toml").write_text(
            f'[domains."far.example"]\ndeliver = "smtp"\nto = "127.0.0.1:{hop.port}"\ntls = "none"\n'
        )
        own_stack.manage("prepare")
        own_stack.manage("shell", "-v", "0", "-c", DOMAINS)
        first = own_stack.start()
        with smtplib.SMTP("127.0.0.1", first.smtp_port, timeout=30) as smtp:
            smtp.sendmail("ann@partner.example", ["far@far.example"], mail(subject="to far", to="far@far.example"))
        sender = Sender(first)
        sender.start()
        wait_for(lambda: len(sender.acknowledged) >= MESSAGES, 240, "the first messages")
        before = dict(sender.acknowledged)
        said = first.manage("backup", "--output", str(archive), "--passphrase-file", str(passphrase)).stdout
        during = len(sender.acknowledged) - len(before)
        sender.stopping.set()
        sender.join(30)
        print(said, f"{during} messages were acknowledged meanwhile")  # noqa: T201 - shown with -s
        assert during > 0
        wait_for(lambda: queue_of(first) == "deferred", 30, "a copy that waits for its next hop")
        first.stop()

        made = second(tmp_path, first)
        try:
            restored = made.manage("restore", str(archive), "--passphrase-file", str(passphrase)).stdout
            assert "held" in restored
            assert files_of(made.home / "keys") == files_of(first.home / "keys")
            assert {oct(path.stat().st_mode & 0o777) for path in (made.home / "keys").iterdir()} == {"0o600"}
            theirs, ours = files_of(first.home / "mailboxes"), files_of(made.home / "mailboxes")
            assert ours.items() <= theirs.items()
            hop.always.clear()
            made.start()

            with api_of(made) as api:
                found = {row["subject"]: row["postfix_id"] for row in api.search()}
                assert set(before) <= set(found)
                # Also what arrived while the backup ran has its bytes, if it has a row.
                meanwhile = [subject for subject in found if subject in sender.acknowledged.keys() - before.keys()]
                for subject in meanwhile + sorted(before)[:: max(1, len(before) // 40)]:
                    raw = api.get(f"/investigate/{found[subject]}/raw")["result"]["raw"]
                    assert raw.encode() == sender.acknowledged[subject]
            bodies = list(ours.values())
            assert all(any(raw.split(b"\r\n\r\n", 1)[1] in body for body in bodies) for raw in before.values())
            made.environment["GATEHOUSE_ANALYST_PASSWORD"] = first.environment["GATEHOUSE_ANALYST_PASSWORD"]
            with signed_in(made, "analyst") as console:
                assert console.get("/").url.path == "/"
            assert made.manage("verify_audit").returncode == 0

            # The next hop would take it now, and nobody has said that it may.
            time.sleep(4)
            assert (hop.copies()["far@far.example"], queue_of(made)) == (0, "deferred")
            assert "is sent from now on" in made.manage("restore", "--release-queues").stdout
            wait_for(lambda: hop.copies()["far@far.example"], 60, "the held copy")
        finally:
            made.close()


def without_processes(home: Path) -> Stack:
    """A copy that nothing runs on."""
    made = Stack(home, {"GATEHOUSE_SAMPLE_MAIL": "0"}, migrated=False)
    made.use_servers(own_redis=True)
    made.environment["REDIS_URL"] = "redis://127.0.0.1:1/0"
    return made


@pytest.fixture(scope="module")
def at_rest(tmp_path_factory):
    """A home with mail that nothing runs on."""
    made = without_processes(tmp_path_factory.mktemp("at_rest") / "home")
    try:
        made.manage("prepare")
        made.manage("make_mail", "--count", "400", "--seed", "3")
        yield made
    finally:
        made.close()


def kill_after(stack: Stack, place: Path, seconds: float, *words: str) -> bool:
    """Start a command, kill it a while after `place` is there, and return whether it had ended well before."""
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *words],
        cwd=ROOT, env=stack.variables(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: place.exists() or process.poll() is not None, 60, f"the beginning of {words}")
    try:
        return process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_backup_that_is_killed_leaves_no_archive(at_rest, tmp_path):
    chance = random.Random(5)
    killed = 0
    for number in range(KILLS):
        archive = tmp_path / f"archive{number % 2}"
        part = archive.with_name(f"{archive.name}.part")
        part.unlink(missing_ok=True)
        # The first is killed at once, the others somewhere on the way.
        seconds = chance.uniform(0, 1.5) if number else 0
        if not kill_after(at_rest, part, seconds, "backup", "--output", str(archive)):
            assert part.exists() != archive.exists()
            killed += part.exists()
        archive.unlink(missing_ok=True)
    assert killed
    said = at_rest.manage("backup", "--output", str(tmp_path / "archive0")).stdout
    assert "is whole" in said
    assert not list(at_rest.home.glob("backup-*"))
    refused = at_rest.manage("backup", "--output", str(tmp_path / "archive0"), check=False)
    assert (refused.returncode, "exists already" in refused.stderr) == (1, True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_restore_that_is_killed_is_done_again(at_rest, tmp_path):
    chance = random.Random(6)
    archive = tmp_path / "archive"
    at_rest.manage("backup", "--output", str(archive))
    half = 0
    for number in range(KILLS):
        made = without_processes(tmp_path / f"restored{number}")
        mark = made.home / "half-restored.json"
        try:
            seconds = chance.uniform(0, 2) if number else 0
            if not kill_after(made, mark, seconds, "restore", str(archive)) and mark.exists():
                half += 1
                if half == 1:
                    none = ("--output", str(tmp_path / "none"))
                    for words in (("run",), ("prepare",), ("smtp_intake",), ("backup", *none)):
                        refused = made.manage(*words, check=False)
                        assert (refused.returncode, "half restored" in refused.stderr) == (1, True), refused.stderr
                made.manage("restore", str(archive))
            for part in ("raw", "mailboxes", "keys"):
                assert files_of(made.home / part) == files_of(at_rest.home / part)
            assert not (made.home / "restoring").exists()
            assert not mark.exists()
            count = "from gateway.models import Message; print('COUNT', Message.objects.using('gateway').count())"
            assert "COUNT 400" in made.manage("shell", "-v", "0", "-c", count).stdout
        finally:
            made.close()
    assert half


@pytest.mark.slow
def test_what_is_no_whole_archive_of_ours_leaves_an_empty_home(at_rest, tmp_path):
    passphrase, other = tmp_path / "passphrase", tmp_path / "other"
    passphrase.write_text(PASSPHRASE)
    other.write_text("another passphrase than that")
    archive, plain = tmp_path / "archive", tmp_path / "plain"
    at_rest.manage("backup", "--output", str(archive), "--passphrase-file", str(passphrase))
    at_rest.manage("backup", "--output", str(plain))
    content = archive.read_bytes()
    (tmp_path / "short").write_bytes(content[: len(content) * 2 // 3])
    changed = bytearray(content)
    changed[len(content) // 2] ^= 1
    (tmp_path / "changed").write_bytes(changed)
    (tmp_path / "plain_short").write_bytes(plain.read_bytes()[: plain.stat().st_size * 2 // 3])
    made = without_processes(tmp_path / "restored")
    with_passphrase = ("--passphrase-file", str(passphrase))
    try:
        for file, words, why in (
            (tmp_path / "short", with_passphrase, "cut off"),
            (tmp_path / "changed", with_passphrase, "changed"),
            (tmp_path / "plain_short", (), "cut off"),
            (archive, ("--passphrase-file", str(other)), "passphrase"),
            (archive, (), "is encrypted"),
            (plain, with_passphrase, "not encrypted"),
            (tmp_path / "nothing", (), "No such file"),
        ):
            refused = made.manage("restore", str(file), *words, check=False)
            assert (refused.returncode, why in refused.stderr) == (1, True), (file, refused.stderr)
            assert {path.name for path in made.home.iterdir()} <= {"keys", "run.lock"}
        made.manage("restore", str(archive), *with_passphrase)
        refused = made.manage("restore", str(archive), *with_passphrase, check=False)
        assert (refused.returncode, "holds something" in refused.stderr) == (1, True)
    finally:
        made.close()
