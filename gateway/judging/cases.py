"""Cases of detectors: a mail in a file, with the expectation on its verdict in header fields before its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from gateway.detect import Verdict
from gateway.detect.verdict import SEVERITY

READER: Final = b"reader@acme.example"
"""The address that stands for a recipient in cases."""
_FIELD: Final = re.compile(rb"X-Expect(-Findings|-No-Findings|):[ \t]*([^\r\n]{0,500})\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a case expects: one of these dispositions, and findings that are there, or not there."""

    dispositions: frozenset[str]
    findings: frozenset[str] = frozenset()
    no_findings: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str, findings: str = "", no_findings: str = "") -> Self:
        """Read an expectation: dispositions divided by blanks, `at-least SPAM` or `at-most BULK`.

        :raises ValueError: it names no disposition.
        """
        words = text.split()
        if len(words) == 2 and words[0] in {"at-least", "at-most"} and words[1] in SEVERITY:
            place = SEVERITY.index(words[1])
            named = SEVERITY[: place + 1] if words[0] == "at-least" else SEVERITY[place:]
        elif words and all(word in SEVERITY for word in words):
            named = tuple(words)
        else:
            raise ValueError(
                f"no disposition, nor at-least or at-most one, is named by {text!r}: {', '.join(SEVERITY)}"
            )
        return cls(frozenset(named), frozenset(findings.split()), frozenset(no_findings.split()))

    def wrong(self, verdict: Verdict) -> str:
        """Return what of a verdict is not as expected, or an empty string."""
        names = {finding.name for finding in verdict.findings}
        if verdict.disposition not in self.dispositions:
            return f"{verdict.disposition} is none of {', '.join(sorted(self.dispositions))}"
        if not self.findings <= names:
            return f"not found: {', '.join(sorted(self.findings - names))}"
        if self.no_findings & names:
            return f"found: {', '.join(sorted(self.no_findings & names))}"
        return ""


def write_case(raw: bytes, expected: str, path: Path, recipients: Iterable[str]) -> None:
    """Write a mail as a case, with its expectation before it and the recipients' addresses replaced.

    What is encoded (base64, quoted-printable) stays as it is. If the process dies, the file may be cut off.

    :raises ValueError: the expectation names no disposition.
    :raises FileExistsError: there is a case of that name.
    """
    Expectation.of(expected)
    for address in sorted(filter(None, recipients), key=len, reverse=True):
        raw = re.sub(re.escape(address.encode()), READER, raw, flags=re.IGNORECASE)
    path.parent.mkdir(parents=True, exist_ok=True)
    newline = b"\r\n" if b"\r\n" in raw[:2_000] else b"\n"
    with path.open("xb") as file:
        file.write(b"X-Expect: " + expected.encode() + newline + raw)


def read_case(content: bytes) -> tuple[Expectation, bytes]:
    """Return the expectation at the beginning of a case, and its mail without it.

    :raises ValueError: the file begins with no expectation, or with one that names no disposition.
    """
    fields: dict[str, str] = {}
    while match := _FIELD.match(content):
        fields[match[1].decode().lower()] = match[2].decode("utf-8", "replace").strip()
        content = content[match.end() :]
    return Expectation.of(fields.get("", ""), fields.get("-findings", ""), fields.get("-no-findings", "")), content
