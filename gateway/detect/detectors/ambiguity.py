"""Detector for messages that mail programs read differently: several senders, contradicting MIME fields."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import SUSPICIOUS, Finding
from gateway.mail.domains import domain_of, registrable_domain

_MOST_NAMED: Final = 3


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find several addresses in header From, and fields that contradict each other."""
    yield from _senders(evidence)
    for sentence in evidence.message.contradictions[:_MOST_NAMED]:
        yield Finding("contradicting-fields", SUSPICIOUS, 0.5, sentence, portion="body")


def _senders(evidence: Evidence) -> Iterator[Finding]:
    """Find more than one sender (RFC 5322 3.6: From stands once; 3.6.2: several authors need a Sender field)."""
    addresses = evidence.message.from_addresses
    if len(addresses) < 2:
        return
    domains = [domain_of(address) for address in addresses]
    own = [evidence.context.is_own(domain) for domain in domains]
    organisations = {registrable_domain(domain) or domain for domain in domains}
    score = 0.7 if any(own) and not all(own) else 0.55 if len(organisations) > 1 else 0.3
    shown = ", ".join(defang(address) for address in addresses[:_MOST_NAMED])
    yield Finding(
        "several-senders",
        SUSPICIOUS,
        score,
        f"From names {len(addresses)} senders ({shown}), of which each mail program shows another.",
        "From",
        "header",
        addresses[1],
    )
