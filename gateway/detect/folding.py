"""Text normalisation (homoglyphs, accents, invisible characters), so that text that looks alike compares equal."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff\u034f\u061c\u180e]")
_NO_WORD: Final = re.compile(r"[\W_]+")
_ASCII_NO_WORD: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_WORD: Final = re.compile(r"\w+")
_GREEK_OR_CYRILLIC: Final = re.compile("[\u0370-\u058f\u13a0-\u13ff]")
_LATIN: Final = re.compile("[a-z]")

# Letters of other scripts, and small capitals, that look like a Latin letter.
_LOOK_LATIN: Final = str.maketrans(
    {
        **dict(zip("абвгдеёзикмнорстухѕіјԁԛԝһҏѵӏ", "a6brdee3ukmhopctyxsijdqwhpvl", strict=True)),
        **dict(zip("αβγεζηικνορτυχωϲ", "abyeznikvoptuxwc", strict=True)),
        **dict(zip("ոսցօհքգւաեյտ", "nugohpqiwejs", strict=True)),
        **dict(zip("ᎠᎡᎢᎥᎪᎫᎬᎷᎻᏀᏃᏎᏙᏚᏞᏟᏢᏦᏧ", "deeiajemhgzevslcpkd", strict=True)),
        **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡɩ", "abcdefghijklmnoprstuvwyzagi", strict=True)),
    }
)
_SMALL_CAPITALS: Final = str.maketrans(
    dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡ", "abcdefghijklmnoprstuvwyzag", strict=True))
)
_LOOK_ALIKE_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
_LOOK_ALIKE_SINGLES: Final = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "3": "e", "5": "s", "8": "b", "6": "b", "$": "s"}
)


def fold(text: str) -> str:
    """Return text in lower case without accents, styles, invisible characters and punctuation.

    Words are separated by one space, and the result begins and ends with one space, so that a phrase of whole words
    can be found as a substring. Cyrillic and Greek letters in a word that also has Latin letters become the Latin
    letters that they look like.
    """
    if text.isascii():
        return f" {' '.join(text.lower().translate(_ASCII_NO_WORD).split())} "
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_SMALL_CAPITALS)
    if _is_mixed(text):
        text = _WORD.sub(lambda match: match[0].translate(_LOOK_LATIN) if _is_mixed(match[0]) else match[0], text)
    return f" {_NO_WORD.sub(' ', text).strip()} "


@lru_cache(maxsize=8_192)
def skeleton(label: str) -> str:
    """Return the skeleton of a name: names that look alike have the same skeleton (after the idea of UTS 39)."""
    text = _MARKS.sub("", unicodedata.normalize("NFKD", label)).casefold().translate(_LOOK_LATIN)
    for pair, single in _LOOK_ALIKE_PAIRS:
        text = text.replace(pair, single)
    return text.translate(_LOOK_ALIKE_SINGLES)


def has_mixed_scripts(text: str) -> bool:
    """Return whether a word of the text mixes Latin letters with Cyrillic, Greek, Armenian or Cherokee ones."""
    if text.isascii():
        return False
    return any(_is_mixed(word) for word in _WORD.findall(text.casefold()))


def mixed_words(text: str) -> int:
    """Return how many words of the text mix Latin letters with those of another alphabet that look alike."""
    if text.isascii():
        return 0
    return sum(_is_mixed(word) for word in _WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _is_mixed(text: str) -> bool:
    return _GREEK_OR_CYRILLIC.search(text) is not None and _LATIN.search(text) is not None


def styled_letters(text: str) -> int:
    """Return how many letters are mathematical, enclosed or small-capital variants, used to disguise plain text."""
    if text.isascii():
        return 0
    return sum(
        1
        for character in text
        if "\U0001d400" <= character <= "\U0001d7ff"
        or "\U0001f130" <= character <= "\U0001f189"
        or character in "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
    )
