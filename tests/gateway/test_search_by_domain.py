"""Search by domain: a domain has two spellings, in letters and in ASCII, and either finds it."""

import pytest

from tests.gateway.mails import mail, stored


@pytest.fixture
def found(client):
    def search(**filters):
        return [row.subject for row in client.investigate.iterate(detections_only=False, **filters)]

    return search


@pytest.mark.parametrize(
    "written", ["https://köln.test/x", "https://xn--kln-sna.test/x", "www.KÖLN.test", "http:\\\\köln.test"]
)
@pytest.mark.parametrize("wanted", ["köln.test", "xn--kln-sna.test", "KÖLN.TEST"])
def test_a_link_is_found_by_either_spelling_of_its_host(found, written, wanted):
    html = f'<a href="{written}">notes</a>'
    stored(mail(subject="linked", body=html).replace(b"text/plain", b"text/html"))
    assert found(domain=[wanted]) == ["linked"]


@pytest.mark.parametrize("address", ["jo@köln.test", "jo@xn--kln-sna.test"])
@pytest.mark.parametrize("host", ["köln.test", "xn--kln-sna.test"])
def test_a_sender_is_found_by_either_spelling(found, address, host):
    stored(subject="sent", sender=address, mail_from=address)
    assert found(domain=[host]) == ["sent"]
    assert found(sender=[host]) == ["sent"]
    assert found(sender=[f"jo@{host}"]) == ["sent"]
    assert found(recipient=[host]) == []


def test_sharp_s_is_a_letter_of_its_own(found):
    stored(subject="sharp", body="https://große.test/x")
    assert found(domain=["große.test"]) == found(domain=["xn--groe-xna.test"]) == ["sharp"]
    assert found(domain=["grosse.test"]) == []


def test_a_hidden_link_and_one_without_a_scheme_are_found(found):
    html = "<p hidden><a href=https://hidden.test/>x</a></p><a href=www.bare.test/x>y</a>"
    stored(mail(subject="both", body=html).replace(b"text/plain", b"text/html"))
    assert found(domain=["hidden.test"]) == found(domain=["bare.test"]) == ["both"]
