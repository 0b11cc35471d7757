"""Open a file by its type, within the budget of the message."""

from collections.abc import Callable
from functools import partial
from typing import Final

from gateway.mail import limits
from gateway.mail.containers import (
    cabinets,
    calendars,
    compressed_files,
    disk_images,
    messages,
    office_ole,
    one_note,
    outlook,
    pages,
    pdf,
    qr_pictures,
    rar_archives,
    rtf,
    seven_zip,
    smime,
    tar_archives,
    tnef,
    zip_archives,
)
from gateway.mail.containers.budget import Budget, OutOfTime
from gateway.mail.containers.opened import Opened
from gateway.mail.mime import Part

Opener = Callable[[bytes, str, Budget], Opened]


def _open_compound_file(data: bytes, name: str, budget: Budget) -> Opened:
    opened = office_ole.open_compound_file(data, name, budget)
    return outlook.open_outlook(data, name, budget) if opened.media_type == "application/vnd.ms-outlook" else opened


def _open_picture(data: bytes, name: str, budget: Budget) -> Opened:
    return Opened(links=qr_pictures.links_in_picture(data, name, budget))


_OPENERS: Final[dict[str, Opener]] = {
    "application/zip": zip_archives.open_zip,
    "application/vnd.rar": rar_archives.open_rar,
    "application/x-7z-compressed": seven_zip.open_seven_zip,
    "application/x-tar": tar_archives.open_tar,
    "application/gzip": compressed_files.open_compressed,
    "application/x-bzip2": compressed_files.open_compressed,
    "application/x-xz": compressed_files.open_compressed,
    "application/x-lzma": compressed_files.open_compressed,
    "application/zstd": compressed_files.open_compressed,
    "application/x-iso9660-image": disk_images.open_image,
    "application/vnd.ms-cab-compressed": cabinets.open_cabinet,
    "application/x-ole-storage": _open_compound_file,
    "application/pdf": pdf.open_pdf,
    "application/onenote": one_note.open_section,
    "application/rtf": rtf.open_rtf,
    "application/ms-tnef": tnef.open_tnef,
    "application/pkcs7-mime": smime.open_smime,
    "text/calendar": calendars.open_calendar,
    "text/vcard": calendars.open_calendar,
    "text/html": pages.open_page,
    "image/svg+xml": pages.open_page,
    "application/hta": pages.open_page,
    "application/x-url-shortcut": pages.open_shortcut,
    **dict.fromkeys(
        ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/webp", "image/tiff"),
        _open_picture,
    ),
}


def open_file(data: bytes, name: str, media_type: str, budget: Budget, part: Part | None = None) -> Opened:
    """Open a file of this type; never raises. What could not be read of it is in `budget.unread`.

    `part` is the MIME part of an attached message.
    """
    opener = _OPENERS.get(media_type)
    if media_type == "message/rfc822":
        opener = partial(messages.open_message, part=part)
    if opener is None:
        return Opened()
    shown = name[:80] or f"without a name ({media_type})"
    if len(data) > limits.LOOK_INSIDE_BYTES:
        budget.leave_out(f"File {shown} is too large to be opened.")
        return Opened()
    try:
        return budget.run(lambda: opener(data, name, budget))
    except OutOfTime:
        budget.leave_out(f"File {shown} was not opened to its end: that took too long.")
    except Exception:  # noqa: BLE001 - libraries raise errors of many kinds on damaged files, some of them undocumented.
        budget.leave_out(f"File {shown} is damaged, or built in a way that is not known: it was not opened.")
    return Opened()
