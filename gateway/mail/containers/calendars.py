"""Calendars (RFC 5545) and cards (RFC 6350): the links that their programs show, and the files that they hold."""

import binascii
import re
from typing import Final

from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.link_text import links_of, links_of_page, links_of_text
from gateway.mail.containers.opened import Member, Opened

_FOLD: Final = re.compile(r"\r?\n[ \t]|\r[ \t]")
_LINE: Final = re.compile(
    r'([A-Za-z0-9.-]{1,60})((?:;[A-Za-z0-9-]{1,60}=(?:"[^"\r\n]{0,4000}"|[^":;\r\n]{0,4000})){0,30}):'
)
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]{1,60})=(?:"([^"]*)"|([^;:"]*))')
_ESCAPE: Final = re.compile(r"\\([nN,;\\])")
_ADDRESSES: Final = frozenset({"URL", "ATTACH", "CONFERENCE", "SOURCE", "IMAGE", "STRUCTURED-DATA"})
_TEXTS: Final = frozenset(
    {"DESCRIPTION", "LOCATION", "SUMMARY", "COMMENT", "CONTACT", "NOTE", "X-ALT-DESC", "STYLED-DESCRIPTION"}
)
_MOST_LINES: Final = 100_000


def open_calendar(data: bytes, name: str, budget: Budget) -> Opened:
    """Read the properties that a calendar program shows, after folded lines were joined."""
    opened = Opened()
    lines = re.split(r"[\r\n]+", _FOLD.sub("", decode(data)))
    if len(lines) > _MOST_LINES:
        budget.leave_out(f"Calendar {name} has more than {_MOST_LINES:,} lines: the rest was not read.")
    addresses: list[str] = []
    texts: list[str] = []
    for line in lines[:_MOST_LINES]:
        match = _LINE.match(line)
        if match is None:
            continue
        parameters = {key.upper(): quoted or plain for key, quoted, plain in _PARAMETER.findall(match[2])}
        kind, value = match[1].rpartition(".")[2].upper(), line[match.end() :].strip()
        addresses.append(parameters.get("ALTREP", ""))
        if kind in _ADDRESSES and parameters.get("ENCODING", "").upper() in {"BASE64", "B"}:
            _add_file(value, parameters, opened, budget)
        elif kind in _ADDRESSES or kind.startswith(("X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL")):
            addresses.append(value)
        elif kind in _TEXTS or kind.startswith("X-"):
            texts.append(_ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value))
    opened.links = links_of((address for address in addresses if not address.lower().startswith("cid:")), name)
    joined = "\n".join(texts)
    opened.links += links_of_page(joined, name, budget) if "<" in joined else []
    opened.links += links_of_text(joined, name)
    return opened


def _add_file(value: str, parameters: dict[str, str], opened: Opened, budget: Budget) -> None:
    try:
        content = binascii.a2b_base64(value)
    except (binascii.Error, ValueError):
        return
    file_name = parameters.get("FILENAME") or parameters.get("X-FILENAME") or parameters.get("X-ORACLE-FILENAME") or ""
    if content and budget.take(len(content)):
        opened.members.append(Member(file_name, content, parameters.get("FMTTYPE", "").lower()))
