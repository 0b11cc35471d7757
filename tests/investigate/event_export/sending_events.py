"""What makes events happen and lets the worker send them."""

from django.utils import timezone

from api_client.models import Message
from dashboard.outbox.models import OutboxEntry, OutboxLane
from dashboard.outbox.sending import lane_send, lanes_due
from investigate.event_export.feed import NewEvent, events_add
from investigate.event_export.formats.alerts import alert_fields
from investigate.event_export.handing import events_hand_over
from investigate.event_export.secrets import new_secret
from investigate.event_export.states import Kind
from tests.investigate.fake_api import held

SECRET = new_secret()


def add(*numbers, disposition="malicious", message_id="", **fields) -> None:
    """Let events happen, one for each number."""
    events_add(
        [
            NewEvent(
                Kind.ALERTS,
                (number,),
                at=timezone.now(),
                fields=alert_fields(Message.model_validate(held(number, **fields)), None),
                message_id=message_id or f"message {number}",
                disposition=disposition,
            )
            for number in numbers
        ]
    )


def send(*, later=False) -> None:
    """Let the worker hand over and send; with `later`, after all pauses."""
    events_hand_over()
    if later:
        OutboxEntry.objects.filter(state="waiting").update(next_try_at=timezone.now())
        OutboxLane.objects.update(paused_until=None)
    for lane in lanes_due():
        lane_send(lane)


def states() -> list[str]:
    return list(OutboxEntry.objects.order_by("id").values_list("state", flat=True))
