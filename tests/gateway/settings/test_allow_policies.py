"""Allow policies: filters, the older names, and what they do to the next message."""

import pytest

from gateway.models import Delivery
from tests.gateway.mails import GTUBE, mail, stored
from tests.gateway.settings.answers import pointers, result, trace_of

SERVER = "mx.acme.example"
OFF = {"is_acceptable_sender": False, "is_exempt_recipient": False, "is_trusted_sender": False, "verify_sender": False}


def allow(client, pattern, kind="EMAIL", *, regex=False, **flags):
    return client.settings.allow_policies.create(
        pattern=pattern, pattern_type=kind, is_regex=regex, **(OFF | dict.fromkeys(flags, True))
    )


def spam(*, results="", recipients=("bo@acme.example",), **parts):
    """Take in a message that the detectors call spam, with what the trusted server recorded of its sender."""
    extra = f"Authentication-Results: {SERVER}; {results}" if results else ""
    return stored(mail(body=GTUBE, extra=extra, **parts), recipients=recipients)


@pytest.fixture(autouse=True)
def trusted_server(settings):
    settings.GATEWAY_TRUSTED_AUTHSERV_IDS = [SERVER]


def test_the_client_creates_edits_and_deletes(client):
    made = allow(client, "partner.example", "DOMAIN", is_trusted_sender=1, verify_sender=1)
    edited = client.settings.allow_policies.edit(made.id, is_trusted_sender=False, is_acceptable_sender=True)
    assert (edited.is_trusted_sender, edited.is_acceptable_sender, edited.verify_sender) == (False, True, True)
    assert client.settings.allow_policies.get(made.id) == edited
    assert list(client.settings.allow_policies.iterate()) == [edited]
    assert client.settings.allow_policies.delete(made.id) == made.id


def test_every_filter_filters(client):
    made = {
        flag: allow(client, f"{flag.replace('_', '-')}.example", "DOMAIN", **{flag: 1})
        for flag in ("is_acceptable_sender", "is_exempt_recipient", "is_trusted_sender", "verify_sender")
    }
    listed = client.settings.allow_policies.list
    for flag, entry in made.items():
        assert listed(**{flag: True}).items == [entry]
        assert entry not in listed(**{flag: False}).items
        assert listed(**{flag: False}).total_count == 3
    assert listed(pattern="VERIFY-sender.example").items == [made["verify_sender"]]
    assert listed(pattern="verify").items == []
    assert listed(pattern_type="EMAIL").items == []
    assert listed(pattern_type="DOMAIN", is_trusted_sender=True, is_acceptable_sender=True).items == []


@pytest.mark.parametrize("flag", ["is_acceptable_sender", "verify_sender"])
def test_a_filter_is_true_or_false(settings_http, flag):
    assert pointers(settings_http.get("allow_policies", params={flag: "perhaps"})) == [flag]


def test_the_older_names_are_taken_and_served(settings_http):
    body = {"pattern": "a@partner.example", "pattern_type": "EMAIL", "is_regex": False, "verify_sender": False}
    older = {"is_recipient": True, "is_sender": False, "is_spoof": True}
    made = result(settings_http.post("allow_policies", json=body | older), 201)
    assert {name: made[name] for name in older} == older
    assert (made["is_exempt_recipient"], made["is_trusted_sender"], made["is_acceptable_sender"]) == (True, False, True)
    edited = result(settings_http.patch(f"allow_policies/{made['id']}", json={"is_sender": True}))
    assert (edited["is_trusted_sender"], edited["is_acceptable_sender"]) == (True, True)
    both = {"is_sender": True, "is_trusted_sender": False}
    edited = result(settings_http.patch(f"allow_policies/{made['id']}", json=both))
    assert edited["is_trusted_sender"] is False


def test_a_replacement_turns_off_what_it_does_not_name(settings_http, client):
    made = allow(client, "a@partner.example", is_trusted_sender=1, verify_sender=1)
    put = {"id": made.id, "pattern": "b@partner.example", "pattern_type": "EMAIL", "is_acceptable_sender": True}
    body = {"deletes": [], "patches": [], "puts": [put], "posts": []}
    done = result(settings_http.post("allow_policies/batch", json=body))["puts"][0]
    assert (done["is_acceptable_sender"], done["is_trusted_sender"], done["verify_sender"]) == (True, False, False)


