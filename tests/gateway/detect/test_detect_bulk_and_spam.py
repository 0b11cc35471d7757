"""Telling newsletters, advertising and people apart."""

from pathlib import Path

import pytest

import gateway.detect
from tests.gateway.detect.letters import letter, names, verdict

NEWSLETTER = '<h1>News of the month</h1><img src="https://sender.test/a.png"><p>We moved to a new office.</p>' + (
    '<a href="https://sender.test/u">Unsubscribe</a>'
)


def test_a_newsletter_is_bulk() -> None:
    found = verdict(letter("News", html=NEWSLETTER, List_Unsubscribe="<https://sender.test/u>"))
    assert found.disposition == "BULK"
    assert found.reasons[1:] == ('Mail for many: it bears a List-Unsubscribe field, "unsubscribe".',)


def test_a_discussion_is_no_bulk() -> None:
    raw = letter("I think so too.", List_Id="<dev.lists.test>", List_Post="<mailto:dev@lists.test>",
                 List_Unsubscribe="<mailto:leave@lists.test>", Precedence="list")  # fmt: skip
    assert verdict(raw).disposition == "NONE"


def test_a_receipt_is_no_bulk() -> None:
    html = (
        "<p>Order confirmation 4711. Tracking number follows.</p><a href='https://sender.test/u'>Manage preferences</a>"
    )
    assert verdict(letter("", html=html)).disposition == "NONE"


def test_a_bounce_is_clean() -> None:
    raw = letter("Your message could not be delivered.", sender="Mail Delivery System <MAILER-DAEMON@mx.sender.test>",
                 Auto_Submitted="auto-replied", Return_Path="<>")  # fmt: skip
    assert verdict(raw, mail_from="").disposition == "NONE"


def test_advertising_is_spam() -> None:
    text = "Cheap viagra and cialis, no prescription, online pharmacy! Order now, limited time offer, 80% off."
    found = verdict(letter(text))
    assert found.disposition == "SPAM"
    assert any('"viagra"' in reason for reason in found.reasons)


def test_a_prize_from_nowhere_is_unwanted() -> None:
    html = "<p>Glückwunsch! Sie wurden ausgewählt: Gutschein gewinnen.</p><img src=http://a.test/x><a href=http://is.gd/x>Los"
    assert verdict(letter("", html=html, sender="🎁 Gewinnspiel <x@promo.test>")).disposition in {"SPAM", "MALICIOUS"}


TALK = "> Cheap viagra, no prescription, online casino bonus\nThat rule misses it, see the collection."


@pytest.mark.parametrize("results", ["dkim=pass header.d=lists.test", "spf=pass smtp.mailfrom=bounce@sa.lists.test"])
def test_talk_about_spam_on_a_list_whose_domain_is_authenticated_is_clean(results: str) -> None:
    assert verdict(letter(TALK, results=results, List_Id="Talk <sa.lists.test>")).disposition == "NONE"


@pytest.mark.parametrize(
    "fields",
    [
        {"List_Id": "<sa.lists.test>", "List_Post": "<mailto:sa@lists.test>"},
        {"References": "<0@lists.test>", "In_Reply_To": "<0@lists.test>"},
        {"Mailing_List": "contact sa@lists.test", "References": "<0@lists.test>"},
        {"List_Id": "<sa.lists.test>", "results": "dkim=pass header.d=evil.test"},
        {"List_Id": "<sa.lists.test>", "results": "dkim=fail header.d=lists.test"},
        {"List_Id": "no domain", "results": "dkim=pass header.d=evil.test"},
    ],
)
def test_whoever_only_writes_the_fields_of_a_list_or_a_reply_is_judged_like_anybody(fields: dict[str, str]) -> None:
    assert verdict(letter(TALK, **fields)).disposition == "SPAM"


def test_disguised_letters_are_named() -> None:
    assert "styled-letters" in names(verdict(letter("x", subject="𝐘𝐎𝐔𝐑 𝐏𝐇𝐎𝐓𝐎𝐒")))
    assert "mixed-scripts" in names(verdict(letter("x", sender="Binаnсе <x@y.test>")))
    assert "invisible-letters" in names(verdict(letter("x", subject="R\u00ade\u00ada\u00adl offer")))


def test_the_test_string_is_spam() -> None:
    text = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-" + "STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    found = verdict(letter(text))
    assert found.disposition == "SPAM"
    assert found.reasons[1:] == ("The message holds GTUBE, the test string for spam filters.",)


def test_our_own_source_does_not_hold_the_test_string() -> None:
    whole = "*GTUBE-STANDARD-" + "ANTI-UBE-TEST-EMAIL*C.34X"
    for source in Path(gateway.detect.__file__).parent.rglob("*.py"):
        assert whole not in source.read_text(encoding="utf-8")
