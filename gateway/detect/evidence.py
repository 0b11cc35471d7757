"""The message as the detectors see it: values that several detectors need are computed once, on first use."""

from functools import cached_property
from typing import Final

from gateway.detect.brands import is_free_mail, sibling_labels
from gateway.detect.disguise import undisguised
from gateway.detect.folding import fold
from gateway.detect.hosts import Target, read_target
from gateway.detect.lexicon import LEXICON
from gateway.detect.sender_evidence import SenderEvidence
from gateway.detect.word_pairs import word_pairs
from gateway.mail.domains import domain_of, registrable_domain
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
_MOST_PAIRS: Final = 2
_MOST_RECIPIENTS: Final = 50
_WORDS_READ: Final = 4_000
_WINDOWS_OVERLAP: Final = 500


class Evidence(SenderEvidence):
    """One message with its envelope and the organisation's configuration."""

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
