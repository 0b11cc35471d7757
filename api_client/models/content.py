"""Models of a message's preview and raw source."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from api_client.models.base import WireModel

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class Preview(WireModel):
    """A picture of a message; `screenshot` is a PNG in base64."""

    screenshot: str

    @property
    def png(self) -> bytes:
        """The bytes of the PNG. Raise ValueError if `screenshot` is not a PNG in base64."""
        try:
            picture = base64.b64decode(self.screenshot, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError("The preview's screenshot is not base64.") from error
        if not picture.startswith(PNG_SIGNATURE):
            raise ValueError("The preview's screenshot is not a PNG.")
        return picture


class Raw(WireModel):
    """A message's source as text; bytes that are not UTF-8 have been replaced by the server."""

    raw: str


@dataclass(frozen=True, slots=True)
class RawDownload:
    """A message's source as bytes. `exact` says whether they are the original bytes as received."""

    content: bytes
    exact: bool
