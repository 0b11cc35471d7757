"""Match policy entries against messages: which messages an entry touches, and whether it would stop or pass them.

The rules follow those by which the gateway applies policies. A search row contains a message's sender, recipients,
subject, disposition and authentication results (SPF, DKIM, DMARC). It does not contain the signing domain of a DKIM
signature, so a DKIM pass counts for the sender: reporting too many messages is preferred to reporting too few. Links
are not in a search row either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from api_client.models import Message
from api_client.models.values import Disposition
from policy_patterns.expressions import words_in
from policy_patterns.senders import Place
from settings_admin.kinds import (
    ALLOW_POLICIES,
    BLOCK_SENDERS,
    CONTENT_POLICIES,
    TRUSTED_DOMAINS,
    Kind,
    Values,
)
from settings_admin.patterns.checking import PatternKind
from settings_admin.replay.sender_matching import (
    SHOWN,
    address_in,
    address_test,
    is_verified,
    recipient_test,
    sender_test,
)

WORDS_AT_MOST: Final = 5
_MALICIOUS: Final = frozenset({Disposition.MALICIOUS, Disposition.MALICIOUS_BEC})
_ACCEPTABLE: Final = frozenset({Disposition.SPAM, Disposition.SPOOF, Disposition.BULK})
_NEW: Final = frozenset({Disposition.SUSPICIOUS, *_MALICIOUS})


class Effect(StrEnum):
    """What an entry would have done to a message that it touches."""

    NONE = ""
    STOPPED = "stopped"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class Touch:
    """Match of an entry and a message: `why` names the matched part of the message.

    `words` are different matches of a content policy, WORDS_AT_MOST at most.
    """

    why: str
    effect: Effect = Effect.NONE
    words: tuple[str, ...] = ()


Touching = Callable[[Message], Touch | None]
BodyTouching = Callable[[str], Touch | None]


def touching(kind: Kind, values: Values) -> Touching:
    """Return a function that tests whether the entry touches a message. Raise KeyError if the kind has no rules."""
    return {
        BLOCK_SENDERS.resource: _blocking,
        ALLOW_POLICIES.resource: _allowing,
        TRUSTED_DOMAINS.resource: _trusting,
        CONTENT_POLICIES.resource: _in_subject,
    }[kind.resource](values)


def reads_bodies(kind: Kind, values: Values) -> bool:
    """Return whether the entry matches message bodies, which search rows do not contain."""
    return kind is CONTENT_POLICIES and bool(values.get("enabled")) and "BODY" in (values.get("targets") or ())


def in_body(values: Values) -> BodyTouching:
    """Return a function that tests whether a content policy matches a body."""
    expression = str(values.get("pattern") or "")

    def touch(text: str) -> Touch | None:
        words = words_in(expression, text, most=WORDS_AT_MOST)
        return Touch("body", Effect.STOPPED, tuple(words)) if words else None

    return touch


def disposition_of(message: Message) -> str:
    """Return the disposition in upper case, as the API specifies it. A missing one is NONE."""
    return (message.final_disposition or Disposition.NONE).upper()


def _recipients(message: Message) -> Iterable[str]:
    return dict.fromkeys([*message.client_recipients, *(message.envelope_to or ())])


def _blocking(values: Values) -> Touching:
    places = sender_test(values)

    def touch(message: Message) -> Touch | None:
        found = places(message)
        if not found:
            return None
        is_new = disposition_of(message) not in _MALICIOUS
        return Touch(SHOWN[found[0]], Effect.STOPPED if is_new else Effect.NONE)

    return touch


def _allowing(values: Values) -> Touching:
    places, reaches = sender_test(values), recipient_test(values)
    trusted, acceptable = bool(values.get("is_trusted_sender")), bool(values.get("is_acceptable_sender"))
    exempt, verifies = bool(values.get("is_exempt_recipient")), bool(values.get("verify_sender"))

    def touch(message: Message) -> Touch | None:
        found = places(message) if trusted or acceptable else []
        verified = [place for place in found if not verifies or is_verified(message, place)]
        disposition = disposition_of(message)
        is_held_back = bool(message.properties.blocklisted_message) or disposition == Disposition.NONE
        reached = exempt and any(map(reaches, _recipients(message)))
        reached = reached and (not verifies or is_verified(message, Place.SERVER))
        if verified and not is_held_back and (trusted or disposition in _ACCEPTABLE):
            return Touch(SHOWN[verified[0]], Effect.PASSED)
        if reached:
            return Touch("recipient", Effect.NONE if is_held_back else Effect.PASSED)
        if verified:
            return Touch(SHOWN[verified[0]])
        return Touch(f"{SHOWN[found[0]]}, not authenticated") if found else None

    return touch


def _trusting(values: Values) -> Touching:
    text, is_regex = str(values.get("pattern") or ""), bool(values.get("is_regex"))
    test = address_test(PatternKind.DOMAIN, text, is_regex=is_regex)
    similar, recent = bool(values.get("is_similarity")), bool(values.get("is_recent"))

    def touch(message: Message) -> Touch | None:
        named = (("From", message.from_ or ""), ("Reply-To", address_in(message.replyto or "")))
        found = [what for what, address in named if address and test(address)]
        if not found:
            return None
        disposition = disposition_of(message)
        passes = (similar and disposition == Disposition.SPOOF) or (recent and disposition in _NEW)
        return Touch(found[0], Effect.PASSED if passes else Effect.NONE)

    return touch


def _in_subject(values: Values) -> Touching:
    if not values.get("enabled") or "SUBJECT" not in (values.get("targets") or ()):
        return lambda _message: None
    expression = str(values.get("pattern") or "")

    def touch(message: Message) -> Touch | None:
        words = words_in(expression, message.subject or "", most=WORDS_AT_MOST)
        if not words:
            return None
        is_new = disposition_of(message) not in _MALICIOUS
        return Touch("subject", Effect.STOPPED if is_new else Effect.NONE, tuple(words))

    return touch
