"""Sender alignment: the domains that SPF, DKIM and ARC authenticate, compared with the domain of header From."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from api_client.models import Header, Message
from dashboard.mail_text import domain_of
from investigate.display.registered_domains import registered_domain

_MOST = 12


@dataclass(frozen=True, slots=True)
class AuthenticatedDomain:
    """A domain that SPF or DKIM checks for the message.

    `how` is SPF or DKIM. `result` is the result from the API, or empty if the API has none. `alignment` compares the
    domain with the domain of header From: "same", "related" (the same registered domain) or "other". It is empty if
    either domain is missing.
    """

    how: str
    domain: str
    result: str
    alignment: str
    note: str = ""

    @property
    def counts(self) -> bool:
        """Return whether DMARC can pass because of this result."""
        return self.result == "pass" and self.alignment in ("same", "related")


@dataclass(frozen=True, slots=True)
class ReportedResults:
    """An `Authentication-Results` field: the name of the server that wrote it, and each method with its result."""

    server: str
    results: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ArcSeal:
    """An ARC set: its number in the chain, the sealing domain, and its verdict on the earlier seals (`chain`, cv=).

    `results` are the methods and results of its `ARC-Authentication-Results` field.
    """

    number: int
    domain: str
    chain: str
    results: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SenderAlignment:
    """Everything that authenticates a message. `seen` is the domain of header From, which the reader sees as sender."""

    seen: str
    domains: list[AuthenticatedDomain]
    claims: list[ReportedResults]
    seals: list[ArcSeal]

    @property
    def dmarc_sentence(self) -> str:
        """Return a sentence that says why DMARC passes or fails, as far as these results show."""
        if any(authenticated.counts for authenticated in self.domains):
            names = " and ".join(
                dict.fromkeys(authenticated.how for authenticated in self.domains if authenticated.counts)
            )
            return f"{names} passed for a domain of the sender that the reader sees: DMARC can rest on it."
        if any(authenticated.result == "pass" for authenticated in self.domains):
            return "What passed speaks for another domain than the one that the reader sees: DMARC can't rest on it."
        return "Nothing passed that speaks for the domain that the reader sees."

    @property
    def arc_sentence(self) -> str:
        if not self.seals:
            return "No ARC seal: nobody on the way vouches for what the checks said before."
        last = self.seals[-1]
        state = {"pass": "and finds those before it intact", "none": "as the first", "fail": "and finds them broken"}
        return (
            f"{len(self.seals)} ARC seal{'s' * (len(self.seals) > 1)}; the last is by {last.domain or 'nobody named'}, "
            + (f"{state.get(last.chain, f'with cv={last.chain}')}.")
        )


def sender_alignment_of(message: Message, headers: list[Header]) -> SenderAlignment:
    """Return the sender alignment of a message from its headers, its envelope sender and the API's results."""
    seen = domain_of(message.from_ or "")
    validation = message.validation
    spf, dkim = (validation.spf or "", validation.dkim or "") if validation else ("", "")
    envelope = domain_of(message.envelope_from or "")
    domains = [AuthenticatedDomain("SPF", envelope, spf, alignment(envelope, seen), "the envelope sender's domain")]
    for signature in _fields(headers, "dkim-signature"):
        tags = _tags(signature)
        domain = tags.get("d", "").casefold()
        note = f"selector {tags['s']}" if tags.get("s") else ""
        domains.append(AuthenticatedDomain("DKIM", domain, dkim, alignment(domain, seen), note))
    return SenderAlignment(seen, domains, list(_reported_results(headers)), _arc_seals(headers))


def alignment(domain: str, seen: str) -> str:
    """Compare a domain with the domain of header From, as in DMARC's relaxed alignment.

    Return "same", "related" or "other", or an empty string if a domain is missing.
    """
    if not domain or not seen:
        return ""
    if domain.casefold() == seen.casefold():
        return "same"
    registered = registered_domain(seen)
    return "related" if registered and registered_domain(domain) == registered else "other"


def _fields(headers: Iterable[Header], name: str) -> list[str]:
    return [header.value for header in headers if header.name.casefold() == name][:_MOST]


def _tags(value: str) -> dict[str, str]:
    """Parse a tag list such as `a=1; b=2`. The first of duplicate tags is used, and blanks in values are removed."""
    found: dict[str, str] = {}
    for part in value.split(";"):
        name, equals, text = part.partition("=")
        if equals:
            found.setdefault(name.strip().casefold(), "".join(text.split())[:255])
    return found


def _reported_results(headers: list[Header]) -> Iterator[ReportedResults]:
    for value in _fields(headers, "authentication-results"):
        server, _, rest = value.partition(";")
        yield ReportedResults(server.strip().split(" ")[0][:255], _results(rest))


def _results(text: str) -> list[tuple[str, str]]:
    """Return (method, result with its properties) of each part, without comments."""
    found = []
    for part in _without_comments(text).split(";"):
        method, equals, rest = part.strip().partition("=")
        if equals and method.strip().replace("-", "").isalnum():
            found.append((method.strip().upper(), " ".join(rest.split())[:255]))
    return found[:_MOST]


def _without_comments(text: str) -> str:
    kept, depth = [], 0
    for character in text[:4096]:
        depth += character == "("
        if not depth:
            kept.append(character)
        depth = max(0, depth - (character == ")"))
    return "".join(kept)


def _arc_seals(headers: list[Header]) -> list[ArcSeal]:
    results = {}
    for value in _fields(headers, "arc-authentication-results"):
        number, _, rest = value.partition(";")
        results[_tags(number).get("i", "")] = _results(rest.partition(";")[2])
    seals = []
    for value in _fields(headers, "arc-seal"):
        tags = _tags(value)
        number = tags.get("i", "")
        if number.isdecimal() and len(number) < 4:
            seals.append(
                ArcSeal(int(number), tags.get("d", ""), tags.get("cv", "").casefold(), results.get(number, []))
            )
    return sorted(seals, key=lambda seal: seal.number)
