"""Links in mail: what they say, and where they go."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from api_client.models import Link
from dashboard.audit.actor import Actor
from dashboard.mail_text import domain_of
from investigate.display.link_hosts import claimed_host, host_of
from investigate.display.message import ShownMessage
from investigate.display.registered_domains import registered_domain
from investigate.message.selectors import message_detections
from investigate.message.tabs.tab import Context


@dataclass(frozen=True, slots=True)
class ShownLink:
    """One link; `host` is where it goes or writes to, empty where that can't be read. Templates defang both.

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
    def verb(self) -> str:
        """What it does with its host."""
        return "writes to" if self.scheme == "mailto" else "goes to"

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
        ShownLink(href, text if text != href else "", host_of(href) or _addressee(href), claimed_host(text), times)
        for (href, text), times in counted.items()
    ]
    return sorted(found, key=lambda link: not link.is_deceptive)


def _addressee(href: str) -> str:
    """Return the domain of the first address that a mailto link writes to; empty for other links."""
    scheme, _, rest = href.strip().partition(":")
    if scheme.casefold() != "mailto":
        return ""
    addresses, _, query = rest.partition("?")
    first = unquote(addresses) or next(iter(parse_qs(query).get("to", [])), "")
    return domain_of(first.partition(",")[0])


def load(_actor: Actor, message: ShownMessage) -> Context:
    """Return the context of the tab; `links` is None where the API has no details of clean mail."""
    detections = message_detections(message)
    return {"links": None if detections is None else shown_links(detections.links)}
