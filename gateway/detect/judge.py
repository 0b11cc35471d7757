"""The entry point of classification: run all detectors on a message and build its verdict."""

from collections.abc import Callable, Iterator
from typing import Final

from gateway.detect.context import Context, Envelope
from gateway.detect.detectors import (
    ambiguity,
    authentication,
    bounces,
    brand_content,
    bulk_mail,
    business_email_compromise,
    credentials,
    destinations,
    fraud,
    gtube,
    hidden_text,
    impersonation,
    links,
    lookalike,
    qr_codes,
    reply_chain,
    sender_history,
    sending,
    spam,
    subjects,
    unread,
)
from gateway.detect.detectors.attachments import attachment_findings
from gateway.detect.evidence import Evidence
from gateway.detect.insights import insights
from gateway.detect.learnt import LEARNT, Opinion
from gateway.detect.sentence import compose
from gateway.detect.threats import categories
from gateway.detect.verdict import NONE, Finding, Validation, Verdict
from gateway.detect.weigh import Weight, weigh
from gateway.mail.message import ParsedMessage

Detector = Callable[[Evidence], Iterator[Finding]]

DETECTORS: Final[dict[str, Detector]] = {
    "authentication": authentication.detect,
    "sender_history": sender_history.detect,
    "impersonation": impersonation.detect,
    "brand_content": brand_content.detect,
    "lookalike": lookalike.detect,
    "ambiguity": ambiguity.detect,
    "links": links.detect,
    "credentials": credentials.detect,
    "replies": business_email_compromise.detect,
    "reply_chain": reply_chain.detect,
    "bounces": bounces.detect,
    "fraud": fraud.detect,
    "hidden_text": hidden_text.detect,
    "scan_me": qr_codes.detect,
    "sending": sending.detect,
    "subjects": subjects.detect,
    "destinations": destinations.detect,
    "spam": spam.detect,
    "bulk": bulk_mail.detect,
    "gtube": gtube.detect,
    "unread": unread.detect,
}
_MOST_FINDINGS: Final = 60


def judge(message: ParsedMessage, envelope: Envelope, context: Context, opinion: Opinion | None = None) -> Verdict:
    """Return the verdict on a message: its disposition, reasons, strongest findings and trace.

    `opinion` is what was learnt from the team's decisions, which sees the detectors' findings; None if nothing was.
    """
    evidence = Evidence(message, envelope, context)
    by_detector = {name: list(detect(evidence)) for name, detect in DETECTORS.items()}
    files = attachment_findings(evidence)
    by_detector["attachments"] = [finding for _index, finding in files]
    if opinion is not None:
        by_detector[LEARNT] = list(opinion(evidence, [one for found in by_detector.values() for one in found]))
    findings = [finding for found in by_detector.values() for finding in found]
    weight = weigh(findings)
    ordered = tuple(sorted(findings, key=lambda finding: -finding.score)[:_MOST_FINDINGS])
    results = authentication.validation(evidence)
    sentence = compose(evidence, weight.disposition, weight.because)
    facts = insights(evidence)
    return Verdict(
        disposition=weight.disposition,
        reasons=(sentence, *(finding.reason for finding in weight.because)) if sentence else (),
        findings=ordered,
        threat_categories=categories(weight.because),
        validation=results,
        attachment_detections=_attachment_detections(message, files),
        trace=_trace(by_detector, weight, results, facts),
        insights=facts,
        by_detector={name: tuple(found) for name, found in by_detector.items()},
        score=weight.score,
    )


def _attachment_detections(message: ParsedMessage, files: list[tuple[int, Finding]]) -> dict[int, str]:
    """Return the disposition of each attachment by index, from its own findings and those of the files in it."""
    by_index: dict[int, list[Finding]] = {}
    for place, finding in files:
        index: int | None = place
        while index is not None:
            by_index.setdefault(index, []).append(finding)
            index = message.attachments[index].container
    return {
        index: weigh(by_index[index]).disposition if index in by_index else NONE
        for index in range(len(message.attachments))
    }


def _trace(
    by_detector: dict[str, list[Finding]], weight: Weight, results: Validation, facts: tuple[str, ...]
) -> tuple[str, ...]:
    lines = [f"authentication: spf={results.spf} dkim={results.dkim} dmarc={results.dmarc}"]
    for detector, found in by_detector.items():
        lines += [f"detector {detector}: {entry.name} ({entry.detection} {entry.score:.2f})" for entry in found[:10]]
    lines += [f"insight: {fact}" for fact in facts]
    weights = " ".join(f"{kind}={value:.2f}" for kind, value in weight.weights.items() if value)
    lines.append(f"weights: {weights or 'none'}")
    return tuple(lines)
