"""Links in mail: what they say, and where they go."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from api_client.models import Link
from investigate.registered import registered_domain

_HOST_IN_TEXT = re.compile(
    r"(?:https?:/{1,2})?(?:[^\s/@]*@)?((?:[\w-]+\.)+[^\W\d_]{2,24})(?=[/:?#\s]|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ShownLink:
    """One link; `host` is where it goes, empty where that can't be read. Templates defang both.

    `claims` is the host that its text names, empty where it names none. `times` is how often the message has it.
    """

    href: str
    text: str
    host: str
    claims: str
    times: int

    @property
    def is_deceptive(self) -> bool:
        """Its text names a host of somebody else than the one that it goes to."""
        ours = registered_domain(self.host) or self.host
        return bool(self.claims) and (registered_domain(self.claims) or self.claims) != ours

    @property
    def scheme(self) -> str:
        """What it is other than a page on the web, such as mailto; empty for http and https."""
        scheme = self.href.strip().partition(":")[0].casefold()
        return "" if scheme in ("http", "https") or not scheme.isalnum() else scheme[:20]


def shown_links(links: list[Link]) -> list[ShownLink]:
    """Return the links in the order of the message, each target and text once, those that deceive first."""
    counted: dict[tuple[str, str], int] = {}
    for link in links:
        key = (link.href, (link.text or "").strip())
        counted[key] = counted.get(key, 0) + 1
    found = [
        ShownLink(href, text if text != href else "", host_of(href), claimed_host(text), times)
        for (href, text), times in counted.items()
    ]
    return sorted(found, key=lambda link: not link.is_deceptive)


def host_of(href: str) -> str:
    """Return the host that a link goes to, in lower case; empty where there is none or it can't be read."""
    try:
        return urlsplit(href.strip()).hostname or ""
    except ValueError:
        return ""


def claimed_host(text: str) -> str:
    """Return the host that a link's text names as its target; empty for a text that names none."""
    found = _HOST_IN_TEXT.match(text.strip()[:300])
    return found.group(1).casefold() if found else ""
