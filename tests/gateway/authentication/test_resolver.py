"""The resolver: cache, limits, and what an absent server is."""

import time

import pytest

from gateway.authentication.resolver import Answer, NoDnsAnswer, Resolver
from tests.gateway.authentication.dns_server import BROKEN, SILENT, serving
from tests.stack.running import free_port

ZONE = {
    "a.example": {"A": ["192.0.2.1"], "TXT": ["short", "x" * 2000], "MX": ["20 b.example.", "10 a.example."]},
    "silent.example": {"A": SILENT},
    "broken.example": {"A": BROKEN},
    "": {"NS": ["ns.example."]},
}


def test_answers_are_records_nothing_or_an_error():
    with serving(ZONE) as server:
        lookups = Resolver([server.address], query_seconds=0.5).for_message()

        assert lookups.names("A.example.", "A") == ["192.0.2.1"]
        assert lookups.names("a.example", "MX") == ["a.example", "b.example"]
        assert sorted(map(len, lookups.texts("a.example"))) == [5, 2000], "a long answer comes over TCP"
        assert lookups.ask("a.example", "AAAA") == Answer(exists=True)
        assert lookups.ask("nowhere.example", "A") == Answer(exists=False)
        for name in ("silent.example", "broken.example"):
            with pytest.raises(NoDnsAnswer):
                lookups.ask(name, "A")


@pytest.mark.parametrize("name", ["", ".", "a..example", f"{'x' * 64}.example", f"{'x.' * 200}example", "ä.example"])
def test_names_that_dns_can_not_have_do_not_exist(name):
    with serving(ZONE) as server:
        assert Resolver([server.address]).for_message().ask(name, "A") == Answer(exists=False)
        assert server.asked == []


def test_an_answer_is_kept():
    with serving(ZONE) as server:
        resolver = Resolver([server.address], query_seconds=5)
        for name in ("a.example", "A.Example", "nowhere.example", "nowhere.example"):
            resolver.for_message().ask(name, "A")

        assert server.asked == [("a.example", "A"), ("nowhere.example", "A")]


def test_a_message_waits_no_longer_than_its_limit():
    zone = {f"s{number}.example": {"A": SILENT} for number in range(20)}
    with serving(zone) as server:
        lookups = Resolver([server.address], query_seconds=0.2, message_seconds=0.6).for_message()
        begun = time.monotonic()
        for name in zone:
            with pytest.raises(NoDnsAnswer):
                lookups.ask(name, "A")

        assert time.monotonic() - begun >= 0.6
        assert len(server.asked) < len(zone), "when the time was over, nothing was asked any more"


def wait_until(condition) -> bool:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def ask_silent_names(resolver: Resolver, count: int) -> None:
    for number in range(count):
        with pytest.raises(NoDnsAnswer):
            resolver.for_message().ask(f"s{number}.example", "A")


def test_during_an_outage_nothing_waits():
    silent = {f"s{number}.example": {"A": SILENT} for number in range(200)}
    with serving({"": {"NS": SILENT}, "a.example": {"A": ["192.0.2.1"]}} | silent) as server:
        resolver = Resolver([server.address], query_seconds=0.2)
        ask_silent_names(resolver, 3)

        names = (f"s{number}.example" for number in range(3, 200))

        def fails_at_once() -> bool:
            name = next(names)
            with pytest.raises(NoDnsAnswer):
                resolver.for_message().ask(name, "A")
            return (name, "A") not in server.asked

        assert wait_until(fails_at_once)


def test_silent_servers_of_senders_are_no_outage():
    silent = {f"s{number}.example": {"A": SILENT} for number in range(5)}
    with serving({"": {"NS": ["ns.example."]}, "a.example": {"A": ["192.0.2.1"]}} | silent) as server:
        resolver = Resolver([server.address], query_seconds=0.3)
        ask_silent_names(resolver, 5)

        assert wait_until(lambda: ("", "NS") in server.asked)
        assert resolver.for_message().names("a.example", "A") == ["192.0.2.1"]


def test_a_server_is_there_when_it_has_answered():
    with serving(ZONE) as server:
        assert Resolver([server.address], query_seconds=5).is_there()
    assert not Resolver([("127.0.0.1", free_port())], query_seconds=0.2).is_there()
    assert not Resolver([]).is_there()
    with pytest.raises(NoDnsAnswer):
        Resolver([]).for_message().ask("a.example", "A")
