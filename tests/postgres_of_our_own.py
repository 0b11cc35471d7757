"""PostgreSQL servers in folders of their own, as the user nobody: one to write to, and a streaming replica of it."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

_ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": "/nonexistent"}
AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups") if os.geteuid() == 0 else ()


def postgres_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, or None if none is installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found += [Path(path).parent for path in [shutil.which("initdb")] if path]
    return max(
        found, key=lambda path: [int(part) for part in path.parent.name.split(".") if part.isdecimal()], default=None
    )


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    programs = postgres_programs()
    assert programs is not None, "no PostgreSQL server is installed"
    return str(programs / name)


def run_program(*words: str) -> None:
    """Run one of PostgreSQL's programs as nobody."""
    done = subprocess.run([*AS_NOBODY, program(words[0]), *words[1:]], env=_ENVIRONMENT, cwd="/", capture_output=True)
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def new_data_folder(folder: Path) -> Path:
    """Make a folder that the servers may use; the folders above it must let nobody through."""
    folder.mkdir(mode=0o700)
    if AS_NOBODY:
        shutil.chown(folder, "nobody", "nogroup")
    return folder


def make_cluster(data: Path) -> None:
    """Make an empty cluster, which lets in whoever comes from this machine as gatehouse."""
    run_program("initdb", "--auth=trust", "--username=gatehouse", "--encoding=UTF8", "--no-sync", str(data))


@dataclass
class Server:
    """A running server."""

    data: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"postgres://gatehouse@127.0.0.1:{self.port}"

    def ask(self, sql: str, database: str = "postgres") -> object:
        """Execute a statement outside of a transaction, and return the first value of its first row."""
        with psycopg.connect(f"{self.url}/{database}", autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None


@contextmanager
def running(data: Path) -> Iterator[Server]:
    """Run a server on the loopback address until the end of the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": data, "fsync": "off"}
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    command = [*AS_NOBODY, program("postgres"), "-D", str(data), *settings]
    with (data.parent / f"{data.name}.log").open("ab") as log:
        process = subprocess.Popen(command, env=_ENVIRONMENT, cwd="/", stdout=log, stderr=log)
    server = Server(data, port, process)
    try:
        deadline = time.monotonic() + 60
        while not _answers(server):
            assert process.poll() is None, (data.parent / f"{data.name}.log").read_text(errors="replace")
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.05)
        yield server
    finally:
        # SIGINT is PostgreSQL's fast shutdown.
        process.send_signal(2)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def primary_and_replica(folder: Path) -> Iterator[tuple[Server, Server]]:
    """Run a server and a streaming replica of it."""
    first, second = new_data_folder(folder / "primary"), new_data_folder(folder / "replica")
    make_cluster(first)
    with running(first) as primary:
        source = f"--dbname=postgres://gatehouse@127.0.0.1:{primary.port}/postgres"
        run_program("pg_basebackup", source, "--write-recovery-conf", "--checkpoint=fast", "--pgdata", str(second))
        with running(second) as replica:
            yield primary, replica


def _answers(server: Server) -> bool:
    try:
        return server.ask("SELECT 1") == 1
    except psycopg.Error:
        return False
