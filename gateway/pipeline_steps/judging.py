"""Steps that judge a message with the detectors, after links and domains that the account exempts are set apart.

None of these steps writes anything: if one fails, the message is not stored and the sender keeps it, or the submission
is judged again later.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.detect import judge
from gateway.detect.evidence import Evidence
from gateway.learning.active_model import active_model
from gateway.pipeline_steps.context import MessageContext
from gateway.policies.trusted_domains import trusted_domains, without_ignored_links
from gateway.store.policy_cache import policy


def load_policy(known: MessageContext) -> Mapping[str, Any]:
    """Read the account's settings, at most five seconds old.

    If the step fails, the message is not judged without them: it is not stored.
    """
    return {"policy": policy(known.account_id)}


def load_learnt(known: MessageContext) -> Mapping[str, Any]:
    """Load what was learnt from the team's decisions, at most five seconds old.

    If the step fails, the message is not judged without it: it is not stored.
    """
    return {"learnt": active_model(known.account_id)}


def ignore_links(known: MessageContext) -> Mapping[str, Any]:
    """Leave out the links that match a URL ignore pattern. If the step is lost, they are judged like any other."""
    notes = [*known.policy_notes]
    message = without_ignored_links(known.parsed, known.policy, notes)
    return {"message_to_judge": message, "policy_notes": tuple(notes)}


def trust_domains(known: MessageContext) -> Mapping[str, Any]:
    """Find the trusted domains of the message. If the step is lost, a partner's domain counts as a look-alike."""
    return {"trust": trusted_domains(known.message_to_judge, known.policy)}


def detect(known: MessageContext) -> Mapping[str, Any]:
    """Run the detectors, and ask what was learnt. If the step is lost, every message is clean."""
    message = known.message_to_judge
    context = known.policy.context_for(message.from_address, known.trust.similar, known.trust.recent)
    context = replace(context, not_checked=known.not_checked, unanswered=known.unanswered)
    return {
        "evidence": Evidence(message, known.envelope, context),
        "verdict": judge(message, known.envelope, context, known.learnt.opinion if known.learnt else None),
    }
