"""What came of a write that waited and was approved."""

from django.utils import timezone

from gateway.bulk.counting import counters
from gateway.models import WriteRequest

DATABASE = "gateway"
State = WriteRequest.State


def note_outcome(request: WriteRequest) -> None:
    """Note what came of a request whose job has ended, before the job can be deleted."""
    job = request.job
    counted = counters([job])[job.pk] if job is not None else None
    WriteRequest.objects.using(DATABASE).filter(pk=request.pk, state=State.APPROVED).update(
        state=State.DONE,
        ended_at=job.completed_at if job is not None else timezone.now(),
        outcome={} if counted is None else counted.as_data(),
        is_told=False,
    )
