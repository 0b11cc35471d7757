"""Events on the fake API: places that are looked at since an hour ago, and a destination that wants everything."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.event_export.finding.running import events_find, places_begin
from investigate.event_export.models import Destination, Event, Source
from investigate.event_export.secrets import seal_secret
from investigate.event_export.states import Kind, Way
from tests.investigate.event_export.receivers import http_receiver
from tests.investigate.event_export.sending_events import SECRET
from tests.investigate.fake_api import held
from tests.investigate.reviews.conftest import reviews

__all__ = ["reviews"]


@pytest.fixture
def place(settings, tmp_path):
    """The folder that files of events lie in."""
    settings.GATEHOUSE_EVENT_FOLDER = tmp_path / "events"
    return tmp_path / "events"


@pytest.fixture
def since():
    """An hour ago."""
    return timezone.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def destination(api, db, place, since):
    """A file that gets every kind of event of the last hour."""
    made = Destination.objects.create(
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        name="All of it",
        way=Way.FILE,
        kinds=[kind.value for kind in Kind],
    )
    places_begin({kind.value for kind in Kind}, since)
    return made


def find() -> None:
    """Let the worker look, without waiting for a lease or a pause to end, until nothing more is found."""
    before = -1
    while before != Event.objects.count():
        before = Event.objects.count()
        Source.objects.update(lease_until=None, not_before=None)
        events_find()


def letter(number: int, **fields):
    """Return a malicious message of the last hour; each number is another one, the higher the older."""
    at = (timezone.now() - timedelta(seconds=10 + number % 3000)).replace(microsecond=0)
    return held(number, **{"scanned_at": at} | fields)


@pytest.fixture
def receiver():
    with http_receiver() as running:
        yield running


@pytest.fixture
def to(api, db, place):
    """Make a destination, which gets what is added from now on."""

    def made(way=Way.WEBHOOK, address="", **fields) -> Destination:
        values = {"kinds": [kind.value for kind in Kind], "secret": seal_secret(SECRET), "name": f"To {way}"} | fields
        return Destination.objects.create(
            account_id=backend_account_id(), backend=backend_fingerprint(), way=way, address=address, **values
        )

    return made
