"""Kinds of policies in addresses."""

from __future__ import annotations

from settings_admin.kinds import KIND_BY_SLUG, Kind


class KindConverter:
    """A kind by its slug; an address with any other word is not ours."""

    regex = "|".join(KIND_BY_SLUG)

    def to_python(self, value: str) -> Kind:
        """Return the kind."""
        return KIND_BY_SLUG[value]

    def to_url(self, value: Kind | str) -> str:
        """Return the slug."""
        return value.slug if isinstance(value, Kind) else value
