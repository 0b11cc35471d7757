"""Pages of events in a browser: axe's judgement in both colours and on a phone, by keyboard, and without scripts.

Slow, since axe judges each page in each look.
"""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dashboard.outbox.models import OutboxEntry
from investigate.event_export.models import Destination, Replay, Source, Unread
from investigate.event_export.states import Place
from tests import accessibility
from tests.hostile_texts import INJECTED
from tests.investigate.browser import chromium, visit

__all__ = ["chromium", "visit"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
EVIL = '<x-injected></x-injected> \u202egnp.exe "><img src=x onerror=alert(1)>'


@pytest.fixture
def much(to):
    """A destination in trouble, with all that its page can show."""
    made = to(
        address="https://" + "very-long-label." * 12 + "example/" + "path/" * 30,
        name=EVIL[:80],
        error=EVIL * 5,
        failing_since=timezone.now(),
        verdicts=["malicious", "spam"],
        lost=3,
    )
    to("file", name="Files", paused_at=timezone.now())
    mine = {"account_id": made.account_id, "backend": made.backend}
    for place in Place:
        Source.objects.create(
            **mine, place=place, since=timezone.now(), error=EVIL, not_before=timezone.now(), read_until=timezone.now()
        )
    Source.objects.filter(place=Place.JOBS).update(error="", gaps=[["a", "b"], ["c", "d"]])
    Unread.objects.create(
        **mine, place=Place.VERDICTS, reference="4Njp" + "x" * 200, why=EVIL, next_at=timezone.now(), tries=3
    )
    now = timezone.now()
    OutboxEntry.objects.create(
        key="k",
        channel="events",
        destination=f"x #{made.pk}",
        lane=f"events:{made.pk}",
        payload={},
        title="500 events",
        state="failed",
        tries=9,
        error=EVIL * 3,
        created_at=now,
        next_try_at=now,
        give_up_at=now,
        ended_at=now,
    )
    Replay.objects.create(destination=made, since=now, cursor=0, last=1, counted=1, asked_by_name=EVIL)
    return made


def paths(made: Destination) -> list[str]:
    return [
        *("/events/", f"/events/{made.pk}/", f"/events/{made.pk}/edit/", f"/events/{made.pk + 1}/"),
        *(f"/events/{made.pk}/replay/?since=2026-01-01T00:00", "/events/new/https/", "/events/new/webhook/"),
    ]


@pytest.mark.parametrize("look", [{}, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_and_nothing_hostile_acts(visit, much, look):
    page = visit("/events/", "admin", reduced_motion="reduce", **look)
    found = {}
    for path in paths(much):
        page.goto(path)
        accessibility.prepare(page)
        found[path] = accessibility.faults(page)
        page.emulate_media(color_scheme="dark")
        found[path] += accessibility.colour_faults(page)
        page.emulate_media(color_scheme="light")
        assert page.evaluate(INJECTED) == []
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_a_webhook_is_made_by_keyboard_and_its_secret_is_seen(visit, place):
    page = visit("/events/", "admin")
    page.get_by_role("link", name="Webhook").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name", exact=True).fill("SIEM")
    page.get_by_label("URL").fill("http://127.0.0.1:9/hook")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is shown only now")).to_be_visible()
    expect(page.locator(".event-secret")).to_contain_text("whsec_")


def test_forms_work_without_scripts(visit, place):
    page = visit("/events/new/file/", "admin", java_script_enabled=False)
    page.get_by_label("Name", exact=True).fill("Files")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name="Files")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Delete")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Nothing is sent anywhere yet")).to_be_visible()
