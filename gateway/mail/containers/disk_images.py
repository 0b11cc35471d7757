"""Disk images (ISO 9660, Joliet, Rock Ridge, UDF), opened by pycdlib."""

import io
import struct
from typing import TYPE_CHECKING

from gateway.mail import limits
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.opened import Member, Opened

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from pycdlib import PyCdlib


def open_image(data: bytes, name: str, budget: Budget) -> Opened:
    """Open an image. The names are the longest that it has.

    One that is damaged, or that pycdlib can't read, stays shut: an image counts as dangerous whatever it holds.
    """
    import pycdlib
    from pycdlib.pycdlibexception import PyCdlibException

    opened = Opened()
    try:
        image = pycdlib.PyCdlib()
        image.open_fp(io.BytesIO(data))
        _read(image, name, budget, opened)
    except (PyCdlibException, ValueError, struct.error):
        return opened
    return opened


def _read(image: "PyCdlib", name: str, budget: Budget, opened: Opened) -> None:
    kind = "joliet_path" if image.has_joliet() else "rr_path" if image.has_rock_ridge() else "iso_path"
    kind = "udf_path" if image.has_udf() else kind
    for folder, _folders, files in image.walk(**{kind: "/"}):
        for file in files:
            if len(opened.names) >= limits.ARCHIVE_ENTRIES:
                budget.leave_out(
                    f"Image {name} holds more than {limits.ARCHIVE_ENTRIES:,} files: the rest was not read."
                )
                return
            path = f"{folder.rstrip('/')}/{file}"
            shown = path.lstrip("/").partition(";")[0]
            opened.names.append(shown)
            output = _Bounded(budget.size)
            image.get_file_from_iso_fp(output, **{kind: path})
            if budget.take(len(output.getvalue())):
                opened.members.append(Member(shown, output.getvalue()))


class _Bounded(io.BytesIO):
    """A file in memory that takes no more than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: "ReadableBuffer") -> int:
        """Write; raise ValueError if it is too much."""
        if self.tell() > self._most:
            raise ValueError("too large")
        return super().write(data)
