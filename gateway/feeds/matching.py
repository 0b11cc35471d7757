"""Matches messages with the feeds: hosts of links and senders, addresses, and hashes of files."""

from collections.abc import Iterator, Sequence
from typing import Final

from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import MALICIOUS, Finding
from gateway.mail.domains import domain_of, registrable_domain
from gateway.models import Feed, FeedEntry

DATABASE = "gateway"
FEED_MATCH: Final = "feed-match"
SCORE: Final = 0.9
_MOST_ASKED: Final = 2_000
_AT_ONCE: Final = 400
_MOST_FOUND: Final = 20
Kind = FeedEntry.Kind


def has_feeds(account_id: str) -> bool:
    """Return whether any feed of the account is active."""
    return Feed.objects.using(DATABASE).filter(account_id=account_id, is_active=True).exists()


def feed_findings(evidence: Evidence, account_id: str) -> list[Finding]:
    """Return a finding for each host, address or hash of the message that an active feed names, at most 20.

    :raises django.db.DatabaseError: the feeds could not be asked; then nothing is known of the message.
    """
    asked = _asked(evidence)
    found: list[Finding] = []
    values = list(asked)[:_MOST_ASKED]
    for start in range(0, len(values), _AT_ONCE):
        found += _found(values[start : start + _AT_ONCE], asked, account_id)
    return found[:_MOST_FOUND]


def _found(
    values: Sequence[tuple[str, str]], asked: dict[tuple[str, str], tuple[str, str]], account_id: str
) -> Iterator[Finding]:
    rows = FeedEntry.objects.using(DATABASE).filter(
        value__in={value for _kind, value in values}, feed__account_id=account_id, feed__is_active=True
    )
    for kind, value, name, dated in rows.values_list("kind", "value", "feed__name", "feed__dated"):
        where = asked.get((kind, value))
        if where is not None:
            told, portion = where
            shown = value if kind == Kind.HASH else defang(value)
            reason = f'{told} {shown} is in the feed "{name}" of {dated}.'
            yield Finding(FEED_MATCH, MALICIOUS, SCORE, reason, portion=portion, value=value, detail=f"{kind} {name}")


def _asked(evidence: Evidence) -> dict[tuple[str, str], tuple[str, str]]:
    """Return what is looked up, kind and value, with how it is told and the portion of the message it is in."""
    message = evidence.message
    asked: dict[tuple[str, str], tuple[str, str]] = {}
    addresses = [
        *(("The sender", "header", address) for address in message.from_addresses),
        ("The reply address", "header", message.reply_to),
        ("The envelope sender", "envelope", evidence.envelope.mail_from),
    ]
    for told, portion, address in addresses:
        asked.setdefault((Kind.ADDRESS, address.lower()), (told, portion))
        for host in with_parents(domain_of(address)):
            asked.setdefault((Kind.HOST, host), (f"The domain of {told[0].lower()}{told[1:]}", portion))
    for file in message.attachments:
        for digest in (file.sha256, file.sha1, file.md5):
            asked.setdefault((Kind.HASH, digest.lower()), ("The hash of an attachment", "attachment"))
    for target in evidence.targets:
        for host in with_parents(target.host):
            asked.setdefault((Kind.HOST, host), ("The host of a link", "links"))
    return {name: where for name, where in asked.items() if name[1]}


def with_parents(host: str) -> Iterator[str]:
    """Yield a host and its parent domains down to the registered one, the longest first."""
    yield host
    registered = registrable_domain(host)
    while registered and host != registered and "." in host:
        host = host.partition(".")[2]
        yield host
