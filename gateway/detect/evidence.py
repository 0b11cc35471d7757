"""The message as the detectors see it: values that several detectors need are computed once, on first use."""

import re
from functools import cached_property
from typing import Final

from gateway.detect.brands import is_free_mail, sibling_labels
from gateway.detect.context import Context, Envelope, lies_in
from gateway.detect.disguise import undisguised
from gateway.detect.folding import fold
from gateway.detect.hosts import Target, read_target
from gateway.detect.kept_lists import MAILING_SERVICES
from gateway.detect.lexicon import LEXICON
from gateway.detect.word_pairs import word_pairs
from gateway.mail.domains import domain_of, registrable_domain
from gateway.mail.message import AuthResult, ParsedMessage
from gateway.mail.received import is_public_ip

# The subjects of the lexicon that count as advertising.
ADVERTISING: Final = (
    *("pharmacy", "dating", "casino", "slimming", "prize", "crypto", "easy money", "sales", "removal", "explicit"),
)
# The subjects of the lexicon by which a sender makes the reader do something.
LURES: Final = (
    *("account", "urgent", "sign-in", "document", "delivery", "payment", "bank change", "quiet approach"),
    *("advance fee", "extortion", "call back", "prize", "crypto", "scan code"),
    *ADVERTISING,
)
# The subjects of the lexicon that ordinary mail has, mostly at its end.
ORDINARY: Final = ("unsubscribe", "receipt")
_MOST_SIGNATURES: Final = 20
_MOST_PAIRS: Final = 2
_MOST_RECIPIENTS: Final = 50
_SIGNING_DOMAIN: Final = re.compile(r"(?:^|;)\s{0,20}d\s{0,5}=\s{0,5}([\w.-]{1,253})")
_WORDS_READ: Final = 4_000
_WINDOWS_OVERLAP: Final = 500


