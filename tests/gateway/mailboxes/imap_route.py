"""A domain whose mailboxes are a real Dovecot's, for tests of mailboxes."""

import smtplib

from gateway.delivery.mailbox_choice import copy_of
from gateway.models import Delivery
from tests.gateway.mails import mail, stored
from tests.mail_servers.dovecot import MASTER, PASSWORD

BO, JO = "bo@acme.example", "jo@acme.example"
ROUTE = """
[domains."acme.example"]
mailboxes = "imap"
[domains."acme.example".imap]
host = "127.0.0.1:{port}"
ca_file = "{authority}"
{more}
"""
MASTER_LOGIN = f'login = "{{address}}*{MASTER}"\npassword = "{PASSWORD}"'


def write_route(settings, folder, server, more=MASTER_LOGIN, *, port=None, authority=None):
    """Switch the domain's mailboxes to IMAP, after mail was stored as delivered."""
    file = folder / f"routes-{len(list(folder.glob('routes-*')))}.toml"
    authority = authority or server.certificate.certificate
    file.write_text(ROUTE.format(port=port or server.imaps, authority=authority, more=more))
    settings.GATEWAY_ROUTES = file


def delivered(server, *recipients, raw=None):
    """Store a message and hand it to Dovecot by LMTP, as the next hop would get it."""
    raw = raw or mail()
    message = stored(raw, recipients=recipients or (BO,))
    for one in recipients or (BO,):
        with smtplib.LMTP("127.0.0.1", server.lmtp) as lmtp:
            lmtp.sendmail("ann@partner.example", [one], b"Received: from x\r\n\tby y\r\n" + raw)
    copies = Delivery.objects.using("gateway").filter(message=message).order_by("pk")
    return message, [copy_of(one, message) for one in copies]


def number_of(client, copy, folder="INBOX"):
    """Select a folder and return the number of the newest message with the copy's Message-ID."""
    assert client.select(f'"{folder}"')[0] == "OK"
    return client.search(None, f'HEADER Message-ID "{copy.message_id}"')[1][0].split()[-1]
