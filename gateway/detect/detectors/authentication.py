"""Detector for failed sender authentication (SPF, DKIM, DMARC), as trusted servers recorded it."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import SPOOF, SUSPICIOUS, Finding, Validation

_RESULTS: Final = {
    "pass": "pass",
    "bestguesspass": "neutral",
    "fail": "fail",
    "hardfail": "fail",
    "softfail": "fail",
    "neutral": "neutral",
    "policy": "neutral",
    "temperror": "error",
    "permerror": "error",
    "none": "none",
}
_POLICY: Final = re.compile(r"\bp=(\w+)", re.IGNORECASE)


def validation(evidence: Evidence) -> Validation:
    """Return the result of each method in the API contract's terms.

    If a method has several results, the best of them counts, because one valid signature suffices.
    """
    found = {method: _best(evidence, method) for method in ("spf", "dkim", "dmarc")}
    servers = sorted({entry.authserv_id for entry in evidence.message.authentication_results})
    comment = f"As recorded by {', '.join(servers)}" if servers else None
    return Validation(found["spf"], found["dkim"], found["dmarc"], comment)


def _best(evidence: Evidence, method: str) -> str:
    results = [_RESULTS.get(entry.result, "none") for entry in evidence.results.get(method, ())]
    return next((result for result in ("pass", "fail", "error", "neutral") if result in results), "none")


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find mail that its header From domain did not send, by the authentication results."""
    if not evidence.from_domain:
        return
    if not evidence.results:
        yield from _unchecked(evidence)
        return
    results = validation(evidence)
    own = evidence.context.is_own(evidence.from_domain)
    if results.dmarc == "fail" and not (evidence.message.list_id and evidence.passed("arc")):
        yield _failed(evidence, own=own)
    elif own and not evidence.is_authenticated:
        yield Finding(
            "own-domain-unauthenticated",
            SPOOF,
            0.9,
            f"From claims the own domain {defang(evidence.from_domain)}, but neither SPF nor DKIM vouches for it"
            f" (SPF {results.spf}, DKIM {results.dkim}, DMARC {results.dmarc}).",
            "From",
            "header",
            evidence.message.from_address,
        )
    elif results.spf == "fail" and results.dkim != "pass":
        yield Finding(
            "spf-fail",
            SUSPICIOUS,
            0.25,
            f"SPF failed for {defang(evidence.envelope.mail_from or evidence.from_domain)},"
            " and no signature makes up for it.",
            "Authentication-Results",
            "header",
            "spf=fail",
        )


def _failed(evidence: Evidence, *, own: bool) -> Finding:
    policy = _policy(evidence)
    domain = defang(evidence.from_domain)
    if own:
        detection, score = SPOOF, 0.95
        reason = f"DMARC failed for the own domain {domain}: this mail does not come from there."
    elif policy == "reject":
        detection, score = SPOOF, 0.85
        reason = f"DMARC failed for {domain}, which asks receivers to reject such mail."
    else:
        detection, score = SUSPICIOUS, 0.5 if policy == "quarantine" else 0.25
        reason = f"DMARC failed for {domain} (its policy: {policy or 'not recorded'})."
    return Finding("dmarc-fail", detection, score, reason, "Authentication-Results", "header", evidence.from_domain)


def _policy(evidence: Evidence) -> str:
    """Return the published DMARC policy from a property or the comment of the result, or an empty string."""
    for entry in evidence.results.get("dmarc", ()):
        named = entry.get("policy.published-domain-policy") or entry.get("p") or entry.get("policy.p")
        match = _POLICY.search(entry.comment)
        if named or match:
            return (named or (match[1] if match else "")).lower()
    return ""


def _unchecked(evidence: Evidence) -> Iterator[Finding]:
    sender = evidence.envelope.mail_from.rpartition("@")[2].lower()
    own = evidence.context.is_own
    if own(evidence.from_domain) and evidence.is_from_outside and not own(sender):
        peer = defang(evidence.envelope.client_ip or evidence.message.smtp_helo_server_ip)
        yield Finding(
            "own-domain-from-outside",
            SUSPICIOUS,
            0.5,
            f"From claims the own domain {defang(evidence.from_domain)}, but the mail was handed over from outside by"
            f" {peer}; no trusted server checked it.",
            "From",
            "header",
            evidence.message.from_address,
        )