def test_unknown_can_not_be_set(settings_http, client):
    made = allow(client, "a@partner.example")
    fields = {"pattern": "b@partner.example", "pattern_type": "UNKNOWN", "is_regex": False} | OFF
    assert pointers(settings_http.post("allow_policies", json=fields)) == ["/pattern_type"]
    assert pointers(settings_http.patch(f"allow_policies/{made.id}", json={"pattern_type": "UNKNOWN"})) == [
        "/pattern_type"
    ]


@pytest.mark.parametrize(
    ("pattern", "kind", "regex"),
    [
        ("ann@partner.example", "EMAIL", False),
        ("partner.example", "DOMAIN", False),
        ("192.0.2.0/28", "IP", False),
        (r".*@partner\.example", "EMAIL", True),
    ],
)
@pytest.mark.parametrize(
    ("flag", "kind_of_entry"),
    [("is_trusted_sender", "allowed_sender"), ("is_acceptable_sender", "acceptable_sender")],
)
def test_spam_of_an_allowed_sender_is_delivered(client, pattern, kind, regex, flag, kind_of_entry):
    assert spam().is_quarantined
    allow(client, pattern, kind, regex=regex, **{flag: 1})
    message = spam()
    assert (message.final_disposition, message.is_quarantined) == ("NONE", False)
    shown = client.investigate.get(message.investigate_id)
    assert shown.properties.allowlisted_pattern == pattern
    assert shown.properties.allowlisted_pattern_type == kind_of_entry
    assert shown.properties.whitelisted_pattern_type == kind_of_entry
    assert shown.detection_reasons == []
    assert f"policy allow: {pattern} exempts from SPAM" in trace_of(message)


def test_malice_is_exempt_for_trusted_senders_only(client):
    client.settings.content_policies.create(name="all", pattern="noon", targets=["BODY"], enabled=True)
    made = allow(client, "ann@partner.example", is_acceptable_sender=1)
    message = stored()
    assert message.final_disposition == "MALICIOUS"
    assert client.investigate.get(message.investigate_id).properties.allowlisted_pattern_type == "acceptable_sender"
    client.settings.allow_policies.edit(made.id, is_trusted_sender=True)
    assert stored().final_disposition == "NONE"


def test_suspicion_is_exempt_for_trusted_senders_only(client):
    client.settings.domains.create(
        domain="acme.example", allowed_delivery_modes=[], drop_dispositions=[], ip_restrictions=[], regions=[]
    )
    borrowed = {"sender": "boss@acme.example"}
    assert stored(**borrowed).final_disposition == "SUSPICIOUS"
    made = allow(client, "acme.example", "DOMAIN", is_acceptable_sender=1)
    assert stored(**borrowed).final_disposition == "SUSPICIOUS"
    client.settings.allow_policies.edit(made.id, is_trusted_sender=True)
    assert stored(**borrowed).final_disposition == "NONE"


@pytest.mark.parametrize(
    ("results", "honored"),
    [
        ("", False),
        ("dmarc=fail header.from=partner.example", False),
        ("dmarc=pass header.from=partner.example", True),
        ("spf=pass smtp.mailfrom=ann@partner.example", True),
        ("dkim=pass header.d=partner.example", True),
        ("spf=pass smtp.mailfrom=x@elsewhere.example", False),
        ("dkim=pass header.d=elsewhere.example", False),
    ],
)
def test_a_verified_policy_wants_the_from_domain_authenticated(client, results, honored):
    allow(client, "ann@partner.example", is_trusted_sender=1, verify_sender=1)
    raw = mail(body=GTUBE, extra=f"Authentication-Results: {SERVER}; {results}" if results else "")
    message = stored(raw, mail_from="x@elsewhere.example")
    assert message.final_disposition == ("NONE" if honored else "SPAM")
    if not honored:
        assert "policy allow: ann@partner.example not honored" in trace_of(message)
        assert message.properties == {}


