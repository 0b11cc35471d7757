"""Build request URLs: path segments, query parameters, and checks of URLs that the server returns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, unquote

import httpx

from api_client.errors import ResponseInvalid

Scalar = str | bool | int | datetime
ParameterValue = Scalar | Sequence[str] | None

ACCOUNT_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


def path_segment(identifier: str) -> str:
    """Percent-encode an id as one path segment. A `:` in the id may already be encoded, and is not encoded.

    Raise ValueError for an empty id, and for "." and "..".
    """
    plain = identifier.replace("%3A", ":").replace("%3a", ":")
    if plain.strip() in {"", ".", ".."}:
        raise ValueError(f"{identifier!r} is not an id.")
    return quote(plain, safe=":")


def query_pairs(parameters: Mapping[str, ParameterValue]) -> list[tuple[str, str]]:
    """Encode query parameters for the API: booleans as true/false, times as ISO 8601, lists as repeated parameters.

    None and empty text are left out. Raise ValueError for a datetime without a UTC offset.
    """
    pairs = []
    for name, value in parameters.items():
        values = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        pairs += [(name, _text(name, part)) for part in values if part is not None and part != ""]
    return pairs


def _text(name: str, value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{name} is a time without an offset from UTC.")
        return value.isoformat()
    return str(value)


class Scope:
    """The scope of all requests: an origin, a base path and an account.

    `base_url` ends in `/client/v4`, as Cloudflare's does. Raise ValueError for an invalid account id, and for a base
    URL that is not http or https or that contains credentials, a query or a fragment.
    """

    def __init__(self, *, base_url: str, account_id: str) -> None:
        if not ACCOUNT_ID.fullmatch(account_id):
            raise ValueError("The account id is not one.")
        try:
            url = httpx.URL(base_url.rstrip("/"))
        except httpx.InvalidURL as error:
            raise ValueError("The base URL can't be read.") from error
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("The base URL must start with http:// or https:// and name a host.")
        if url.userinfo or url.query or url.fragment:
            raise ValueError("The base URL carries more than an origin and a path.")
        self.account_id = account_id
        self._base = url
        self._prefix = f"{url.raw_path.decode('ascii').rstrip('/')}/accounts/{account_id}/"

    @property
    def base_url(self) -> str:
        """The configured base URL without a trailing slash."""
        return str(self._base)

    def url(self, path: str) -> httpx.URL:
        """Return the URL of a path below the account, such as `email-security/investigate`."""
        return self._base.copy_with(raw_path=(self._prefix + path).encode("ascii"))

    def follow(self, location: str, *, base: httpx.URL, operation: str) -> httpx.URL:
        """Resolve a URL that the server returned. Raise ResponseInvalid if it is outside this scope."""
        try:
            target = base.join(location)
        except (httpx.InvalidURL, ValueError) as error:
            raise ResponseInvalid("The server gave an address that can't be read.", operation=operation) from error
        if not self._holds(target):
            raise ResponseInvalid(
                f"The server points to another place ({target.scheme}://{target.host}), which is not followed.",
                operation=operation,
            )
        return target

    def _holds(self, target: httpx.URL) -> bool:
        same_origin = _origin(target) == _origin(self._base)
        # Servers decode the path, so an encoded dot or slash must not lead out of the account either.
        path = target.raw_path.decode("ascii", "replace").partition("?")[0]
        decoded = unquote(unquote(path))
        steps_out = any(step in {".", ".."} for step in decoded.replace("\\", "/").split("/"))
        return same_origin and not target.userinfo and not steps_out and path.startswith(self._prefix)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)
