"""The step that decides for which recipients a message is held in quarantine."""

from collections.abc import Mapping
from typing import Any

from gateway.pipeline_steps.context import MessageContext


def hold(known: MessageContext) -> Mapping[str, Any]:
    """Decide for which recipients the message is held, by the dispositions that their domain drops.

    If the step is lost, the message is delivered to everybody.
    """
    disposition = known.verdict.disposition
    return {
        "held": frozenset(
            recipient
            for recipient in known.envelope.recipients
            if recipient not in known.exempt and known.policy.is_held(disposition, recipient)
        )
    }
