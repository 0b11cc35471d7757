"""Password validators beyond Django's: common words in disguise, words of this place, and the password of now."""

from __future__ import annotations

import re
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

PRODUCT_WORDS = frozenset({"gatehouse", "cloudflare", "email", "mail", "security", "quarantine", "phishing", "console"})
USUAL_WORDS = frozenset(
    "spring summer autumn winter january february march april june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday password passwort welcome letmein changeme secret "
    "admin administrator analyst reviewer qwerty qwertz azerty login company default test".split()
)
_DISGUISES = str.maketrans("013457@$!|", "oieastasil")
_WORD = re.compile(r"[^\W\d_]{3,}")
FEWEST_WORDS = 3
"""A password of this many different words isn't refused for them: a phrase of common words is a good password."""


@cache
def common_passwords() -> frozenset[str]:
    """Return Django's list of 20,000 common passwords."""
    return frozenset(CommonPasswordValidator().passwords)


class CommonWordsValidator:
    """Refuse a password that is one or two common words, or words of this place, behind digits, signs and disguises.

    Words of this place are the product's, those of GATEHOUSE_PASSWORD_WORDS, of the console's host name, and the
    user's name and e-mail address. Source: NIST SP 800-63B, 5.1.1.2, on context-specific words.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError if the password is made of such words."""
        plain, place = password.casefold(), _words_of(user)
        for text in (plain, plain.translate(_DISGUISES)):
            words = set(_WORD.findall(text))
            if not words or len(words) >= FEWEST_WORDS or not all(_is_guessed(word, place) for word in words):
                continue
            raise ValidationError(
                "It is made of words that are tried first: common ones, or those of this place and of you. "
                "Take a few words that have nothing to do with each other.",
                code="password_of_guessed_words",
            )

    def get_help_text(self) -> str:
        """Return what the page says about it."""
        return "Not a common word, nor your name or this organisation's, with digits around it."


def _is_guessed(word: str, place: frozenset[str]) -> bool:
    known = PRODUCT_WORDS | USUAL_WORDS | place
    return word in known or word in common_passwords() or any(len(part) > 3 and part in word for part in known)


def _words_of(user: User | None) -> frozenset[str]:
    host = urlsplit(settings.GATEHOUSE_URL).hostname or ""
    texts = [host, *settings.GATEHOUSE_PASSWORD_WORDS]
    if user is not None:
        texts += [user.get_username(), user.email, user.first_name, user.last_name]
    return frozenset(word for text in texts for word in _WORD.findall(text.casefold()))


class AnotherPasswordValidator:
    """Refuse the password that the user has already: a first password would otherwise be changed to itself."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError if it is the password of now."""
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError("It is the password that you have already.", code="password_of_now")

    def get_help_text(self) -> str:
        """Return what the page says about it."""
        return "Another one than you have now."
