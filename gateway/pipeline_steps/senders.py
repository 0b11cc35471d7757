"""The step that asks what the gateway has seen of a message's sender before."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.detect.evidence import Evidence
from gateway.history.asking import known_sender
from gateway.pipeline_steps.context import MessageContext


def know_sender(known: MessageContext) -> Mapping[str, Any]:
    """Note the sender's history in the policy's context.

    If the step fails, nothing has been stored; if it were lost, no sender would be new and none known.
    """
    context = known.policy.context
    evidence = Evidence(known.parsed, known.envelope, context)
    seen = known_sender(known.account_id, evidence, before=known.arrived_at, history=known.history)
    context = replace(context, sender=seen)
    return {"policy": replace(known.policy, context=context)}
