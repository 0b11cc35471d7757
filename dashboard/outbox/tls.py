"""TLS towards receivers: the certificate is always verified, by the usual authorities or by one that was given."""

from __future__ import annotations

import ssl

import certifi


class NoAuthority(Exception):
    """The text holds no certificate of an authority."""


def tls_context(ca: str = "") -> ssl.SSLContext:
    """Return a context that trusts the authorities in `ca` (PEM) alone, or the usual ones if it is empty.

    Raise NoAuthority if there is none in the text.
    """
    if not ca.strip():
        # The authorities that browsers know, and those that the operator added to the system.
        context = ssl.create_default_context(cafile=certifi.where())
        context.load_default_certs()
    else:
        try:
            context = ssl.create_default_context(cadata=ca)
        except (ssl.SSLError, ValueError):
            raise NoAuthority("This is no certificate in PEM.") from None
        if not context.cert_store_stats()["x509"]:
            raise NoAuthority("There is no certificate in this text.")
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
