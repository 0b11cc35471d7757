"""Sends a folder of mail the whole way through the lab, and compares what an IMAP client gets, byte for byte."""

from __future__ import annotations

import mailbox
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.mail_servers.lab import BY_LMTP, BY_SMTP, MailLab
from tests.stack.over_http import api_of

WAYS = {"LMTP": (BY_LMTP, 3), "SMTP": (BY_SMTP, 4)}
"""The domain of each way, and how many servers put a Received field on top: Dovecot does too."""
SET_ASIDE = ("return-path", "delivered-to", "received")
"""The fields that servers may put on top of a message. Every other difference counts."""
PATIENCE_SECONDS = 120
"""For how long nothing may move before what has not arrived counts as lost."""
_FIELD = re.compile(rb"([!-9;-~]+):[^\n]*\n(?:[ \t][^\n]*\n)*")
_HEADER = re.compile(rb"(?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*+)++")
_BARE_CR = re.compile(rb"\r(?!\n)")
_BARE_LF = re.compile(rb"(?<!\r)\n")
_AT_ONCE = 1000


@dataclass(frozen=True)
class Letter:
    """A message of the folder: its bytes as SMTP carries them, and why those are not the file's, if they aren't."""

    name: str
    raw: bytes
    changed: str = ""

    @property
    def shown(self) -> bytes:
        """What an IMAP client gets: no literal can hold NUL (RFC 9051 4.3), for which Dovecot writes 0x80."""
        return self.raw.replace(b"\0", b"\x80")


