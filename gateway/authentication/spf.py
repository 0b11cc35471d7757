"""SPF (RFC 7208): may this client send for this domain?

The limits of the RFC hold: 10 terms that query, 10 mail servers of an `mx`, 2 queries without an answer. Each message
also has a time limit for all of its queries (`resolver.Lookups`).
"""

import ipaddress
from dataclasses import dataclass, field
from typing import Final

from gateway.authentication.resolver import Lookups, NoDnsAnswer, name_of
from gateway.authentication.spf_macros import Address, Identity, as_name, expand
from gateway.authentication.spf_record import BadRecord, Mechanism, Record, check_explanation, select

_RESULTS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_MOST_TERMS: Final = 10
_MOST_VOID: Final = 2
_MOST_HOSTS: Final = 10
_LONGEST_EXPLANATION: Final = 500


@dataclass(frozen=True, slots=True)
class SpfResult:
    """The result in the RFC's words, the domain that was asked, and the reason; of a fail also its explanation."""

    result: str
    domain: str = ""
    reason: str = ""
    explanation: str = ""


class _TooMuch(BadRecord):
    """The record needs more queries than the RFC allows."""


def check_host(client_ip: str, mail_from: str, helo: str, lookups: Lookups, *, receiver: str = "unknown") -> SpfResult:
    """Return whether the domain of the envelope sender lets the client send; for the null sender, that of HELO.

    What can't be asked is `temperror`, a faulty record `permerror`. Never raises for what a sender or a domain says.
    """
    sender = mail_from if "@" in mail_from else f"postmaster@{mail_from or helo}"
    local, _at, domain = sender.rpartition("@")
    sender = f"{local or 'postmaster'}@{domain}"
    try:
        address = _address(client_ip)
    except ValueError:
        return SpfResult("none", domain, "the client's address is unknown")
    check = _Check(Identity(address, sender, helo, receiver), lookups)
    return check.run(domain)


def _address(text: str) -> Address:
    address = ipaddress.ip_address(text)
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


