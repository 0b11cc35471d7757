"""Adapter for allauth's second factors: their secrets are encrypted in the database."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.utils.safestring import SafeString, mark_safe

from dashboard.sealed import sealed, unsealed

_PURPOSE = "gatehouse second factors"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Adapter that encrypts with a key derived from SECRET_KEY (HKDF, Fernet). Old keys in SECRET_KEY_FALLBACKS count.

    Whoever reads the database alone can't compute codes. Who changes SECRET_KEY without a fallback makes all apps and
    recovery codes useless; passkeys have no secret here.
    """

    def encrypt(self, text: str) -> str:
        """Return the secret as it is stored."""
        return sealed(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raise cryptography's InvalidToken if it was encrypted with another key."""
        return unsealed(encrypted_text, purpose=_PURPOSE)

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the QR code as an element for the page, since the page's policy allows no images from data.

        It is safe: it holds the squares that the library draws, and no text of the URL.
        """
        svg = str(super().build_totp_svg(url))
        return mark_safe(svg[svg.index("<svg") :])  # noqa: S308 - see above

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """Return a name for another key of the user."""
        return f"Key {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def get_totp_label(self, user: User) -> str:
        """Return the user name, which the person signs in with."""
        return user.get_username()
