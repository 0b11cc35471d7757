"""`manage.py run`: what it writes, what it keeps alive, and how it ends.

What is slow starts and ends stacks of its own.
"""

import os
import signal
import smtplib
import socket
import stat
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from tests.stack.running import Stack, gone, wait_for

pytestmark = pytest.mark.stack


def test_everything_answers_and_run_json_tells_how_to_get_in(stack):
    def healthy():
        answer = httpx.get(f"{stack.url}/healthz")
        return answer if answer.status_code == 200 else None

    answer = wait_for(healthy, what="health")  # Each web process looks for itself, once a second.
    assert set(answer.json()["parts"]) == {
        *("web", "database", "gateway_database", "redis", "worker", "sender", "beat", "intake", "renderer", "disk"),
        *("delivery", "mail", "short-worker"),
    }
    assert stat.S_IMODE((stack.home / "run.json").stat().st_mode) == 0o600
    run = stack.run
    assert set(run) == {"console_url", "api_base_url", "account_id", "api_token", "users"}
    assert [(user["username"], user["role"]) for user in run["users"]] == [
        (role, role) for role in ("admin", "analyst", "reviewer")
    ]
    given = [stack.environment[f"GATEHOUSE_{role}_PASSWORD"] for role in ("ADMIN", "ANALYST", "REVIEWER")]
    assert [user["password"] for user in run["users"]] == given
    wait_for(lambda: run["console_url"] in stack.output, what="the line that says where it is ready")
    assert not any(password in stack.output for password in given)


def test_nobody_else_may_read_anything_that_the_processes_write(stack):
    masks = {process.cmdline()[-1]: umask_of(process.pid) for process in stack.processes() if is_ours(process)}
    assert set(masks.values()) == {0o077}, masks
    assert umask_of(stack.process.pid) == 0o077
    assert [str(path) for path in [stack.home, *stack.home.rglob("*")] if is_open(path)] == []


def is_ours(process: psutil.Process) -> bool:
    """Tell whether it is a process of the project or its Redis: the browser writes into a folder of its own."""
    with suppress(psutil.NoSuchProcess):
        line = " ".join(process.cmdline())
        return any(name in line for name in ("manage.py", "celery", "gunicorn", "redis-server"))
    return False


def umask_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("Umask:")[2].split()[0], 8)


def is_open(path: Path) -> bool:
    with suppress(FileNotFoundError):
        found = path.lstat()
        return not stat.S_ISLNK(found.st_mode) and bool(found.st_mode & 0o077)
    return False


def test_the_api_is_served_over_http_to_the_token_of_run_json(stack):
    run = stack.run
    url = f"{run['api_base_url']}/accounts/{run['account_id']}/email-security/investigate"
    answer = httpx.get(url, headers={"Authorization": f"Bearer {run['api_token']}"}, params={"per_page": 3})
    assert answer.status_code == 200
    assert len(answer.json()["result"]) == 3
    assert httpx.get(url).status_code == 401


def test_mail_that_is_acknowledged_is_stored_and_delivered(stack):
    raw = b"Subject: by SMTP\r\nMessage-ID: <smtp-1@x.example>\r\n\r\n.\r\n..two\r\n" + b"x" * 5000 + b"\r\n"
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=20) as smtp:
        assert smtp.sendmail("ann@partner.example", ["intake@acme.example"], raw) == {}
    box = stack.manage("mailbox", "intake@acme.example").stdout.strip()
    (path,) = wait_for(lambda: [os.path.join(box, "new", name) for name in os.listdir(os.path.join(box, "new"))])
    with open(path, "rb") as file:
        assert file.read() == raw


def test_manage_commands_act_on_the_running_stack(stack):
    counted = stack.manage("shell", "-c", "from gateway.models import Message; print(Message.objects.count())")
    assert int(counted.stdout.split()[-1]) >= 60


def test_a_hung_worker_makes_the_stack_unhealthy_and_is_named(stack):
    worker = stack.child("celery", "long@")
    worker.suspend()
    try:
        answer = httpx.get(f"{stack.url}/healthz", timeout=15)
        assert answer.status_code == 503
        assert answer.json()["missing"] == ["worker"]
    finally:
        worker.resume()
    wait_for(lambda: stack.health() == 200, 60, "health after the worker goes on")


