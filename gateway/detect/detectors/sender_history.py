"""Detector for what the gateway has seen of the sender before: evidence in both directions, never enough by itself.

What speaks for a sender counts only for authenticated mail, since anybody can write any From.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from gateway.detect.correspondents import KnownSender, Written
from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.verdict import NONE, SPAM, SUSPICIOUS, Finding

_FEWEST_CLEAN: Final = 3
_FEWEST_OF_A_NAME: Final = 3
_FEWEST_BAD: Final = 3
_WEEKLY: Final = 4


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Yield what the history says of the sender."""
    known = evidence.context.sender
    if evidence.from_domain and not evidence.is_internal:
        if evidence.is_authenticated:
            yield from _for(evidence, known)
        yield from _against(evidence, known)
    if known.flood is not None and known.address.clean == 0:
        flood = known.flood
        yield _finding(
            "history-flood",
            SUSPICIOUS,
            0.2,
            f"{defang(flood.recipient)} got {flood.messages:,} messages in this hour; an hour with mail has"
            f" {flood.median:,.0f}, and this sender is new. Such floods hide another mail.",
            flood.recipient,
        )


def _for(evidence: Evidence, known: KnownSender) -> Iterator[Finding]:
    who = defang(evidence.message.from_address)
    if known.written.messages:
        yield _finding("history-correspondent", NONE, 0.0, f"Your people write to {who}: {_often(known.written)}.", who)
    elif known.written_to_domain.messages and not evidence.is_free_sender:
        domain = defang(evidence.from_org)
        sentence = f"Your people write to others at {domain}: {_often(known.written_to_domain)}."
        yield _finding("history-correspondent", NONE, 0.0, sentence, evidence.from_org)
    if known.address.clean >= _FEWEST_CLEAN and known.address.proven_first is not None:
        sentence = (
            f"{who} has sent {known.address.clean:,} proven messages that were judged clean,"
            f" since {_day(known.address.proven_first)}."
        )
        yield _finding("history-known-sender", NONE, 0.0, sentence, who)


def _against(evidence: Evidence, known: KnownSender) -> Iterator[Finding]:
    who, domain = defang(evidence.message.from_address), defang(evidence.from_org)
    if known.other_addresses and known.name_clean >= _FEWEST_OF_A_NAME and known.address.clean == 0:
        name = evidence.message.from_name.strip()
        places = ", ".join(defang(address) for address in known.other_addresses[:3])
        yield _finding(
            "history-new-address", SUSPICIOUS, 0.3, f'"{name}" wrote from another address until now: {places}.', who
        )
    if known.address.bad >= _FEWEST_BAD and known.address.clean == 0:
        sentence = f"All {known.address.bad:,} proven messages that {who} has sent were unwanted."
        yield _finding("history-unwanted", SPAM, 0.3, sentence, who)
    if (
        not known.is_mature
        or known.written_to_domain.messages
        or evidence.from_domain in evidence.context.recent_domains
    ):
        return
    if known.domain.first is None and not evidence.is_free_sender:
        yield _finding("history-first-mail", SUSPICIOUS, 0.1, f"This is the first mail ever from {domain}.", domain)
    elif known.domain.proven_first is None and not evidence.is_free_sender:
        sentence = f"No mail from {domain} was ever proven and judged clean."
        yield _finding("history-first-mail", SUSPICIOUS, 0.1, sentence, domain)
    elif known.address.first is None and evidence.is_free_sender:
        yield _finding("history-first-mail", SUSPICIOUS, 0.05, f"This is the first mail ever from {who}.", who)


def _often(written: Written) -> str:
    assert written.first is not None and written.last is not None  # noqa: S101, PT018 - there is a message
    times = "once" if written.messages == 1 else f"{written.messages:,} times"
    weeks = f", in {written.weeks} different weeks" if written.weeks >= _WEEKLY else ""
    since = f"on {_day(written.first)}" if written.messages == 1 else f"since {_day(written.first)}"
    last = "" if written.messages == 1 else f", last on {_day(written.last)}"
    return f"{times} {since}{weeks}{last}"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _finding(name: str, detection: str, score: float, reason: str, value: str) -> Finding:
    return Finding(name, detection, score, reason, "From", "header", value)
