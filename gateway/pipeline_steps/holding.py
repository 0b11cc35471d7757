"""The step that decides for which recipients a message is held in quarantine."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings

from gateway.pipeline_steps.context import MessageContext


def hold(known: MessageContext) -> Mapping[str, Any]:
    """Decide for which recipients the message is held, by the dispositions that their domain drops.

    A message that could not be read whole, or whose sender could not be asked for, is held for everybody, unless an
    allow policy exempts it or GATEWAY_HOLD_UNREAD is off. If the step is lost, the message is
    delivered to everybody. What others have delivered is never held.
    """
    if known.is_delivered_elsewhere:
        line = f"a copy ({known.delivery_mode}) of mail that others have delivered: neither held nor delivered again"
        return {"held": frozenset(), "verdict": replace(known.verdict, trace=(*known.verdict.trace, line))}
    disposition = known.verdict.disposition
    is_kept_back = bool(known.outcome.unread) and settings.GATEWAY_HOLD_UNREAD and not known.is_exempt
    held = frozenset(
        recipient
        for recipient in known.envelope.recipients
        if recipient not in known.exempt and (is_kept_back or known.policy.is_held(disposition, recipient))
    )
    if not is_kept_back or not held:
        return {"held": held}
    line = (
        "held because it could not be read whole; it is read again with more time"
        if known.parsed.unread
        else "held because its sender could not be asked for; it is asked again"
    )
    return {"held": held, "verdict": replace(known.verdict, trace=(*known.verdict.trace, line))}
