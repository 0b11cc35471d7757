"""The account's own domains: nobody else is ever written to."""

from __future__ import annotations

from itertools import islice

from api_client import Client

AT_MOST = 1_000


def protected_domains(client: Client) -> list[str]:
    """Return the names of the account's protected domains in lower case, by one or a few calls. Raise ApiError."""
    found = islice(client.settings.domains.iterate(per_page=100), AT_MOST)
    return sorted({one.domain.casefold().rstrip(".") for one in found if one.domain})