def test_spf_vouches_for_the_envelope_sender(client):
    allow(client, "news@mailer.example", is_trusted_sender=1, verify_sender=1)
    for result_of_spf, disposition in (("pass", "NONE"), ("softfail", "SPAM")):
        raw = mail(body=GTUBE, extra=f"Authentication-Results: {SERVER}; spf={result_of_spf}")
        assert stored(raw, mail_from="news@mailer.example").final_disposition == disposition


def test_results_of_a_server_that_nobody_trusts_verify_nothing(client, settings):
    settings.GATEWAY_TRUSTED_AUTHSERV_IDS = []
    allow(client, "ann@partner.example", is_trusted_sender=1, verify_sender=1)
    assert spam(results="dmarc=pass header.from=partner.example").final_disposition == "SPAM"


def test_reply_to_makes_nobody_an_allowed_sender(client):
    allow(client, "ann@partner.example", is_trusted_sender=1)
    raw = mail(sender="x@elsewhere.example", body=GTUBE, extra="Reply-To: ann@partner.example")
    assert stored(raw, mail_from="x@elsewhere.example").final_disposition == "SPAM"


def test_a_blocked_sender_stays_blocked(client):
    allow(client, "partner.example", "DOMAIN", is_trusted_sender=1, is_exempt_recipient=1)
    allow(client, "bo@acme.example", is_exempt_recipient=1)
    client.settings.block_senders.create(pattern="ann@partner.example", pattern_type="EMAIL", is_regex=False)
    message = stored()
    assert (message.final_disposition, message.is_quarantined) == ("MALICIOUS", True)
    assert message.properties == {"blocklisted_message": True, "blocklisted_pattern": "ann@partner.example"}


def test_mail_for_an_exempt_recipient_alone_is_free_of_everything(client):
    allow(client, "Bo@acme.example", is_exempt_recipient=1)
    message = spam()
    assert (message.final_disposition, message.is_quarantined) == ("NONE", False)
    assert message.properties["allowlisted_pattern_type"] == "allowed_recipient"
    assert "policy allow: Bo@acme.example exempts the recipient bo@acme.example" in trace_of(message)


def test_an_exempt_recipient_has_his_copy_and_the_others_wait(client, mailboxes):
    allow(client, "bo@acme.example", is_exempt_recipient=1)
    message = spam(recipients=("bo@acme.example", "cy@acme.example"))
    assert message.final_disposition == "SPAM"
    copies = Delivery.objects.using("gateway").filter(message=message).values_list("recipient", "status")
    assert dict(copies) == {"bo@acme.example": "delivered", "cy@acme.example": "quarantined"}
    assert len(list(mailboxes.glob("*/new/*"))) == 1
    shown = client.investigate.get(message.investigate_id)
    assert shown.is_quarantined
    assert sorted(shown.delivery_status) == ["delivered", "quarantined"]
    (released,) = client.investigate.release.bulk(ids=[message.investigate_id])
    assert sorted(released.delivered) == ["bo@acme.example", "cy@acme.example"]
    assert len(list(mailboxes.glob("*/new/*"))) == 2
    assert client.investigate.get(message.investigate_id).delivery_status == ["delivered"]


def test_an_exempt_recipient_with_verification_wants_an_authenticated_sender(client):
    allow(client, "bo@acme.example", is_exempt_recipient=1, verify_sender=1)
    assert spam().is_quarantined
    assert not spam(results="spf=pass smtp.mailfrom=ann@partner.example").is_quarantined


def test_an_allowed_recipient_is_no_allowed_sender(client):
    allow(client, "partner.example", "DOMAIN", is_exempt_recipient=1)
    assert spam().final_disposition == "SPAM"


def test_the_trusted_of_two_policies_counts(client):
    allow(client, "ann@partner.example", is_acceptable_sender=1)
    allow(client, "partner.example", "DOMAIN", is_trusted_sender=1)
    assert spam().properties["allowlisted_pattern_type"] == "allowed_sender"
