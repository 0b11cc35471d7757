"""Protected domains: filters, replacing, deleting many, proof of ownership, and what is held for them."""

from uuid import uuid4

import pytest

from api_client import NotFound
from gateway.models import Delivery, Domain
from tests.gateway.mails import GTUBE, mail, stored
from tests.gateway.settings.answers import pointers, refusals, result

PLAIN = {"allowed_delivery_modes": ["DIRECT"], "drop_dispositions": ["SPAM"], "ip_restrictions": [], "regions": ["DE"]}


def protect(client, domain, **fields):
    return client.settings.domains.create(domain=domain, **(PLAIN | fields))


def test_the_client_creates_edits_replaces_and_deletes(client):
    made = protect(client, "acme.example", lookback_hops=3, require_tls_inbound=True, transport="mx.acme.example")
    assert (made.status, made.regions, made.lookback_hops) == ("ACTIVE", ["DE"], 3)
    edited = client.settings.domains.edit(made.id, drop_dispositions=["BULK"], folder="AllItems")
    assert (edited.drop_dispositions, edited.folder, edited.lookback_hops) == (["BULK"], "AllItems", 3)
    put = client.settings.domains.update(made.id, **(PLAIN | {"regions": ["US", "AU"]}), require_tls_outbound=False)
    assert (put.id, put.domain, put.created_at, put.status) == (made.id, made.domain, made.created_at, made.status)
    assert (put.regions, put.drop_dispositions, put.require_tls_outbound) == (["US", "AU"], ["SPAM"], False)
    assert (put.folder, put.lookback_hops, put.require_tls_inbound, put.transport) == (None, None, None, None)
    assert client.settings.domains.get(made.id) == put
    assert client.settings.domains.delete(made.id) == made.id
    with pytest.raises(NotFound):
        client.settings.domains.update(made.id, **PLAIN)


def test_a_replacement_names_everything_that_a_domain_needs(settings_http, client):
    made = protect(client, "acme.example")
    places = pointers(settings_http.put(f"domains/{made.id}", json={"regions": ["US"]}))
    assert places == ["/allowed_delivery_modes", "/drop_dispositions", "/ip_restrictions"]
    assert client.settings.domains.get(made.id) == made


def test_every_filter_filters(settings_http, client):
    one = protect(client, "one.example", allowed_delivery_modes=["DIRECT", "BCC"], integration_id="casb-1")
    two = protect(client, "two.example", allowed_delivery_modes=["API"])
    listed = client.settings.domains.list
    assert listed(allowed_delivery_mode="BCC").items == listed(allowed_delivery_mode="DIRECT").items == [one]
    assert listed(allowed_delivery_mode="API").items == [two]
    assert listed(active_delivery_mode="DIRECT").items == [one]
    assert listed(active_delivery_mode="API").items == []
    assert listed(integration_id="casb-1").items == [one]
    assert listed(domain=["ONE.example", "three.example"]).items == [one]
    assert listed(domain=["one.example", "two.example"], order="domain").items == [one, two]
    Domain.objects.using("gateway").filter(pk=two.id).update(status="PENDING")
    for spelling in ("pending", "PENDING"):
        assert [entry.id for entry in listed(status=spelling).items] == [two.id]
    assert pointers(settings_http.get("domains", params={"status": "perhaps"})) == ["status"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"domain": "acme"}, "/domain"),
        ({"domain": "203.0.113.9"}, "/domain"),
        ({"allowed_delivery_modes": ["PIGEON"]}, "/allowed_delivery_modes/0"),
        ({"drop_dispositions": ["SPAM", "JUNK"]}, "/drop_dispositions/1"),
        ({"regions": "US"}, "/regions"),
        ({"ip_restrictions": ["203.0.113.0/24", "203.0.113.999"]}, "/ip_restrictions/1"),
        ({"lookback_hops": 0}, "/lookback_hops"),
        ({"lookback_hops": 2.5}, "/lookback_hops"),
        ({"lookback_hops": True}, "/lookback_hops"),
        ({"lookback_hops": "2"}, "/lookback_hops"),
        ({"lookback_hops": 21}, "/lookback_hops"),
        ({"folder": "Attic"}, "/folder"),
        ({"require_tls_inbound": "yes"}, "/require_tls_inbound"),
        ({"transport": "mx one"}, "/transport"),
    ],
)
def test_bad_fields_are_refused_at_their_place(settings_http, change, pointer):
    assert pointers(settings_http.post("domains", json={"domain": "acme.example"} | PLAIN | change)) == [pointer]


def test_a_whole_number_may_be_written_with_a_point(settings_http):
    body = {"domain": "acme.example", "lookback_hops": 2.0} | PLAIN
    assert result(settings_http.post("domains", json=body), 201)["lookback_hops"] == 2


def test_older_clients_rename_a_domain(settings_http, client):
    made = protect(client, "acme.example")
    protect(client, "other.example")
    edited = result(settings_http.patch(f"domains/{made.id}", json={"domain": "acme.org.example"}))
    assert edited["domain"] == "acme.org.example"
    assert refusals(settings_http.patch(f"domains/{made.id}", json={"domain": "Other.Example"}), 409) == [
        (1009, "/domain")
    ]