@pytest.mark.slow
def test_what_dies_is_started_again(own_stack):
    own_stack.start()
    for words in (
        ("gunicorn",),
        ("celery", "long@"),
        ("celery", "short@"),
        ("manage.py", "sender"),
        ("celery", "beat"),
        ("smtp_intake",),
        ("manage.py", "delivery"),
        ("renderer",),
        ("redis",),
    ):
        victim = own_stack.child(*words)
        family = [victim, *victim.children(recursive=True)]
        victim.send_signal(signal.SIGKILL)
        wait_for(lambda family=family: gone(family), 60, f"the end of {words} and its children")
        wait_for(
            lambda words=words, old=victim.pid: own_stack.pid_of(*words) not in (None, old), 60, f"another {words}"
        )
    wait_for(lambda: own_stack.health() == 200, 120, "health after everything was killed once")
    assert "was killed by signal 9; it starts again" in own_stack.output


@pytest.mark.slow
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGTERM,
        signal.SIGINT,
        signal.SIGHUP,
    ],
)
def test_a_signal_ends_everything_within_ten_seconds(own_stack, number):
    own_stack.start()
    family = own_stack.processes()
    assert len(family) >= 8
    assert own_stack.stop(number) < 10
    assert gone(family)
    assert own_stack.process.returncode == 0


@pytest.mark.slow
def test_a_signal_to_the_whole_group_and_to_every_process_ends_everything(own_stack):
    own_stack.start()
    family = own_stack.processes()
    for process in [*family, psutil.Process(own_stack.process.pid)]:
        with suppress(psutil.NoSuchProcess):  # Some end as soon as their parents do.
            process.send_signal(signal.SIGTERM)
    own_stack.process.wait(30)
    wait_for(lambda: gone(family), 30, "the end of all")


@pytest.mark.slow
def test_a_signal_during_the_start_ends_everything_and_the_next_start_does_the_rest(own_stack):
    own_stack.migrated = False
    own_stack.start(wait=False)
    wait_for(lambda: len(own_stack.processes()) >= 2, 60, "the first processes")
    family = own_stack.processes()
    assert own_stack.stop() < 10
    assert gone(family)
    assert "Traceback" not in own_stack.output
    own_stack.start()
    own_stack.stop()
    files = {path: path.read_bytes() for path in (own_stack.home / "static").rglob("*.css")}
    for path in files:
        path.write_bytes(b"")  # As a start leaves it that was killed while it copied.
    own_stack.start()
    assert files == {path: path.read_bytes() for path in files}
    assert [user["role"] for user in own_stack.run["users"]] == ["admin", "analyst", "reviewer"]


@pytest.mark.slow
@pytest.mark.skipif(os.uname().sysname != "Linux", reason="parent-death signals exist on Linux only")
def test_nothing_outlives_a_supervisor_that_was_killed(own_stack):
    own_stack.start()
    family = own_stack.processes()
    own_stack.process.kill()
    own_stack.process.wait(30)
    wait_for(lambda: gone(family), 60, "the end of all")


@pytest.mark.slow
def test_two_copies_run_side_by_side_and_keep_their_passwords(own_stack, tmp_path):
    other = Stack(tmp_path / "other", {"GATEHOUSE_SAMPLE_MAIL": "0"}, migrated=False)
    own_stack.migrated = False
    del own_stack.environment["GATEHOUSE_ADMIN_PASSWORD"]
    try:
        own_stack.start(wait=False)
        other.start()
        own_stack.wait_until_ready()
        assert own_stack.run["api_token"] != other.run["api_token"]
        before = own_stack.run
        assert before["users"][0]["password"] in own_stack.output
        own_stack.stop()
        assert other.health() == 200
        own_stack.start()
        assert own_stack.run == before
    finally:
        other.close()


def test_a_second_copy_on_one_home_or_port_is_refused_clearly(stack, own_stack):
    same_home = Stack(stack.home, stack.environment)
    refused = same_home.manage("run", check=False)
    assert refused.returncode != 0
    assert "runs in" in refused.stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        own_stack.port = taken.getsockname()[1]
        refused = own_stack.manage("run", check=False)
    assert refused.returncode != 0
    assert f"port {own_stack.port}" in refused.stderr
    assert "PORT" in refused.stderr