@dataclass
class Report:
    """What came of the messages: counts for each way, and the names of those that did not arrive as they were."""

    same: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    not_sent: dict[str, str] = field(default_factory=dict)
    different: dict[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return not self.different and bool(self.same)

    def __str__(self) -> str:
        lines = [f"{way}: {self.same[way]} the same, byte for byte, beneath the trace fields" for way in WAYS]
        lines += [f"sent with changes: {count} {why}" for why, count in sorted(self.changed.items())]
        lines.append(f"not sent: {len(self.not_sent)}")
        lines += [f"  {count} {why}" for why, count in sorted(Counter(self.not_sent.values()).items())]
        lines.append(f"different or lost: {len(self.different)}")
        lines += [f"  {name}: {why}" for name, why in sorted(self.different.items())]
        return "\n".join(lines)


def letters_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each message in a folder: .eml files, and those in .mbox files."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".eml" and path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
        elif path.suffix == ".mbox" and path.is_file():
            with closing(mailbox.mbox(path, create=False)) as box:
                for key in box.iterkeys():
                    yield f"{path.relative_to(folder)}#{key}", box.get_bytes(key)


def as_sent(name: str, raw: bytes) -> Letter | str:
    """Return a message as SMTP carries it, or why no client can hand it to a server unchanged.

    RFC 5321 2.3.8 knows lines that end in CRLF, and no CR or LF elsewhere; so a file with the line ends of Unix is sent
    with those of SMTP, as each client does. What no server carries unchanged is not sent.
    """
    if not raw:
        return "empty"
    if _BARE_CR.search(raw):
        return "has a CR alone, which RFC 5321 2.3.8 forbids"
    changes = []
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
        changes.append("without the first line, an mbox's")
    if not _HEADER.fullmatch(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n"):
        return "has a line in its header that is no field, and Postfix ends the header there with an empty line"
    lines = _BARE_LF.sub(b"\r\n", raw)
    if lines != raw:
        changes.append("with CRLF for the LF of the file")
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
        changes.append("with an end for the last line")
    if b"\0" in lines:
        changes.append("shown by IMAP with 0x80 for NUL")
    return Letter(name, lines, " and ".join(changes))


def round_trip(lab: MailLab, folder: Path, *, at_most: int = 0, say: Callable[[str], object]) -> Report:
    """Send each message to a mailbox of its own in both domains, release what is held, and compare what arrived."""
    report, letters = Report(), list[Letter]()
    for name, raw in letters_in(folder):
        made = as_sent(name, raw)
        if isinstance(made, str):
            report.not_sent[name] = made
        elif not at_most or len(letters) < at_most:
            letters.append(made)
    for number, letter in enumerate(letters):
        if letter.changed:
            report.changed[letter.changed] += 1
        try:
            lab.send(letter.raw, *(f"m{number}@{domain}" for domain, _ in WAYS.values()))
        except OSError as error:
            report.not_sent[letter.name] = f"Postfix refused it: {error}"
    sent = {number: letter for number, letter in enumerate(letters) if letter.name not in report.not_sent}
    say(f"{len(sent)} sent; waiting until Gatehouse has them")
    _released(lab, len(sent), say)
    _compared(lab, sent, report)
    return report


def _released(lab: MailLab, count: int, say: Callable[[str], object]) -> None:
    """Wait until the API finds all messages, and release those that are held."""
    with api_of(lab.stack) as api:
        rows: list[dict[str, object]] = []
        seen, since = -1, time.monotonic()
        while len(rows) < count and time.monotonic() - since < PATIENCE_SECONDS:
            time.sleep(1)
            rows = list(api.search())
            if len(rows) != seen:
                seen, since = len(rows), time.monotonic()
        held = [str(row["id"]) for row in rows if row["is_quarantined"]]
        say(f"{len(rows)} judged; releasing {len(held)} that are held")
        for start in range(0, len(held), _AT_ONCE):
            _release(lab, held[start : start + _AT_ONCE])


def _release(lab: MailLab, ids: list[str]) -> None:
    run = lab.stack.run
    url = f"{run['api_base_url']}/accounts/{run['account_id']}/email-security/investigate/release"
    answer = httpx.post(url, json=ids, headers={"Authorization": f"Bearer {run['api_token']}"}, timeout=300)
    assert answer.status_code == 200, answer.text


def _compared(lab: MailLab, sent: dict[int, Letter], report: Report) -> None:
    waiting = {(number, way) for number in sent for way in WAYS}
    since = time.monotonic()
    while waiting and time.monotonic() - since < PATIENCE_SECONDS:
        for number, way in sorted(waiting):
            domain, hops = WAYS[way]
            got = lab.mailboxes.messages(f"m{number}@{domain}")
            if not got:
                continue
            waiting.discard((number, way))
            since = time.monotonic()
            said = difference(got, sent[number].shown, hops) if len(got) == 1 else f"{len(got)} copies"
            if said:
                report.different[f"{sent[number].name} by {way}"] = said
            else:
                report.same[way] += 1
        if waiting:
            time.sleep(1)
    report.different |= {f"{sent[number].name} by {way}": "did not arrive" for number, way in waiting}


def difference(got: list[bytes], raw: bytes, hops: int) -> str:
    """Return how the only message of a mailbox differs from what was sent, or an empty text.

    On top there may be the fields of SET_ASIDE alone, with a Received field of each of the `hops`.
    """
    (content,) = got
    if not content.endswith(raw):
        same_end = next(
            (at for at, pair in enumerate(zip(content[::-1], raw[::-1], strict=False)) if len({*pair}) > 1), 0
        )
        sent, arrived = (one[max(len(one) - same_end - 40, 0) : len(one) - same_end + 10] for one in (raw, content))
        return f"{same_end} bytes before the end: {sent!r} became {arrived!r}"
    on_top = content[: len(content) - len(raw)].replace(b"\r\n", b"\n")
    names = [found[1].decode("ascii").casefold() for found in _FIELD.finditer(on_top)]
    if "".join(found[0].decode("latin-1") for found in _FIELD.finditer(on_top)) != on_top.decode("latin-1"):
        return f"on top is more than fields: {on_top[:200]!r}"
    if other := sorted(set(names) - set(SET_ASIDE)):
        return f"on top are other fields: {', '.join(other)}"
    return "" if names.count("received") == hops else f"{names.count('received')} Received fields instead of {hops}"
