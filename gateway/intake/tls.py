"""The certificate of STARTTLS: read at the start, and again for a new connection once its files have changed."""

import logging
import ssl
from pathlib import Path

logger = logging.getLogger(__name__)

_Stamp = tuple[tuple[int, int, int], ...]


class ServerCertificate:
    """A certificate and its key on disk, as what STARTTLS uses.

    Connections that are open keep what they began with. New files that can't be used leave the earlier ones in place:
    a renewal that went wrong must not end encryption, nor mail.

    :raises OSError: at the start, the files can't be read or don't belong together (`ssl.SSLError` is one too).
    """

    def __init__(self, certificate: Path, key: Path | None) -> None:
        self._certificate, self._key = certificate, key
        self._stamp = self._stamp_now()
        self._complained_of: _Stamp | None = None
        self._context = self._load()

    def context(self) -> ssl.SSLContext:
        """Return what a new connection uses. Files that have changed are read before."""
        try:
            stamp = self._stamp_now()
            if stamp != self._stamp:
                # A certificate is often replaced before its key. Until both belong together the earlier ones serve.
                self._context, self._stamp, self._complained_of = self._load(), stamp, None
                logger.info("the new certificate in %s is used from now on", self._certificate)
        except OSError as error:
            self._complain(error)
        return self._context

    def _complain(self, error: OSError) -> None:
        """Log once for each state of the files, not for each connection."""
        try:
            stamp = self._stamp_now()
        except OSError:
            stamp = ()
        if stamp != self._complained_of:
            self._complained_of = stamp
            logger.error("the certificate in %s can't be used, the earlier one is kept: %s", self._certificate, error)

    def _stamp_now(self) -> _Stamp:
        files = [self._certificate] if self._key is None else [self._certificate, self._key]
        found = [file.stat() for file in files]
        return tuple((one.st_mtime_ns, one.st_size, one.st_ino) for one in found)

    def _load(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # Without a password callback, OpenSSL would ask for an encrypted key's password on the terminal, and wait.
        context.load_cert_chain(self._certificate, self._key, password=lambda: b"")
        return context
