"""Mail over several days for the rollups, and the walks of one worker after the other."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx

from dashboard.overview.models import DayFigures
from dashboard.overview.rollups import rollups_update
from dashboard.walking.running import walk_run
from tests.dashboard.walking.capped import CappedSearch
from tests.investigate import fake_api
from tests.investigate.fake_api import held, message

KINDS = ["NONE", "SPAM", "MALICIOUS", "MALICIOUS-BEC", "BULK", "SUSPICIOUS", "SPOOF"]
LABEL = "overview.daywalk"


def mail(count, *, now, step):
    """Return so many messages of all kinds, each so much older than the one before."""
    found = []
    for number in range(1, count + 1):
        kind = KINDS[number % len(KINDS)]
        make = held if number % 3 == 0 else message
        found.append(
            make(
                number,
                scanned_at=now - number * step,
                final_disposition=kind,
                client_recipients=[f"person{number % 5}@team.example", "everybody@team.example"],
                from_name=f"Boss {number % 2}",
                threat_categories=["CredentialPhishing"] if number % 4 == 0 else [],
                post_delivery_operations=["MOVE"] if number % 6 == 0 else [],
            )
        )
    return found


def serve(messages):
    """Let the API hold these messages."""
    search = CappedSearch(messages)

    def handle(request):
        # The counter of policies' uses asks for the content policies.
        if request.method == "GET" and request.url.path.endswith("/settings/content_policies"):
            return httpx.Response(200, json={"success": True, "errors": [], "messages": [], "result": []})
        return search.answer(request)

    fake_api.api = SimpleNamespace(handle=handle)
    return search


def work():
    """Do what the worker and beat do, until nothing is due."""
    for _ in range(400):
        walk = rollups_update()
        if walk is None:
            return
        assert walk_run(LABEL, walk.pk) is None
    raise AssertionError("the rollups never come to rest")


def naive(messages, *, day):
    """Count a day's messages by hand: dispositions, places, targets, senders."""
    counts = {"disposition": Counter(), "place": Counter(), "targets": Counter(), "senders": Counter()}
    for one in messages:
        if datetime.fromisoformat(one["scanned_at"]).astimezone(UTC).date() != day:
            continue
        kind = one["final_disposition"]
        counts["disposition"][kind] += 1
        counts["place"]["held"] += one["is_quarantined"]
        counts["place"]["moved"] += "MOVE" in one["post_delivery_operations"]
        counts["place"]["released"] += "QUARANTINE_RELEASE" in one["post_delivery_operations"]
        if kind != "NONE":
            counts["senders"][one["from"]] += 1
        if kind in {"MALICIOUS", "MALICIOUS-BEC", "SUSPICIOUS", "SPOOF"}:
            counts["targets"].update(one["client_recipients"])
    return {name: dict(+values) for name, values in counts.items()}


def kept(*, day):
    """Return the same of what was kept of the day."""
    sums = DayFigures.objects.get(day=day).sums
    return {name: sums.get(name, {}) for name in ("disposition", "place", "targets", "senders")}


def days_back(now, count):
    """Return so many days in UTC, today first."""
    return [(now - timedelta(days=number)).astimezone(UTC).date() for number in range(count)]
