"""A message's entry in the full-text index: which search parameter finds which of its fields.

The parameter `query` searches the fields that the API reference lists for it, and `subject` the words of the subject.
`url` searches the words of links' addresses (`gateway.search.link_words`). The other indexed parameters compare exact
values, each of which is one word in the index. A domain is indexed in both spellings, in letters and in ASCII
(RFC 5890 2.3.2.1).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from publicsuffixlist import PublicSuffixList

from gateway import ids
from gateway.mail.web_address import spellings
from gateway.models import Message, MessageIndex
from gateway.search import link_words, words

_SUFFIXES = PublicSuffixList(accept_unknown=True)


@dataclass(frozen=True, slots=True)
class Extra:
    """Searchable values that the message's row does not hold: attachments, names in Cc, links, what it answers."""

    attachment_names: tuple[str, ...] = ()
    attachment_hashes: tuple[str, ...] = ()
    cc_names: tuple[str, ...] = ()
    link_hosts: tuple[str, ...] = field(default=())
    link_addresses: tuple[str, ...] = ()
    referred_ids: tuple[str, ...] = ()


def index_entry(message: Message, extra: Extra) -> MessageIndex:
    """Return the (unsaved) index entry of `message`."""
    exact = sorted({words.key(kind, value) for kind, value in exact_values(message, extra) if value})
    return MessageIndex(
        message_id=message.pk,
        subject=words.spelled([message.subject]),
        words=words.spelled(query_values(message, extra)),
        # The links come first: their phrases need places, of which PostgreSQL has 16,383 in a text. A key needs none.
        keys=" ".join(filter(None, (link_words.index_text(extra.link_addresses), *exact))),
    )


def query_values(message: Message, extra: Extra) -> Iterator[str]:
    """Yield the values of every field that the parameter `query` searches."""
    yield message.subject
    yield ids.alert_id(message.pk)
    yield message.investigate_id
    yield message.final_disposition
    yield message.message_id
    yield from _times(message.scanned_at)
    if message.sent_at:
        yield from _times(message.sent_at)
    yield from (message.envelope_from, message.from_address, message.from_name, message.reply_to)
    yield from (message.smtp_helo_server_ip, message.smtp_previous_hop_ip, message.x_originating_ip)
    yield from message.detection_reasons
    yield from extra.attachment_names
    yield from extra.attachment_hashes
    # Mail may go to many. Their addresses come last, so that whatever is cut is found by the filter `recipient`.
    yield from dict.fromkeys((*message.envelope_to, *message.client_recipients, *message.to, *message.cc))
    yield from dict.fromkeys((*message.to_name, *extra.cc_names))


def _times(moment: datetime) -> Iterator[str]:
    yield f"{moment:%Y-%m-%dT%H:%M:%S}"
    yield f"{moment:%Y-%m-%d}"


def exact_values(message: Message, extra: Extra) -> Iterator[tuple[str, str]]:
    """Yield (parameter, value) pairs for every parameter that compares exact values."""
    senders = {message.from_address, message.envelope_from}
    recipients = {*message.envelope_to, *message.client_recipients, *message.to, *message.cc}
    yield from (("sender", value) for value in _addresses_and_domains(senders))
    yield from (("recipient", value) for value in _addresses_and_domains(recipients))
    domains = {_domain(address) for address in senders | recipients}
    domains.update(extra.link_hosts)
    domains.update(_SUFFIXES.privatesuffix(host) or "" for host in extra.link_hosts)
    yield from (("domain", spelling) for domain in domains for spelling in spellings(domain))
    yield "message_id", bare_message_id(message.message_id)
    yield from (("refers_to", bare_message_id(name)) for name in extra.referred_ids)
    yield "alert_id", ids.alert_id(message.pk)
    yield "smtp_helo_ip", message.smtp_helo_server_ip
    yield "exact_subject", message.subject


def _addresses_and_domains(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        yield from spellings(address)
        yield from spellings(_domain(address))


def _domain(address: str) -> str:
    return address.rpartition("@")[2] if "@" in address else ""


def bare_message_id(value: str) -> str:
    """Return a Message-ID without surrounding whitespace and angle brackets."""
    return value.strip().removeprefix("<").removesuffix(">")
