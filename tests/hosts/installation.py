"""Gatehouse on the hosts: which process runs where, started by the very commands that docs/operations.md names."""

import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.hosts.network import HERE, Host

ROOT = Path(__file__).resolve().parents[2]
WEB, SMTP = 8000, 8025
WEBS, WORKERS = ("web1", "web2"), ("work1", "work2")
NAMES = ("store", *WEBS, *WORKERS, "intake", "delivery")
PASSWORD = "the analyst of many hosts"
DOMAIN = "acme.example"
LEASE = "8"
_ROUTES = """
[domains."{domain}"]
deliver = "lmtp"
to = "{here}:{port}"
tls = "none"
"""
_PYTHON = (sys.executable,)
_CELERY = (sys.executable, "-m", "celery", "--app", "dashboard")
_WORKER = ("--concurrency", "1", "--without-gossip", "--without-mingle", "--loglevel", "INFO")


@dataclass
class Installation:
    """The hosts but the one with the servers, whose settings are given."""

    hosts: dict[str, Host]
    servers: dict[str, str]
    next_hop: int

    def environment(self, host: Host) -> dict[str, str]:
        """Return the environment of a process on this host: the same everywhere, but home and addresses."""
        inherited = {name: os.environ[name] for name in ("PATH", "CHROMIUM") if name in os.environ}
        return inherited | {
            "LANG": "C.UTF-8",
            "HOME": "/nonexistent",
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
            "GATEHOUSE_HOME": str(host.home),
            "PORT": str(WEB),
            "GATEHOUSE_BIND": host.address if host.name in WEBS else "127.0.0.1",
            "ALLOWED_HOSTS": ",".join(self.hosts[name].address for name in WEBS),
            "GATEHOUSE_PLAIN_HTTP": "everybody-on-the-way-can-read-it",
            "SMTP_BIND": host.address,
            "SMTP_PORT": str(SMTP),
            "GATEHOUSE_SAMPLE_MAIL": "0",
            "GATEHOUSE_ANALYST_PASSWORD": PASSWORD,
            "GATEHOUSE_JOB_LEASE": LEASE,
            "GATEHOUSE_JOB_CHUNK": "5",
            "GATEWAY_QUEUE_PAUSE": "1",
            "GATEWAY_QUEUE_LEASE": LEASE,
            "GATEWAY_DNS": "off",
            "GATEWAY_RATE_LIMIT": "off",
            **self.servers,
        }

    def prepare(self) -> None:
        """Set up the first web host, take its keys to the others, then set up the second one."""
        first = self.hosts[WEBS[0]]
        self._routes(first)
        self._manage(first, "prepare")
        for name in NAMES[1:]:
            host = self.hosts[name]
            if host is not first:
                self._routes(host)
                shutil.copytree(first.home / "keys", host.home / "keys")
        self._manage(self.hosts[WEBS[1]], "prepare")
        self._manage(first, "shell", "-c", f"from tests.gateway.policy_rows import protect; protect({DOMAIN!r})")

    def start(self) -> None:
        """Start everything; web hosts answer 200 at /healthz when all parts of all hosts are there."""
        for name in WEBS:
            self._start(name, "web", *_PYTHON, "-m", "gunicorn", "dashboard.wsgi", *self._web(self.hosts[name]))
        for name in WORKERS:
            for queues in ("interactive,mail", "bulk,maintenance,celery"):
                kind = queues.partition(",")[0]
                which = ("--hostname", f"{kind}@%h", "--queues", queues)
                self._start(name, kind, *_CELERY, "worker", *which, *_WORKER)
            self._start(name, "renderer", *_PYTHON, "manage.py", "renderer")
        self._start("intake", "smtp_intake", *_PYTHON, "manage.py", "smtp_intake")
        for command in ("delivery", "sender"):
            self._start("delivery", command, *_PYTHON, "manage.py", command)
        self._start("delivery", "beat", *_CELERY, "beat", "--loglevel", "INFO", "--pidfile=")

    def wait_until_well(self, names: tuple[str, ...], seconds: float = 400) -> None:
        """Wait until these web hosts say that all parts are there."""
        deadline, told = time.monotonic() + seconds, {}
        for name in names:
            while (told := self.health(name)).get("status") != "ok":
                ended = {host.name: host.ended() for host in self.hosts.values() if host.ended()}
                assert not ended, f"ended by themselves: {ended}"
                assert time.monotonic() < deadline, f"{name} is not well: {told}"
                time.sleep(0.2)

    def health(self, name: str) -> dict[str, object]:
        """Return what a web host says of the parts, or why it can't be asked."""
        try:
            return dict(httpx.get(f"{self.url(name)}/healthz", timeout=20).json())
        except httpx.HTTPError as error:
            return {"status": type(error).__name__}

    def url(self, name: str) -> str:
        return f"http://{self.hosts[name].address}:{WEB}"

    def api_headers(self) -> dict[str, str]:
        token = (self.hosts[WEBS[0]].home / "keys" / "run_token").read_text().strip()
        return {"Authorization": f"Bearer {token}"}

    def api(self, name: str) -> str:
        account = (self.hosts[WEBS[0]].home / "keys" / "account_id").read_text().strip()
        return f"{self.url(name)}/client/v4/accounts/{account}/email-security"

    def _manage(self, host: Host, *words: str) -> str:
        return host.run(*_PYTHON, str(ROOT / "manage.py"), *words, environment=self.environment(host))

    def _start(self, host: str, name: str, *words: str) -> None:
        words = tuple(str(ROOT / word) if word == "manage.py" else word for word in words)
        self.hosts[host].start(name, *words, environment=self.environment(self.hosts[host]))

    def _web(self, host: Host) -> list[str]:
        return [
            *("--config", str(ROOT / "dashboard" / "stack" / "gunicorn_config.py")),
            *("--bind", f"{host.address}:{WEB}", "--workers", "1", "--threads", "8"),
            *("--worker-connections", "100", "--worker-tmp-dir", str(host.home)),
        ]

    def _routes(self, host: Host) -> None:
        host.home.mkdir(mode=0o700)
        (host.home / "routes.toml").write_text(_ROUTES.format(domain=DOMAIN, here=HERE, port=self.next_hop))
