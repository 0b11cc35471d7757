"""The Links tab: links of a message with text, target host and place, and a warning if text and host contradict."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from api_client.models import Link
from dashboard.audit.actor import Actor
from dashboard.mail_text import domain_of
from investigate.display.link_hosts import claimed_host, host_of
from investigate.display.message import DisplayedMessage
from investigate.display.registered_domains import registered_domain
from investigate.message.selectors import message_detections
from investigate.message.tabs.tab import Context

_PLACES = {
    "only in Outlook": "Shown only in Outlook",
    "only in AMP": "Shown only by programs that read AMP",
    "within a frame": "Within a frame",
}


@dataclass(frozen=True, slots=True)
class DisplayedLink:
    """A link as shown on the page. Templates defang its texts.

    `host` is the host of the target, or the domain of a mailto address; it is empty if it can't be parsed. `claims` is
    the host that the link text names, or empty. `times` is the number of times that the link occurs in the message.
    `written` is the address as the message has it, if it differs from `href`. `place` is where the link was found, as
    the API names it; it is empty for the body.
    """

    href: str
    text: str
    host: str
    claims: str
    times: int
    is_hidden: bool = False
    written: str = ""
    place: str = ""

    @property
    def known_place(self) -> str:
        """Return the words for a place that is no file, or an empty string."""
        return _PLACES.get(self.place, "")

    @property
    def file_name(self) -> str:
        """Return the name of the file that the link was found in, or an empty string."""
        return "" if self.known_place else self.place

    @property
    def is_deceptive(self) -> bool:
        """Return whether the text names a host of another registered domain than the target's."""
        ours = registered_domain(self.host) or self.host
        return bool(self.claims) and (registered_domain(self.claims) or self.claims) != ours

    @property
    def verb(self) -> str:
        """Return the words before the host in the display."""
        return "writes to" if self.scheme == "mailto" else "goes to"

    @property
    def scheme(self) -> str:
        """Return the scheme of a link that is not a web page, such as mailto. It is empty for http and https."""
        scheme = self.href.strip().partition(":")[0].casefold()
        return "" if scheme in ("http", "https") or not scheme.isalnum() else scheme[:20]


def displayed_links(links: list[Link]) -> list[DisplayedLink]:
    """Return the links, deceptive ones first, else in the order of the message. Duplicates are merged."""
    counted = Counter(
        (link.href, (link.text or "").strip(), bool(link.hidden), link.written or "", link.place or "")
        for link in links
    )
    found = [
        DisplayedLink(
            href=href,
            text=text if text not in (href, written) else "",
            host=host_of(href) or _addressee(href),
            claims=claimed_host(text),
            times=times,
            is_hidden=hidden,
            written=written if written != href else "",
            place=place,
        )
        for (href, text, hidden, written, place), times in counted.items()
    ]
    return sorted(found, key=lambda link: not link.is_deceptive)


def _addressee(href: str) -> str:
    """Return the domain of the first recipient of a mailto link, or an empty string for other links."""
    scheme, _, rest = href.strip().partition(":")
    if scheme.casefold() != "mailto":
        return ""
    addresses, _, query = rest.partition("?")
    first = unquote(addresses) or next(iter(parse_qs(query).get("to", [])), "")
    return domain_of(first.partition(",")[0])


def load(_actor: Actor, message: DisplayedMessage) -> Context:
    """Return the context of the tab. `links` is None if the API has no details because the mail is clean."""
    detections = message_detections(message)
    return {"links": None if detections is None else displayed_links(detections.links)}
