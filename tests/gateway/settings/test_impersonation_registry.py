"""The impersonation registry: directories' entries, and what it does to the next message."""

import pytest

from gateway.store.message_detail import Detail
from tests.gateway.mails import stored
from tests.gateway.settings.answers import pointers, refusals, result


def protect(client, name="Priya Nair", email="priya@acme.example", *, regex=False, **fields):
    return client.settings.impersonation_registry.create(name=name, email=email, is_email_regex=regex, **fields)


def borrowed(sender="Priya Nair <priya.nair@mailbox.example>"):
    """Take in a message; say whether the registry was found to be abused."""
    message = stored(sender=sender, mail_from="x@mailbox.example")
    return "registry-name" in [finding["name"] for finding in Detail.unpacked(message.detail.payload).findings]


def test_the_client_creates_edits_and_deletes(client):
    made = protect(client, directory_id=7, directory_node_id=2**40, external_directory_node_id="x", comments="CFO")
    assert (made.directory_id, made.directory_node_id, made.external_directory_node_id) == (7, 2**40, "x")
    edited = client.settings.impersonation_registry.edit(made.id, name="Priya N. Nair", directory_id=None)
    assert (edited.name, edited.email, edited.directory_id, edited.comments) == (
        "Priya N. Nair",
        "priya@acme.example",
        None,
        "CFO",
    )
    assert list(client.settings.impersonation_registry.iterate()) == [edited]
    assert client.settings.impersonation_registry.delete(made.id) == made.id


def test_the_registry_is_filtered_by_provenance_and_searched_by_address(client):
    own = protect(client, provenance="A1S_INTERNAL")
    theirs = protect(client, "Omar Haddad", "omar@acme.example", provenance="SNOOPY-GOOGLE_DIRECTORY")
    listed = client.settings.impersonation_registry.list
    assert listed(provenance="A1S_INTERNAL").items == [own]
    assert listed(provenance="SNOOPY-GOOGLE_DIRECTORY").items == [theirs]
    assert listed(provenance="SNOOPY-OFFICE_365").items == []
    assert listed(search="OMAR@").items == [theirs]


@pytest.mark.parametrize("provenance", ["SNOOPY-CASB_OFFICE_365", "SNOOPY-OFFICE_365", "SNOOPY-GOOGLE_DIRECTORY"])
def test_what_a_directory_synchronised_can_not_be_edited(settings_http, client, provenance):
    made = protect(client, provenance=provenance)
    url = f"impersonation_registry/{made.id}"
    assert refusals(settings_http.patch(url, json={"name": "Somebody Else"}), 400) == [(1011, "/name")]
    assert refusals(settings_http.patch(url, json={"provenance": None}), 400) == [(1011, "/provenance")]
    assert client.settings.impersonation_registry.edit(made.id) == made
    assert client.settings.impersonation_registry.delete(made.id) == made.id


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nobody"}, "/email"),
        ({"email": "(", "is_email_regex": True}, "/email"),
        ({"name": " "}, "/name"),
        ({"is_email_regex": "no"}, "/is_email_regex"),
        ({"provenance": "MY_DIRECTORY"}, "/provenance"),
        ({"directory_id": "7"}, "/directory_id"),
        ({"directory_id": 2**70}, "/directory_id"),
    ],
)
def test_bad_fields_are_refused_at_their_place(settings_http, change, pointer):
    body = {"name": "Priya Nair", "email": "priya@acme.example", "is_email_regex": False}
    assert pointers(settings_http.post("impersonation_registry", json=body | change)) == [pointer]


def test_one_person_may_have_several_addresses(settings_http, client):
    protect(client)
    protect(client, email="nair@acme.example")
    body = {"name": "PRIYA NAIR", "email": "Priya@Acme.example", "is_email_regex": False}
    assert refusals(settings_http.post("impersonation_registry", json=body), 409) == [(1009, "/email")]
    result(settings_http.post("impersonation_registry", json=body | {"is_email_regex": True}), 201)


def test_the_next_message_that_borrows_the_name_is_found(client):
    assert not borrowed()
    made = protect(client)
    assert borrowed()
    assert not borrowed("Priya Nair <priya@acme.example>")
    client.settings.impersonation_registry.edit(made.id, email="priya.nair@mailbox.example")
    assert not borrowed()
    client.settings.impersonation_registry.edit(made.id, email="priya@acme.example", name="Omar Haddad")
    assert not borrowed()


def test_an_expression_can_give_all_of_a_persons_addresses(client):
    protect(client, email=r"priya(\.nair)?@(acme|mailbox)\.example", regex=True)
    protect(client, "Omar Haddad", "omar@acme.example")
    assert not borrowed("Priya Nair <Priya.Nair@mailbox.example>")
    assert not borrowed("Priya Nair <priya@acme.example>")
    assert borrowed("Priya Nair <priya.nair@mailbox.example.net>")
    assert borrowed("Omar Haddad <priya@mailbox.example>")
