"""Write down verdicts: a line for each message, and the tables of a measurement."""

from collections.abc import Iterator
from typing import Any, Final

from gateway.detect.verdict import SEVERITY, SUSPICIOUS
from gateway.judging.judged import Judged
from gateway.judging.measure import CAUGHT, HARMLESS, LABELS, THREATS, Measured

_MOST_FINDINGS: Final = 12


def line(judged: Judged) -> str:
    """Return one line on a message: file, disposition, score, sentence, findings with their scores, and insights."""
    if judged.error is not None:
        return f"{_plain(judged.path)}: {judged.error}"
    verdict = judged.verdict
    findings = ", ".join(f"{entry.name} {entry.score:.2f}" for entry in verdict.findings[:_MOST_FINDINGS])
    sentence = f"{verdict.reasons[0]} " if verdict.reasons else ""
    facts = f" {' '.join(verdict.insights)}" if verdict.insights else ""
    head = f"{_plain(judged.path)}: {verdict.disposition} ({verdict.score:.2f})"
    return _plain(f"{head} {sentence}[{findings or 'no findings'}]{facts}")


def as_json(judged: Judged) -> dict[str, Any]:
    """Return what is told of a message as JSON-compatible data."""
    if judged.error is not None:
        return {"path": judged.path, "error": judged.error}
    verdict = judged.verdict
    return {
        "path": judged.path,
        "disposition": verdict.disposition,
        "score": verdict.score,
        "reasons": list(verdict.reasons),
        "insights": list(verdict.insights),
        "findings": [
            {"detector": name, "name": entry.name, "detection": entry.detection, "score": entry.score}
            for name, found in verdict.by_detector.items()
            for entry in found
        ],
        "error": None,
        **({"label": judged.label} if judged.label else {}),
    }


def measured_as_json(measured: Measured) -> dict[str, Any]:
    """Return the figures of a measurement as JSON-compatible data."""
    return {
        "table": {label: dict(measured.table[label]) for label in _labels(measured)},
        "caught": {label: round(measured.share(label, CAUGHT), 4) for label in _labels(measured)},
        "as_threat": {label: round(measured.share(label, THREATS), 4) for label in _labels(measured)},
        "harmless": {label: round(measured.share(label, HARMLESS), 4) for label in _labels(measured)},
        "recall": [
            {"ham_above": entry.wronged, "score": entry.above, "recall": dict(entry.shares)}
            for entry in measured.recalls()
        ],
        "detectors": {
            name: {"findings": dict(brought.findings), "alone": dict(brought.alone)}
            for name, brought in measured.detectors.items()
        },
    }


def tables(measured: Measured) -> Iterator[str]:
    """Yield the lines of the tables: dispositions by label, recall, detectors, and the worst mistakes."""
    yield from _dispositions(measured)
    yield ""
    yield from _recall(measured)
    yield ""
    yield from _detectors(measured)
    if measured.worst():
        yield ""
        yield "The worst mistakes: ham that is not NONE or BULK, then mail that was not caught."
        yield from (f"  {judged.label:9} {line(judged)}" for judged in measured.worst())


def _labels(measured: Measured) -> list[str]:
    return [label for label in LABELS if measured.total(label)]


def _dispositions(measured: Measured) -> Iterator[str]:
    figures = f"{'all':>8}{'caught':>9}{'as threat':>11}{'or suspicious':>15}"
    yield "label    " + "".join(f"{name:>14}" for name in SEVERITY) + figures
    for label in _labels(measured):
        counts = "".join(f"{measured.table[label][name]:14,}" for name in SEVERITY)
        caught, threat = measured.share(label, CAUGHT), measured.share(label, THREATS)
        doubted = measured.share(label, THREATS | {SUSPICIOUS})
        yield f"{label:9}{counts}{measured.total(label):8,}{caught:9.1%}{threat:11.1%}{doubted:15.1%}"
    yield "Caught is SPAM or graver. As threat is graver than SPAM: MALICIOUS, MALICIOUS-BEC or SPOOF."
    if measured.total("ham"):
        yield f"Ham with another disposition than NONE or BULK: {1 - measured.share('ham', HARMLESS):.1%}."


def _recall(measured: Measured) -> Iterator[str]:
    for entry in measured.recalls():
        shares = ", ".join(f"{share:.1%} of {label}" for label, share in sorted(entry.shares.items())) or "none"
        yield f"With {entry.wronged:.1%} of ham above it, the score {entry.above:.3f} is exceeded by {shares}."


def _detectors(measured: Measured) -> Iterator[str]:
    labels = _labels(measured)
    head = "".join(f"{label:>11}" for label in labels)
    yield f"{'detector':22}{'findings':>10}{head}    caught only with it:{head}"
    for name, brought in sorted(measured.detectors.items()):
        counts = "".join(f"{brought.findings[label]:11,}" for label in labels)
        alone = "".join(f"{brought.alone[label]:11,}" for label in labels)
        yield f"{name:22}{sum(brought.findings.values()):10,}{counts}{'':24}{alone}"


def _plain(path: str) -> str:
    """Return a path without characters that a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in path)
