"""The source of a message, cut into what is read and what is only scrolled past."""

import re
from dataclasses import dataclass

from dashboard.audit.actor import Actor
from investigate.display.message import ShownMessage
from investigate.message.content_access import raw_look
from investigate.message.encrypted_archive import PASSWORD
from investigate.message.tabs.tab import Context

# What a browser can lay out without a pause; the rest is in the download.
MOST_CHARACTERS = 200_000

_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}|[A-Za-z0-9+/]{2,}={1,2}")
_FEWEST_LINES_TO_FOLD = 6


@dataclass(frozen=True, slots=True)
class RawPart:
    """A stretch of the source; `fold` names it where it starts folded, empty where it is simply shown."""

    text: str
    lines: int
    fold: str = ""


@dataclass(frozen=True, slots=True)
class RawText:
    """The source in parts: the header first. `is_cut` when it was too long to show whole."""

    header: RawPart
    body: list[RawPart]
    characters: int
    is_cut: bool


def raw_text(source: str) -> RawText:
    """Split the source into its header and the stretches of its body; encoded blocks come folded."""
    shown = source[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    header, _, body = shown.partition("\n\n")
    return RawText(
        header=RawPart(header, header.count("\n") + 1),
        body=_stretches(body.split("\n")) if body else [],
        characters=len(source),
        is_cut=len(source) > MOST_CHARACTERS,
    )


def _stretches(lines: list[str]) -> list[RawPart]:
    """Gather runs of base64 into parts that fold, and everything between them into parts that don't."""
    parts: list[RawPart] = []
    plain: list[str] = []
    run: list[str] = []

    def end_run() -> None:
        nonlocal plain, run
        if len(run) >= _FEWEST_LINES_TO_FOLD:
            if plain:
                parts.append(RawPart("\n".join(plain), len(plain)))
                plain = []
            parts.append(RawPart("\n".join(run), len(run), fold="base64"))
        else:
            plain += run
        run = []

    for line in lines:
        if _BASE64_LINE.fullmatch(line):
            run.append(line)
        else:
            end_run()
            plain.append(line)
    end_run()
    if plain:
        parts.append(RawPart("\n".join(plain), len(plain)))
    return parts


def load(actor: Actor, message: ShownMessage) -> Context:
    """Return the context of the tab. The access is in the audit trail before the source is shown."""
    return {"raw": raw_text(raw_look(actor=actor, message=message)), "password": PASSWORD}
