"""The authentication of one message: SPF, DKIM, ARC and DMARC together, as results in the words of RFC 8601.

What a trusted server recorded stays; only what it did not say is checked here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import idna

from gateway.authentication.arc import ArcResult, check_arc
from gateway.authentication.dkim import DkimResult, check_dkim
from gateway.authentication.dmarc import BadPolicy, Policy, find_policy, is_aligned
from gateway.authentication.resolver import Lookups, NoDnsAnswer
from gateway.authentication.signed_message import SignedMessage
from gateway.authentication.spf import SpfResult, check_host
from gateway.mail.authentication import parse_results
from gateway.mail.domains import domain_of
from gateway.mail.message import AuthResult, ParsedMessage

CHECKED_HERE: Final = "gatehouse"
"""The authserv-id of what the gateway itself has checked. No field of a message is ever read under this name."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What SMTP told of a message: the client's public address and HELO name, and the envelope sender, empty for none.

    `is_sender_known` says that the envelope sender is no guess. `now` is the time to check by, in seconds since 1970.
    `is_late` says that the message arrived long ago: keys and records have changed since, so that only a pass says
    anything.
    """

    client_ip: str
    helo: str
    mail_from: str
    now: float
    is_sender_known: bool = True
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Authentication:
    """The results, those recorded before included; `unanswered` says what could not be asked and would decide."""

    results: tuple[AuthResult, ...]
    unanswered: tuple[str, ...] = ()


@dataclass(slots=True)
class _Found:
    spf: SpfResult | None = None
    dkim: list[DkimResult] = field(default_factory=list)
    arc: ArcResult | None = None


def authenticate(
    raw: bytes,
    parsed: ParsedMessage,
    transaction: Transaction,
    lookups: Lookups,
    *,
    recorded: Sequence[AuthResult] = (),
    trusted_sealers: frozenset[str] = frozenset(),
    is_own: Callable[[str], bool] = lambda _domain: False,
) -> Authentication:
    """Check by whom the message was sent. Never raises for what a message or a domain says.

    `recorded` are the results of trusted servers, whose methods are not checked again. `trusted_sealers` are the
    domains whose ARC seals count, `is_own` tells the organisation's domains.
    """
    known = {entry.method for entry in recorded}
    author = _author(parsed)
    found = _Found()
    if "spf" not in known and transaction.client_ip and transaction.is_sender_known:
        found.spf = check_host(transaction.client_ip, transaction.mail_from, transaction.helo, lookups)
    signed = SignedMessage(raw)
    if not {"dkim", "arc"} <= known:
        reads_alike = _reads_alike(signed, parsed)
        if "dkim" not in known:
            found.dkim = [
                result if reads_alike or result.result != "pass" else _differently(result)
                for result in check_dkim(signed, lookups, now=transaction.now, author=author)
            ]
        if "arc" not in known and reads_alike:
            found.arc = check_arc(signed, lookups, now=transaction.now)
    made = [*recorded, *_as_results(found, transaction, trusted_sealers)]
    if "dmarc" in known:
        return Authentication(tuple(made))
    result, unanswered = _dmarc(author, parsed, made, transaction, lookups, is_own)
    return Authentication((*made, *([result] if result else [])), unanswered)


def _author(parsed: ParsedMessage) -> str:
    """Return the domain of the From address in ASCII; empty without one."""
    domain = domain_of(parsed.from_address).strip(".")
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""


def _reads_alike(signed: SignedMessage, parsed: ParsedMessage) -> bool:
    """Return whether signatures and the parser see the same header fields.

    What is signed must be what is judged and displayed. A crafted header may end at another line for the two.
    """
    ours = [name.strip().lower() for name, _value in signed.fields]
    theirs = [name.strip().lower().encode("utf-8", "replace") for name, _value in parsed.headers]
    return ours == theirs


def _differently(result: DkimResult) -> DkimResult:
    return DkimResult("policy", result.domain, result.selector, "the header can be read in several ways")


def _as_results(found: _Found, transaction: Transaction, sealers: frozenset[str]) -> list[AuthResult]:
    made: list[AuthResult] = []
    if found.spf is not None:
        name = "smtp.mailfrom" if transaction.mail_from else "smtp.helo"
        value = transaction.mail_from or transaction.helo
        reason = found.spf.reason + (f'; it says: "{found.spf.explanation}"' if found.spf.explanation else "")
        made.append(_result("spf", found.spf.result, ((name, value),), reason))
    for signature in found.dkim:
        properties = (("header.d", signature.domain), ("header.s", signature.selector))
        made.append(_result("dkim", signature.result, properties, f"{signature.domain}: {signature.reason}"))
    if found.arc is not None and found.arc.result != "none":
        made.append(_arc(found.arc, sealers))
    return [_only_pass(entry) if transaction.is_late else entry for entry in made]


def _arc(chain: ArcResult, sealers: frozenset[str]) -> AuthResult:
    """Return the chain's result: a pass only if the newest server is trusted and itself saw DMARC pass."""
    if chain.result != "pass":
        return _result("arc", chain.result, (), chain.reason)
    sealer = chain.sealers[0]
    properties = (("header.d", sealer),)
    if sealer not in sealers:
        return _result("arc", "neutral", properties, f"{chain.reason}, but {sealer} is no trusted sealer")
    text = chain.results_field.decode("utf-8", "replace").partition(";")[2]
    names = text.partition(";")[0].split()
    claimed = parse_results(text, frozenset({names[0].lower()})) if names else []
    if any(entry.method == "dmarc" and entry.result == "pass" for entry in claimed):
        return _result("arc", "pass", properties, f"{chain.reason}; {sealer} saw DMARC pass")
    return _result("arc", "neutral", properties, f"{chain.reason}, but {sealer} did not see DMARC pass")


