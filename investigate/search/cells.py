"""Cells of the message list as HTML.

A page has hundreds of cells, so each is written by a function from prepared values: a template tag, filter or include
for each value costs more than the value itself. Texts of mail are escaped, and hidden characters in them are marked.
What a script can tell from the cell (roles, tooltips) is not sent: `list-rows.js` adds it. Nor is what HTML lets one
leave out: the end tags of cells and rows, and quotation marks around a single word.
"""

from collections.abc import Callable, Iterable
from html import escape

from django.utils.safestring import SafeString

from dashboard.mail_text import defang, plain, split_address
from dashboard.templatetags.icons import icon
from dashboard.templatetags.mail_text import address, reveal
from dashboard.templatetags.times import when
from investigate.annotations.selectors import Annotation
from investigate.display.message import DisplayedMessage
from investigate.search.columns import Column

_MOST_RECIPIENTS = 3
_MOST_TAGS = 2
_CHECKS = '"row-extra row-checks"'


def cells_of(columns: Iterable[Column], message: DisplayedMessage, annotation: Annotation, link: str) -> SafeString:
    """Return the cells of a row. `link` is the link of the subject, which opens the message."""
    parts = []
    for column in columns:
        if column.slug == "subject":
            parts.append(f"<td class=row-subject>{link}{_team_marks(annotation)}")
        elif column.slug == "team":
            parts.append(_cell("row-extra", _team(annotation)))
        else:
            parts.append(_CELLS[column.slug](message))
    return SafeString("".join(parts))


def _cell(name: str, content: str, title: str = "") -> str:
    """Return a cell. `name` is its class: one word, or several in quotation marks."""
    shown = f' title="{escape(plain(title))}"' if title else ""
    return f"<td class={name}{shown}>{content}"


def _time(message: DisplayedMessage) -> str:
    return _cell("row-time", when(message.received_at, "row"))


def _from(message: DisplayedMessage) -> str:
    name, sender = message.sender_name, message.sender
    shown_name = f"<bdi class=row-name>{reveal(name)}</bdi>" if name else ""
    shown = address(sender) if sender else '<span class="muted">no sender</span>'
    return _cell("row-from", f"<span class=row-line>{shown_name}{shown}</span>")


def _to(message: DisplayedMessage) -> str:
    recipients = message.recipients
    rest = len(recipients) - 1
    more = f'<span class=row-more>+{rest}<span class="visually-hidden"> more</span></span>' if rest > 0 else ""
    # Recipients belong to the organisation, so the local part is enough. The tooltip shows all addresses in full.
    first = reveal(split_address(recipients[0])[0]) if recipients else ""
    shown = f"<span class=row-line><bdi>{first}</bdi>{more}</span>" if more else f"<bdi>{first}</bdi>"
    return _cell("row-to", shown, ", ".join(recipients))


def _verdict(message: DisplayedMessage) -> str:
    verdict = message.verdict
    return _cell("row-verdict", f'<span class="verdict verdict-{verdict.kind}">{reveal(verdict.label)}</span>')


def _state(message: DisplayedMessage) -> str:
    state = message.state
    return _cell("row-state", f'<span class="state state-{state.kind}">{escape(state.label)}</span>')


def _envelope_from(message: DisplayedMessage) -> str:
    sender = message.data.envelope_from or ""
    return _cell("row-extra", f"<span class=row-line>{address(sender) if sender else ''}</span>")


def _envelope_to(message: DisplayedMessage) -> str:
    recipients = message.data.envelope_to or []
    return _cell("row-extra", ", ".join(map(reveal, recipients[:_MOST_RECIPIENTS])), ", ".join(recipients))


def _reasons(message: DisplayedMessage) -> str:
    reasons = message.reasons
    return _cell("row-extra", reveal(defang(reasons[0])) if reasons else "", " ".join(reasons))


def _checks(message: DisplayedMessage) -> str:
    found = message.data.validation
    results = (found.spf, found.dkim, found.dmarc) if found else (None, None, None)
    return _cell(_CHECKS, " ".join(reveal(result or "–") for result in results))


def _ip(message: DisplayedMessage) -> str:
    return _cell(_CHECKS, reveal(message.last_ip))


def _message_id(message: DisplayedMessage) -> str:
    message_id = message.data.message_id or ""
    return _cell("row-extra", reveal(message_id))


_CELLS: dict[str, Callable[[DisplayedMessage], str]] = {
    "time": _time,
    "from": _from,
    "envelope-from": _envelope_from,
    "to": _to,
    "envelope-to": _envelope_to,
    "verdict": _verdict,
    "reasons": _reasons,
    "checks": _checks,
    "ip": _ip,
    "message-id": _message_id,
    "state": _state,
}


def _team(annotation: Annotation) -> str:
    tags = "".join(f' <span class="token">{reveal(tag)}</span>' for tag in annotation.tags)
    return f"{escape(annotation.assignee)}{tags} {_notes(annotation)}".strip()


def _notes(annotation: Annotation) -> str:
    count = annotation.notes
    return f"{count} note{'' if count == 1 else 's'}" if count else ""


def _team_marks(annotation: Annotation) -> str:
    """Return the marks of the team beside the subject: who takes care of it, notes, and the first tags."""
    parts = []
    if annotation.assignee:
        parts.append(_mark("user-circle", f"{annotation.assignee} takes care of it"))
    if annotation.notes:
        parts.append(_mark("chat-bubble-bottom-center-text", _notes(annotation)))
    parts += [f'<span class="tag">{reveal(tag)}</span>' for tag in annotation.tags[:_MOST_TAGS]]
    if (more := len(annotation.tags) - _MOST_TAGS) > 0:
        parts.append(f'<span class="muted">+{more}</span>')
    return f'<span class="row-team">{"".join(parts)}</span>' if parts else ""


def _mark(name: str, meaning: str) -> str:
    text = escape(plain(meaning))
    return f'<span title="{text}">{icon("micro", name, size=14)}<span class="visually-hidden">{text}</span></span>'
