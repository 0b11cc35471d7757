"""Draw the pages of a PDF that can show a QR code, and read the codes on them.

A page is drawn whole, because codes are pictures as well as hundreds of little squares.
"""

import ctypes
import time
from typing import TYPE_CHECKING, Any, Final

from gateway.mail.containers import qr_pictures
from gateway.mail.containers.budget import Budget
from gateway.mail.message import Link
from gateway.mail.patience import patient

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

_SECONDS: Final = 0.35
_SIDE: Final = 1_100
_LARGEST_SCALE: Final = 2.0
_PATH, _PICTURE = 2, 3
_FEWEST_PATHS: Final = 40
_OBJECTS_COUNTED: Final = 2_000
_DONE: Final = 2


def links_on_pages(document: "PdfDocument", name: str, budget: Budget) -> list[Link]:
    """Return the addresses of the QR codes on the pages that were drawn within the time; the budget notes the rest."""
    until = time.process_time() + patient(_SECONDS)
    found: list[Link] = []
    count = len(document)
    for index in range(count):
        page = document[index]
        try:
            if not _may_show_code(page):
                continue
            picture = _drawn(page, until)
        finally:
            page.close()
        if picture is None:
            budget.note(f"QR codes were looked for on the first {index:,} of the {count:,} pages of {name}.")
            break
        found += qr_pictures.links_in_image(picture, name)
    return found


def _may_show_code(page: "PdfPage") -> bool:
    """Return whether a page has a picture, or as many lines and squares as the smallest code."""
    paths = 0
    for count, entry in enumerate(page.get_objects(max_depth=3)):
        paths += entry.type == _PATH
        if entry.type == _PICTURE or paths >= _FEWEST_PATHS or count >= _OBJECTS_COUNTED:
            return True
    return False


def _drawn(page: "PdfPage", until: float) -> "Image | None":
    """Return the page as a grey picture, or None if there is no time left for it."""
    import pypdfium2
    import pypdfium2.raw as pdfium

    if time.process_time() > until:
        return None
    width, height = page.get_size()
    scale = min(_LARGEST_SCALE, _SIDE / max(width, height, 1.0))
    size = max(1, int(width * scale)), max(1, int(height * scale))
    bitmap = pypdfium2.PdfBitmap.new_native(*size, pdfium.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)

    def is_late(_pause: Any) -> bool:
        return time.process_time() > until

    pause = pdfium.IFSDK_PAUSE(version=1)
    pause.NeedToPauseNow = type(pause.NeedToPauseNow)(is_late)
    state = pdfium.FPDF_RenderPageBitmap_Start(
        bitmap, page, 0, 0, *size, 0, pdfium.FPDF_ANNOT | pdfium.FPDF_GRAYSCALE, ctypes.byref(pause)
    )
    pdfium.FPDF_RenderPage_Close(page)
    return bitmap.to_pil() if state == _DONE else None
