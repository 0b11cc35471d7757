"""Read QR codes (ISO/IEC 18004) in pictures: their addresses are links that only a telephone follows."""

import io
import re
import warnings
from typing import TYPE_CHECKING, Final

from gateway.mail import limits
from gateway.mail.containers.budget import Budget
from gateway.mail.encoded_words import base64_bytes
from gateway.mail.message import Link
from gateway.mail.storable import storable

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_PIXELS: Final = 60_000_000
_SIDE: Final = 1_300
_SMALLEST_SIDE: Final = 21
_FRAMES: Final = 20
_WEB: Final = re.compile(r"\s*(?:https?|ftp)://\S", re.IGNORECASE)
_BARE: Final = re.compile(r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?:[/?#:]\S{0,2000})?\s*\Z", re.IGNORECASE)
_IN_PAGE: Final = re.compile(r"data:image/[a-z+.-]{1,20};base64,([A-Za-z0-9+/=\s]{200,})", re.IGNORECASE)
_MOST_IN_PAGE: Final = 100
_FORMATS: Final = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "ICO", "PPM")


def links_in_picture(data: bytes, place: str, budget: Budget) -> list[Link]:
    """Return the addresses of the QR codes in a picture."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    shown = place[:80] or "in the text"
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            width, height = picture.size
            if min(width, height) < _SMALLEST_SIDE:
                return []
            if width * height > _MOST_PIXELS:
                budget.leave_out(f"Picture {shown} is too large to be looked at.")
                return []
            frames = getattr(picture, "n_frames", 1)
            if frames > _FRAMES:
                budget.note(f"QR codes were looked for in the first {_FRAMES} of {frames:,} parts of picture {shown}.")
            found: dict[str, Link] = {}
            for frame in range(min(frames, _FRAMES)):
                picture.seek(frame)
                # JPEG is decoded at a fraction of its size where that is enough.
                picture.draft("L", (_SIDE, _SIDE))
                found.update((link.href, link) for link in links_in_image(picture, place))
            return list(found.values())
    except Exception:  # noqa: BLE001 - a picture that Pillow can't read is damaged, and it raises errors of any kind.
        return []


def links_in_page(source: str, place: str, budget: Budget) -> list[Link]:
    """Return the addresses of the QR codes in pictures that an HTML document holds itself (data: addresses)."""
    found: list[Link] = []
    for count, match in enumerate(_IN_PAGE.finditer(source)):
        if count >= _MOST_IN_PAGE:
            budget.leave_out(
                f"The message holds more than {_MOST_IN_PAGE} pictures in its HTML: the rest was not read."
            )
            break
        found += links_in_picture(base64_bytes(match[1].encode()), place, budget)
    return found


def links_in_image(picture: "Image", place: str) -> list[Link]:
    """Return the addresses of the QR codes in a decoded picture."""
    import zxingcpp
    from PIL import Image

    if picture.mode in {"RGBA", "LA", "P", "PA"}:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        picture = ground
    grey = picture.convert("L")
    grey.thumbnail((_SIDE, _SIDE))
    codes = zxingcpp.read_barcodes(grey, formats=zxingcpp.barcode_formats_from_str("QRCode|MicroQRCode|RMQRCode"))
    links = (_link(code.text, place) for code in codes)
    return [link for link in links if link is not None]


def _link(text: str, place: str) -> Link | None:
    """Return the link that a telephone makes of a code's text, or None if it is no web address."""
    text = storable(text.strip())[: limits.LINK_CHARACTERS]
    if _WEB.match(text):
        return Link(text, "", "qr", place=place)
    if _BARE.match(text):
        return Link(f"http://{text}", "", "qr", written=text, place=place)
    return None
