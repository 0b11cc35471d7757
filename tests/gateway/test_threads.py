"""A reply is part of a conversation only if it answers a stored message that our own people wrote."""

import pytest

from gateway.models import Message
from tests.gateway.mails import GTUBE, mail, stored
from tests.gateway.policy_rows import protect

LURE = "Cheap viagra and cialis, no prescription, online pharmacy! Order now, limited time offer, 80% off."
QUESTION = "<question-1@acme.example>"


@pytest.fixture(autouse=True)
def _own_domain(mailboxes):
    protect("acme.example")


def asked(*, sender="Bo Lund <bo@acme.example>", to="ann@partner.example", body="How is it?", client_ip="10.0.0.7"):
    """Store what one of our own people wrote to a partner."""
    raw = mail(sender=sender, to=to, body=body, message_id=QUESTION)
    return stored(raw, recipients=(to,), mail_from="bo@acme.example", client_ip=client_ip)


def answered(*, sender="Ann Reed <ann@partner.example>", about=QUESTION, field="In-Reply-To") -> Message:
    """Take in an answer from outside whose text would be spam if it came unasked."""
    return stored(mail(sender=sender, body=LURE, extra=f"{field}: {about}"), client_ip="203.0.113.9")


@pytest.mark.parametrize("field", ["In-Reply-To", "References"])
def test_an_answer_to_what_our_own_people_asked_is_a_conversation(field):
    asked()
    assert answered(field=field).final_disposition == "NONE"


def test_what_answers_nothing_that_is_stored_is_judged_like_any_mail():
    asked()
    assert answered(about="<never@acme.example>").final_disposition == "SPAM"


def test_what_answers_mail_to_somebody_else_is_judged_like_any_mail():
    asked(to="carl@other.example")
    assert answered().final_disposition == "SPAM"


def test_what_answers_the_sender_s_own_mail_is_judged_like_any_mail():
    asked(sender="Ann Reed <ann@partner.example>", to="ann@partner.example")
    assert answered().final_disposition == "SPAM"


def test_what_answers_mail_that_only_pretended_to_be_ours_is_judged_like_any_mail():
    asked(client_ip="203.0.113.66")
    assert answered().final_disposition == "SPAM"


def test_what_answers_mail_of_ours_that_was_held_is_judged_like_any_mail():
    asked(body=GTUBE)
    assert answered().final_disposition == "SPAM"


def test_five_hundred_references_are_one_question(django_assert_max_num_queries):
    asked()
    many = " ".join(f"<{number}@far.example>" for number in range(500))
    with django_assert_max_num_queries(60, using="gateway"):
        assert answered(about=f"{many} {QUESTION}", field="References").final_disposition == "NONE"
