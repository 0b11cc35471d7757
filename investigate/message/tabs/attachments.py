"""The Attachments tab: attachments and the files within them, with hashes and verdicts, and warnings about them."""

import mimetypes
from dataclasses import dataclass, field

from api_client.models import Attachment
from dashboard.audit.actor import Actor
from dashboard.verdicts import Verdict, verdict_of
from file_types.risky import RISKY_ENDINGS
from investigate.display.message import DisplayedMessage
from investigate.message.selectors import message_detections
from investigate.message.tabs.tab import Context

# The page lists no files deeper than this.
_LEVELS = 16
# What Windows drops at the end of a name, and blanks that look like it.
_DROPPED = ". \u00a0\u3000\t"
# Content types that are too general to contradict a file name.
_VAGUE = frozenset({"application/octet-stream", "application/x-empty", "text/plain", ""})
_SAME = {
    "application/x-zip-compressed": "application/zip",
    "text/xml": "application/xml",
    "image/jpg": "image/jpeg",
    "application/x-pdf": "application/pdf",
}


@dataclass(frozen=True, slots=True)
class DisplayedAttachment:
    """An attachment as shown on the page. Its texts come from mail and are not trusted.

    `container` is the file that it was found in, or None for a part of the message itself. `level` counts the
    containers around it. `within` are the files that are listed below it.
    """

    data: Attachment
    container: "DisplayedAttachment | None" = None
    level: int = 0
    within: "list[DisplayedAttachment]" = field(default_factory=list, compare=False, repr=False)

    @property
    def name(self) -> str:
        return self.data.filename or self.data.name or ""

    @property
    def verdict(self) -> Verdict | None:
        return verdict_of(self.data.detection) if self.data.detection else None

    @property
    def hashes(self) -> list[tuple[str, str]]:
        """Return (name, hex digits) of each hash that the API provides, strongest first."""
        named = [("SHA-256", self.data.sha256), ("SHA-1", self.data.sha1), ("MD5", self.data.md5)]
        return [(name, digits) for name, digits in named if digits]

    @property
    def is_malicious(self) -> bool:
        return self.verdict is not None and self.verdict.kind == "malicious"

    @property
    def holds_malicious(self) -> bool:
        """Return whether a file within this one is malicious, at any depth."""
        return any(one.is_malicious or one.holds_malicious for one in self.within)

    @property
    def endings(self) -> list[str]:
        return [part.strip().casefold() for part in self.name.rstrip(_DROPPED).split(".")[1:]]

    @property
    def odd(self) -> list[str]:
        """Return the warnings about the name, the type and the files within, one sentence each."""
        sentences = (self._other_type(), self._two_endings(), self._starts(), self._holds_worse())
        return [sentence for sentence in sentences if sentence]

    def _other_type(self) -> str:
        claimed = mimetypes.guess_type(f"x.{self.endings[-1]}")[0] if self.endings else None
        is_type = (self.data.content_type or "").partition(";")[0].strip().casefold()
        if not claimed or is_type in _VAGUE or _SAME.get(is_type, is_type) == _SAME.get(claimed, claimed):
            return ""
        if claimed.startswith("application/vnd.") and is_type == "application/zip":
            return ""  # Office files are archives.
        return f"By its name it is {claimed}, by its content {is_type}."

    def _two_endings(self) -> str:
        known = [ending for ending in self.endings if mimetypes.guess_type(f"x.{ending}")[0]]
        is_double = len(known) > 1 and self.endings[-1] in RISKY_ENDINGS
        return "Its name has two endings; the last one counts." if is_double else ""

    def _starts(self) -> str:
        starts = bool(self.endings) and self.endings[-1] in RISKY_ENDINGS
        return f"Opening a .{self.endings[-1]} file can start something." if starts else ""

    def _holds_worse(self) -> str:
        return "A file within it is malicious." if self.holds_malicious and not self.is_malicious else ""


def displayed_attachments(attachments: list[Attachment]) -> list[DisplayedAttachment]:
    """Return the message's own attachments for the page, with the files within them, all in the order of the API.

    A container is believed only if it comes before its file, so that no file is within itself.
    """
    shown: list[DisplayedAttachment] = []
    for data in attachments:
        index = data.container
        container = shown[index] if index is not None and 0 <= index < len(shown) else None
        attachment = DisplayedAttachment(data, container, level=container.level + 1 if container else 0)
        # Below the deepest level of the page, a file is listed beside its container.
        while container and container.level >= _LEVELS:
            container = container.container
        if container:
            container.within.append(attachment)
        shown.append(attachment)
    return [attachment for attachment in shown if attachment.container is None]


def load(_actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab. `attachments` is None if the API has no details because the mail is clean."""
    detections = message_detections(message)
    return {"attachments": None if detections is None else displayed_attachments(detections.attachments)}
