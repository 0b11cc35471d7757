"""Tells what was learnt: its state and versions, a decision, and why the model says what it says of a message."""

from collections.abc import Iterable, Iterator
from functools import partial

from gateway.detect.learnt import LEARNT
from gateway.importing.envelope import imported_envelope
from gateway.importing.sources import Found
from gateway.learning.active_model import active_model
from gateway.learning.decisions import DATABASE, decisions
from gateway.learning.linear_model import LABELS, Places
from gateway.learning.training import FEWEST
from gateway.learning.versions import state, versions
from gateway.models import LearningExample, LearntVersion
from gateway.pipeline import judge_stored
from gateway.teaching.examples import described

_MOST_ALIKE = 5
_COMPARED = 30_000


def status_lines(account_id: str) -> Iterator[str]:
    """Yield whether verdicts listen, how many decisions there are, and the versions, newest first."""
    listened = state(account_id)
    if not listened.is_on:
        yield "Switched off: verdicts are made without what was learnt (--on switches it on)."
    elif listened.version_id is None:
        yield f"No say yet: that takes {FEWEST} decisions each of {', '.join(LABELS)}."
    else:
        held = ", turned back to it: newer ones wait for --go-on" if listened.is_held else ""
        yield f"Verdicts listen to version {listened.version_id}{held}."
    ready = decisions(account_id).filter(status=LearningExample.Status.READY, taken_back_at=None)
    counts = ", ".join(f"{ready.filter(label=label).count():,} {label}" for label in LABELS)
    yield f"Decisions: {counts}; {_others(account_id)}."
    for version in versions(account_id):
        yield _version_line(version)


def _others(account_id: str) -> str:
    found = decisions(account_id)
    waiting = found.filter(status=LearningExample.Status.WAITING).count()
    unusable = found.filter(status=LearningExample.Status.UNUSABLE).count()
    back = found.exclude(taken_back_at=None).count()
    return f"{waiting:,} wait to be read, {unusable:,} can't be used, {back:,} were taken back"


def _version_line(version: LearntVersion) -> str:
    made_of = ", ".join(f"{version.counts[label]:,} {label}" for label in LABELS)
    caught = ", ".join(f"{version.caught[label]:.1%} of {label}" for label in LABELS)
    made_at = f"{version.made_at:%Y-%m-%d %H:%M} UTC"
    return f"version {version.pk}, {made_at}: of {made_of}; with the rules it would catch {caught}"


def decision_line(example: LearningExample) -> str:
    """Return one line on a decision."""
    told = example.note or ("taken back" if example.taken_back_at else example.get_status_display().lower())
    about = example.investigate_id or f"a file, SHA-256 {example.raw_sha256[:16]}"
    return (
        f"{example.pk:8}  {example.decided_at:%Y-%m-%d %H:%M} UTC  {example.label:9} {example.origin:13}"
        f" {_plain(example.decided_by)}: {about} ({told})"
    )


def why_lines(found: Iterable[Found], account_id: str) -> Iterator[str]:
    """Yield what the model says of messages, and the decisions whose mail is most like each."""
    learnt = active_model(account_id)
    for entry in found:
        if entry.raw is None:
            yield f"{_plain(entry.label)}: {entry.error}"
            continue
        known = judge_stored(entry.raw, partial(imported_envelope, mail_from=entry.mail_from), account_id=account_id)
        said = [finding for name, one in known.verdict.by_detector.items() if name == LEARNT for finding in one]
        yield f"{_plain(entry.label)}: {known.verdict.disposition}"
        if learnt is None:
            yield "  Nothing that was learnt has a say."
        for finding in said:
            yield f"  {finding.reason} ({finding.detail})"
        for likeness, example in _most_alike(described(known).message, account_id):
            yield f"  {likeness:4.0%} alike: {decision_line(example).strip()}"


def _most_alike(message: Places, account_id: str) -> list[tuple[float, LearningExample]]:
    """Return the decisions whose mail has most in common with the message, each with the share of it (Dice)."""
    mine = {*message.words, *message.structure}
    ready = decisions(account_id).filter(status=LearningExample.Status.READY, taken_back_at=None)[:_COMPARED]
    scored: list[tuple[float, int]] = []
    for key, content in ready.values_list("pk", "features").iterator():
        other = Places.from_bytes(bytes(content))
        theirs = {*other.words, *other.structure}
        scored.append((2 * len(mine & theirs) / (len(mine) + len(theirs) or 1), key))
        scored = sorted(scored, reverse=True)[:_MOST_ALIKE]
    rows = LearningExample.objects.using(DATABASE).in_bulk([key for _share, key in scored])
    return [(share, rows[key]) for share, key in scored if key in rows]


def _plain(text: str) -> str:
    """Return text without characters that a terminal would obey."""
    return "".join(character if character.isprintable() else "?" for character in text)
