"""Sending domain restrictions: subdomains that are exempt, and the batch that only deletes."""

from uuid import uuid4

import pytest

from tests.gateway.settings.answers import pointers


def restrict(client, domain="partner.example", exclude=("news.partner.example",)):
    return client.settings.sending_domain_restrictions.create(domain=domain, exclude=exclude)


def test_the_client_creates_edits_and_deletes(client):
    made = restrict(client)
    assert (made.domain, made.exclude, made.comments) == ("partner.example", ["news.partner.example"], None)
    edited = client.settings.sending_domain_restrictions.edit(made.id, exclude=[], comments="by contract")
    assert (edited.domain, edited.exclude, edited.comments) == ("partner.example", [], "by contract")
    assert client.settings.sending_domain_restrictions.get(made.id) == edited
    assert client.settings.sending_domain_restrictions.list(search="CONTRACT", order="domain").items == [edited]
    assert client.settings.sending_domain_restrictions.delete(made.id) == made.id
    assert list(client.settings.sending_domain_restrictions.iterate()) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"domain": "partner"}, "/domain"),
        ({"exclude": ["news.partner.example", "elsewhere.example"]}, "/exclude/1"),
        ({"exclude": ["partner.example"]}, "/exclude/0"),
        ({"exclude": ["xpartner.example"]}, "/exclude/0"),
        ({"exclude": ["-.partner.example"]}, "/exclude/0"),
        ({"exclude": "news.partner.example"}, "/exclude"),
        ({"exclude": None}, "/exclude"),
    ],
)
def test_bad_fields_are_refused_at_their_place(settings_http, change, pointer):
    body = {"domain": "partner.example", "exclude": []}
    assert pointers(settings_http.post("sending_domain_restrictions", json=body | change)) == [pointer]


def test_another_domain_needs_other_exceptions(settings_http, client):
    made = restrict(client)
    url = f"sending_domain_restrictions/{made.id}"
    assert pointers(settings_http.patch(url, json={"domain": "other.example"})) == ["/exclude/0"]
    assert client.settings.sending_domain_restrictions.get(made.id) == made


def test_a_batch_deletes_all_or_none(settings_http, client):
    one, two, three = (restrict(client, f"{name}.example", ()) for name in ("one", "two", "three"))
    body = {"deletes": [{"id": one.id}, {"id": str(uuid4())}]}
    assert pointers(settings_http.post("sending_domain_restrictions/batch", json=body), 404) == ["/deletes/1/id"]
    assert client.settings.sending_domain_restrictions.list().total_count == 3
    gone = [one.id, three.id]
    assert client.settings.sending_domain_restrictions.batch(deletes=gone) == gone
    assert client.settings.sending_domain_restrictions.list().items == [two]
    assert pointers(settings_http.post("sending_domain_restrictions/batch", json={})) == ["/deletes"]
