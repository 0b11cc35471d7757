"""Opens connections to an IMAP server and signs in to a mailbox, within time limits."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from gateway.mailboxes.protocol import MailboxTrouble
from gateway.routes.route import ImapServer

CONNECT_SECONDS = 10
ANSWER_SECONDS = 20
"""How long one answer of the server may pause."""


def opened(server: ImapServer, address: str) -> IMAPClient:
    """Return a connection that is signed in to the mailbox of `address`.

    The name in the server's certificate is checked, unless the route says `tls = "none"`. Raise MailboxTrouble.
    """
    with told_as_trouble("can't be reached"):
        context = ssl.create_default_context(cafile=server.ca_file or None)
        client = IMAPClient(
            server.host,
            port=server.port,
            ssl=server.tls == "required",
            ssl_context=context if server.tls == "required" else None,
            timeout=SocketTimeout(CONNECT_SECONDS, ANSWER_SECONDS),
        )
        try:
            if server.tls == "starttls":
                client.starttls(context)
            _sign_in(client, server, address)
        except BaseException:
            # A socket on which STARTTLS failed is closed already; that must not hide why.
            with suppress(OSError, IMAPClientError):
                client.shutdown()
            raise
    return client


def _sign_in(client: IMAPClient, server: ImapServer, address: str) -> None:
    name = server.login.replace("{address}", address).replace("{local}", address.rpartition("@")[0])
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in name):
        raise MailboxTrouble("the address can't be the name of a mailbox")
    try:
        if server.master:
            client.plain_login(server.master, server.password, name)
        else:
            client.login(name, server.password)
    except LoginError:
        # The server's words may repeat what was sent.
        raise MailboxTrouble("the IMAP server refused the sign-in to this mailbox") from None


@contextmanager
def told_as_trouble(what: str) -> Iterator[None]:
    """Raise MailboxTrouble, which says what the server could not do, for each error of a connection."""
    try:
        yield
    except MailboxTrouble:
        raise
    except TimeoutError as error:
        raise MailboxTrouble(f"the IMAP server {what}: it did not answer in time") from error
    except ssl.SSLCertVerificationError as error:
        raise MailboxTrouble(f"the IMAP server {what}: its certificate is not valid: {error.verify_message}") from error
    except ssl.SSLError as error:
        raise MailboxTrouble(f"the IMAP server {what}: TLS failed ({error.reason or 'no reason'})") from error
    except OSError as error:
        raise MailboxTrouble(f"the IMAP server {what}: {error.strerror or type(error).__name__}") from error
    except (IMAPClientError, ValueError, AssertionError) as error:
        raise MailboxTrouble(f"the IMAP server {what}: {type(error).__name__}") from error
