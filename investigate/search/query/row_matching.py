"""Test whether a message matches a query, from its row in the API's list and, if it was read, its detail."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network

from api_client.models import Detections, Message
from api_client.models.values import MessageAction
from investigate.annotations.selectors import tags_among
from investigate.annotations.tags import tag_of
from investigate.display.link_hosts import ascii_host, host_of
from investigate.display.registered_domains import registered_domain
from investigate.search.query.link_matching import address_fits, has_part
from investigate.search.query.operators import OPERATIONS, OPERATORS
from investigate.search.query.syntax_tree import Node, Not, Or, Term
from investigate.search.query.times import parse_duration, parse_time
from investigate.search.query.word_matching import any_word_fits, fits, has_words


@dataclass(frozen=True, slots=True)
class KnownMessage:
    """The known data of a message. `detail` is None if it was not read. `last:` counts back from `now`.

    `tags` are the team's. If they are None, they are looked up in the console's rows where a term asks for them.
    """

    message: Message
    now: datetime
    detail: Detections | None = None
    tags: frozenset[str] | None = None


Truth = bool | None
"""True, False, or None if only the message's detail can decide and it was not read."""


def query_matches(node: Node, known: KnownMessage) -> Truth:
    """Return whether the message matches the query, in three-valued logic: None means undecided without detail."""
    if isinstance(node, Term):
        return _term(node, known)
    if isinstance(node, Not):
        part = query_matches(node.part, known)
        return None if part is None else not part
    ends = isinstance(node, Or)  # One true part decides a disjunction, one false part decides a conjunction.
    parts = [query_matches(part, known) for part in node.parts]
    if ends in parts:
        return ends
    return None if None in parts else not ends


def needs_detail(node: Node) -> bool:
    """Return whether the row alone may not decide the query, so that the detail is needed."""
    if isinstance(node, Term):
        return node.operator in {"has", "attachment", "hash", "domain", "url"}
    parts = (node.part,) if isinstance(node, Not) else node.parts
    return any(needs_detail(part) for part in parts)


def is_domain(value: str) -> bool:
    """Return whether the value looks like a domain and not like an email address or a name."""
    return "." in value and "@" not in value and not any(character.isspace() for character in value)


def _term(term: Term, known: KnownMessage) -> Truth:
    return _TESTS[term.operator](term, known)


def _text(term: Term, texts: Iterable[str | None]) -> bool:
    if term.is_wild:
        return any(any_word_fits(term.value, text) for text in texts if text)
    return any(has_words(text, term.value, exactly=term.is_exact) for text in texts if text)


def _words(term: Term, known: KnownMessage) -> bool:
    data = known.message
    people = [data.from_, data.from_name, data.envelope_from, data.replyto, *_recipients(data), *(data.to_name or ())]
    servers = [data.smtp_helo_server_ip, data.smtp_previous_hop_ip, data.x_originating_ip]
    names = [data.id, data.alert_id, data.message_id, data.final_disposition]
    times = [f"{at:%Y-%m-%dT%H:%M:%S}" for at in (data.scanned_at, data.sent_at) if at]
    return _text(term, [data.subject, *people, *data.detection_reasons, *servers, *names, *times])


def _people(term: Term, addresses: list[str], names: list[str]) -> bool:
    wanted = term.value.casefold()
    if term.is_wild:
        return any(fits(wanted, text) for text in [*addresses, *names]) or any(
            any_word_fits(wanted, name) for name in names
        )
    if "@" in wanted:
        return any(address.casefold() == wanted for address in addresses)
    if is_domain(wanted):
        return any(address.casefold().rpartition("@")[2] == wanted for address in addresses)
    return any(has_words(text, wanted) for text in [*addresses, *names])


def _recipients(data: Message) -> list[str]:
    return [*data.client_recipients, *(data.envelope_to or ()), *(data.to or ())]


def _from(term: Term, known: KnownMessage) -> bool:
    data = known.message
    return _people(term, [one for one in (data.from_, data.envelope_from) if one], [data.from_name or ""])


def _to(term: Term, known: KnownMessage) -> bool:
    return _people(term, _recipients(known.message), known.message.to_name or [])


def _domain(term: Term, known: KnownMessage) -> Truth:
    data = known.message
    wanted = term.value.casefold() if term.is_wild else ascii_host(term.value)
    addresses = [one for one in (data.from_, data.envelope_from, *_recipients(data)) if one and "@" in one]
    test = fits if term.is_wild else str.__eq__
    if any(test(wanted, ascii_host(address.rpartition("@")[2])) for address in addresses):
        return True
    if known.detail is None:
        return None
    hosts = [host_of(link.href) for link in known.detail.links]
    return any(test(wanted, name) for host in hosts for name in (host, registered_domain(host)) if name)


