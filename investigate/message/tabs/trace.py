"""The Trace tab: the inbound and outbound trace of a message as one list in time order."""

from dataclasses import dataclass
from datetime import UTC, datetime

from api_client.models import Trace, TracePart
from dashboard.audit.actor import Actor
from investigate.display.message import DisplayedMessage
from investigate.message.selectors import message_trace
from investigate.message.tabs.tab import Context

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """A line of the trace. `after` is the time since the previous line, as text."""

    at: datetime | None
    direction: str
    text: str
    after: str


def trace_steps(trace: Trace) -> list[TraceStep]:
    """Return the lines of both directions in time order. A line without a time stays after its previous line."""
    lines = [*_lines(trace.inbound, "in"), *_lines(trace.outbound, "out")]
    lines.sort(key=lambda line: line[0])
    steps: list[TraceStep] = []
    before: datetime | None = None
    for _key, at, direction, text in lines:
        after = _duration((at - before).total_seconds()) if at and before else ""
        steps.append(TraceStep(at, direction, text, after))
        before = at or before
    return steps


def _lines(part: TracePart, direction: str) -> list[tuple[tuple[datetime, str, int], datetime | None, str, str]]:
    found = []
    last = _LONG_AGO
    for number, line in enumerate(sorted(part.lines, key=lambda line: line.lineno or 0)):
        last = line.logged_at or last
        found.append(((last, direction, number), line.logged_at, direction, line.message or ""))
    return found


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "" if seconds < 0.001 else f"+{round(seconds * 1000)} ms"
    if seconds < 120:
        return f"+{seconds:.1f} s"
    if seconds < 7200:
        return f"+{round(seconds / 60)} min"
    return f"+{round(seconds / 3600)} h" if seconds < 48 * 3600 else f"+{round(seconds / 86400)} days"


def load(_actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab. `is_pending` is true if the trace is not complete yet."""
    trace = message_trace(message)
    return {"steps": trace_steps(trace), "is_pending": bool(trace.inbound.pending or trace.outbound.pending)}
