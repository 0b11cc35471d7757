"""The rate limit that an answer's headers tell of, in both spellings that the vendor documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NUMBER = re.compile(r"[0-9]{1,15}")
EPOCH_FROM = 1_000_000_000
"""X-RateLimit-Reset from here on is a point in time, not a number of seconds."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How much of a quota is left: `limit` requests in its window, `remaining`, and seconds until it is full again."""

    limit: int | None
    remaining: int | None
    reset_seconds: float | None


def rate_limit_from(headers: Mapping[str, str], *, now: float) -> RateLimit | None:
    """Read the limit from an answer's headers; `now` is wall time in seconds. None where they tell nothing.

    `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "default";q=100;w=60` are structured fields
    (draft-ietf-httpapi-ratelimit-headers); with several quotas the one with the least remaining counts.
    X-RateLimit-Limit, -Remaining and -Reset are the older spelling.
    """
    return _structured(headers) or _three_headers(headers, now)


def _structured(headers: Mapping[str, str]) -> RateLimit | None:
    quotas = [(name, fields) for name, fields in _members(headers.get("ratelimit", "")) if "r" in fields]
    if not quotas:
        return None
    name, fields = min(quotas, key=lambda quota: quota[1]["r"])
    policies = dict(_members(headers.get("ratelimit-policy", "")))
    reset = fields.get("t")
    return RateLimit(
        limit=policies.get(name, {}).get("q"),
        remaining=fields["r"],
        reset_seconds=None if reset is None else float(reset),
    )


def _members(value: str) -> Iterator[tuple[str, dict[str, int]]]:
    for member in _split(value, ","):
        name, *parameters = _split(member, ";")
        fields = {}
        for parameter in parameters:
            key, _, number = parameter.partition("=")
            if NUMBER.fullmatch(number.strip()):
                fields[key.strip().lower()] = int(number)
        yield name.strip(), fields


def _split(value: str, separator: str) -> list[str]:
    # A quoted name may hold the separator and an escaped quote.
    parts, quoted, escaped = [""], False, False
    for character in value:
        if character == separator and not quoted:
            parts.append("")
            continue
        if character == '"' and not escaped:
            quoted = not quoted
        escaped = quoted and character == "\\" and not escaped
        parts[-1] += character
    return parts


def _three_headers(headers: Mapping[str, str], now: float) -> RateLimit | None:
    limit, remaining, reset = (_number(headers.get(f"x-ratelimit-{name}")) for name in ("limit", "remaining", "reset"))
    if limit is None and remaining is None:
        return None
    seconds: float | None = None
    if reset is not None:
        seconds = float(reset) if reset < EPOCH_FROM else max(0.0, reset - now)
    return RateLimit(limit=limit, remaining=remaining, reset_seconds=seconds)


def _number(value: str | None) -> int | None:
    if value is None or not NUMBER.fullmatch(value.strip()):
        return None
    return int(value)
