"""Analysts at work, as locust's users: they look, read and act, with the pauses of people.

    python -m tests.load.analysts URL FILE SECONDS

It runs in a process of its own, since gevent changes the standard library. FILE is JSON with each analyst's name and
password. After SECONDS, which count from when all are signed in, it prints what was measured as JSON, and ends.
"""

from gevent import monkey

monkey.patch_all()

import json  # noqa: E402 - nothing is imported before the patch
import re  # noqa: E402
import sys  # noqa: E402
from itertools import cycle  # noqa: E402
from pathlib import Path  # noqa: E402
from random import SystemRandom  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import gevent  # noqa: E402
from locust import HttpUser, between, task  # noqa: E402
from locust.env import Environment  # noqa: E402

PAUSE = (4.0, 12.0)
"""Seconds between what one analyst does and the next thing."""
SIGNED_IN_WITHIN = 120
WORDS = ("invoice", "order dispatched", "budget", "password", "from:acme.example", "disposition:spam", "is:detected")
chance = SystemRandom()
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ROW = re.compile(r'name="?ids"? value="([^"]+)"')
_NEXT = re.compile(r'href="([^"]+)" hx-get="[^"]+" rel="next"')
_RELEASES = 'name="action" value="release"'
_COUNT = re.compile(r'id="search-count" hx-get="([^"]+)"')


class Analyst(HttpUser):
    """One person with a session of their own."""

    wait_time = between(*PAUSE)

    def on_start(self) -> None:
        """Sign in by the form."""
        self.rows: list[str] = []
        name, password = next(self.environment.parsed_options["people"])
        page = self.client.get("/accounts/login/", name="sign in")
        token = _TOKEN.search(page.text)
        assert token is not None, page.text[:500]
        fields = {"csrfmiddlewaretoken": token[1], "login": name, "password": password}
        self.client.post("/accounts/login/", data=fields, headers=self._from("/accounts/login/"), name="sign in")
        self._list("/investigate/", "sign in")
        self.environment.parsed_options["signed_in"].append(name)

    @task(6)
    def newest(self) -> None:
        self._list("/investigate/", "search: newest")

    @task(4)
    def search(self) -> None:
        self._list(f"/investigate/?q={chance.choice(WORDS).replace(' ', '+')}", "search: words")

    @task(2)
    def further(self) -> None:
        """The next page of the newest."""
        found = _NEXT.search(self._list("/investigate/", "search: newest"))
        if found:
            self._list(found[1].replace("&amp;", "&"), "search: next page")

    @task(6)
    def read(self) -> None:
        """Open a message beside the list, as a click does."""
        if row := self._row():
            self._get(f"/investigate/messages/{row}/", "message", headers={"HX-Request": "true"})

    @task(1)
    def see(self) -> None:
        """Look at a message's picture, which a renderer makes."""
        if row := self._row():
            self._get(f"/investigate/messages/{row}/preview.png", "preview")

    @task(1)
    def note(self) -> None:
        self._write("note", "note", text=f"Looked at it: {chance.randrange(10**6)}")

    @task(1)
    def tag(self) -> None:
        self._write("tag", "tag", tag=f"wave-{chance.randrange(40)}")

    @task(1)
    def move(self) -> None:
        """Move a message, or release it if it is held: a job of one message."""
        row = self._row()
        page = self._get(f"/investigate/messages/{row}/", "message") if row else ""
        token = _TOKEN.search(page)
        if token is None:
            return
        name = "release" if _RELEASES in page else "move"
        fields = {"csrfmiddlewaretoken": token[1], "ids": row, "action": name, "reason": "looked at"}
        fields |= {"destination": "JunkEmail"} if name == "move" else {}
        self.client.post("/jobs/create/", data=fields, headers=self._from("/jobs/confirm/"), name=name)

    @task(1)
    def jobs(self) -> None:
        self._get("/jobs/", "jobs")

    @task(1)
    def submissions(self) -> None:
        self._get("/submissions/", "submissions")

    @task(1)
    def overview(self) -> None:
        self._get("/", "overview")

    @task(1)
    def campaigns(self) -> None:
        self._get("/investigate/campaigns/", "campaigns")

    def _list(self, url: str, name: str) -> str:
        page = self._get(url, name)
        self.rows = list(dict.fromkeys(_ROW.findall(page))) or self.rows
        if counted := _COUNT.search(page):
            self._get(counted[1].replace("&amp;", "&"), "count", headers={"HX-Request": "true"})
        return page

    def _row(self) -> str:
        return chance.choice(self.rows) if self.rows else ""

    def _get(self, url: str, name: str, headers: dict[str, str] | None = None) -> str:
        with self.client.get(url, name=name, headers=headers, catch_response=True) as answer:
            # Somebody who is signed out would measure how fast the form for signing in is.
            if urlsplit(answer.url or "").path.startswith("/accounts/login"):
                answer.failure("signed out")
            return str(answer.text or "")

    def _write(self, what: str, name: str, **fields: str) -> None:
        row = self._row()
        token = _TOKEN.search(self._get(f"/investigate/messages/{row}/", "message")) if row else None
        if token is not None:
            path = f"/investigate/messages/{row}/{what}/"
            data = {"csrfmiddlewaretoken": token[1], **fields}
            self.client.post(path, data=data, headers=self._from(path), name=name, allow_redirects=False)

    def _from(self, path: str) -> dict[str, str]:
        return {"Referer": f"{self.host}{path}"}


def main(url: str, people: list[list[str]], seconds: float) -> dict[str, object]:
    """Have all sign in, measure what they do for so long, and return it: milliseconds and failures by name."""
    options = {"people": cycle(people), "signed_in": []}
    environment = Environment(user_classes=[Analyst], host=url, parsed_options=options)
    runner = environment.create_local_runner()
    runner.start(len(people), spawn_rate=2)
    with gevent.Timeout(SIGNED_IN_WITHIN, RuntimeError("not everybody could sign in")):
        while len(options["signed_in"]) < len(people):
            gevent.sleep(0.2)
    environment.stats.reset_all()
    gevent.sleep(seconds)
    runner.quit()
    return {
        "pages": {
            entry.name: {
                "count": entry.num_requests,
                "failed": entry.num_failures,
                "p50": entry.get_response_time_percentile(0.5),
                "p95": entry.get_response_time_percentile(0.95),
                "longest": entry.max_response_time,
            }
            for entry in (*environment.stats.entries.values(), environment.stats.total)
        },
        "failures": [
            f"{error.name}: {error.error} ({error.occurrences})" for error in environment.stats.errors.values()
        ],
    }


if __name__ == "__main__":
    json.dump(main(sys.argv[1], json.loads(Path(sys.argv[2]).read_text()), float(sys.argv[3])), sys.stdout)
