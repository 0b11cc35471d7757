"""File type detection by content, and inspection of attachments for dangerous features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.mail import limits
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.messages import is_message
from gateway.mail.containers.opened import Opened
from gateway.mail.containers.opening import open_file
from gateway.mail.file_names import extension, name_features
from gateway.mail.mime import Part
from gateway.mail.signatures import detect_type
from gateway.mail.storable import storable

_KINDS: Final = {
    "application/vnd.microsoft.portable-executable": "executable",
    "application/x-elf": "executable",
    "application/x-mach-binary": "executable",
    "application/java-vm": "executable",
    "application/x-ms-shortcut": "shortcut",
    "application/x-url-shortcut": "shortcut",
    "application/x-iso9660-image": "disk-image",
    "application/x-vhd": "disk-image",
    "application/x-vhdx": "disk-image",
    "application/vnd.ms-htmlhelp": "script",
    "application/hta": "script",
    "text/x-shellscript": "script",
    "application/onenote": "onenote",
    "text/html": "html",
}
_MEANT: Final = {
    "pdf": ("application/pdf",),
    "doc": ("application/msword", "application/rtf", "application/x-ole-storage", "application/vnd.openxml", "text/"),
    "docx": ("application/vnd.openxml", "application/x-encrypted-office", "application/zip"),
    "xls": (
        "application/vnd.ms-excel",
        "application/x-ole-storage",
        "application/vnd.openxml",
        "text/",
        "application/x",
    ),
    "xlsx": ("application/vnd.openxml", "application/x-encrypted-office", "application/zip"),
    "png": ("image/",),
    "jpg": ("image/",),
    "jpeg": ("image/",),
    "gif": ("image/",),
    "zip": ("application/zip", "application/vnd.openxml"),
    "txt": ("text/", "application/xml", "application/pgp"),
    "csv": ("text/",),
}
_VAGUE: Final = frozenset({"text/plain", "application/octet-stream", "application/xml", "text/calendar", "text/vcard"})
_TEXT_BY_ENDING: Final = {
    **dict.fromkeys(("htm", "html", "shtml", "xhtml", "xht"), "text/html"),
    "svg": "image/svg+xml",
    "hta": "application/hta",
    "rtf": "application/rtf",
    **dict.fromkeys(("ics", "vcs", "ical"), "text/calendar"),
    "vcf": "text/vcard",
    **dict.fromkeys(("url", "website"), "application/x-url-shortcut"),
}
_ZIP_ENDINGS: Final = frozenset({"zip", "zipx", "docx", "docm", "xlsx", "xlsm", "xlsb", "pptx", "pptm"})
_ZIP_REACH: Final = 66_000
_RISKS: Final = frozenset({"executable", "script", "shortcut", "disk-image", "remote"})
_MESSAGE: Final = "message/rfc822"
OUTLOOK: Final = "application/vnd.ms-outlook"


@dataclass(frozen=True, slots=True)
class FileContents:
    """The media type by content, features, and what was found when the file was opened.

    Features of the file: executable, script, shortcut, disk-image, onenote, macro, html, active-pdf, embedded-object,
    remote-template (it fetches a template or an object from elsewhere).
    Features of markup: smuggling, and those that `read_html` returns, with its `script` renamed to page-script.
    Features of the name: those of `name_features`, and type-mismatch.
    Features of an archive: contains-<kind> for each dangerous kind of entry.
    """

    media_type: str
    is_message: bool
    children: tuple[str, ...]
    features: tuple[str, ...]
    opened: Opened

    @property
    def encrypted(self) -> bool:
        """Whether any of the file needs a password."""
        return self.opened.encrypted


def look_inside(
    data: bytes, name: str, declared: str, budget: Budget | None = None, part: Part | None = None
) -> FileContents:
    """Open a decoded file within the budget; never raises. `part` is its MIME part, where it has one."""
    budget = budget or Budget()
    media_type, opened = _opened(data, name, declared, budget, part)
    features = dict.fromkeys((*name_features(name), *opened.features))
    children = tuple(storable(child)[: limits.NAME_CHARACTERS] for child in opened.names)
    if media_type in _KINDS:
        features[_KINDS[media_type]] = None
    features.update(dict.fromkeys(_child_features(opened.names, media_type)))
    if _is_mismatch(extension(name), media_type):
        features["type-mismatch"] = None
    found_message = media_type in {_MESSAGE, OUTLOOK}
    if found_message and extension(name) == "com":
        # An attached message is often named by its subject, which ends with a domain.
        features = {}
    return FileContents(media_type, found_message, children, tuple(features), opened)


def _opened(data: bytes, name: str, declared: str, budget: Budget, part: Part | None) -> tuple[str, Opened]:
    """Return the type of the file and what it holds."""
    if part is not None and part.children:
        return _MESSAGE, open_file(data, name, _MESSAGE, budget, part)
    media_type = detect_type(data, declared)
    if media_type.startswith(("text/", "application/octet-stream")) and is_message(data, name, declared):
        return _MESSAGE, open_file(data, name, _MESSAGE, budget)
    media_type = _by_name(data, name, media_type)
    opened = open_file(data, name, media_type, budget)
    return opened.media_type or media_type, opened


def _by_name(data: bytes, name: str, media_type: str) -> str:
    """Return the type that the program for the file's ending takes it for, if its content does not say otherwise."""
    meant = _TEXT_BY_ENDING.get(extension(name), "")
    if meant and media_type in _VAGUE:
        return meant
    if extension(name) in _ZIP_ENDINGS and media_type != "application/zip" and b"PK\x05\x06" in data[-_ZIP_REACH:]:
        return "application/zip"
    return media_type


def _child_features(names: Sequence[str], media_type: str) -> list[str]:
    if media_type == "application/java-archive":
        return []
    found: dict[str, None] = {}
    for child in names:
        features = name_features(child)
        found.update((f"contains-{feature}", None) for feature in features if feature in _RISKS)
        if extension(child) in {"htm", "html", "shtml"}:
            found["contains-html"] = None
        if "double-extension" in features:
            found["double-extension"] = None
    return list(found)


def _is_mismatch(last: str, media_type: str) -> bool:
    """Return whether the extension and the content disagree.

    Unknown content is not a mismatch.
    """
    meant = _MEANT.get(last)
    return meant is not None and media_type != "application/octet-stream" and not media_type.startswith(meant)
