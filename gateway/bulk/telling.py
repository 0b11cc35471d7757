"""What became of writes that wait is told to the trail."""

from django.conf import settings

from gateway.models import WriteRequest
from gateway.trail import trail_at

DATABASE = "gateway"
_AT_ONCE = 200


def tell_requests() -> None:
    """Record each request that came to wait or to an end, oldest first.

    It is told before the row says so: if the process dies in between, it is told again, never left out.
    """
    untold = WriteRequest.objects.using(DATABASE).filter(is_told=False).select_related("token")
    for request in untold.order_by("requested_at")[:_AT_ONCE]:
        if path := settings.GATEWAY_TRAIL:
            trail_at(path).request_changed(
                token=request.token.name,
                operation=request.operation,
                request_id=str(request.pk),
                state=request.state,
                detail={"messages": request.messages, "destination": request.destination, "copies": request.outcome},
            )
        WriteRequest.objects.using(DATABASE).filter(pk=request.pk, state=request.state).update(is_told=True)
