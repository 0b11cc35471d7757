"""Descriptions of content policies, URL ignore patterns and sending domain restrictions (TLS)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from policy_patterns.content import check_content_expression
from policy_patterns.dialect import NotInDialect
from policy_patterns.exact_words import with_exact_words, without_exact_words
from policy_patterns.expressions import BadExpression
from settings_admin.kinds.description import Batch, Fault, Field, Input, Kind, Values
from settings_admin.kinds.shared_fields import COMMENTS, flag_filter
from settings_admin.patterns.checking import domain_flaws, host_key
from settings_admin.patterns.flaws import expression_flaws

EXACT_WORDS: Final = "exact_words"


def _expression_faults(values: Values) -> Iterator[Fault]:
    for flaw in expression_flaws(str(values.get("pattern") or "")):
        yield Fault("pattern", flaw.message, flaw.at)


def _content_says(values: Values) -> str:
    names = {"SUBJECT": "subject", "BODY": "body"}
    where = " or ".join(names.get(target, target) for target in values.get("targets") or ())
    if not values.get("enabled"):
        return "Switched off: nothing is looked for."
    pattern = str(values.get("pattern") or "")
    words = without_exact_words(pattern)
    what = f"a match of {pattern} anywhere" if words == pattern else f"exactly the words that match {words}"
    return f"Mail whose {where or 'text'} holds {what} becomes Malicious."


def _content_faults(values: Values) -> Iterator[Fault]:
    """Yield the errors of the pattern, as it was typed: RE2's, the dialect's, and those of the switch."""
    pattern, is_exact = str(values.get("pattern") or ""), bool(values.get(EXACT_WORDS))
    faults = list(_expression_faults(values))
    yield from faults
    if faults:
        return
    try:
        check_content_expression(pattern)
        if is_exact:
            yield from _expression_faults({"pattern": with_exact_words(pattern)})
    except NotInDialect as error:
        message = f"{_sentence(str(error))}, at character {error.at + 1}."
        yield Fault("pattern", message, error.at, may_stay=not is_exact)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _folded(values: Values) -> dict[str, Any]:
    sent = {name: value for name, value in values.items() if name != EXACT_WORDS}
    if not values.get(EXACT_WORDS):
        return sent
    try:
        return sent | {"pattern": with_exact_words(str(values.get("pattern") or ""))}
    except NotInDialect:
        # The form has said so already, and is not sent.
        return sent


def _unfolded(values: Values) -> dict[str, Any]:
    pattern = str(values.get("pattern") or "")
    bare = without_exact_words(pattern)
    return {**values, "pattern": values.get("pattern") and bare, EXACT_WORDS: bare != pattern}


def _content_remark(values: Values) -> str:
    try:
        check_content_expression(str(values.get("pattern") or ""))
    except (NotInDialect, BadExpression) as error:
        return f"Outside the dialect: {error}. The entry stays in force; a new pattern has to be in the dialect."
    return ""


CONTENT_POLICIES = Kind(
    slug="content-policies",
    resource="content_policies",
    title="Blocked content",
    noun="blocked content policy",
    about="Expressions that are looked for in subject and body. Mail that meets one is Malicious.",
    empty="No expression is looked for yet. Add one for a text that only attacks on you have.",
    fields=(
        Field("name", "Name", Input.LINE, "What the trace calls it.", required=True, longest=256),
        Field(
            "pattern",
            "Expression",
            Input.PATTERN,
            "Looked for anywhere in the text; case never counts. It may have . * + ? \\d \\w \\s \\b [abc] [^abc] "
            "[a-z] {n,m} up to 50, | ^ and $. A backslash makes any of these signs a plain character.",
            required=True,
        ),
        Field(
            "targets",
            "Looked for in",
            Input.CHOICES,
            "The parts of a message that are read.",
            choices=(("SUBJECT", "Subject"), ("BODY", "Body")),
            required=True,
            initial=["SUBJECT"],
        ),
        Field("enabled", "Enabled", Input.CHECK, "A policy that is off is kept and does nothing.", initial=True),
        Field("notes", "Notes", Input.NOTE, "For the team: who asked for it, and until when."),
    ),
    named_by="name",
    faults=_content_faults,
    identity=lambda values: (str(values.get("name") or "").casefold(),),
    explain=_content_says,
    orders=("name", "created_at"),
    filters=(flag_filter("enabled", "Enabled"),),
    is_replayed=True,
    switches=(
        Field(
            EXACT_WORDS,
            "Exact words",
            Input.CHECK,
            "“pay” is found in “Pay now”, and not in “payment”: each alternative gets \\b on both sides.",
            initial=False,
        ),
    ),
    folded=_folded,
    unfolded=_unfolded,
    remark=_content_remark,
)

URL_IGNORE_PATTERNS = Kind(
    slug="ignored-urls",
    resource="url_ignore_patterns",
    title="Ignored URLs",
    noun="ignored URL",
    about="Links that are left alone: neither judged nor rewritten.",
    empty="Every link is judged. Add a pattern for links that must stay as they are, such as one-time sign-in links.",
    fields=(
        Field(
            "pattern",
            "Expression",
            Input.PATTERN,
            "An RE2 expression that has to match the whole URL, for example https://sso\\.example\\.com/.*",
            required=True,
        ),
        COMMENTS,
    ),
    named_by="pattern",
    faults=_expression_faults,
    identity=lambda values: (str(values.get("pattern") or ""),),
    explain=lambda values: f"Links whose whole URL matches {values.get('pattern')} are left alone.",
    is_searched=False,
    not_applied="Links are not rewritten by the gateway yet. What it applies: ignored links are left out of judging.",
)


def _restriction_faults(values: Values) -> Iterator[Fault]:
    domain = str(values.get("domain") or "")
    for flaw in domain_flaws(domain):
        yield Fault("domain", flaw.message.partition(" For one address")[0], flaw.at)
        return
    inside = f".{host_key(domain)}"
    for number, name in enumerate(values.get("exclude") or (), 1):
        if any(domain_flaws(name)) or not host_key(name).endswith(inside):
            yield Fault("exclude", f"Line {number}: {name} is no subdomain of {domain}.")


def _restriction_says(values: Values) -> str:
    left_out = values.get("exclude") or ()
    but = f", except from {', '.join(left_out)}" if left_out else ""
    return f"Mail from {values.get('domain')} has to come over TLS{but}."


SENDING_DOMAIN_RESTRICTIONS = Kind(
    slug="sending-restrictions",
    resource="sending_domain_restrictions",
    title="Partner domain TLS",
    noun="partner domain",
    about="Sending domains whose mail has to come over TLS. The gateway refuses it otherwise, or judges it Spoof "
    "if it came by a server of yours.",
    empty="No sending domain has to use TLS. Add a partner with whom you agreed on it.",
    fields=(
        Field("domain", "Sending domain", Input.LINE, "The domain of the sender's address.", required=True),
        Field("exclude", "Except", Input.LINES, "Subdomains that may come without TLS, one in a line.", initial=[]),
        replace(COMMENTS),
    ),
    named_by="domain",
    faults=_restriction_faults,
    identity=lambda values: (host_key(str(values.get("domain") or "")),),
    explain=_restriction_says,
    orders=("domain", "created_at"),
    batch=Batch.DELETES,
)
