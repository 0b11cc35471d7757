"""Finder of static files that makes the file of icons, so that it is collected and served like the others."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from dashboard.icons.symbols import NAME, drawing


class IconFinder(BaseFinder):
    """Give the file of icons. It is made anew in each process that asks for it, from the installed package."""

    def check(self, **kwargs: Any) -> list[Any]:  # noqa: ARG002 - Django's interface
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:  # noqa: ARG002 - Django's interface
        if path != NAME:
            return [] if find_all else None
        found = str(_made())
        return [found] if find_all else found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:  # noqa: ARG002 - as above
        yield NAME, FileSystemStorage(location=_made().parent.parent)


def _made() -> Path:
    """Return the path of the file after writing it whole, or of the one that is already as it should be."""
    path, wanted = Path(settings.GATEHOUSE_HOME, "icons", NAME), drawing()
    if path.exists() and path.read_text() == wanted:
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w") as file:
        file.write(wanted)
    os.replace(temporary, path)
    return path
