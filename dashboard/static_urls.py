"""The storage of static files: WhiteNoise's, which remembers what it was asked for.

A page names some thirty files. Their names hold their content's hash and change only with a new start.
"""

from functools import cache
from typing import Any

from django.conf import settings
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """Compressed files with hashes in their names, and their URLs."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._known_url = cache(super().url)

    def url(self, name: str, force: bool = False) -> str:
        """Return the URL of a file. While developing, what it is may change at any time."""
        if settings.DEBUG or force:
            return str(super().url(name, force))
        return str(self._known_url(name))
