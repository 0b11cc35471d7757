"""Detector for failed sender authentication (SPF, DKIM, DMARC), recorded by trusted servers or checked here."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.authentication.checking import CHECKED_HERE
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
_LONGEST_COMMENT: Final = 1_000
_POLICY: Final = re.compile(r"\bp=(\w+)", re.IGNORECASE)


def validation(evidence: Evidence) -> Validation:
    """Return the result of each method in the API contract's terms.

    If a method has several results, the best of them counts, because one valid signature suffices.
    """
    found = {method: _best(evidence, method) for method in ("spf", "dkim", "dmarc")}
    return Validation(found["spf"], found["dkim"], found["dmarc"], _comment(evidence))


def _comment(evidence: Evidence) -> str | None:
    """Return who recorded the results, and the reasons of those that the gateway found itself."""
    entries = evidence.message.authentication_results
    servers = sorted({entry.authserv_id for entry in entries} - {CHECKED_HERE})
    said = [f"As recorded by {', '.join(servers)}"] if servers else []
    here = [f"{entry.method.upper()}: {entry.comment}" for entry in entries if entry.authserv_id == CHECKED_HERE]
    said += [f"Checked by the gateway. {'; '.join(here)}"] if here else []
    if not entries and evidence.context.not_checked:
        said.append(f"Not checked: {evidence.context.not_checked}")
    return ". ".join(said)[:_LONGEST_COMMENT] or None


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
    if evidence.context.unanswered:
        yield _unanswered(evidence)
        return
    results = validation(evidence)
    own = evidence.context.is_own(evidence.from_domain)
    if results.dmarc == "fail" and not _is_vouched_for(evidence):
        yield _failed(evidence, own=own)
    elif own and not evidence.is_authenticated and _says_nothing(evidence, results):
        yield from _unchecked(evidence)
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
            _reason(evidence, "spf"),
        )


def _is_vouched_for(evidence: Evidence) -> bool:
    """Return whether a server on the way is believed that the message was authentic before it was changed (ARC).

    The gateway's own result passes only for trusted sealers. Another server's counts for mail of a list.
    """
    passed = [entry for entry in evidence.results.get("arc", ()) if entry.result == "pass"]
    return any(entry.authserv_id == CHECKED_HERE or evidence.message.list_id for entry in passed)


def _says_nothing(evidence: Evidence, results: Validation) -> bool:
    """Return whether the gateway checked, and the domain publishes nothing to check by."""
    was_checked = any(entry.authserv_id == CHECKED_HERE for entry in evidence.message.authentication_results)
    return was_checked and results.spf == "none" and results.dmarc == "none"


def _unanswered(evidence: Evidence) -> Finding:
    return Finding(
        "sender-not-asked",
        SUSPICIOUS,
        0.5,
        "Who sent this could not be checked, since no name server answered. It is asked again. "
        + " ".join(defang(sentence) for sentence in evidence.context.unanswered),
        "From",
        "header",
        evidence.from_domain,
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
    return Finding(
        "dmarc-fail",
        detection,
        score,
        reason,
        "Authentication-Results",
        "header",
        evidence.from_domain,
        _reason(evidence, "spf", "dkim", "dmarc"),
    )


def _reason(evidence: Evidence, *methods: str) -> str | None:
    """Return what the gateway itself found by these methods."""
    said = [
        f"{entry.method.upper()} {entry.result}: {defang(entry.comment)}."
        for entry in evidence.message.authentication_results
        if entry.authserv_id == CHECKED_HERE and entry.method in methods
    ]
    return " ".join(said)[:_LONGEST_COMMENT] or None


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
            f" {peer}; nothing proves that it comes from there.",
            "From",
            "header",
            evidence.message.from_address,
        )
