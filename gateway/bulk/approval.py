"""Whether a bulk job needs a second person, which is known when its search has been walked."""

from gateway.bulk.waiting import park
from gateway.models import BulkJob, BulkJobMessage, Token
from gateway.tokens.approval import NeedsApproval, count_write, may_wait, refuse_size, rules_for

DATABASE = "gateway"
_ACTIONS = {BulkJob.Action.MOVE: "move", BulkJob.Action.RELEASE: "release"}


class TokenRevoked(Exception):
    """The token that asked for the job was revoked before it began."""


def check_approval(job: BulkJob, *, is_whole: bool) -> bool:
    """Return whether the job may go on with what was found so far. Call it where the job's rows are written.

    When the search `is_whole`, the job counts as a write of its token, before it acts. Until then only its own size is
    compared, so that a job that will be refused does not walk the whole mail first. One that may wait walks it all: a
    person decides on what was found. False is for one that waits from now on.

    :raises NeedsApproval: it needs a second person and may not wait. TokenRevoked: there is nobody who asks for it.
    """
    # Names of tokens are never given twice. Jobs of other makers, such as tests, are under no rules.
    token = Token.objects.using(DATABASE).filter(account_id=job.account_id, name=job.requested_by).first()
    if token is None:
        return True
    if token.revoked_at is not None:
        raise TokenRevoked("The token that asked for this was revoked")
    action = _ACTIONS[BulkJob.Action(job.action)]
    rules = rules_for(token, action, job.destination)
    if not rules:
        return True
    waiting = BulkJobMessage.objects.using(DATABASE).filter(job=job, status=BulkJobMessage.Status.PENDING)
    messages = waiting.order_by().values("message_id").distinct().count()
    if not is_whole:
        if not may_wait():
            refuse_size(rules, messages)
        return True
    try:
        count_write(token, action, messages, destination=job.destination)
    except NeedsApproval as needed:
        if not may_wait():
            raise
        park(job, token, messages=messages, rule=needed.rule)
        return False
    return True
