"""Parser for `Authentication-Results` fields (RFC 8601) of the servers that the operator trusts.

Any sender can add such a field. A field counts only if its authserv-id is that of a trusted server, and only if it
stands above the Received field that the sending server added: what the sender put in stands below that field.
"""

import re
from collections.abc import Sequence
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode
from gateway.mail.message import AuthResult

_COMMENT: Final = re.compile(r"\([^()]*\)")
_METHOD: Final = re.compile(r"\s*([a-z0-9][a-z0-9-]{0,30})(?:/\d{1,3})?\s*=\s*([a-z]{1,30})", re.IGNORECASE)
_PROPERTY: Final = re.compile(r'([a-z]{1,20}(?:\.[a-z0-9_-]{1,40})?)\s*=\s*(?:"([^"]*)"|([^\s;()]+))', re.IGNORECASE)
_NESTED_COMMENTS: Final = 5


def trusted_results(values: Sequence[bytes], trusted: frozenset[str]) -> tuple[AuthResult, ...]:
    """Return the results of trusted servers, at most 100.

    For each server and method only the first field with a result counts, because a server adds its field at the top.
    """
    results: list[AuthResult] = []
    seen: set[tuple[str, str]] = set()
    for value in values:
        found = parse_results(decode(value), trusted)
        results += [entry for entry in found if (entry.authserv_id, entry.method) not in seen]
        seen |= {(entry.authserv_id, entry.method) for entry in found}
    return tuple(results[: limits.AUTHENTICATION_RESULTS])


def parse_results(text: str, trusted: frozenset[str]) -> list[AuthResult]:
    """Return the results of one field if its server is trusted, else an empty list; never raises."""
    head, *sections = _split(text)
    words = _without_comments(head).split()
    if not words or words[0].lower() not in trusted:
        return []
    results = []
    for section in sections:
        entry = _result(words[0].lower(), section)
        if entry is not None:
            results.append(entry)
    return results


def _result(authserv_id: str, section: str) -> AuthResult | None:
    bare = _without_comments(section)
    method = _METHOD.match(bare)
    if method is None:
        return None
    rest = bare[method.end() :]
    properties = tuple(
        (match[1].lower(), (match[2] if match[2] is not None else match[3])[:255]) for match in _PROPERTY.finditer(rest)
    )
    comment = _COMMENT.search(section)
    return AuthResult(
        authserv_id, method[1].lower(), method[2].lower(), properties, comment[0][1:-1].strip() if comment else ""
    )


def _split(text: str) -> list[str]:
    """Split the text at the semicolons outside of comments and quoted strings."""
    sections = [""]
    start = depth = 0
    quoted = False
    for position, character in enumerate(text):
        if character == '"' and not depth:
            quoted = not quoted
        elif not quoted and character == "(":
            depth += 1
        elif not quoted and character == ")":
            depth = max(0, depth - 1)
        elif not quoted and not depth and character == ";":
            sections.append(text[start:position])
            start = position + 1
    return [*sections[1:], text[start:]]


def _without_comments(text: str) -> str:
    for _level in range(_NESTED_COMMENTS):
        text, count = _COMMENT.subn(" ", text)
        if not count:
            break
    return text
