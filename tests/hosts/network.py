"""A bridge, and hosts on it: each has a network, a name and a folder of its own, and nothing else of the others."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

NETWORK = "10.77.0"
HERE = f"{NETWORK}.1"
"""The address of whoever runs the hosts: senders, browsers and the next hop."""


@dataclass
class Host:
    """A host that is up until `lose`."""

    name: str
    number: int
    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"{NETWORK}.{self.number}"

    @property
    def home(self) -> Path:
        return self.folder / self.name

    def command(self, *words: str) -> list[str]:
        """Return a command that runs on this host, under its name."""
        named = ("unshare", "--uts", "--", "sh", "-c", 'hostname "$0" && exec "$@"', self.name)
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *named, *words]

    def start(self, name: str, *words: str, environment: dict[str, str]) -> None:
        """Start a process, whose output goes to a file in the host's folder."""
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        with (logs / f"{self.name}-{name}.log").open("ab") as output:
            self.processes[name] = subprocess.Popen(
                self.command(*words), env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    def run(self, *words: str, environment: dict[str, str], seconds: float = 600) -> str:
        """Run a command to its end, and return what it wrote."""
        done = subprocess.run(self.command(*words), env=environment, capture_output=True, text=True, timeout=seconds)
        assert done.returncode == 0, f"{words} on {self.name}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def ended(self) -> list[str]:
        """Return the names of processes that have ended by themselves."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def lose(self) -> int:
        """Cut the host off and kill all that runs on it, as if its power was lost; return how many processes died.

        It is cut off first: no server hears that its connections are closed.
        """
        _ip("-n", self.name, "link", "set", "eth0", "down")
        killed: set[int] = set()
        while pids := {int(pid) for pid in _ip("netns", "pids", self.name).split()}:
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            killed |= pids
            for process in self.processes.values():
                process.poll()
            time.sleep(0.02)
        self.processes.clear()
        return len(killed)


@contextmanager
def lan(names: list[str], folder: Path) -> Iterator[dict[str, Host]]:
    """Yield hosts by their names. This process must be in namespaces of its own (`requirements.NAMESPACES`)."""
    subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
    _ip("link", "set", "lo", "up")
    _ip("link", "add", "lan", "type", "bridge")
    _ip("addr", "add", f"{HERE}/24", "dev", "lan")
    _ip("link", "set", "lan", "up")
    hosts = {name: Host(name, number, folder) for number, name in enumerate(names, start=11)}
    for host in hosts.values():
        _ip("netns", "add", host.name)
        _ip("link", "add", f"to-{host.name}", "type", "veth", "peer", "name", "eth0", "netns", host.name)
        _ip("link", "set", f"to-{host.name}", "master", "lan", "up")
        _ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
        _ip("-n", host.name, "link", "set", "lo", "up")
        _ip("-n", host.name, "link", "set", "eth0", "up")
    try:
        yield hosts
    finally:
        for host in hosts.values():
            host.lose()


def _ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
    return done.stdout
