"""The host that keeps everything: PostgreSQL, Redis and an S3 server, in folders of their own."""

import os
import sys
import time
from pathlib import Path

import psycopg
import redis

from tests.hosts.network import NETWORK, Host
from tests.postgres_of_our_own import AS_NOBODY, make_cluster, new_data_folder, program
from tests.s3_server import KEYS, client_with_bucket

POSTGRES, REDIS, S3 = 5432, 6379, 9000


def start_servers(host: Host) -> dict[str, str]:
    """Start the three, and return the settings that name them."""
    path = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent"}
    _start_postgresql(host, path)
    folder = host.folder / "redis"
    folder.mkdir()
    host.start(
        "redis",
        *("redis-server", "--bind", host.address, "--port", str(REDIS), "--protected-mode", "no"),
        *("--appendonly", "yes", "--save", "", "--dir", str(folder)),
        environment=path,
    )
    address = ("-H", host.address, "-p", str(S3))
    host.start("s3", sys.executable, "-m", "moto.server", *address, environment=path | _python_path())
    url = f"postgres://gatehouse@{host.address}:{POSTGRES}"
    _wait(lambda: _answers(f"{url}/postgres", host), "PostgreSQL and Redis")
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE console")
        connection.execute("CREATE DATABASE gateway")
    client_with_bucket(f"http://{host.address}:{S3}", host.processes["s3"])
    return {
        "DATABASE_URL": f"{url}/console",
        "GATEWAY_DATABASE_URL": f"{url}/gateway",
        "REDIS_URL": f"redis://{host.address}:{REDIS}/0",
        "GATEWAY_S3_BUCKET": "mail",
        "GATEWAY_S3_ENDPOINT": f"http://{host.address}:{S3}",
        "GATEWAY_S3_ACCESS_KEY": KEYS["access_key"],
        "GATEWAY_S3_SECRET_KEY": KEYS["secret_key"],
    }


def _start_postgresql(host: Host, path: dict[str, str]) -> None:
    data = new_data_folder(host.folder / "postgresql")
    make_cluster(data)
    with (data / "pg_hba.conf").open("a") as file:
        file.write(f"host all all {NETWORK}.0/24 trust\n")
    options = {
        "listen_addresses": host.address,
        "port": str(POSTGRES),
        "unix_socket_directories": str(data),
        "max_connections": "200",
        # This host is never lost, and syncing a new database's migrations takes a minute on a slow disk.
        "fsync": "off",
    }
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    host.start("postgresql", *AS_NOBODY, program("postgres"), "-D", str(data), *settings, environment=path)


def _answers(url: str, host: Host) -> bool:
    assert not host.ended(), f"ended at once: {host.ended()}; see {host.folder / 'logs'}"
    try:
        psycopg.connect(url, connect_timeout=2).close()
        with redis.Redis(host.address, REDIS, socket_timeout=2) as client:
            return bool(client.ping())
    except (psycopg.Error, redis.RedisError):
        return False


def _wait(condition, what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not start within {seconds:.0f} s"
        time.sleep(0.05)


def _python_path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
