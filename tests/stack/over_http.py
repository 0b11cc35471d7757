"""The console and the API of a running stack, without a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser

from tests.stack.browser import password
from tests.stack.running import Stack


class Console:
    """Somebody who signed in through the form and sends forms."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        answer = self._http.get(path)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return answer

    def get_any(self, path: str) -> httpx.Response:
        """Open a page, whatever its status."""
        return self._http.get(path)

    def upload(self, path: str, content: bytes) -> httpx.Response:
        """Send a file by the form at `path`, and return the page that it leads to."""
        token = LexborHTMLParser(self._http.get(path).text).css_first("input[name=csrfmiddlewaretoken]")
        assert token is not None
        fields = {"csrfmiddlewaretoken": str(token.attributes["value"])}
        answer = self._http.post(path, data=fields, files={"file": ("list.csv", content, "text/csv")})
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form with the token of the start page, and return the page that it leads to."""
        token = LexborHTMLParser(self._http.get("/").text).css_first("input[name=csrfmiddlewaretoken]")
        assert token is not None
        answer = self._http.post(path, data={"csrfmiddlewaretoken": str(token.attributes["value"]), **fields})
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        return answer

    def create_job(self, ids: list[str], **fields: str) -> str:
        """Start a job on the messages and return the path of its page."""
        return self.post("/jobs/create/", ids="\n".join(ids), **fields).url.path

    def progress(self, job: str) -> tuple[int, bool]:
        """Return how many messages of the job have an outcome, and whether it has ended. Raises httpx.HTTPError."""
        answer = self._http.get(f"{job}progress/")
        bar = LexborHTMLParser(answer.text).css_first("progress")
        assert bar is not None, answer.text
        return int(bar.attributes["value"] or 0), answer.status_code == 286

    def outcomes(self, job: str) -> dict[str, int]:
        """Return how many of the job's messages came to which end."""
        page = LexborHTMLParser(self._http.get(job).text)
        filters = [re.fullmatch(r"\s*(\w+)\s+([\d,]+)\s*", link.text()) for link in page.css(".job-filter")]
        return {found[1]: int(found[2].replace(",", "")) for found in filters if found}


@contextmanager
def signed_in(stack: Stack, role: str) -> Iterator[Console]:
    """Sign in as `role`."""
    with httpx.Client(base_url=stack.url, follow_redirects=True, timeout=60) as http:
        console = Console(http)
        console.post("/accounts/login/", login=role, password=password(stack, role))
        yield console


class Api:
    """A client of the API."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def get(self, path: str, **parameters: Any) -> Any:
        """Return the envelope of an answer."""
        answer = self._http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def search(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Yield every message that matches, newest first, across pages."""
        cursor: dict[str, str] = {}
        while True:
            page = self.get("/investigate", per_page=1000, detections_only="false", **parameters, **cursor)
            yield from page["result"]
            if not page["result_info"]["next"]:
                return
            cursor = {"cursor": page["result_info"]["next"]}


@contextmanager
def api_of(stack: Stack) -> Iterator[Api]:
    """Use the API with the token of run.json."""
    run = stack.run
    with httpx.Client(
        base_url=f"{run['api_base_url']}/accounts/{run['account_id']}/email-security",
        headers={"Authorization": f"Bearer {run['api_token']}"},
        timeout=60,
    ) as http:
        yield Api(http)
