"""The authentication results that were found when a stored message arrived."""

from gateway.mail.message import AuthResult
from gateway.models import Message, MessageDetail
from gateway.store.message_detail import Detail

DATABASE = "gateway"


def recorded_results(message: Message) -> tuple[AuthResult, ...] | None:
    """Return the results; None for a message of a release that did not keep them."""
    row = MessageDetail.objects.using(DATABASE).filter(message=message).first()
    return None if row is None else results_in(Detail.unpacked(row.payload))


def results_in(detail: Detail) -> tuple[AuthResult, ...] | None:
    """Return the results in a message's detail; None for a message of a release that did not keep them."""
    if detail.authentication is None:
        return None
    return tuple(
        AuthResult(**{**entry, "properties": tuple((name, value) for name, value in entry["properties"])})
        for entry in detail.authentication
    )
