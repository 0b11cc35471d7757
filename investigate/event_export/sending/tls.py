"""TLS towards destinations: the server's certificate is always verified, by the public authorities or by an own one."""

from __future__ import annotations

import ssl

import httpx


class NoAuthority(Exception):
    """The text holds no certificate of an authority."""


def tls_context(ca: str) -> ssl.SSLContext:
    """Return a context that trusts the authorities in `ca` (PEM) alone, or the usual ones if it is empty.

    Raise NoAuthority if there is none in the text.
    """
    if ca.strip():
        try:
            context = ssl.create_default_context(cadata=ca)
        except (ssl.SSLError, ValueError):
            raise NoAuthority("This is no certificate in PEM.") from None
        if not context.cert_store_stats()["x509"]:
            raise NoAuthority("There is no certificate in this text.")
    else:
        context = httpx.create_ssl_context(trust_env=False)
        context.load_default_certs()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
