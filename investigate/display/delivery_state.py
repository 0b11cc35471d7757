"""Delivery state of a message: held, delivered, released, moved, and so on, derived from the API's data."""

from dataclasses import dataclass

from api_client.models import Message
from api_client.models.values import ActionOperation, DeliveryStatus


@dataclass(frozen=True, slots=True)
class State:
    """A delivery state: `kind` for its style, `label` for tables, and `sentence` as an explanation."""

    kind: str
    label: str
    sentence: str


HELD = State("held", "held", "It is held in quarantine; nobody has received it.")
RELEASED = State("released", "released", "It was held and then released to its recipients.")
MOVED = State("moved", "moved", "It was delivered and moved to another folder afterwards.")
UNKNOWN = State("waiting", "unknown", "The API does not say where it is.")

_BY_STATUS = {
    DeliveryStatus.DELIVERED: State("delivered", "delivered", "It was delivered to its recipients."),
    DeliveryStatus.REJECTED: State("failed", "rejected", "It was rejected; the sender was told."),
    DeliveryStatus.BOUNCED: State("failed", "bounced", "The recipient's server refused it for good."),
    DeliveryStatus.MOVE_FAILED: State("failed", "move failed", "It was delivered, and moving it failed."),
    DeliveryStatus.DEFERRED: State("waiting", "deferred", "The recipient's server asked to try again later."),
    DeliveryStatus.QUEUED: State("waiting", "queued", "It waits to be delivered."),
}


def state_of(message: Message) -> State:
    """Return the delivery state of the message. Later actions take precedence over the result on arrival."""
    status = set(message.delivery_status or [])
    done = set(message.post_delivery_operations or [])
    is_released = ActionOperation.QUARANTINE_RELEASE.value in done
    if message.is_quarantined or (status == {DeliveryStatus.QUARANTINED.value} and not is_released):
        return HELD
    if DeliveryStatus.MOVE_FAILED.value in status:
        return _BY_STATUS[DeliveryStatus.MOVE_FAILED]
    if DeliveryStatus.MOVED.value in status or ActionOperation.MOVE.value in done:
        return MOVED
    if is_released:
        return RELEASED
    return next((state for value, state in _BY_STATUS.items() if value.value in status), UNKNOWN)