def _only_pass(entry: AuthResult) -> AuthResult:
    if entry.result in {"pass", "none"}:
        return entry
    comment = f"{entry.comment}; checked long after it arrived, so this says nothing"
    return AuthResult(entry.authserv_id, entry.method, "none", entry.properties, comment)


def _dmarc(
    author: str,
    parsed: ParsedMessage,
    results: list[AuthResult],
    transaction: Transaction,
    lookups: Lookups,
    is_own: Callable[[str], bool],
) -> tuple[AuthResult | None, tuple[str, ...]]:
    domains = {domain_of(address) for address in parsed.from_addresses}
    if not author:
        return None, ()
    properties = (("header.from", author),)
    if len(domains) > 1:
        return _result("dmarc", "fail", properties, "From names several domains"), ()
    try:
        policy = find_policy(author, lookups)
    except NoDnsAnswer:
        sentence = f"The DMARC policy of {author} could not be asked for."
        return _result("dmarc", "temperror", properties, sentence), () if transaction.is_late else (sentence,)
    except BadPolicy as error:
        return _result("dmarc", "permerror", properties, str(error)), ()
    if policy is None:
        return _result("dmarc", "none", properties, f"{author} has no DMARC policy"), ()
    return _decided(policy, author, results, transaction, is_own)


def _decided(
    policy: Policy, author: str, results: list[AuthResult], transaction: Transaction, is_own: Callable[[str], bool]
) -> tuple[AuthResult, tuple[str, ...]]:
    properties = (("header.from", author), ("policy.published-domain-policy", policy.action))
    aligned = [entry for entry in results if _proves(entry, policy, author)]
    passing = [entry.method.upper() for entry in aligned if entry.result == "pass"]
    asked = f"p={policy.action} of {policy.domain}"
    if passing:
        return _result("dmarc", "pass", properties, f"{asked}; aligned by {' and '.join(dict.fromkeys(passing))}"), ()
    if transaction.is_late or not ({"spf", "dkim"} & {entry.method for entry in results}):
        return _result("dmarc", "none", properties, f"{asked}; nothing is left that could be checked"), ()
    if any(entry.result == "temperror" for entry in aligned):
        sentence = f"Whether {author} sent this could not be asked: {asked}."
        decides = policy.action != "none" or is_own(author)
        return _result("dmarc", "temperror", properties, sentence), (sentence,) if decides else ()
    return _result("dmarc", "fail", properties, f"{asked}; neither SPF nor DKIM stands behind it"), ()


def _proves(entry: AuthResult, policy: Policy, author: str) -> bool:
    """Return whether the result is about a domain that is aligned with the author's, whatever the result is."""
    if entry.method == "dkim":
        domain = entry.get("header.d") or domain_of(entry.get("header.i"))
        return is_aligned(domain, author, strict=policy.strict_dkim)
    if entry.method == "spf":
        sender = entry.get("smtp.mailfrom") or entry.get("smtp.helo")
        return is_aligned(domain_of(sender) or sender, author, strict=policy.strict_spf)
    return False


def _result(method: str, result: str, properties: tuple[tuple[str, str], ...], comment: str) -> AuthResult:
    return AuthResult(CHECKED_HERE, method, result, tuple((name, value[:255]) for name, value in properties), comment)
