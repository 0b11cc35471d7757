"""What went wrong on the way to a destination, in words that whoever set it up understands."""

from __future__ import annotations

import errno
import ssl

SAID_AT_MOST = 200

_WORDS = {
    errno.ECONNREFUSED: "Nobody listens there: the connection was refused.",
    errno.ECONNRESET: "The connection was broken off.",
    errno.EPIPE: "The connection was broken off.",
    errno.EHOSTUNREACH: "There is no way to that address.",
    errno.ENETUNREACH: "There is no way to that address.",
    errno.ETIMEDOUT: "No connection within its time.",
}


def trouble_of(error: BaseException) -> str:
    """Return what an error on the way says. What stands behind it is looked at, too."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return f"The certificate could not be verified: {seen.verify_message}."[:SAID_AT_MOST]
        if isinstance(seen, ssl.SSLError):
            return f"TLS failed: {' '.join(str(seen.reason or seen).split())}."[:SAID_AT_MOST]
        if isinstance(seen, OSError) and seen.errno in _WORDS:
            return _WORDS[seen.errno]
        seen = seen.__cause__ or seen.__context__
    told = " ".join(str(error).split())
    return (f"{type(error).__name__}: {told}" if told else type(error).__name__)[:SAID_AT_MOST]
