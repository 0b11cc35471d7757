"""The Raw tab: the source of a message, split into header, text and folded base64 blocks."""

import re
from dataclasses import dataclass

from dashboard.audit.actor import Actor
from investigate.display.message import DisplayedMessage
from investigate.message.content_access import raw_view
from investigate.message.encrypted_archive import PASSWORD
from investigate.message.tabs.tab import Context

# A browser can lay out this many characters without a noticeable delay. The download has the whole source.
MOST_CHARACTERS = 200_000

_BASE64_LINE = re.compile(r"[A-Za-z0-9+/]{40,}={0,2}|[A-Za-z0-9+/]{2,}={1,2}")
_FEWEST_LINES_TO_FOLD = 6


@dataclass(frozen=True, slots=True)
class RawPart:
    """A part of the source. `fold` is the label of a part that is folded at first, or empty for a visible part."""

    text: str
    lines: int
    fold: str = ""


@dataclass(frozen=True, slots=True)
class RawText:
    """The source in parts. `characters` is the full length. `is_cut` is true if the shown source is truncated."""

    header: RawPart
    body: list[RawPart]
    characters: int
    is_cut: bool


def raw_text(source: str) -> RawText:
    """Split the source into its header and the parts of its body. Base64 blocks are folded."""
    shown = source[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n")
    header, _, body = shown.partition("\n\n")
    return RawText(
        header=RawPart(header, header.count("\n") + 1),
        body=_stretches(body.split("\n")) if body else [],
        characters=len(source),
        is_cut=len(source) > MOST_CHARACTERS,
    )


def _stretches(lines: list[str]) -> list[RawPart]:
    """Split the lines into folded parts of base64 lines and visible parts between them."""
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


def load(actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab. The access is audited before the source is shown."""
    return {"raw": raw_text(raw_view(actor=actor, message=message)), "password": PASSWORD}
