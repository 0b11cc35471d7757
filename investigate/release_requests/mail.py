"""Mail to a recipient about a request: confirm it, we have it, it is in your mailbox, refused, blocked, expired."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from dashboard.outbox.mail import mail_line, mail_of
from dashboard.outbox.services import Outgoing
from dashboard.people.preferences import available_zone_set
from investigate.digests.wording import time_text
from investigate.release_requests.models import ReleaseRequest

ABOUT = "release_request"


def request_mail(request: ReleaseRequest, template: str, *, once: str = "", **context: object) -> Outgoing:
    """Return a mail to the recipient, and never to anybody else. There is one for each request, template and `once`."""
    zone = ZoneInfo(request.time_zone if request.time_zone in available_zone_set() else "UTC")
    return mail_of(
        to=request.recipient,
        key=f"request:{request.pk}:{template}:{once}",
        template=f"request_{template}",
        language=request.language,
        context={
            "kind": request.kind,
            "sender": mail_line(request.sender, 320),
            "subject": mail_line(request.subject, 140),
            "at": time_text(request.received_at, zone, request.language),
            "reference": request.reference,
            "answer": mail_line(request.answer, 1000),
            "person": request.recipient,
            **context,
        },
        about_kind=ABOUT,
        about_id=str(request.pk),
    )
