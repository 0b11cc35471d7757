"""The file of routes: what it says, and what is wrong with it."""

from pathlib import Path

import pytest

from gateway.routes import current
from gateway.routes.current import _Kept, routes, routes_trouble
from gateway.routes.reading import routes_in
from gateway.routes.route import Delivery, MailboxKind, RouteInvalid, Tls

WHOLE = """
[default]
deliver = "maildir"

[domains."Acme.example"]
deliver = "lmtp"
to = "[::1]:2424"
tls = "required"
ca_file = "ca.pem"
outbound = true

[domains."acme.example".imap]
host = "mail.acme.example"
login = "{address}*master"
master = "master"
password_file = "secret"
folders = { JunkEmail = "Spam" }

[domains."other.example"]
deliver = "smtp"
to = "mx.other.example"

[smart_host]
to = "out.example:587"
user = "acme"
password = "word"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "ca.pem").write_text("x")
    (tmp_path / "secret").write_text("the word\n")
    return tmp_path


def test_a_whole_file(folder):
    text = WHOLE.replace('"Acme.example"', '"acme.example"', 1)
    found = routes_in(text, folder=folder)
    route = found.of("Bo@ACME.example")
    assert (route.delivery, route.next_hop.host, route.next_hop.port) == (Delivery.LMTP, "::1", 2424)
    assert (route.next_hop.tls, route.mailboxes, route.outbound) == (Tls.REQUIRED, MailboxKind.IMAP, True)
    assert (route.imap.port, route.imap.password, route.imap.folders) == (993, "the word", {"JunkEmail": "Spam"})
    assert "word" not in repr(route)
    other = found.of("a@other.example")
    assert (other.next_hop.port, other.next_hop.tls, other.mailboxes) == (25, Tls.OPPORTUNISTIC, MailboxKind.NONE)
    assert found.of("a@elsewhere.example").delivery == Delivery.MAILDIR
    assert (found.smart_host.host, found.smart_host.port) == ("out.example", 587)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[domains", "no TOML"),
        ("[domain]\n", "unknown: domain"),
        ('[domains."a.example"]\ndeliver = "pigeon"', "deliver is one of"),
        ('[domains."a.example"]\ndeliver = "smtp"', "to names a host"),
        ('[domains."a.example"]\ndeliver = "smtp"\nto = "h:0"', "no host and port"),
        ('[domains."a.example"]\ndeliver = "smtp"\nto = "h:²"', "no host and port"),
        ('[domains."a.example"]\nto = "h"', "a Maildir has no `to`"),
        ('[domains."a.example"]\ntls = 5', "unknown"),
        ('[domains."a@b"]\n', "is no domain"),
        ('[domains."a.example"]\n[domains."A.example"]\n', "stands twice"),
        ('[domains."a.example"]\noutbound = "yes"', "true or false"),
        ('[domains."a.example"]\ndeliver="smtp"\nto="h"\nca_file="none.pem"', "names no file"),
        ('[domains."a.example"]\ndeliver="smtp"\nto="h"\npassword="a"\npassword_file="b"', "not both"),
        ('[domains."a.example"]\ndeliver="smtp"\nto="h"\nmailboxes="maildir"', "Maildirs only where"),
        ('[domains."a.example".imap]\nhost="h"\nlogin="x"', "login holds"),
        ('[domains."a.example".imap]\nhost="h"\nfolders={Spam="x"}', "unknown: Spam"),
        ('[domains]\n"a.example" = 3', "is a table"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(folder, text, said):
    if "tls = 5" in text:
        said = "a.example"
        text = text.replace("tls = 5", 'deliver = "smtp"\nto = "h"\ntls = 5')
    with pytest.raises(RouteInvalid, match=said):
        routes_in(text, folder=folder)


@pytest.fixture
def file(settings, tmp_path, monkeypatch):
    settings.GATEWAY_ROUTES = str(tmp_path / "routes.toml")
    monkeypatch.setattr(current, "_kept", _Kept())
    monkeypatch.setattr(current, "LOOK_SECONDS", 0.0)
    return Path(settings.GATEWAY_ROUTES)


def test_a_changed_file_is_read_again_and_a_broken_one_changes_nothing(file):
    assert routes().of("a@acme.example").delivery == Delivery.MAILDIR
    file.write_text('[domains."acme.example"]\ndeliver = "smtp"\nto = "one"')
    assert routes().of("a@acme.example").next_hop.host == "one"
    file.write_text('[domains."acme.example"]\ndeliver = "smtp"\nto = 7000')
    assert routes().of("a@acme.example").next_hop.host == "one"
    assert "to names a host" in routes_trouble()
    file.write_text('[domains."acme.example"]\ndeliver = "smtp"\nto = "three"')
    assert routes().of("a@acme.example").next_hop.host == "three"
    assert routes_trouble() == ""


def test_a_file_that_is_broken_from_the_start_is_no_way_for_mail(file):
    file.write_text("deliver = ")
    with pytest.raises(RouteInvalid):
        routes()
