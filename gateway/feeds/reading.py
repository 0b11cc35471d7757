"""Reads the lines of a feed: a host, a web address, a mail address or a hash on each, in plain lists and CSV."""

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Final

from gateway.detect.kept_lists import FREE_HOSTING, SHORTENERS
from gateway.mail.domains import registrable_domain
from gateway.mail.web_address import read_address
from gateway.models import FeedEntry

Kind = FeedEntry.Kind
LONGEST_LINE: Final = 4_096
_HASH: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")
_ADDRESS: Final = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,253}")
# A page there is named by its whole host, and a shortened link by nothing that a feed of hosts can say.
_EVERYBODYS: Final = FREE_HOSTING | SHORTENERS
_COMMENTS: Final = ("#", ";", "!", "//")


class NotReadable(ValueError):
    """A line holds nothing that a feed can name."""


def entries(lines: Iterable[str]) -> Iterator[tuple[str, str] | NotReadable]:
    """Yield kind and value of each line, or why nothing could be read from it; comments and empty lines are left out.

    A line of CSV is read by its first column, and a line of a hosts file by its name.
    """
    for number, line in enumerate(lines, start=1):
        text = line[: LONGEST_LINE + 1].strip().lstrip("\ufeff")
        if not text or text.startswith(_COMMENTS):
            continue
        if len(text) > LONGEST_LINE:
            yield NotReadable(f"line {number} is longer than {LONGEST_LINE:,} characters")
            continue
        found = entry(_first_column(text))
        if found is None:
            yield NotReadable(f"line {number} is no host, address or hash: {text[:60]}")
        elif found[1] in _EVERYBODYS:
            yield NotReadable(f"line {number} names a service that everybody uses: {found[1]}")
        else:
            yield found


def _first_column(text: str) -> str:
    column = next(csv.reader([text]), [""])[0].strip()
    words = column.split()
    # "0.0.0.0 host", as in a hosts file.
    if len(words) >= 2 and words[0] in {"0.0.0.0", "127.0.0.1", "::", "::1"}:  # noqa: S104 - compared, not bound
        return words[1]
    return words[0] if words else ""


def entry(text: str) -> tuple[str, str] | None:
    """Return kind and value of what a feed names, or None if it is neither a host, an address nor a hash.

    Of a web address the host counts. A top-level domain or a public suffix is no host that a feed may name, since it
    would match half the world.
    """
    lowered = text.lower()
    if _HASH.fullmatch(lowered):
        return Kind.HASH, lowered
    if "@" in text and "://" not in text:
        return (Kind.ADDRESS, lowered) if _ADDRESS.fullmatch(lowered) else None
    host = read_address(text if "://" in text else f"http://{text.removeprefix('*.').removeprefix('.')}/").host
    if not host or len(host) > 253 or " " in host:
        return None
    is_ip = ":" in host or host.replace(".", "").isdigit()
    return (Kind.HOST, host) if is_ip or registrable_domain(host) else None
