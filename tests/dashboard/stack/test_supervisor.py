"""The supervisor restarts what ends, however often, after growing pauses, and tells /healthz of it."""

import sys
import time
from contextlib import nullcontext

import pytest
from django.test import Client

from dashboard import health
from dashboard.stack.child import Child
from dashboard.stack.run_state import ChildState, in_words, read_state, state_file, write_state
from dashboard.stack.supervisor import Supervisor


def ending(tmp_path, name="worker"):
    return Child(name, [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / f"{name}.log")


def test_pauses_grow_to_a_bound_and_never_end(tmp_path):
    child = ending(tmp_path)
    child.started_at = time.monotonic()
    pauses = [child.note_end("ended") for _ in range(100)]
    assert pauses[:8] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    assert pauses[-1] == 30.0
    assert child.ends == 100


def test_a_process_that_ran_well_for_a_while_begins_anew(tmp_path):
    child = ending(tmp_path)
    child.started_at = time.monotonic()
    child.note_end("ended")
    child.note_end("ended")
    child.started_at = time.monotonic() - 61
    assert child.is_healthy_again()
    assert child.note_end("ended") == 0.5
    assert child.ends == 1


def watched(supervisor, seconds=20.0, until=lambda: False):
    """Let the supervisor watch, without its pauses, until the condition holds."""
    deadline = time.monotonic() + seconds

    def idle():
        for child in supervisor.services:
            if child.restart_at:
                child.restart_at = 0.001
        supervisor.stopping = until() or time.monotonic() > deadline

    supervisor.watch(idle)


def test_what_ends_again_and_again_is_started_again_and_again(tmp_path):
    said, told = [], []
    child = ending(tmp_path)
    supervisor = Supervisor(None, [child], said.append, told.append)
    supervisor.start_services()
    watched(supervisor, until=lambda: child.ends >= 7)
    assert child.ends >= 7
    assert sum("again and again" in line for line in said) == 1
    assert told[-1]["worker"].how == "ended with exit code 3"
    supervisor.stop()


def test_a_process_that_can_not_be_started_is_tried_again(tmp_path):
    """As on a full disk, where not even its log can be made."""
    child = ending(tmp_path)
    child.log = tmp_path / "file" / "worker.log"
    (tmp_path / "file").write_text("no folder")
    supervisor = Supervisor(None, [child], lambda _line: None)
    supervisor.start_services()
    assert child.how.startswith("could not be started")
    (tmp_path / "file").unlink()
    watched(supervisor, until=lambda: child.log.exists())
    assert child.log.exists()
    supervisor.stop()


def test_a_process_that_hangs_is_killed_and_started_again(tmp_path):
    said = []
    child = Child("renderer", ["sleep", "60"], tmp_path / "renderer.log", tells=lambda: tells)
    supervisor = Supervisor(None, [child], said.append)
    tells = True
    supervisor.start_services()
    first = child.process

    def hangs_for(seconds):
        child.asked_at -= seconds
        child.told_at -= seconds
        supervisor._look_after(child)

    hangs_for(121)
    assert first.poll() is None, "it told that it works"
    tells = False
    hangs_for(90)
    assert first.poll() is None, "it is given time"
    hangs_for(40)
    assert first.poll() is not None
    assert "told nothing for 120 seconds" in said[0]
    child.restart_at = 0.001
    supervisor._look_after(child)
    assert child.ended() is None
    hangs_for(90)
    assert child.ended() is None, "the time begins anew"
    supervisor.stop()


@pytest.mark.parametrize(
    ("told", "part", "is_missing"),
    [
        (b"ready", "ok", False),
        (b"no namespaces here", "off: no namespaces here", False),
        (None, "missing: it tells nothing", True),
    ],
)
def test_healthz_tells_how_previews_stand(home, settings, monkeypatch, told, part, is_missing):
    class Server:
        get = staticmethod({f"{settings.GATEWAY_PREVIEW_KEYS}:state": told}.get)
        ping = staticmethod(lambda: True)

    monkeypatch.setattr("redis.Redis.from_url", lambda *_url, **_options: nullcontext(Server()))
    health._answer.at = 0.0
    answer = Client().get("/healthz").json()
    health._answer.at = 0.0
    assert answer["parts"]["renderer"] == part
    assert ("renderer" in answer["missing"]) is is_missing


@pytest.fixture
def home(settings, tmp_path):
    settings.GATEHOUSE_HOME = tmp_path
    return tmp_path


def test_the_state_is_written_in_place_and_read(home):
    states = {"beat": ChildState(2, "ended with exit code 1", time.time() + 8), "intake": ChildState()}
    write_state(states)
    assert read_state() == states
    assert in_words(states["intake"]) == "ok"
    assert in_words(states["beat"]).startswith("missing: ended with exit code 1, 2 times in a row; it starts again in ")
    size = state_file().stat().st_size
    write_state({})
    assert state_file().stat().st_size == size
    assert read_state() == {}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"supervisor": 0}', '{"supervisor": 999999999, "children": {}}'])
def test_a_state_that_nobody_keeps_is_none(home, content):
    state_file().write_text(content)
    assert read_state() == {}


@pytest.mark.django_db(databases=["default", "gateway"])
def test_healthz_names_what_fails_and_a_full_disk(home, settings):
    settings.GATEHOUSE_FREE_BYTES = 2**60
    write_state({"intake": ChildState(3, "was killed by signal 9", time.time() + 4), "beat": ChildState()})
    health._answer.at = 0.0
    answer = Client().get("/healthz")
    health._answer.at = 0.0
    assert answer.status_code == 503
    assert {"intake", "disk"} <= set(answer.json()["missing"])
    assert answer.json()["parts"]["beat"] == "ok"
    assert "GATEHOUSE_FREE_BYTES" in answer.json()["parts"]["disk"]


def test_many_who_ask_for_health_cause_one_check():
    answer = health._Answer(parts={"web": "ok"}, at=time.monotonic() - 60)
    with answer.lock:
        assert answer.current() == {"web": "ok"}
