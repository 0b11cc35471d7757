"""Uniform interface to the API client's resources for all kinds of policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api_client import Client
from api_client.pagination import NumberedPage
from dashboard.backend import api_client_for_console
from settings_admin.entries.entry import Entry, entry_of
from settings_admin.kinds import DOMAINS, Batch, Kind

PER_PAGE = 50
BATCH_AT_MOST = 1000
# A PATCH of a domain can't unset these fields. They are unset by replacing the domain with a PUT.
_NOT_UNSET_BY_PATCH = {"lookback_hops", "require_tls_inbound", "require_tls_outbound", "transport"}


class Policies:
    """The entries of one kind at the API.

    Every method makes one request, except `everything`, which makes one per page. Every method raises ApiError.
    """

    def __init__(self, kind: Kind, client: Client | None = None) -> None:
        self.kind = kind
        self._resource: Any = getattr((client or api_client_for_console()).settings, kind.resource)

    def page(self, *, number: int = 1, per_page: int = PER_PAGE, **filters: Any) -> NumberedPage[Entry]:
        """Return one page of entries. Filters that are None or empty are not sent."""
        asked = {name: value for name, value in filters.items() if value not in (None, "")}
        found: NumberedPage[Any] = self._resource.list(page=number, per_page=per_page, **asked)
        items = [entry_of(self.kind, model) for model in found.items]
        return NumberedPage(items=items, page=found.page, per_page=found.per_page, total_count=found.total_count)

    def everything(self, **filters: Any) -> Iterator[Entry]:
        """Yield every entry that matches the filters, with the largest pages that the API allows."""
        asked = {name: value for name, value in filters.items() if value not in (None, "")}
        for model in self._resource.iterate(per_page=BATCH_AT_MOST, **asked):
            yield entry_of(self.kind, model)

    def get(self, entry_id: str) -> Entry:
        """Return one entry."""
        return entry_of(self.kind, self._resource.get(entry_id))

    def create(self, values: Mapping[str, Any]) -> Entry:
        """Create an entry. Fields that are None are not sent, so the API sets their defaults."""
        return entry_of(self.kind, self._resource.create(**self._sent(values)))

    def edit(self, entry_id: str, changed: Mapping[str, Any], *, whole: Mapping[str, Any]) -> Entry:
        """Set only the changed fields. `whole` is the complete new entry, for changes that need a replacement."""
        unset = {name for name, value in changed.items() if value is None}
        if self.kind is DOMAINS and unset & _NOT_UNSET_BY_PATCH:
            kept = {name: value for name, value in self._sent(whole).items() if name != "domain"}
            return entry_of(self.kind, self._resource.update(entry_id, **kept))
        return entry_of(self.kind, self._resource.edit(entry_id, **changed))

    def delete(self, entry_id: str) -> None:
        """Delete one entry."""
        self._resource.delete(entry_id)

    def batch(
        self,
        *,
        deletes: Sequence[str] = (),
        patches: Sequence[Mapping[str, Any]] = (),
        posts: Sequence[Mapping[str, Any]] = (),
    ) -> list[Entry]:
        """Send up to 1000 changes in one request, which the API applies all or none.

        Return the patched and then the new entries, in the order of `patches` and `posts`.
        """
        if self.kind.batch is Batch.DELETES:
            self._resource.batch(deletes=deletes)
            return []
        sent = [self._sent(values) for values in posts]
        done = self._resource.batch(deletes=deletes, patches=patches, posts=sent)
        return [entry_of(self.kind, model) for model in (*done.patches, *done.posts)]

    def _sent(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {
            spec.name: values[spec.name]
            for spec in self.kind.fields
            if spec.name in values and values[spec.name] is not None
        }
