"""A Redis for tests: the one that CI names, else one started on a socket of its own."""

import os
import subprocess
import time
from contextlib import contextmanager

import redis

from dashboard.stack.redis_server import find_redis, redis_command

PROCESSES = 3
"""How many processes of pytest may share a Redis server, which has sixteen databases."""


def named_redis(*, of_a_stack: bool) -> str:
    """Return the URL of the Redis that the environment names, with a database that only this process of pytest uses.

    A stack's is another than that of tests which empty it. Six databases are used, from the named one on.
    """
    url = os.environ.get("REDIS_URL", "")
    if not url:
        return ""
    server, _slash, number = url.rpartition("/")
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    assert process < PROCESSES, f"a Redis server is shared by {PROCESSES} processes at most"
    return f"{server}/{int(number) + process + (0 if of_a_stack else PROCESSES)}"


@contextmanager
def running_redis(folder):
    """Yield the URL of an empty Redis, and end it if it was started here."""
    if url := named_redis(of_a_stack=False):
        with redis.Redis.from_url(url) as client:
            client.flushdb()
        yield url
        return
    socket = folder / "redis.sock"
    with subprocess.Popen(redis_command(find_redis(), socket, folder), stdout=subprocess.DEVNULL) as process:
        try:
            url = f"unix://{socket}?db=0"
            _wait(url)
            yield url
        finally:
            process.terminate()


def _wait(url):
    deadline = time.monotonic() + 10
    while True:
        try:
            with redis.Redis.from_url(url) as client:
                client.ping()
            return
        except redis.RedisError:
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.02)
