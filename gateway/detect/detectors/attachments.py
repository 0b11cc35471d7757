"""Detector for dangerous attachments: programs, macros, archives, encrypted files, HTML and disguised names."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import quoted
from gateway.detect.evidence import Evidence
from gateway.detect.folding import fold
from gateway.detect.kept_lists import kept_lines
from gateway.detect.verdict import MALICIOUS, SUSPICIOUS, Finding
from gateway.mail.file_names import name_features
from gateway.mail.message import Attachment

_PROGRAMS = {
    "executable": "is a program",
    "script": "is a script",
    "shortcut": "is a shortcut that starts a command",
    "disk-image": "is a disk image, which hides its files from inspection",
}
_MACRO_WORDS = ("payment", "call back", "delivery", "document", "account")

_PASSWORDS: Final = tuple(map(fold, kept_lines("password_words")))


def attachment_findings(evidence: Evidence) -> list[tuple[int, Finding]]:
    """Return the findings on all attachments, each with the attachment's index, the strongest first."""
    found: list[tuple[int, Finding]] = []
    for index, attachment in enumerate(evidence.message.attachments):
        found += [(index, finding) for finding in _judge(evidence, attachment)]
    return sorted(found, key=lambda entry: -entry[1].score)


def _judge(evidence: Evidence, attachment: Attachment) -> Iterator[Finding]:
    features = frozenset(attachment.features)
    name = quoted(attachment.name or "unnamed")
    if "right-to-left-name" in features:
        yield _finding(
            attachment, "right-to-left-name", 0.85, f"Attachment {name} turns its name around to hide its ending."
        )
    if "double-extension" in features:
        yield _finding(
            attachment, "double-extension", 0.85, f"Attachment {name} hides a program behind a second ending."
        )
    if "disguised-name" in features:
        yield _finding(
            attachment, "disguised-name", 0.7, f"Attachment {name} hides its ending behind characters that nobody sees."
        )
    program = next((text for feature, text in _PROGRAMS.items() if feature in features), None)
    if program is not None:
        quiet = evidence.is_discussion and "script" in features and "executable" not in features
        score = 0.2 if quiet or (attachment.inline and attachment.declared_type == "text/plain") else 0.85
        yield _finding(attachment, "dangerous-attachment", score, f"Attachment {name} {program}.")
    elif "remote" in features:
        yield _finding(
            attachment, "remote-file", 0.65, f"Opening {name} connects to a server that the sender of the file chose."
        )
    elif "carrier" in features:
        yield _finding(attachment, "carrier-file", 0.5, f"Attachment {name} can hold programs that start in it.")
    yield from _contents(evidence, attachment, features, name)


def _contents(evidence: Evidence, attachment: Attachment, features: frozenset[str], name: str) -> Iterator[Finding]:
    inside = next(
        (
            feature
            for feature in ("executable", "script", "shortcut", "disk-image", "remote")
            if f"contains-{feature}" in features
        ),
        "",
    )
    if inside:
        child = next((entry for entry in attachment.children if inside in name_features(entry)), "")
        yield _finding(
            attachment,
            "archive-with-program",
            0.85 if not evidence.is_discussion else 0.4,
            f"Archive {name} holds a {inside}: {quoted(child)}, one of {len(attachment.children)} entries.",
        )
    if attachment.encrypted:
        yield from _encrypted(evidence, attachment, name)
    if "macro" in features:
        score = 0.85 if evidence.count(*_MACRO_WORDS) else 0.7
        yield _finding(
            attachment, "macro-document", score, f"Document {name} holds macros, which run code when enabled."
        )
    if "embedded-object" in features or "onenote" in features:
        yield _finding(attachment, "embedded-object", 0.7, f"Document {name} can hold embedded programs.")
    if "remote-template" in features:
        yield _finding(
            attachment, "remote-template", 0.7, f"Document {name} fetches a template or an object from elsewhere."
        )
    if "active-pdf" in features:
        yield _finding(attachment, "active-pdf", 0.5, f"PDF {name} starts scripts or programs by itself.")
    if "html" in features or attachment.detected_type == "image/svg+xml":
        yield from _markup(evidence, attachment, features, name)
    if "type-mismatch" in features:
        score = 0.85 if features & {"executable", "script", "html", "shortcut"} else 0.4
        yield _finding(
            attachment,
            "type-mismatch",
            score,
            f"Attachment {name} is not what its name says: it is {attachment.detected_type}.",
        )


def _encrypted(evidence: Evidence, attachment: Attachment, name: str) -> Iterator[Finding]:
    told = _names_a_password(evidence.words)
    if attachment.detected_type == "application/pdf":
        score = 0.25
    else:
        score = 0.7 if told or evidence.count("payment", "document", "delivery") else 0.5
    yield _finding(
        attachment,
        "encrypted-attachment",
        score if not evidence.is_internal else score / 2,
        f"Attachment {name} is encrypted, so nobody but the reader can see what it holds"
        f"{', and the text speaks of its password' * told}.",
    )


def _names_a_password(words: str) -> bool:
    """Return whether folded words name a password. Scripts without blanks between words are searched within them."""
    return any((name if name.strip().isascii() else name.strip()) in words for name in _PASSWORDS)


def _markup(evidence: Evidence, attachment: Attachment, features: frozenset[str], name: str) -> Iterator[Finding]:
    if "smuggling" in features and "page-script" in features:
        yield _finding(
            attachment, "html-smuggling", 0.85, f"HTML attachment {name} builds a file or page with a script."
        )
    elif "password-input" in features:
        yield _finding(attachment, "html-password-form", 0.9, f"HTML attachment {name} asks for a password.")
    elif "page-script" in features or "meta-refresh" in features or "event-handler" in features:
        yield _finding(
            attachment, "html-attachment", 0.65, f"HTML attachment {name} runs a script or leads elsewhere by itself."
        )
    elif "form" in features:
        yield _finding(attachment, "html-attachment", 0.55, f"HTML attachment {name} holds a form.")
    elif not evidence.is_discussion and attachment.detected_type == "text/html" and not attachment.inline:
        yield _finding(attachment, "html-attachment", 0.3, f"The message brings a web page as a file: {name}.")


def _finding(attachment: Attachment, name: str, score: float, reason: str) -> Finding:
    """Return a finding that is malicious if its score is at least 0.7, else suspicious."""
    return Finding(
        name,
        MALICIOUS if score >= 0.7 else SUSPICIOUS,
        score,
        reason,
        "Attachment",
        "attachment",
        attachment.sha256,
        detail=attachment.detected_type,
        attachment=attachment.name,
    )
