"""Parse the rate limit headers of a response, in both forms that Cloudflare documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NUMBER = re.compile(r"[0-9]{1,15}")
EPOCH_FROM = 1_000_000_000
"""An X-RateLimit-Reset of at least this value is a Unix timestamp, not a number of seconds."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """State of a quota: `limit` requests per window, the `remaining` ones, and the seconds until it resets."""

    limit: int | None
    remaining: int | None
    reset_seconds: float | None


def rate_limit_from(headers: Mapping[str, str], *, now: float) -> RateLimit | None:
    """Parse the rate limit from response headers. Return None if they contain none. `now` is wall time in seconds.

    `Ratelimit: "default";r=50;t=30` and `Ratelimit-Policy: "default";q=100;w=60` are structured fields
    (draft-ietf-httpapi-ratelimit-headers). Of several quotas, the one with the fewest remaining requests is returned.
    X-RateLimit-Limit, -Remaining and -Reset are the older form.
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
    # A quoted name may contain the separator and escaped quotes.
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
