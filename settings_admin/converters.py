"""URL path converter for kinds of policies."""

from __future__ import annotations

from settings_admin.kinds import KIND_BY_SLUG, Kind


class KindConverter:
    """Convert between a kind and its slug in the URL path. The URL does not match for an unknown slug."""

    regex = "|".join(KIND_BY_SLUG)

    def to_python(self, value: str) -> Kind:
        """Return the kind."""
        return KIND_BY_SLUG[value]

    def to_url(self, value: Kind | str) -> str:
        """Return the slug."""
        return value.slug if isinstance(value, Kind) else value
