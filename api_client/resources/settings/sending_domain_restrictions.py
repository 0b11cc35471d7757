"""Operations on sending domain restrictions."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from typing import Unpack

from pydantic import TypeAdapter

from api_client.models.base import WireModel
from api_client.models.settings import Deleted, SendingDomainRestriction
from api_client.not_given import NOT_GIVEN, NotGiven, given
from api_client.pagination import NumberedPage
from api_client.resources.settings.base import Listing, SettingsResource, checked


class _Deletions(WireModel):
    deletes: list[Deleted] | None = None


DELETIONS = TypeAdapter(_Deletions)


class SendingDomainRestrictionsResource(SettingsResource[SendingDomainRestriction]):
    """Sending domains that require TLS."""

    name = "sending_domain_restrictions"
    model = SendingDomainRestriction

    def list(self, **filters: Unpack[Listing]) -> NumberedPage[SendingDomainRestriction]:
        """Return one page of restrictions. `order` is domain or created_at."""
        return self._page(filters)

    def iterate(self, **filters: Unpack[Listing]) -> Iterator[SendingDomainRestriction]:
        """Yield every restriction."""
        return self._each(filters)

    def get(self, sending_domain_restriction_id: str) -> SendingDomainRestriction:
        """Return one restriction."""
        return self._one(sending_domain_restriction_id)

    def create(
        self, *, domain: str, exclude: Sequence[str], comments: str | NotGiven | None = NOT_GIVEN
    ) -> SendingDomainRestriction:
        """Require TLS for mail from a sending domain. `exclude` are subdomains that don't need it."""
        return self._create(given(domain=domain, exclude=[*exclude], comments=comments))

    def edit(
        self,
        sending_domain_restriction_id: str,
        *,
        domain: str | NotGiven = NOT_GIVEN,
        exclude: Sequence[str] | NotGiven = NOT_GIVEN,
        comments: str | NotGiven | None = NOT_GIVEN,
    ) -> SendingDomainRestriction:
        """Change only the given fields."""
        fields = given(domain=domain, exclude=exclude, comments=comments)
        return self._edit(sending_domain_restriction_id, fields)

    def batch(self, *, deletes: Sequence[str]) -> builtins.list[str]:
        """Delete restrictions, all or none, and return their ids. Raise ValueError for more than 1000."""
        body = {"deletes": [{"id": identifier} for identifier in checked(deletes)]}
        done = self._read(DELETIONS, self._send("POST", f"{self._path}/batch", json=body, write=True))
        return [entry.id for entry in done.deletes or []]
