"""The mail parser: turn the bytes of a message into a `ParsedMessage`."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from gateway.mail import limits
from gateway.mail.addresses import first_sender, parse_addresses, read_addresses
from gateway.mail.attachments import Files, read_files
from gateway.mail.authentication import trusted_results
from gateway.mail.bodies import Bodies, decode_body
from gateway.mail.containers.drawn_codes import links_in_drawings
from gateway.mail.dates import parse_date
from gateway.mail.encoded_words import decode_value
from gateway.mail.hashes import edf_hash
from gateway.mail.headers import HeaderBlock
from gateway.mail.html_reading import read_html
from gateway.mail.links import links_in_text, listed_links
from gateway.mail.message import ONLY_IN_AMP, AuthResult, Hop, Mailbox, ParsedMessage
from gateway.mail.mime import Tree, split_message
from gateway.mail.parts import leaves
from gateway.mail.received import normal_ip, outside_hops, parse_received
from gateway.mail.salvage import salvage
from gateway.mail.similarity import text_minhash

_ONLY_ONCE: Final = ("from", "subject", "to", "date", "message-id")


def parse(
    raw: bytes,
    *,
    trusted_authserv_ids: Collection[str] = frozenset(),
    own_servers: Collection[str] = frozenset(),
) -> ParsedMessage:
    """Parse a message.

    Never raises, whatever the input; `defects` says what could not be read. `trusted_authserv_ids` are the servers
    whose Authentication-Results count. `own_servers` are host names, IP addresses or networks of the receiving side.
    They are needed to find the server that delivered the mail.
    """
    try:
        return _parse(raw, frozenset(name.lower() for name in trusted_authserv_ids), frozenset(own_servers))
    except Exception as error:  # noqa: BLE001 - no error that a message triggers may lose the message.
        return salvage(raw, f"The message could not be read in full ({type(error).__name__}).")


def _parse(raw: bytes, trusted: frozenset[str], own_servers: frozenset[str]) -> ParsedMessage:
    tree = split_message(raw)
    block = tree.root.headers
    if not block.fields:
        tree.note("The message has no header fields.")
    bodies, files = _contents(tree)
    text, html = "\n".join(bodies.text), "\n".join(bodies.html)
    reading = read_html(*bodies.html)
    only_amp = read_html(*bodies.amp, place=ONLY_IN_AMP)
    drawn = links_in_drawings(f"{text}\n{reading.text}")
    links, left_out = listed_links([*reading.links, *only_amp.links, *links_in_text(text), *files.links, *drawn])
    for sentence in (*reading.unread, *only_amp.unread):
        tree.leave_out(sentence)
    if left_out:
        tree.leave_out(f"There are too many links: {left_out:,} were not listed.")
    message = _fields(block, _raw_charset(tree), tree)
    hops, positions = _hops(block)
    outside = outside_hops(hops, own_servers)
    names = [word for mailbox in (*message.to, *message.cc) for word in (mailbox.name, mailbox.address)]
    _note_repeated(block, tree)
    return replace(
        message,
        received=hops,
        newest_received_at=next((hop.at for hop in hops if hop.at is not None), None),
        smtp_helo_server_ip=hops[outside[0]].from_ip if outside else "",
        smtp_helo_server_name=hops[outside[0]].from_name if outside else "",
        smtp_previous_hop_ip=hops[outside[1]].from_ip if len(outside) > 1 else "",
        authentication_results=_authentication(block, trusted, positions, outside) if trusted else (),
        text=text,
        html=html[: limits.TEXT_CHARACTERS],
        html_text=reading.text,
        hidden_text=reading.hidden_text,
        markup=reading.features,
        attachments=tuple(files.attachments),
        links=links,
        edf_hash=edf_hash(reading.text or text, [*names, *message.delivered_to]),
        text_minhash=text_minhash(reading.text or text, [*names, *message.delivered_to]),
        htmltext_structure_hash=reading.structure_hash,
        defects=tuple(tree.defects),
        unread=tuple(tree.unread),
        contradictions=tuple(tree.contradictions),
        size=len(raw),
    )


def _contents(tree: Tree) -> tuple[Bodies, Files]:
    """Return the bodies, those of a wrapped message included, and the files."""
    bodies = Bodies()
    for leaf in leaves(tree):
        if leaf.role in {"text", "html"}:
            bodies.add(leaf, tree)
        elif leaf.role == "amp":
            bodies.amp.append(decode_body(leaf.part, tree)[: limits.HTML_CHARACTERS])
    files = read_files(tree, bodies.html)
    bodies.text += files.text
    bodies.html += files.html
    return bodies, files


def _raw_charset(tree: Tree) -> str:
    """Return the charset of the first text part: raw 8-bit text in header fields, which name none, is likely in it."""
    waiting = [tree.root]
    while waiting:
        part = waiting.pop()
        if part.content_type.startswith("text/") and part.parameters.get("charset"):
            return part.parameters["charset"]
        waiting.extend(reversed(part.children))
    return ""


def _fields(block: HeaderBlock, charset: str, tree: Tree) -> ParsedMessage:
    """Parse the header fields that don't depend on other parts of the message."""
    by_name = block.by_name

    def first(name: str) -> bytes:
        return by_name.get(name, [b""])[0]

    def decoded(name: str) -> str:
        return decode_value(first(name), charset).strip()

    def mailboxes(name: str) -> tuple[Mailbox, ...]:
        found: list[Mailbox] = []
        for value in by_name.get(name, []):
            read, whole = read_addresses(value, charset)
            found += read
            if not whole or len(found) > limits.MAILBOXES:
                tree.leave_out(f"The field {name} has too many addresses: not all were read.")
                break
        return tuple(found[: limits.MAILBOXES])

    named = mailboxes("from" if "from" in by_name else "sender")
    sender = first_sender(named)
    senders = dict.fromkeys(mailbox for mailbox in named if "@" in mailbox.address.strip("@"))
    sent_date = decoded("date")
    return ParsedMessage(
        headers=tuple((name, decode_value(value, charset)) for name, value in block.fields),
        subject=" ".join(decoded("subject").split()),
        from_address=sender.address,
        from_name=sender.name,
        senders=tuple(senders)[: limits.SENDERS],
        reply_to=first_sender(parse_addresses(first("reply-to"), charset)).address,
        to=mailboxes("to"),
        cc=mailboxes("cc"),
        bcc=mailboxes("bcc"),
        message_id=_message_id(decoded("message-id")),
        sent_at=parse_date(sent_date),
        sent_date=sent_date,
        x_originating_ip=normal_ip(decoded("x-originating-ip") or decoded("x-sender-ip")),
        delivered_to=_delivered_to(by_name),
        list_id=decoded("list-id"),
        auto_submitted=decoded("auto-submitted").lower(),
        precedence=decoded("precedence").lower(),
        list_unsubscribe=decoded("list-unsubscribe"),
    )


