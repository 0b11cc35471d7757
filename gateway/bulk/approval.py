"""Whether a bulk job needs a second person, which is known when its search has been walked."""

from gateway.models import BulkJob, BulkJobMessage, Token
from gateway.tokens.approval import NeedsApproval, count_write, refuse_size, rules_for

DATABASE = "gateway"
_ACTIONS = {BulkJob.Action.MOVE: "move", BulkJob.Action.RELEASE: "release"}


def check_approval(job: BulkJob, *, is_whole: bool) -> None:
    """Raise NeedsApproval if what was found so far needs a second person. Call it where the job's rows are written.

    When the search `is_whole`, the job counts as a write of its token, before it acts. Until then only its own size is
    compared, so that a job that will be refused does not walk the whole mail first.
    """
    # Names of tokens are never given twice. Jobs of other makers, such as tests, are under no rules.
    token = Token.objects.using(DATABASE).filter(account_id=job.account_id, name=job.requested_by).first()
    if token is None:
        return
    if token.revoked_at is not None:
        raise NeedsApproval("The token that asked for this was revoked")
    action = _ACTIONS[BulkJob.Action(job.action)]
    rules = rules_for(token, action, job.destination)
    if not rules:
        return
    waiting = BulkJobMessage.objects.using(DATABASE).filter(job=job, status=BulkJobMessage.Status.PENDING)
    messages = waiting.order_by().values("message_id").distinct().count()
    if is_whole:
        count_write(token, action, messages, destination=job.destination)
    else:
        refuse_size(rules, messages)
