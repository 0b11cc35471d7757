"""Classify file names: dangerous extensions, double extensions and right-to-left tricks."""

import re
from typing import Final

EXECUTABLE: Final = frozenset(
    [
        "exe",
        "scr",
        "com",
        "pif",
        "cpl",
        "dll",
        "msi",
        "msp",
        "msc",
        "xll",
        "sys",
        "drv",
        "jar",
        "jnlp",
        "application",
        "appx",
        "gadget",
    ]
)
SCRIPT: Final = frozenset(
    [
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "wsh",
        "ps1",
        "psm1",
        "bat",
        "cmd",
        "hta",
        "sct",
        "py",
        "sh",
        "reg",
        "inf",
        "chm",
        "ade",
        "mde",
        "scf",
    ]
)
SHORTCUT: Final = frozenset(["lnk", "url", "library-ms", "searchconnector-ms", "settingcontent-ms", "website"])
DISK_IMAGE: Final = frozenset(["iso", "img", "vhd", "vhdx", "udf", "dmg"])
HARMLESS: Final = frozenset(
    [
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "ppt",
        "pptx",
        "odt",
        "ods",
        "txt",
        "rtf",
        "csv",
        "jpg",
        "jpeg",
        "png",
        "gif",
        "bmp",
        "tif",
        "tiff",
        "htm",
        "html",
        "mp3",
        "mp4",
        "wav",
        "zip",
    ]
)
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200f\u061c]")
_EXTENSION: Final = re.compile(r"\.([A-Za-z0-9-]{1,24})[\s.]*$")
_MANY_SPACES: Final = re.compile(r"[\s_\u2800\u3164]{8}")


def extension(name: str) -> str:
    """Return the last extension in lower case, without its dot, or an empty string."""
    match = _EXTENSION.search(name[-64:])
    return match[1].lower() if match else ""


def name_features(name: str) -> tuple[str, ...]:
    """Return the features of a file name.

    Features: right-to-left-name, double-extension, and the kind of a dangerous extension (see `extension_kind`).
    """
    features = []
    if _DIRECTION.search(name):
        features.append("right-to-left-name")
    plain = _DIRECTION.sub("", name)
    last = extension(plain)
    kind = extension_kind(last)
    if kind:
        features.append(kind)
        stem = plain[: plain.rfind(".")]
        if extension(stem) in HARMLESS or _MANY_SPACES.search(stem):
            features.append("double-extension")
    return tuple(features)


def extension_kind(last: str) -> str:
    """Return executable, script, shortcut or disk-image for a dangerous extension, or an empty string."""
    for kind, extensions in (
        ("executable", EXECUTABLE),
        ("script", SCRIPT),
        ("shortcut", SHORTCUT),
        ("disk-image", DISK_IMAGE),
    ):
        if last in extensions:
            return kind
    return ""
