"""What is done on the hosts, and what has to be true of it."""

import base64
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from celery import Celery

from tests.hosts.installation import PASSWORD, SMTP, WORKERS, Installation
from tests.hosts.next_hop import NextHop
from tests.hosts.senders import recipient_of, send, sending
from tests.stack.over_http import Console

SECONDS = 240.0
ALL = {"detections_only": "false", "per_page": "1000"}


class Scenario:
    """Runs the steps in their order. `say` gets a line for everything that was checked."""

    def __init__(self, made: Installation, hop: NextHop, say: Callable[[str], None]) -> None:
        self._made, self._hop, self._say = made, hop, say
        self._intake = made.hosts["intake"].address

    def run(self, *, clean: int, held: int) -> None:
        """Do all of it.

        :raises AssertionError: something does not hold.
        """
        arrived = [f"<clean-{number}@partner.example>" for number in range(clean)]
        kept = [f"<held-{number}@partner.example>" for number in range(held)]
        send(self._intake, SMTP, arrived, is_held=False)
        send(self._intake, SMTP, kept, is_held=True)
        self._delivered(arrived, "mail that arrived by the intake's host was delivered by another, each copy once")
        assert not any(name in kept for name, _ in self._hop.came), "held mail was delivered"
        ids = self._read_by_both(clean + held)
        self._previews(ids[0], ids[1])
        with Session(self._made) as session, sending(self._intake, SMTP) as meanwhile:
            job = session.start_release([row["id"] for row in self._search("web1", delivery_status="quarantined")])
            self._lose_two(session, job, of=held)
            _wait(lambda: session.has_ended(job), "the job's end")
            outcomes = session.outcomes(job)
        assert outcomes.get("Done") == held, f"outcomes of the job: {outcomes}"
        self._say(f"the job ended, though a worker's host was lost in its middle: {outcomes}")
        self._delivered([*arrived, *kept, *meanwhile], "released and other mail was delivered, each copy once")
        self._made.wait_until_well(("web2",))
        self._say("the other web host says that all parts are there, and one of each kind is enough")
        assert len(self._search("web2")) == clean + held + len(meanwhile)
        self._say(f"it finds all {clean + held + len(meanwhile)} messages, {len(meanwhile)} of them sent meanwhile")
        self._preview("web2", ids[2])
        self._say("a preview is drawn by the renderer that is left")

    def _read_by_both(self, count: int) -> list[str]:
        first, second = ([row["id"] for row in self._search(name)] for name in ("web1", "web2"))
        assert first == second
        assert len(first) == count, f"{len(first)} of {count} messages are found"
        for name in ("web1", "web2"):
            answer = self._get(name, f"/investigate/{first[0]}/raw")
            assert b"partner.example" in answer.content
        self._say(f"both web hosts find the same {count} messages, and read their bytes from the object store")
        return first

    def _previews(self, one: str, another: str) -> None:
        pictures = [self._preview(name, one) for name in ("web1", "web2")]
        assert pictures[0] == pictures[1]
        assert self._preview("web2", another) == self._preview("web1", another)
        self._say("a preview that was asked for on either web host is the same picture on both")

    def _preview(self, name: str, message: str) -> bytes:
        found: list[bytes] = []

        def is_drawn() -> bool:
            answer = self._get(name, f"/investigate/{message}/preview", ok=(200, 503))
            if answer.status_code == 200:
                found.append(base64.b64decode(answer.json()["result"]["screenshot"]))
            return bool(found)

        _wait(is_drawn, f"a preview on {name}")
        assert found[0].startswith(b"\x89PNG")
        return found[0]

    def _lose_two(self, session: "Session", job: str, *, of: int) -> None:
        """Lose the host whose worker runs the job, and a web host, while the job is in its middle."""
        queue = Celery(broker=self._made.servers["REDIS_URL"])
        victim = ""

        def is_running() -> bool:
            nonlocal victim
            done = session.progress(job)
            assert done < of, "the job ended before a host was lost: give it more messages"
            active: dict[str, list[dict[str, Any]]] = queue.control.inspect(timeout=0.3).active() or {}
            busy = [
                node.partition("@")[2] for node, tasks in active.items() if any("run_job" in t["name"] for t in tasks)
            ]
            victim = busy[0] if busy and done else ""
            return bool(victim)

        _wait(is_running, "the job's middle", pause=0.0)
        killed = self._made.hosts[victim].lose()
        assert victim in WORKERS
        killed += self._made.hosts["web1"].lose()
        done = session.progress(job)
        assert done < of, "the job ended before its host was lost: give it more messages"
        self._say(f"{victim} and web1 were cut off, and their {killed} processes killed, at {done} of {of} messages")

    def _delivered(self, names: list[str], what: str) -> None:
        expected = Counter((name, recipient_of(name)) for name in names)
        _wait(lambda: len(self._hop.came) >= len(expected), f"{len(expected)} copies at the next hop")
        lost, more = expected - self._hop.came, self._hop.came - expected
        assert not lost, f"lost: {sorted(lost)[:5]}"
        assert not more, f"delivered twice or never sent: {more.most_common(5)}"
        self._say(f"{what}: {len(expected)}")

    def _search(self, name: str, **filters: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = self._get(name, "/investigate", **ALL, **filters, **cursor).json()
            found += page["result"]
            if not page["result_info"]["next"]:
                return found
            cursor = {"cursor": page["result_info"]["next"]}

    def _get(self, name: str, path: str, *, ok: tuple[int, ...] = (200,), **parameters: str) -> httpx.Response:
        url, headers = f"{self._made.api(name)}{path}", self._made.api_headers()
        answer = httpx.get(url, params=parameters, headers=headers, timeout=60)
        assert answer.status_code in ok, f"{name}{path} answered {answer.status_code}: {answer.text[:300]}"
        return answer


class Session:
    """Somebody who signed in on the first web host, and goes on with the same session on the other when it is lost."""

    def __init__(self, made: Installation) -> None:
        self._made = made
        self._cookies = httpx.Cookies()
        self._console = self._at("web1")

    def __enter__(self) -> "Session":
        self._console.post("/accounts/login/", login="analyst", password=PASSWORD)
        # Cookies have no port, and a host name each: a balancer would give both hosts one name.
        kept = {cookie.name: cookie.value or "" for cookie in self._http.cookies.jar}
        self._http.close()
        self._cookies = httpx.Cookies(kept)
        self._console = self._at("web2")
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _at(self, name: str) -> Console:
        self._http = httpx.Client(
            base_url=self._made.url(name), cookies=self._cookies, follow_redirects=True, timeout=60
        )
        return Console(self._http)

    def start_release(self, ids: list[str]) -> str:
        """Select the messages, start their release, and return the path of the job."""
        page = self._console.post("/jobs/confirm/", ids="\n".join(ids), action="release")
        address, selection = str(page.url), page.url.path.rstrip("/").rpartition("/")[2]
        _wait(lambda: 'name="selection"' in self._console.get(address).text, "the selection")
        created = self._console.post("/jobs/create/", selection=selection, reason="hosts", action="release")
        return created.url.path

    def progress(self, job: str) -> int:
        return self._console.progress(job)[0]

    def has_ended(self, job: str) -> bool:
        return self._console.progress(job)[1]

    def outcomes(self, job: str) -> dict[str, int]:
        return self._console.outcomes(job)


def _wait(condition: Callable[[], bool], what: str, *, pause: float = 0.1) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come within {SECONDS:.0f} s"
        time.sleep(pause)
