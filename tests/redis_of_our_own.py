"""A Redis for tests: the one that CI names, else one started on a socket of its own."""

import os
import subprocess
import time
from contextlib import contextmanager

import redis

from dashboard.stack.redis_server import find_redis, redis_command


def named_redis(above: int = 0) -> str:
    """Return the URL of the Redis that the environment names, with a database for this one of pytest's two processes.

    `above` is how far above the named one it lies: a stack's is not emptied by tests that need an empty one.
    """
    url = os.environ.get("REDIS_URL", "")
    if not url:
        return ""
    server, _slash, number = url.rpartition("/")
    return f"{server}/{int(number) + above + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))}"


@contextmanager
def running_redis(folder):
    """Yield the URL of an empty Redis, and end it if it was started here."""
    if url := named_redis(above=2):
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
