"""Brands that attackers often impersonate, with their legitimate sender domains, and the free mail providers."""

from dataclasses import dataclass
from typing import Final

from gateway.detect.kept_lists import kept_lines


@dataclass(frozen=True, slots=True)
class Brand:
    """One brand that attackers impersonate.

    `names` are the spellings that occur in display names, `labels` the brand's registered domains without suffix.
    `common_words` are the names that are everyday words too.
    """

    name: str
    names: tuple[str, ...]
    labels: tuple[str, ...]
    common_words: frozenset[str] = frozenset()


def _brand(line: str) -> Brand:
    names, _, labels = line.partition(" | ")
    spelled = tuple(name.strip() for name in names.split(","))
    return Brand(
        name=spelled[0].strip("~"),
        names=tuple(dict.fromkeys(name.strip("~").lower() for name in spelled)),
        labels=tuple(labels.split()),
        common_words=frozenset(name.strip("~").lower() for name in spelled if name.startswith("~")),
    )


BRANDS: Final = tuple(map(_brand, kept_lines("brands")))
"""The brands of the kept list, in its order."""

_SIBLINGS: Final = {
    label: frozenset(sibling for brand in BRANDS if label in brand.labels for sibling in brand.labels)
    for brand in BRANDS
    for label in brand.labels
}


def sibling_labels(registered: str) -> frozenset[str]:
    """Return the labels of all domains of the brand that a registered domain belongs to, none if it is no brand's."""
    return _SIBLINGS.get(registered.partition(".")[0], frozenset())


FREE_MAIL: Final = frozenset(
    [
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com",
        "ymail.com", "aol.com", "icloud.com", "me.com", "mac.com", "gmx.com", "gmx.de", "gmx.net", "web.de",
        "t-online.de", "freenet.de", "mail.com", "email.com", "mail.ru", "bk.ru", "inbox.ru", "list.ru",
        "yandex.ru", "yandex.com", "rambler.ru", "proton.me", "protonmail.com", "tutanota.com", "tuta.io",
        "zoho.com", "fastmail.com", "hushmail.com", "orange.fr", "laposte.net", "free.fr", "libero.it",
        "virgilio.it", "tiscali.it", "terra.com.br", "uol.com.br", "bol.com.br", "qq.com", "163.com", "126.com",
        "sina.com", "foxmail.com", "naver.com", "hanmail.net", "daum.net", "wp.pl", "o2.pl", "onet.pl",
        "interia.pl", "seznam.cz", "rediffmail.com", "yahoo.co.uk", "yahoo.co.jp", "yahoo.fr", "yahoo.de",
        "hotmail.co.uk", "hotmail.fr", "outlook.fr", "outlook.de", "live.co.uk", "netscape.net",
    ]
)  # fmt: skip


def is_free_mail(domain: str) -> bool:
    """Return whether anybody can get an address at the domain.

    A domain whose first label is `freemail` or `webmail` counts too.
    """
    return domain in FREE_MAIL or domain.partition(".")[0] in {"freemail", "webmail"}
