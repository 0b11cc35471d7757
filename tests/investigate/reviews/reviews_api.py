"""Submissions and reports served over the wire, beside the messages of the fake API."""

import json
from datetime import datetime, timedelta

from tests.investigate import fake_api
from tests.investigate.fake_api import ACCOUNT, NOW, FakeApi, envelope

PREFIX = f"/client/v4/accounts/{ACCOUNT}/email-security"


def submission(number=1, **fields):
    """Return a submission as the API gives it; each number is another one, the higher the older."""
    asked = fields.pop("requested_at", NOW - timedelta(minutes=10 * number))
    return {
        "submission_id": f"00000000-0000-0000-0000-{number:012d}",
        "requested_at": asked.isoformat().replace("+00:00", "Z"),
        "requested_ts": asked.isoformat(),
        "type": "Team",
        "status": "submitted",
        "customer_status": "unreviewed",
        "requested_by": "console",
        "requested_disposition": "MALICIOUS",
        "original_disposition": "NONE",
        "outcome": None,
        "outcome_disposition": None,
        "original_postfix_id": f"4Njp3P0STMz2c{number:03d}",
        "original_edf_hash": None,
        "subject": f"Subject {number}",
    } | fields


def report(number=1, **fields):
    """Return a PhishGuard report as the API gives it."""
    made = fields.pop("created_at", NOW - timedelta(hours=number))
    return {
        "id": number,
        "title": f"Campaign {number}",
        "content": "Three people got the same lure.",
        "disposition": "MALICIOUS",
        "priority": "high",
        "tags": [{"category": "kind", "value": "campaign"}],
        "fields": {"from": "a@lure.example", "to": ["anna@team.example"], "postfix_id": "4Njp3P0STMz2c001"},
        "created_at": made.isoformat().replace("+00:00", "Z"),
        "updated_at": made.isoformat().replace("+00:00", "Z"),
    } | fields


class ReviewsApi(FakeApi):
    """The fake API with submissions and reports, in pages, newest first; `asked` holds what was asked to reclassify."""

    def __init__(self):
        super().__init__()
        self.submissions, self.reports, self.asked = [], [], []
        self.failure = None

    def handle(self, request):
        path = request.url.path.removeprefix(PREFIX)
        if self.failure is not None and path in ("/submissions", "/phishguard/reports"):
            return self.failure
        if path == "/submissions":
            return self._page(request, self.submissions, "requested_at")
        if path == "/phishguard/reports":
            return self._page(request, self.reports, "created_at")
        if path.endswith("/reclassify"):
            self.asked.append(json.loads(request.content) | {"id": path.split("/")[-2]})
        return super().handle(request)

    def _page(self, request, rows, column):
        query = request.url.params
        number, per_page = int(query["page"]), int(query["per_page"])
        start, end = (datetime.fromisoformat(query[name]) for name in ("start", "end"))
        found = [one for one in rows if start <= datetime.fromisoformat(one[column]) <= end]
        found.sort(key=lambda one: one[column], reverse=True)
        page = found[(number - 1) * per_page : number * per_page]
        info = {"count": len(page), "page": number, "per_page": per_page, "total_count": len(found)}
        return envelope(page, result_info=info)


def serve() -> ReviewsApi:
    """Let the console speak to a fresh API of this kind."""
    fake_api.api = ReviewsApi()
    return fake_api.api