def test_many_are_deleted_or_none(settings_http, client):
    one, two, three = (protect(client, f"{name}.example") for name in ("one", "two", "three"))
    body = [{"id": one.id}, {"id": str(uuid4())}]
    assert pointers(settings_http.request("DELETE", "domains", json=body), 404) == ["/1/id"]
    assert client.settings.domains.list().total_count == 3
    assert client.settings.domains.bulk_delete(ids=[one.id, three.id]) == [one.id, three.id]
    assert client.settings.domains.list().items == [two]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'["x"]', b'[{"id": "x"}]', b'[{"name": "acme.example"}]'])
def test_deleting_many_names_them(settings_http, client, content):
    made = protect(client, "acme.example")
    assert settings_http.request("DELETE", "domains", content=content).status_code == 400
    assert client.settings.domains.list().items == [made]


def test_a_new_domain_has_a_record_that_proves_whose_it_is(client):
    one, two = protect(client, "acme.example"), protect(client, "other.example")
    record = client.settings.domains.verification(one.id)
    assert record.txt_record_name == "_gatehouse-verification.acme.example"
    assert (record.status, one.status) == ("PENDING", "ACTIVE"), "mail is judged before the record is found"
    assert record.txt_record_value != client.settings.domains.verification(two.id).txt_record_value
    assert client.settings.domains.verification(one.id) == record


def test_a_domain_from_before_needs_no_proof(settings_http, client):
    made = protect(client, "acme.example")
    Domain.objects.using("gateway").filter(pk=made.id).update(txt_value="")
    answer = settings_http.get(f"domains/{made.id}/verification")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.settings.domains.verification(made.id) is None
    assert settings_http.get(f"domains/{uuid4()}/verification").status_code == 404


def spam(*recipients):
    return stored(mail(body=GTUBE), recipients=recipients)


def copies(message):
    return dict(Delivery.objects.using("gateway").filter(message=message).values_list("recipient", "status"))


def test_what_a_domain_drops_is_held_for_its_recipients_alone(client):
    protect(client, "acme.example", drop_dispositions=["MALICIOUS"])
    protect(client, "strict.example", drop_dispositions=["SPAM", "BULK"])
    message = spam("bo@acme.example", "cy@strict.example", "di@mail.strict.example", "ed@elsewhere.example")
    assert message.final_disposition == "SPAM"
    assert copies(message) == {
        "bo@acme.example": "delivered",
        "cy@strict.example": "quarantined",
        "di@mail.strict.example": "quarantined",
        # Nobody configured this one: spam is held.
        "ed@elsewhere.example": "quarantined",
    }
    shown = client.investigate.get(message.investigate_id)
    assert shown.is_quarantined
    assert set(shown.delivery_status) == {"delivered", "quarantined"}
    lines = [line.message for line in client.investigate.trace.get(message.investigate_id).outbound.lines]
    assert any("<bo@acme.example>: queued for delivery" in line for line in lines)
    assert any("<cy@strict.example>: held in quarantine" in line for line in lines)


def test_the_nearest_domain_decides(client):
    protect(client, "acme.example", drop_dispositions=["SPAM"])
    made = protect(client, "lab.acme.example", drop_dispositions=[])
    assert not spam("bo@lab.acme.example").is_quarantined
    assert spam("bo@acme.example").is_quarantined
    client.settings.domains.edit(made.id, drop_dispositions=["SPAM"])
    assert spam("bo@lab.acme.example").is_quarantined


@pytest.mark.parametrize(
    ("drops", "held"), [(["MALICIOUS"], True), (["MALICIOUS-BEC"], True), (["SPAM", "SUSPICIOUS"], False), ([], False)]
)
def test_what_goes_for_malicious_mail_goes_for_its_named_kind(client, drops, held):
    protect(client, "acme.example", drop_dispositions=drops)
    client.settings.impersonation_registry.create(name="Priya Nair", email="p@acme.example", is_email_regex=False)
    text = "Are you at your desk? A quick task: make a payment today by wire transfer, IBAN follows."
    message = stored(sender="Priya Nair <x@mailbox.example>", mail_from="x@mailbox.example", body=text)
    assert message.final_disposition == "MALICIOUS-BEC"
    assert message.is_quarantined is held


def test_a_message_without_recipients_is_held_for_nobody():
    message = stored(mail(body=GTUBE), recipients=())
    assert (message.final_disposition, message.is_quarantined) == ("SPAM", False)


def test_the_detectors_know_the_domains_as_ours(client):
    borrowed = {"sender": "boss@acme.example"}
    assert stored(**borrowed).final_disposition == "NONE"
    made = protect(client, "Acme.Example")
    assert stored(**borrowed).final_disposition == "SUSPICIOUS"
    client.settings.domains.delete(made.id)
    assert stored(**borrowed).final_disposition == "NONE"