def _url(term: Term, known: KnownMessage) -> Truth:
    if known.detail is None:
        return None
    return any(
        address_fits(term.value, link.href) if term.is_wild else has_part(link.href, term.value)
        for link in known.detail.links
    )


def _choice(term: Term) -> str:
    choice = OPERATORS[term.operator].choice(term.value)
    return choice.value if choice else ""


def _disposition(term: Term, known: KnownMessage) -> bool:
    wanted, is_so = _choice(term), (known.message.final_disposition or "NONE").upper()
    return is_so == wanted or (wanted == "MALICIOUS" and is_so == "MALICIOUS-BEC")


def _action(term: Term, known: KnownMessage) -> bool:
    operations = OPERATIONS[MessageAction(_choice(term))]
    return bool(operations & set(known.message.post_delivery_operations or ()))


def _result(term: Term, known: KnownMessage) -> bool:
    validation = known.message.validation
    result = getattr(validation, term.operator) if validation else None
    return (result or "none").casefold() == _choice(term)


def _holds(term: Term, known: KnownMessage) -> Truth:
    if known.detail is None:
        return None
    return bool(known.detail.attachments if _choice(term) == "attachment" else known.detail.links)


def _attachment(term: Term, known: KnownMessage) -> Truth:
    if known.detail is None:
        return None
    names = [attachment.filename or attachment.name or "" for attachment in known.detail.attachments]
    if term.is_wild:
        return any(fits(term.value, name) for name in names)
    return any(has_words(name, term.value) for name in names)


def _hash(term: Term, known: KnownMessage) -> Truth:
    if known.detail is None:
        return None
    hashes = [text for one in known.detail.attachments for text in (one.md5, one.sha1, one.sha256) if text]
    return any(fits(term.value if term.is_wild else term.value.replace("*", ""), text) for text in hashes)


def _ip(term: Term, known: KnownMessage) -> bool:
    data = known.message
    network = ip_network(term.value, strict=False)
    return any(
        _is_within(text, network)
        for text in (data.smtp_helo_server_ip, data.smtp_previous_hop_ip, data.x_originating_ip)
        if text
    )


def _is_within(text: str, network: object) -> bool:
    try:
        return ip_address(text.strip().strip("[]")) in network  # type: ignore[operator]  # either family of networks
    except ValueError:
        return False


def _message_id(term: Term, known: KnownMessage) -> bool:
    bare = (known.message.message_id or "").strip().removeprefix("<").removesuffix(">")
    wanted = term.value.strip().removeprefix("<").removesuffix(">")
    return fits(wanted, bare) if term.is_wild else bare.casefold() == wanted.casefold()


def _equal(name: str) -> Callable[[Term, KnownMessage], bool]:
    return lambda term, known: (getattr(known.message, name) or "").casefold() == term.value.casefold()


def _is(term: Term, known: KnownMessage) -> bool:
    if _choice(term) == "reported":
        return known.message.is_phish_submission
    return (known.message.final_disposition or "NONE").upper() != "NONE"


def _tag(term: Term, known: KnownMessage) -> bool:
    message_id = known.message.id
    tags = tags_among([message_id]).get(message_id, frozenset()) if known.tags is None else known.tags
    return tag_of(term.value) in tags


def _before(term: Term, known: KnownMessage) -> bool:
    moment, at = parse_time(term.value), known.message.scanned_at
    return bool(moment and at and at < moment)


def _after(term: Term, known: KnownMessage) -> bool:
    moment, at = parse_time(term.value), known.message.scanned_at
    return bool(moment and at and at >= moment)


def _last(term: Term, known: KnownMessage) -> bool:
    stretch, at = parse_duration(term.value), known.message.scanned_at
    return bool(stretch and at and at >= known.now - stretch)


_TESTS: dict[str, Callable[[Term, KnownMessage], Truth]] = {
    "": _words,
    "from": _from,
    "to": _to,
    "domain": _domain,
    "url": _url,
    "subject": lambda term, known: _text(term, [known.message.subject]),
    "disposition": _disposition,
    "status": lambda term, known: _choice(term) in (known.message.delivery_status or ()),
    "action": _action,
    "spf": _result,
    "dkim": _result,
    "dmarc": _result,
    "has": _holds,
    "attachment": _attachment,
    "hash": _hash,
    "ip": _ip,
    "message-id": _message_id,
    "reason": lambda term, known: _text(term, known.message.detection_reasons),
    "category": lambda term, known: _text(term, known.message.threat_categories or ()),
    "edf": _equal("edf_hash"),
    "structure": _equal("htmltext_structure_hash"),
    "is": _is,
    "tag": _tag,
    "before": _before,
    "after": _after,
    "last": _last,
}
