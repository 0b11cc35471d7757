"""File type detection by content, and inspection of attachments for dangerous features."""

import re
from dataclasses import dataclass
from typing import Final

from gateway.mail import limits
from gateway.mail.archives import Contents, read_gzip, read_rar, read_seven_zip, read_zip
from gateway.mail.charsets import decode
from gateway.mail.file_names import extension, extension_kind, name_features
from gateway.mail.html_reading import read_html
from gateway.mail.office import read_compound_file, read_ooxml
from gateway.mail.signatures import detect_type

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
_SMUGGLING: Final = re.compile(
    r"mssaveoropenblob|createobjecturl|new\s+blob\s*\(|\batob\s*\(|string\.fromcharcode|document\.write\s*\(\s*unescape|"
    r"eval\s*\(|decodeuricomponent\s*\(\s*escape",
    re.IGNORECASE,
)
_PDF_PROGRAM: Final = re.compile(rb"/(?:JavaScript|JS|Launch)\b")
_PDF_READ: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class FileContents:
    """The media type by content, whether the file needs a password, the names of entries inside, and features.

    Features of the file: executable, script, shortcut, disk-image, onenote, macro, html, active-pdf, embedded-object.
    Features of markup: smuggling, and those that `read_html` returns, with its `script` renamed to page-script.
    Features of the name: right-to-left-name, double-extension, type-mismatch.
    Features of an archive: contains-<kind> for each dangerous kind of entry.
    """

    media_type: str
    encrypted: bool
    children: tuple[str, ...]
    features: tuple[str, ...]


def look_inside(data: bytes, name: str, declared: str) -> FileContents:
    """Inspect a decoded attachment without unpacking anything; never raises."""
    media_type = detect_type(data, declared)
    features = dict.fromkeys(name_features(name))
    encrypted = False
    children: tuple[str, ...] = ()
    if len(data) <= limits.LOOK_INSIDE_BYTES:
        media_type, encrypted, children, found = _contents(data, media_type)
        features.update(dict.fromkeys(found))
    if media_type in _KINDS:
        features[_KINDS[media_type]] = None
    features.update(dict.fromkeys(_child_features(children, media_type)))
    if _is_mismatch(extension(name), media_type):
        features["type-mismatch"] = None
    return FileContents(media_type, encrypted, children, tuple(features))


def _contents(data: bytes, media_type: str) -> tuple[str, bool, tuple[str, ...], tuple[str, ...]]:
    if media_type == "application/zip":
        contents = read_zip(data)
        office = read_ooxml(contents.names)
        if office is not None:
            return office.media_type, contents.encrypted, (), office.features
        if any(entry.upper() == "META-INF/MANIFEST.MF" for entry in contents.names):
            return "application/java-archive", contents.encrypted, contents.names, ("executable",)
        return media_type, contents.encrypted, contents.names, ()
    if media_type == "application/x-ole-storage":
        office = read_compound_file(data)
        return office.media_type, office.encrypted, (), office.features
    readers = {
        "application/vnd.rar": read_rar,
        "application/x-7z-compressed": read_seven_zip,
        "application/gzip": read_gzip,
    }
    if media_type in readers:
        archive: Contents = readers[media_type](data)
        return media_type, archive.encrypted, archive.names, ()
    if media_type == "application/pdf":
        head = data[:_PDF_READ]
        return media_type, b"/Encrypt" in head, (), ("active-pdf",) if _PDF_PROGRAM.search(head) else ()
    if media_type in {"text/html", "image/svg+xml", "application/hta"}:
        return media_type, False, (), _markup_features(data)
    if media_type == "application/rtf":
        return media_type, False, (), ("embedded-object",) if b"\\objdata" in data[:_PDF_READ] else ()
    return media_type, False, (), ()


def _markup_features(data: bytes) -> tuple[str, ...]:
    source = decode(data[: limits.HTML_CHARACTERS], "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "")
    reading = read_html(source)
    # A page that contains a script is distinguished from a file that is a script.
    found = tuple("page-script" if feature == "script" else feature for feature in reading.features)
    return (*found, "smuggling") if _SMUGGLING.search(source) else found


def _child_features(children: tuple[str, ...], media_type: str) -> list[str]:
    if media_type == "application/java-archive":
        return []
    found: dict[str, None] = {}
    for child in children:
        kind = extension_kind(extension(child)) or ("html" if extension(child) in {"htm", "html", "shtml"} else "")
        if kind:
            found[f"contains-{kind}"] = None
        if "double-extension" in name_features(child):
            found["double-extension"] = None
    return list(found)


def _is_mismatch(last: str, media_type: str) -> bool:
    """Return whether the extension and the content disagree.

    Unknown content is not a mismatch.
    """
    meant = _MEANT.get(last)
    return meant is not None and media_type != "application/octet-stream" and not media_type.startswith(meant)
