"""Threat categories, and the findings that belong to each."""

from collections.abc import Iterable
from typing import Final

from gateway.detect.verdict import Finding, ThreatCategory

_CATEGORIES: Final = (
    (
        ThreatCategory(1, "CredentialPhishing", "Lures the reader into giving away a password or other credentials."),
        (
            "account-lure", "password-form", "foreign-form", "html-password-form", "document-lure", "prize-lure",
            "reader-in-link",
        ),
    ),
    (
        ThreatCategory(2, "BrandImpersonation", "Pretends to come from a well-known company or service."),
        ("brand-name", "brand-claim", "delivery-lure"),
    ),
    (
        ThreatCategory(3, "LookalikeDomain", "Uses a domain that is drawn, spelled or built like another."),
        ("lookalike-domain", "lookalike-link", "foreign-letters-host"),
    ),
    (
        ThreatCategory(4, "IdentityImpersonation", "Pretends to come from a person or from the organisation itself."),
        ("registry-name", "address-in-name", "own-name", "sender-is-recipient"),
    ),
    (
        ThreatCategory(5, "BusinessEmailCompromise", "Tries to have money or data sent by posing as somebody known."),
        ("reply-to-diversion", "quiet-request", "bank-change"),
    ),
    (
        ThreatCategory(6, "MaliciousAttachment", "Carries a file that runs code."),
        (
            "dangerous-attachment", "archive-with-program", "macro-document", "embedded-object", "active-pdf",
            "double-extension", "right-to-left-name", "type-mismatch",
        ),
    ),
    (
        ThreatCategory(7, "HtmlAttachment", "Carries a web page as a file, past the inspection of links."),
        ("html-smuggling", "html-attachment", "html-password-form"),
    ),
    (
        ThreatCategory(8, "EncryptedAttachment", "Carries a file that can't be inspected."),
        ("encrypted-attachment",),
    ),
    (
        ThreatCategory(9, "DeceptiveLink", "Hides where its links lead."),
        (
            "text-target-mismatch", "userinfo-link", "encoded-host", "data-link", "script-link", "redirect-link",
            "ip-link", "hidden-target", "random-hosts", "made-up-hosts", "links-lead-away",
        ),
    ),
    (ThreatCategory(10, "QrCodePhishing", "Has a code scanned with a telephone, past all links."), ("qr-code-lure",)),
    (
        ThreatCategory(11, "SenderAuthentication", "The From domain did not send this, by SPF, DKIM or DMARC."),
        (
            "dmarc-fail", "own-domain-unauthenticated", "own-domain-from-outside", "spf-fail", "unaligned-sender",
            "forged-free-mail",
        ),
    ),
    (ThreatCategory(12, "AdvanceFeeFraud", "Promises money to have fees paid."), ("advance-fee",)),
    (ThreatCategory(13, "Extortion", "Threatens the reader to have money paid."), ("extortion",)),
    (ThreatCategory(14, "CallbackPhishing", "Has the reader call about a charge that never was."), ("call-back",)),
    (
        ThreatCategory(15, "DisguisedText", "Hides its words from filters."),
        ("styled-letters", "mixed-scripts", "invisible-letters", "hidden-text", "hidden-lure", "disguised-words",
         "mixed-scripts-in-text"),
    ),
    (
        ThreatCategory(16, "Spam", "Unwanted advertising."),
        (
            "pharmacy-wording", "dating-wording", "casino-wording", "slimming-wording", "prize-wording",
            "crypto-wording", "easy-money-wording", "sales-wording", "picture-only", "impossible-sender",
            "missing-fields", "random-sender", "pictures-in-name", "gtube", "random-address", "odd-message-id",
            "customers-line", "drawn-subject", "ornaments", "bare-link", "throwaway-sender", "server-account",
            "removal-wording", "explicit-wording", "advertisement-label",
        ),
    ),
    (ThreatCategory(17, "BulkMail", "Mail that goes to many by consent."), ("bulk-mail",)),
)  # fmt: skip
_BY_FINDING: Final = {
    name: tuple(category for category, names in _CATEGORIES if name in names)
    for _category, all_names in _CATEGORIES
    for name in all_names
}


def categories(findings: Iterable[Finding]) -> tuple[ThreatCategory, ...]:
    """Return the threat categories of the findings, each once, in the order of the findings."""
    return tuple(dict.fromkeys(category for finding in findings for category in _BY_FINDING.get(finding.name, ())))
