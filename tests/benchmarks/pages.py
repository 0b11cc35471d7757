"""What a page costs: processor time in this process, bytes of HTML, and the API's share of it."""

import gzip
import time
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils.crypto import get_random_string

from dashboard.backend import api_client_for_console
from dashboard.capabilities import Role
from dashboard.people.services import people_ensure
from tests.benchmarks.timing import Table, p50

ROUNDS = 60
WARM_UP = 5
MOST_PROCESSOR = 25
MOST_BYTES = 60_000


def pages(table: Table) -> None:
    """Measure screens as an analyst sees them, without HTTP: another process's load does not count."""
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.ALLOWED_HOSTS = ["*"]
    browser = Client()
    browser.force_login(people_ensure(username="benchmark", password=get_random_string(20), role=Role.ANALYST)[0])
    api = api_client_for_console()
    newest = api.investigate.list(detections_only=False, per_page=50)
    floor = _processor(lambda: api.investigate.list(detections_only=False, per_page=50))
    screens = {
        "search, the newest 50": "/investigate/",
        "search, two words": "/investigate/?query=order+dispatched",
        "a message": f"/investigate/messages/{newest.items[0].id}/",
        "jobs": "/jobs/",
        "submissions": "/submissions/",
    }
    for name, url in screens.items():
        html = browser.get(url, follow=True)
        assert html.status_code == 200, (url, html.status_code)
        spent = _processor(lambda url=url: browser.get(url, follow=True))
        size, packed = len(html.content), len(gzip.compress(html.content))
        table.add(
            f"page, {name}",
            f"{spent:.1f} ms of processor, {size / 1000:.0f} KB of HTML, {packed / 1000:.1f} KB compressed",
            f"{spent / floor:.1f} × the API's answer for 50 rows ({floor:.1f} ms); "
            f"wanted: under {MOST_PROCESSOR} ms and {MOST_BYTES / 1000:.0f} KB",
        )


def _processor(action: Callable[[], object]) -> float:
    """Return the milliseconds of processor time that the action takes, the middle of many runs."""
    spent = []
    for number in range(WARM_UP + ROUNDS):
        began = time.process_time()
        action()
        if number >= WARM_UP:
            spent.append((time.process_time() - began) * 1000)
    return p50(spent)
