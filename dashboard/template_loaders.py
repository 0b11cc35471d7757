"""Template loaders that take the indentation out of HTML templates when they are compiled.

Indentation is a fifth of a page, and is sent with each. What a template inserts is never changed.
"""

import re

from django.template import Origin
from django.template.loaders import app_directories, filesystem

_INDENTATION = re.compile(r"[ \t]*\n\s*")


def compact(source: str) -> str:
    """Return the source of an HTML template without indentation and empty lines. A line break stays one."""
    return _INDENTATION.sub("\n", source)


class _Compact:
    def get_contents(self, origin: Origin) -> str:
        source: str = super().get_contents(origin)  # type: ignore[misc]  # of the loader beside it
        return compact(source) if str(origin.template_name).endswith(".html") else source


class FilesystemLoader(_Compact, filesystem.Loader):
    """Django's loader of `DIRS`, compact."""


class AppDirectoriesLoader(_Compact, app_directories.Loader):
    """Django's loader of the templates of apps, compact."""
