"""Classify file names: dangerous endings, and what a name does to hide its ending.

Names are read as Windows takes them (Microsoft, "Naming Files, Paths, and Namespaces"): only the last part of a path
counts, dots and blanks at the end are dropped, and what follows a colon names a stream of the file before it.
"""

import re
import unicodedata
from typing import Final

from file_types.risky import kind_of_ending

HARMLESS: Final = frozenset(
    (
        "pdf doc docx xls xlsx ppt pptx odt ods odp txt rtf csv jpg jpeg png gif bmp tif tiff webp heic htm html mp3 "
        "mp4 wav avi mov zip eml msg xml json log ics vcf pages numbers key"
    ).split()
)
_REACH: Final = 400
_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_WIDTHLESS: Final = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060-\u2064\u206a-\u206f\ufe00-\ufe0f\ufeff]")
_ENDING: Final = re.compile(r"\.([A-Za-z0-9-]{1,24})\Z")
_CUT: Final = re.compile("%00|\\\\0|\\\\x00|\x00", re.IGNORECASE)
_MANY_BLANKS: Final = re.compile(r"[\s_\u2800\u3164\u115f\u1160\uffa0]{8}")
_BLANKS: Final = (
    " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_DROPPED: Final = _BLANKS + ".\u2800\u3164\u115f\u1160\uffa0"
_QUOTES: Final = "'\"`\u2018\u2019\u201c\u201d\u00b4;,)>]}"
_LOOK_ALIKES: Final = str.maketrans("асеіјѕорхуԁһԛԝѵԍӏгвптмкзб", "aceijsopxydhqwvglrbntmkz6")


def extension(name: str) -> str:
    """Return the ending that Windows acts on, in lower case, without its dot, or an empty string."""
    return _ending(_last_part(name).rstrip(_DROPPED))


def name_features(name: str) -> tuple[str, ...]:
    """Return the features of a file name.

    Features: right-to-left-name, disguised-name (characters that nobody sees or that look like others hide a dangerous
    ending), double-extension (a harmless ending or many blanks precede it), and the kind of the dangerous ending.
    """
    features: dict[str, None] = {}
    if _DIRECTION.search(name):
        features["right-to-left-name"] = None
    plain = _last_part(name).rstrip(_DROPPED)
    last = _ending(plain)
    kind = kind_of_ending(last)
    if not kind:
        plain, kind = _disguised(name)
        if kind:
            features["disguised-name"] = None
    if kind:
        features[kind] = None
        stem = plain[: plain.rfind(".")]
        hidden = stem.rstrip(_DROPPED)
        if _ending(hidden) in HARMLESS or _MANY_BLANKS.search(stem):
            features["double-extension"] = None
    return tuple(features)


def extension_kind(last: str) -> str:
    """Return executable, script, shortcut, disk-image, remote or carrier for a dangerous ending, or an empty string."""
    return kind_of_ending(last)


def _last_part(name: str) -> str:
    """Return the part of a name after its last slash or backslash, without marks of direction."""
    plain = _DIRECTION.sub("", name[-_REACH:])
    return re.split(r"[/\\]", plain.rstrip("/\\" + _DROPPED))[-1]


def _ending(plain: str) -> str:
    match = _ENDING.search(plain[-32:])
    return match[1].lower() if match else ""


def _disguised(name: str) -> tuple[str, str]:
    """Return the name behind a disguise and the kind of its ending, or the empty kind if there is no disguise."""
    plain = _last_part(name)
    for variant in (
        _WIDTHLESS.sub("", plain),
        plain.rstrip(_DROPPED + _QUOTES),
        plain.split(":")[0] if plain.find(":") > 1 else plain,
        _CUT.split(plain)[0],
        unicodedata.normalize("NFKC", plain).lower().translate(_LOOK_ALIKES),
    ):
        shown = _WIDTHLESS.sub("", variant).rstrip(_DROPPED + _QUOTES)
        kind = kind_of_ending(_ending(shown))
        if kind:
            return shown, kind
    return plain, ""
