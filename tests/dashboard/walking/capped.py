"""A search served over the wire: cut off after so many results, failing where told to, refusing cursors and sizes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx

from api_client import NEVER, Client
from tests.investigate.fake_api import ACCOUNT, message

NEWEST = datetime(2026, 11, 20, 6, tzinfo=UTC)


class CappedSearch:
    """Serves `messages`, newest first, `cap` of them at most for one search; `fails` says which searches answer 500.

    A cursor beyond `deepest` and a page of more than `most` are refused. `sizes` are the sizes that were asked for.
    """

    def __init__(self, messages, *, cap=None, fails=lambda start, end: False, deepest=None, most=None):
        self.messages = sorted(messages, key=lambda one: one["id"], reverse=True)
        self.messages.sort(key=lambda one: one["scanned_at"], reverse=True)
        self.cap, self.fails, self.deepest = cap, fails, deepest
        self.most, self.sizes = most, []
        self.calls = 0

    def client(self):
        return Client(
            base_url="http://fake.invalid/client/v4",
            account_id=ACCOUNT,
            token="t",
            transport=httpx.MockTransport(self.answer),
            retry=NEVER,
        )

    def answer(self, request):
        self.calls += 1
        query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
        start, end = (datetime.fromisoformat(query[name]) for name in ("start", "end"))
        if self.fails(start, end):
            return httpx.Response(500, json={"success": False, "errors": [], "messages": [], "result": None})
        at, per_page = int(query.get("cursor", 0)), int(query["per_page"])
        self.sizes.append(per_page)
        if (self.deepest is not None and at > self.deepest) or (self.most is not None and per_page > self.most):
            return httpx.Response(400, json={"success": False, "errors": [], "messages": [], "result": None})
        found = [one for one in self.messages if start <= datetime.fromisoformat(one["scanned_at"]) <= end][: self.cap]
        more = at + per_page < len(found)
        info = {
            "count": 0,
            "page": 0,
            "per_page": per_page,
            "total_count": 0,
            "next": str(at + per_page) if more else None,
        }
        page = found[at : at + per_page]
        return httpx.Response(
            200, json={"success": True, "errors": [], "messages": [], "result": page, "result_info": info}
        )


def mail(count, *, step=timedelta(seconds=7)):
    """Return so many messages, each so much older than the one before."""
    return [message(number, scanned_at=NEWEST - number * step) for number in range(1, count + 1)]
