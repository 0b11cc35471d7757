"""Trusted domains: filters, several at once, and what they do to the next message."""

import pytest

from tests.gateway.mails import mail, stored
from tests.gateway.settings.answers import pointers, refusals, result, trace_of

# One letter away from the domain that the tests protect.
LOOKS_ALIKE = "acrneworks.example"
NEW = {"is_regex": False, "is_recent": False, "is_similarity": True}


@pytest.fixture
def protected(client):
    return client.settings.domains.create(
        domain="acmeworks.example", allowed_delivery_modes=[], drop_dispositions=[], ip_restrictions=[], regions=[]
    )


def trust(client, pattern, **flags):
    return client.settings.trusted_domains.create(pattern=pattern, **(NEW | flags))


def from_look_alike(domain=LOOKS_ALIKE, **parts):
    return stored(mail(sender=f"Ann <ann@{domain}>", **parts), mail_from=f"ann@{domain}")


def names(message):
    from gateway.store.message_detail import Detail

    return [finding["name"] for finding in Detail.unpacked(message.detail.payload).findings]


def test_the_client_creates_edits_and_deletes(client):
    made = trust(client, "partner.example", comments="since 2019")
    edited = client.settings.trusted_domains.edit(made.id, is_recent=True)
    assert (edited.is_recent, edited.is_similarity, edited.comments) == (True, True, "since 2019")
    assert client.settings.trusted_domains.get(made.id) == edited
    assert list(client.settings.trusted_domains.iterate()) == [edited]
    assert client.settings.trusted_domains.delete(made.id) == made.id


def test_every_filter_filters(client):
    recent = trust(client, "new.example", is_recent=True, is_similarity=False)
    similar = trust(client, "near.example")
    listed = client.settings.trusted_domains.list
    assert listed(is_recent=True).items == listed(is_similarity=False).items == [recent]
    assert listed(is_similarity=True).items == listed(is_recent=False).items == [similar]
    assert listed(pattern="NEW.example").items == [recent]
    assert listed(pattern="new").items == []


def test_older_clients_send_several_at_once(settings_http, client):
    many = [{"pattern": f"p{number}.example"} | NEW for number in range(3)]
    made = result(settings_http.post("trusted_domains", json=many), 201)
    assert [entry["pattern"] for entry in made] == ["p0.example", "p1.example", "p2.example"]
    assert client.settings.trusted_domains.list().total_count == 3
    many = [{"pattern": "fine.example"} | NEW, {"pattern": "nothing"} | NEW, {"pattern": "p.example"}]
    assert pointers(settings_http.post("trusted_domains", json=many)) == [
        "/2/is_regex",
        "/2/is_recent",
        "/2/is_similarity",
    ]
    assert pointers(settings_http.post("trusted_domains", json=many[:2])) == ["/1/pattern"]
    many[1]["pattern"] = "p1.example"
    assert refusals(settings_http.post("trusted_domains", json=many[:2]), 409) == [(1009, "/1/pattern")]
    assert client.settings.trusted_domains.list().total_count == 3


@pytest.mark.parametrize(
    ("pattern", "regex"),
    [(LOOKS_ALIKE, False), ("ACRNEWORKS.example.", False), (r"acrneworks\.(example|org)", True)],
)
def test_a_trusted_domain_may_look_like_ours(client, protected, pattern, regex):
    before = from_look_alike()
    assert "lookalike-domain" in names(before)
    assert before.final_disposition == "MALICIOUS"
    trust(client, pattern, is_regex=regex)
    message = from_look_alike()
    assert "lookalike-domain" not in names(message)
    assert message.final_disposition == "NONE"
    shown = client.investigate.get(message.investigate_id).properties
    assert (shown.allowlisted_pattern, shown.allowlisted_pattern_type) == (pattern, "domain_similarity")
    assert f"policy trusted domain: {pattern} trusts {LOOKS_ALIKE}" in trace_of(message)


@pytest.mark.parametrize(
    ("pattern", "regex"), [("mail.acrneworks.example", False), ("neworks.example", False), ("acrneworks", True)]
)
def test_other_domains_are_not_trusted(client, protected, pattern, regex):
    trust(client, pattern, is_regex=regex)
    assert from_look_alike().final_disposition == "MALICIOUS"


def test_links_to_a_trusted_domain_may_look_like_ours(client, protected):
    text = f"See https://{LOOKS_ALIKE}/offer today."
    assert "lookalike-link" in names(stored(body=text))
    trust(client, LOOKS_ALIKE)
    assert "lookalike-link" not in names(stored(body=text))


def test_a_recently_registered_domain_is_marked_and_its_looks_still_count(client, protected):
    trust(client, LOOKS_ALIKE, is_recent=True, is_similarity=False)
    message = from_look_alike()
    assert "lookalike-domain" in names(message)
    assert message.properties["allowlisted_pattern_type"] == "domain_recency"


def test_a_trusted_domain_is_no_allowed_sender(client):
    trust(client, "partner.example")
    from tests.gateway.mails import GTUBE

    message = stored(body=GTUBE)
    assert message.final_disposition == "SPAM"
    assert message.properties["allowlisted_pattern_type"] == "domain_similarity"
