"""Who says to have sent it: authentication, impersonation, look-alike domains."""

import pytest

from gateway.detect import Context
from gateway.detect.detectors.lookalike import resemblance
from tests.gateway.detect.letters import letter, names, verdict

OWN = "Anna Weber <anna.weber@acme.example>"


def test_an_own_address_that_failed_dmarc_is_a_spoof() -> None:
    found = verdict(
        letter("Hi", sender=OWN, results="spf=fail smtp.mailfrom=evil.test; dkim=none; dmarc=fail (p=NONE)")
    )
    assert found.disposition == "SPOOF"
    assert found.reasons[1:] == (
        "DMARC failed for the own domain acme[dot]example: this mail does not come from there.",
    )
    assert (found.validation.spf, found.validation.dkim, found.validation.dmarc) == ("fail", "none", "fail")
    assert found.validation.comment == "As recorded by gw.acme.example"


def test_an_own_address_that_nobody_vouches_for_is_a_spoof() -> None:
    found = verdict(letter("Hi", sender=OWN, results="spf=pass smtp.mailfrom=bounce@evil.test; dkim=none; dmarc=none"))
    assert found.disposition == "SPOOF"


def test_an_own_address_that_was_authenticated_is_clean() -> None:
    found = verdict(letter("Hi", sender=OWN, results="dkim=pass header.d=acme.example; dmarc=pass"))
    assert found.disposition == "NONE"
    assert found.reasons == ()


def test_a_subdomain_belongs_to_its_domain() -> None:
    found = verdict(letter("Hi", sender="Robot <r@news.acme.example>", results="dmarc=fail"))
    assert found.disposition == "SPOOF"


def test_without_a_trusted_result_an_own_address_from_outside_is_only_suspicious() -> None:
    found = verdict(letter("Hi", sender=OWN), mail_from="sam@sender.test")
    assert found.disposition == "SUSPICIOUS"
    assert "203[dot]0[dot]113[dot]9" in found.reasons[1]
    assert found.validation.dmarc == "none"
    assert found.validation.comment is None


def test_a_stranger_that_asks_for_rejection_is_taken_at_its_word() -> None:
    raw = letter(
        "Hi", sender="x@bank.test", results="spf=softfail; dmarc=fail (p=reject dis=none) header.from=bank.test"
    )
    assert verdict(raw).disposition == "SPOOF"
    lax = letter("Hi", sender="x@bank.test", results="dmarc=fail (p=none) header.from=bank.test")
    assert verdict(lax).disposition == "NONE"


def test_a_mailing_list_that_breaks_dmarc_but_kept_the_chain_is_no_spoof() -> None:
    raw = letter("Hi", sender="x@bank.test", results="dmarc=fail (p=reject); arc=pass", List_Id="<l.test>")
    assert verdict(raw).disposition == "NONE"


def test_a_registered_name_at_a_strange_address_is_suspicious() -> None:
    found = verdict(letter("See you at the fair.", sender="Anna Weber <anna@freemail.test>"))
    assert found.disposition == "SUSPICIOUS"
    assert found.reasons[1:] == (
        'The sender\'s name "Anna Weber" is that of anna[dot]weber@acme[dot]example,'
        " but the mail comes from anna@freemail[dot]test.",
    )


@pytest.mark.parametrize("name", ["Anna Weber", "Weber, Anna", "Anna Wеber", "ANNA WEBER (CEO)", "Änna Weber"])
def test_a_registered_name_that_asks_for_money_is_fraud(name: str) -> None:
    text = "Are you at your desk? I need you to handle an urgent wire transfer, keep this confidential."
    found = verdict(letter(text, sender=f'"{name}" <office@freemail.test>'))
    assert found.disposition == "MALICIOUS-BEC"
    assert "registry-name" in names(found)


@pytest.mark.parametrize("name", ["Anna Webster", "Anna", "Anna Maria Weber Lopez Garcia Ruiz", "Weber Grill"])
def test_another_name_is_no_impersonation(name: str) -> None:
    assert verdict(letter("Hi", sender=f'"{name}" <x@freemail.test>')).disposition == "NONE"


def test_the_registered_address_itself_is_no_impersonation() -> None:
    context = Context(impersonation_registry=(("Ivo Partner", "ivo@partner.test"),))
    assert verdict(letter("Hi", sender="Ivo Partner <ivo@partner.test>"), context).disposition == "NONE"


def test_an_own_address_shown_as_name_is_malicious() -> None:
    found = verdict(letter("Hi", sender='"anna.weber@acme.example" <x@evil.test>'))
    assert found.disposition == "MALICIOUS"
    assert "anna[dot]weber@acme[dot]example" in found.reasons[1]


def test_a_name_of_the_organisation_from_outside_is_suspicious() -> None:
    assert verdict(letter("Hi", sender="ACME IT Service <it@helpdesk.test>")).disposition == "SUSPICIOUS"
    assert verdict(letter("Hi", sender="ACME Project <pm@fabrikam.test>")).disposition == "NONE"


def test_a_brand_with_a_lure_is_malicious() -> None:
    html = '<p>Your account has been suspended. <a href="http://x.test/">Verify your account</a> within 24 hours.</p>'
    found = verdict(letter("", html=html, sender="PayPal Service <a@random.test>"))
    assert found.disposition == "MALICIOUS"
    assert {category.name for category in found.threat_categories} >= {"BrandImpersonation", "CredentialPhishing"}


@pytest.mark.parametrize(
    ("host", "how"),
    [
        ("acrne.example", "drawn like"),
        ("аcme.example", "drawn like"),
        ("xn--cme-5cd.example", "drawn like"),
        ("acme.test", "same name under another ending"),
        ("acme.example.evil.test", "begins with the name of"),
        ("acme-payments.test", "borrows the name of"),
        ("login.acme-hr.test", "borrows the name of"),
    ],
)
def test_a_look_alike_of_an_own_domain_is_found(host: str, how: str) -> None:
    found = resemblance(host, frozenset({"acme.example"}), frozenset())
    assert found is not None
    assert found.original == "acme.example"
    assert how in found.how


@pytest.mark.parametrize(
    ("host", "original"),
    [
        ("paypa1.com", "paypal"),
        ("rnicrosoft.com", "microsoft"),
        ("xn--pypal-4ve.com", "paypal"),
        ("netfllx.com", "netflix"),
        ("amazon.com.verify.test", "amazon"),
        ("paypal-secure.test", "paypal"),
    ],
)
def test_a_look_alike_of_a_brand_is_found(host: str, original: str) -> None:
    found = resemblance(host, frozenset(), frozenset())
    assert found is not None
    assert found.original == original


@pytest.mark.parametrize(
    "host",
    ["acme.example", "mail.acme.example", "fabrikam.test", "amazon.de", "paypal.com", "example.org", "apples.test",
     "acne.test", "macmillan.test", "203.0.113.9", "", "xn--invalid--.test", "chose.test"],
)  # fmt: skip
def test_an_ordinary_domain_resembles_nothing(host: str) -> None:
    assert resemblance(host, frozenset({"acme.example"}), frozenset({"fabrikam.test"})) is None


def test_a_look_alike_sender_that_asks_for_money_is_fraud() -> None:
    text = "Please process this payment today, the invoice is overdue. New bank details are attached."
    found = verdict(letter(text, sender="Tom Ortega <t.ortega@acrne.example>"))
    assert found.disposition == "MALICIOUS-BEC"
    assert "lookalike-domain" in names(found)
