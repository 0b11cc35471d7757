"""Who sent a message, as far as its envelope, its signatures and the results of trusted servers tell."""

import re
from functools import cached_property
from typing import Final

from gateway.detect.context import Context, Envelope, lies_in
from gateway.detect.kept_lists import MAILING_SERVICES
from gateway.mail.domains import domain_of, registrable_domain
from gateway.mail.message import AuthResult, ParsedMessage

_MOST_SIGNATURES: Final = 20
_SIGNING_DOMAIN: Final = re.compile(r"(?:^|;)\s{0,20}d\s{0,5}=\s{0,5}([\w.-]{1,253})")


class SenderEvidence:
    """The sender of one message."""

    def __init__(self, message: ParsedMessage, envelope: Envelope, context: Context) -> None:
        self.message = message
        self.envelope = envelope
        self.context = context

    @cached_property
    def from_domain(self) -> str:
        """The domain of the From address."""
        return domain_of(self.message.from_address)

    @cached_property
    def from_org(self) -> str:
        """The registered domain of the From address."""
        return registrable_domain(self.from_domain) or self.from_domain

    @cached_property
    def envelope_domain(self) -> str:
        """The domain of the envelope sender, empty for a bounce or an unknown one."""
        return domain_of(self.envelope.mail_from)

    @cached_property
    def envelope_org(self) -> str:
        """The registered domain of the envelope sender."""
        return registrable_domain(self.envelope_domain)

    @cached_property
    def signed_orgs(self) -> frozenset[str]:
        """The registered domains that DKIM-Signature fields name. Nobody has checked them: only their lack tells."""
        fields = [value for name, value in self.message.headers if name.lower() == "dkim-signature"]
        named = (match for value in fields[:_MOST_SIGNATURES] if (match := _SIGNING_DOMAIN.search(value)))
        return frozenset(registrable_domain(match[1]) for match in named) - {""}

    @cached_property
    def vouching_orgs(self) -> frozenset[str]:
        """The registered domains whose signature holds, or that signatures name as long as nobody has checked them."""
        checked = any(entry.result in {"pass", "fail"} for entry in self.results.get("dkim", ()))
        return self.authenticated_orgs if checked else self.signed_orgs

    @cached_property
    def fails_dmarc(self) -> bool:
        """Whether DMARC failed for the domain that the reader sees."""
        return any(entry.result == "fail" for entry in self.results.get("dmarc", ())) and not self.passed("dmarc")

    @cached_property
    def is_forwarded(self) -> bool:
        """Whether the envelope sender was rewritten by a server that forwards mail (SRS, or a mailbox's rule)."""
        local = self.envelope.mail_from.partition("@")[0].lower()
        return local.startswith(("srs0", "srs1")) or "+srs=" in local or "+caf_=" in local

    @cached_property
    def is_unaligned(self) -> bool:
        """Whether neither the envelope sender nor any signature names the domain that the reader sees in From.

        Mailing services that send under a name of their own, and forwarded mail, prove nothing.
        """
        known = {self.envelope_org, *self.vouching_orgs, *self.authenticated_orgs} - {""}
        if not self.from_org or not self.envelope_org or self.is_forwarded or not self.envelope.is_sender_known:
            return False
        if lies_in(self.envelope_domain, MAILING_SERVICES):
            return False
        label = self.from_org.partition(".")[0]
        return all(label != org.partition(".")[0] for org in known)

    @cached_property
    def senders_orgs(self) -> frozenset[str]:
        """The registered domains of From, the envelope and the signatures: links to them are the sender's own."""
        return frozenset({self.from_org, self.envelope_org, *self.signed_orgs} - {""})

    @cached_property
    def results(self) -> dict[str, list[AuthResult]]:
        """The authentication results that trusted servers recorded, by method."""
        found: dict[str, list[AuthResult]] = {}
        for entry in self.message.authentication_results:
            found.setdefault(entry.method, []).append(entry)
        return found

    def passed(self, method: str) -> bool:
        """Return whether a trusted server recorded a pass for the method."""
        return any(entry.result == "pass" for entry in self.results.get(method, ()))

    @cached_property
    def is_authenticated(self) -> bool:
        """Whether a trusted server's results show that the header From domain sent this (DMARC alignment)."""
        if self.passed("dmarc"):
            return True
        if any(entry.result == "fail" for entry in self.results.get("dmarc", ())):
            return False
        return bool(self.from_org) and self.from_org in self.authenticated_orgs

    @cached_property
    def authenticated_orgs(self) -> frozenset[str]:
        """The registered domains for which a trusted server recorded a pass of DKIM or SPF."""
        signed = [entry.get("header.d") or domain_of(entry.get("header.i")) for entry in self._passes("dkim")]
        sent = [domain_of(value) or value for value in (entry.get("smtp.mailfrom") for entry in self._passes("spf"))]
        return frozenset(registrable_domain(name) for name in signed + sent if name)

    def _passes(self, method: str) -> list[AuthResult]:
        return [entry for entry in self.results.get(method, ()) if entry.result == "pass"]
