"""What a write by a token needs beyond its operation's right: the right to purge, and nobody's missing approval."""

from gateway.api.problems import APPROVAL, Problem
from gateway.api.registry import Call
from gateway.api.tokens import require_right
from gateway.models import Token
from gateway.tokens.approval import NeedsApproval, count_write, is_purge


def check_purge(call: Call, destination: str) -> None:
    """Check that the token may move messages to this folder.

    :raises Problem: 403 if this is a purge and the token has no right to purge.
    """
    if is_purge(destination):
        require_right(call.token, Token.Right.PURGE)


def check_approval(call: Call, action: str, messages: int, *, destination: str = "") -> None:
    """Count a write on so many messages that is about to happen.

    :raises Problem: 403 if it needs a second person; nothing was done.
    """
    try:
        count_write(call.token, action, messages, destination=destination)
    except NeedsApproval as refused:
        raise Problem(403, APPROVAL, str(refused)) from None