@dataclass(slots=True)
class _Check:
    """One evaluation with everything that it includes, and what it has used of its limits."""

    identity: Identity
    lookups: Lookups
    terms: int = 0
    void: int = 0
    validated: dict[str, list[str]] = field(default_factory=dict)

    def run(self, domain: str) -> SpfResult:
        try:
            result, explained = self.evaluate(domain)
        except NoDnsAnswer as error:
            return SpfResult("temperror", domain, str(error))
        except BadRecord as error:
            return SpfResult("permerror", domain, str(error))
        explanation = self._explanation(*explained) if result == "fail" and explained else ""
        return SpfResult(result, domain, _reason(result, domain, self.identity.address), explanation)

    def evaluate(self, domain: str) -> tuple[str, tuple[str, str] | None]:
        """Return the result of a domain's record, and the explanation's domain with the one that it is expanded for."""
        name = name_of(domain.rstrip("."))
        if name is None or "." not in domain.rstrip("."):
            return "none", None
        record = select(self.lookups.texts(domain))
        if record is None:
            return "none", None
        for mechanism in record.mechanisms:
            if self._matches(mechanism, domain):
                return _RESULTS[mechanism.qualifier], (record.explanation, domain) if record.explanation else None
        return self._redirected(record, domain)

    def _redirected(self, record: Record, domain: str) -> tuple[str, tuple[str, str] | None]:
        if record.redirect is None or any(mechanism.name == "all" for mechanism in record.mechanisms):
            return "neutral", None
        self._count_term()
        result, explained = self.evaluate(self._target(record.redirect, domain))
        if result == "none":
            raise BadRecord("the record redirects to a domain without one")
        return result, explained

    def _matches(self, mechanism: Mechanism, domain: str) -> bool:
        name = mechanism.name
        if name == "all":
            return True
        if mechanism.network is not None:
            return self.identity.address in mechanism.network
        self._count_term()
        target = self._target(mechanism.target, domain) if mechanism.target else domain
        if name == "include":
            return self._includes(target)
        if name == "a":
            return self._is_one_of(target, mechanism)
        if name == "mx":
            return self._is_mail_server(target, mechanism)
        if name == "exists":
            return bool(self._names(target, "A"))
        return any(_lies_in(host, target) for host in self._validated_names(domain))

    def _includes(self, target: str) -> bool:
        result, _explained = self.evaluate(target)
        if result == "none":
            raise BadRecord(f"the record includes {target[:100]}, which has none")
        return result == "pass"

    def _is_one_of(self, host: str, mechanism: Mechanism) -> bool:
        return self._is_within(self._names(host, self._kind), mechanism)

    def _is_mail_server(self, target: str, mechanism: Mechanism) -> bool:
        hosts = self._names(target, "MX")
        if len(hosts) > _MOST_HOSTS:
            raise _TooMuch(f"{target[:100]} has more than {_MOST_HOSTS} mail servers")
        return any(self._is_one_of(host, mechanism) for host in hosts if host)

    def _is_within(self, addresses: list[str], mechanism: Mechanism) -> bool:
        length = mechanism.ipv4_length if self.identity.address.version == 4 else mechanism.ipv6_length
        return any(
            self.identity.address in ipaddress.ip_network(f"{address}/{length}", strict=False) for address in addresses
        )

    @property
    def _kind(self) -> str:
        return "A" if self.identity.address.version == 4 else "AAAA"

    def _names(self, name: str, kind: str) -> list[str]:
        found = self.lookups.names(name, kind)
        if not found:
            self.void += 1
            if self.void > _MOST_VOID:
                raise _TooMuch(f"more than {_MOST_VOID} queries have no answer")
        return found

    def _count_term(self) -> None:
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise _TooMuch(f"the record needs more than {_MOST_TERMS} terms that query")

    def _target(self, text: str, domain: str) -> str:
        return as_name(expand(text, self.identity, domain, lambda: self._validated_name(domain)))

    def _validated_names(self, domain: str) -> list[str]:
        """Return the names of the client that lead back to it (RFC 7208 5.5). A failing query makes it none."""
        key = str(self.identity.address)
        if key not in self.validated:
            found: list[str] = []
            self.validated[key] = found
            try:
                hosts = self.lookups.names(self.identity.address.reverse_pointer, "PTR")[:_MOST_HOSTS]
            except NoDnsAnswer:
                hosts = []
            # Names of the domain first: only those can match.
            for host in sorted(hosts, key=lambda host: not _lies_in(host, domain)):
                try:
                    back = self.lookups.names(host, self._kind)
                except NoDnsAnswer:
                    continue
                if any(ipaddress.ip_address(address) == self.identity.address for address in back):
                    found.append(host)
        return self.validated[key]

    def _validated_name(self, domain: str) -> str:
        names = self._validated_names(domain)
        exact = [host for host in names if host.lower() == domain.lower()]
        below = [host for host in names if _lies_in(host, domain)]
        return next(iter((*exact, *below, *names)), "unknown")

    def _explanation(self, target: str, domain: str) -> str:
        """Return the text that the domain gives with a fail, or an empty string; it is the domain's own claim."""
        try:
            texts = self.lookups.texts(self._target(target, domain))
            if len(texts) != 1:
                return ""
            text = texts[0].decode("ascii")
            check_explanation(text)
            return expand(text, self.identity, domain, lambda: self._validated_name(domain))[:_LONGEST_EXPLANATION]
        except (NoDnsAnswer, BadRecord, UnicodeDecodeError):
            return ""


def _lies_in(host: str, domain: str) -> bool:
    host, domain = host.rstrip(".").lower(), domain.rstrip(".").lower()
    return host == domain or host.endswith(f".{domain}")


def _reason(result: str, domain: str, address: Address) -> str:
    texts = {
        "pass": f"{domain} lets {address} send",
        "fail": f"{domain} does not let {address} send",
        "softfail": f"{domain} probably does not let {address} send",
        "neutral": f"{domain} does not say whether {address} may send",
        "none": f"{domain or 'the sender'} has no SPF record",
    }
    return texts[result]