def _message_id(text: str) -> str:
    """Return the identifier with its angle brackets, or the field's text if it has none."""
    start, end = text.find("<"), text.find(">")
    return text[start : end + 1] if 0 <= start < end else text[: limits.NAME_CHARACTERS]


def _delivered_to(by_name: dict[str, list[bytes]]) -> tuple[str, ...]:
    values = by_name.get("delivered-to", []) + by_name.get("x-original-to", [])
    found = (mailbox.address for value in values for mailbox in parse_addresses(value) if "@" in mailbox.address)
    return tuple(dict.fromkeys(found))


def _hops(block: HeaderBlock) -> tuple[tuple[Hop, ...], tuple[int, ...]]:
    """Return the hops, newest first, and the position of each among the header fields."""
    found = [(place, value) for place, (name, value) in enumerate(block.fields) if name.lower() == "received"]
    found = found[: limits.HOPS]
    return tuple(parse_received(value) for _place, value in found), tuple(place for place, _value in found)


def _authentication(
    block: HeaderBlock, trusted: frozenset[str], positions: tuple[int, ...], outside: list[int]
) -> tuple[AuthResult, ...]:
    """Return the results of the Authentication-Results fields that the receiving side can have added.

    These are the fields above the first Received field that is older than the delivery to the receiving side. The
    message had the fields below already when it was delivered, so its sender can have forged them.
    """
    older = outside[0] + 1 if outside else len(positions)
    end = positions[older] if older < len(positions) else len(block.fields)
    values = [value for name, value in block.fields[:end] if name.lower() == "authentication-results"]
    return trusted_results(values, trusted)


def _note_repeated(block: HeaderBlock, tree: Tree) -> None:
    for name in _ONLY_ONCE:
        if len(block.all(name)) > 1:
            tree.note(f"The header field {name} occurs more than once: the first was read.")
