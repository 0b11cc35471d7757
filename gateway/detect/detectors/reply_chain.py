"""Detector for hijacked conversations: a stranger answers mail that was stolen, and adds a link or a file."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.folding import fold
from gateway.detect.verdict import SUSPICIOUS, Finding
from gateway.mail.domains import domain_of, registrable_domain

_SCORE: Final = 0.55
_ANSWERS: Final = frozenset("re aw antw antwort sv vs odp ref rv res rif ynt отв на 回复 答复 返信 회신".split())
_HEADS: Final = (
    *("from ", "von ", "de ", "da ", "van ", "od ", "från ", "fra ", "lähettäjä ", "отправитель ", "от "),
    *("original message", "ursprüngliche nachricht", "message d origine", "mensaje original"),
)
_HEAD_LINES: Final = tuple(fold(head).strip() for head in _HEADS)
_RISKY: Final = frozenset({"macro", "executable", "script", "html", "shortcut", "smuggling", "disk-image"})
_LONGEST_ADDRESS: Final = 320
_AROUND: Final = "<>[](){}:;,\"'"


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find an answer by somebody who is not in the conversation that it quotes, with a link or a file that may harm."""
    if evidence.is_internal or evidence.is_discussion or evidence.is_authenticated_list or not _is_answer(evidence):
        return
    quoted = _quoted_domains(evidence.window)
    orgs = {registrable_domain(domain) or domain for domain in quoted}
    if not any(evidence.context.is_own(domain) for domain in quoted) or evidence.from_org in orgs:
        return
    brought = _brought(evidence)
    if brought:
        yield Finding(
            "reply-chain-hijack",
            SUSPICIOUS,
            _SCORE,
            f"It answers a conversation of your people in which {defang(evidence.from_domain)} has no part,"
            f" and brings {brought}.",
            "Body",
            "body",
        )


def _is_answer(evidence: Evidence) -> bool:
    first = fold(evidence.message.subject[:40]).split()[:1]
    return bool(first) and first[0] in _ANSWERS


def _quoted_domains(text: str) -> set[str]:
    """Return the domains of the addresses from the first quoted line on, of at most the window that is read."""
    domains: set[str] = set()
    is_quoted = False
    for line in text.splitlines():
        bare = line.lstrip()
        is_quoted = is_quoted or bare.startswith(">") or _is_head(bare)
        if is_quoted and "@" in bare:
            words = (word.strip(_AROUND).removeprefix("mailto:") for word in bare[:1_000].split())
            domains.update(domain_of(word) for word in words if "@" in word and len(word) <= _LONGEST_ADDRESS)
    domains.discard("")
    return domains


def _is_head(line: str) -> bool:
    """Return whether a line begins what mail programs write above the mail that is answered."""
    if not line.startswith(("-", "_")) and ":" not in line[:30] and "@" not in line:
        return False
    folded = fold(line[:80]).strip()
    return folded.startswith(_HEAD_LINES) or folded.endswith((" wrote", " schrieb", " a ecrit", " escribio"))


def _brought(evidence: Evidence) -> str:
    for target in evidence.foreign_targets:
        if target.is_ip or target.is_shortener or target.is_free_hosting or target.redirects_to():
            return f"a link to {defang(target.host)}"
    for file in evidence.message.attachments:
        if file.encrypted or _RISKY & set(file.features):
            return f'the file "{defang(file.name)}"'
    return ""