class Evidence:
    """One message with its envelope and the organisation's configuration."""

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
    def is_forwarded(self) -> bool:
        """Whether the envelope sender was rewritten by a server that forwards mail (SRS, or a mailbox's rule)."""
        local = self.envelope.mail_from.partition("@")[0].lower()
        return local.startswith(("srs0", "srs1")) or "+srs=" in local or "+caf_=" in local

    @cached_property
    def is_unaligned(self) -> bool:
        """Whether neither the envelope sender nor any signature names the domain that the reader sees in From.

        Mailing services that send under a name of their own, and forwarded mail, prove nothing.
        """
        known = {self.envelope_org, *self.signed_orgs, *self.authenticated_orgs} - {""}
        if not self.from_org or not self.envelope_org or self.is_forwarded:
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
    def recipients(self) -> frozenset[str]:
        """The addresses of the envelope and of To and Cc, in lower case, at most 50."""
        shown = [mailbox.address for mailbox in (*self.message.to, *self.message.cc)]
        return frozenset(address.lower() for address in (*self.envelope.recipients, *shown)[:_MOST_RECIPIENTS])

    @cached_property
    def reply_domain(self) -> str:
        """The domain of the Reply-To address."""
        return domain_of(self.message.reply_to)

    @cached_property
    def reply_org(self) -> str:
        """The registered domain of the Reply-To address."""
        return registrable_domain(self.reply_domain) or self.reply_domain

    @cached_property
    def name(self) -> str:
        """The display name of header From, folded by `folding.fold`."""
        return fold(self.message.from_name)

    @cached_property
    def body(self) -> str:
        """The visible text of the HTML body and the plain text body, each unless the other one says it already.

        A mail program may show either, and parts beside each other are both shown.
        """
        shown, plain = self.message.html_text, self.message.text
        if not shown or not plain:
            return shown or plain
        # Words stay apart here: a lure whose words one of the two runs together is read in the other.
        words_shown, words_plain = f" {' '.join(shown.split())} ", f" {' '.join(plain.split())} "
        if words_plain in words_shown:
            return shown
        if words_shown in words_plain:
            return plain
        return f"{shown}\n{plain}"

    @cached_property
    def window(self) -> str:
        """The 4,000 characters of the body with the most lures; the whole body of most messages.

        So harmless text in front of a lure does not hide it, and a long letter is not suspicious for its length.
        """
        return self._read[0]

    @cached_property
    def words(self) -> str:
        """The display name, the subject and `window`, folded by `folding.fold`."""
        return self._read[1]

    @cached_property
    def hits(self) -> dict[str, tuple[str, ...]]:
        """The lexicon's phrases found in `words`, by subject."""
        return self._read[2]

    @cached_property
    def pairs(self) -> dict[str, tuple[str, ...]]:
        """The pairs of words close to each other that make a lure, found in `words`, by subject."""
        return word_pairs(self.words)

    @cached_property
    def _read(self) -> tuple[str, str, dict[str, tuple[str, ...]]]:
        """Return the window of the body with the most lures, its folded words and its hits; of equal ones the first."""
        return _richest_window(f"{self.message.from_name}\n{self.message.subject}\n", self.body)

    @cached_property
    def hidden_lures(self) -> tuple[str, ...]:
        """The lexicon's lures in the text that the reader does not see, without those that the visible words have."""
        if not self.message.hidden_text:
            return ()
        hits = _richest_window("", self.message.hidden_text)[2]
        phrases = (phrase for subject in LURES for phrase in hits.get(subject, ()))
        return tuple(dict.fromkeys(phrase for phrase in phrases if f" {phrase} " not in self.words))

    def count(self, *subjects: str) -> int:
        """Return how many different phrases of these subjects occur in `words`, and at most two pairs of each."""
        return sum(
            len(self.hits.get(subject, ())) + min(len(self.pairs.get(subject, ())), _MOST_PAIRS) for subject in subjects
        )

    def example(self, *subjects: str, most: int = 3) -> str:
        """Return at most `most` of the phrases found for these subjects, each in quotation marks."""
        said = (phrases.get(subject, ()) for subject in subjects for phrases in (self.hits, self.pairs))
        found = dict.fromkeys(phrase for phrases in said for phrase in phrases)
        return ", ".join(f'"{phrase}"' for phrase in list(found)[:most])

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets of the different links, only those with a web address; the first one to each host comes first.

        The parser bounds their number (`limits.LINKS_TO_NEW_HOSTS`), and says what it left out.
        """
        links = {link.href: link for link in self.message.links}
        by_host: dict[str, list[Target]] = {}
        for target in map(read_target, links.values()):
            if target.is_web:
                by_host.setdefault(target.host, []).append(target)
        firsts = [targets[0] for targets in by_host.values()]
        rest = [target for targets in by_host.values() for target in targets[1:]]
        return (*firsts, *rest)

    @cached_property
    def foreign_targets(self) -> tuple[Target, ...]:
        """The targets that are outside the sender's registered domain and outside the organisation's domains.

        Other domains of the brand that sent the message are the sender's own.
        """
        siblings = frozenset() if self.is_unaligned else sibling_labels(self.from_org)
        return tuple(
            target
            for target in self.targets
            if target.domain != self.from_org
            and target.domain.partition(".")[0] not in siblings
            and not self.context.is_own(target.host)
        )

    @cached_property
    def fields(self) -> frozenset[str]:
        """The names of the header fields, in lower case."""
        return frozenset(name.lower() for name, _value in self.message.headers)

    @cached_property
    def is_discussion(self) -> bool:
        """Whether the message belongs to a conversation, as far as the gateway knows it and not as the sender says.

        That is a reply in a thread that the gateway has stored (`Context.is_known_thread`), or mail of a list whose
        own domain is authenticated. A message with remote images never counts, because advertising often is one.
        """
        if "remote-image" in self.message.markup:
            return False
        return self.context.is_known_thread or self.is_authenticated_list

    @cached_property
    def claims_to_be_discussion(self) -> bool:
        """Whether the sender wrote the header fields of a list or a reply.

        Anybody can write them, so they may only decide what is harmless either way, such as BULK or not.
        """
        if "remote-image" in self.message.markup:
            return False
        listed = bool(self.message.list_id) or "mailing-list" in self.fields or "list-post" in self.fields
        answers = "in-reply-to" in self.fields or "references" in self.fields
        return (listed and (answers or "list-post" in self.fields)) or (answers and not self.message.html)

    @cached_property
    def is_authenticated_list(self) -> bool:
        """Whether a trusted server's results show that the domain of the List-Id field (RFC 2919) sent this."""
        list_host = self.message.list_id.rpartition("<")[2].strip("<> ")
        list_org = registrable_domain(list_host)
        return bool(list_org) and list_org in self.authenticated_orgs

    @cached_property
    def is_report(self) -> bool:
        """Whether the message is an automatic report: a bounce, or a DMARC or abuse report."""
        empty_sender = self.envelope.mail_from in {"", "<>"} and "return-path" in self.fields
        declared = self.message.header("content-type").lower()
        return "multipart/report" in declared or (empty_sender and self.message.auto_submitted.startswith("auto"))

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

    @cached_property
    def is_from_outside(self) -> bool:
        """Whether the mail was received from a public IP address."""
        return is_public_ip(self.envelope.client_ip or self.message.smtp_helo_server_ip)

    @cached_property
    def is_internal(self) -> bool:
        """Whether the sender is a colleague.

        Header From has one of the organisation's domains, and the domain is authenticated or the mail was not
        received from a public IP address.
        """
        return self.context.is_own(self.from_domain) and (self.is_authenticated or not self.is_from_outside)

    @cached_property
    def is_free_sender(self) -> bool:
        """Whether the address in header From belongs to a free mail provider."""
        return is_free_mail(self.from_org)

    @cached_property
    def is_authenticated_partner(self) -> bool:
        """Whether the header From domain is authenticated and does not belong to a free mail provider."""
        return self.is_authenticated and not self.is_free_sender

    @cached_property
    def asks_for_money(self) -> bool:
        """Whether the wording is typical of payment fraud: about payments, or a discreet first approach to one."""
        return self.count("payment", "bank change") >= 2 or (
            self.count("payment", "bank change", "quiet approach") >= 2
        )

    @cached_property
    def lures(self) -> int:
        """How many phrases occur that phishing uses to make the reader open a link or call a number."""
        return self.count("account", "document", "delivery", "prize", "crypto", "call back", "scan code")


def _richest_window(head: str, body: str) -> tuple[str, str, dict[str, tuple[str, ...]]]:
    """Return the window of a text with the most lures, its folded words behind `head`, and its hits.

    Of windows with equally many it is the first. The hits of what ordinary mail says are those of the whole text.
    """
    best: tuple[str, str, dict[str, tuple[str, ...]]] = ("", "", {})
    ordinary: dict[str, tuple[str, ...]] = {}
    most = -1
    for start in range(0, max(1, len(body) - _WINDOWS_OVERLAP), _WORDS_READ - _WINDOWS_OVERLAP):
        window = body[start : start + _WORDS_READ]
        words = fold(undisguised(head + window))
        hits = LEXICON.find(words)
        ordinary |= {subject: hits[subject] for subject in ORDINARY if subject in hits}
        lures = sum(len(hits.get(subject, ())) for subject in LURES)
        if lures > most:
            best, most = (window, words, hits), lures
    return best[0], best[1], best[2] | ordinary
