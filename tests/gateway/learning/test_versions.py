"""Versions of the model: when it has a say, what it says, how it is corrected, turned back and switched off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.detect.learnt import HARMLESS, UNWANTED
from gateway.learning.decisions import decisions, forget_old, note_raw, take_back
from gateway.learning.versions import KEPT, UnknownVersion, go_on, make_version, state, switch, turn_back, versions
from gateway.models import LearningExample, LearntVersion
from gateway.teaching.tasks import learn as learn_task
from tests.gateway.conftest import ACCOUNT
from tests.gateway.learning.conftest import learn, teach_letters
from tests.gateway.learning.mail_written import letter
from tests.gateway.mails import stored


def arrived(kind, number=3):
    """Let a letter of a kind arrive, one of those that were taught, and return its disposition and its reasons."""
    message = stored(letter(kind, number))
    return message.final_disposition, message.detection_reasons


def taught(count=110, **more):
    teach_letters(count, **more)
    return learn()


def test_it_has_no_say_before_a_hundred_decisions_of_each_kind(mailboxes):
    teach_letters(99)
    assert learn() is None
    before = arrived("phishing")
    assert before[0] == "NONE"
    teach_letters(1, first=99)
    assert learn() is not None
    now, reasons = arrived("phishing")
    assert now == "SPAM"
    assert any("reads like phishing" in reason for reason in reasons)


def test_it_tells_spam_phishing_and_ham_and_names_the_words(mailboxes):
    taught()
    assert arrived("spam")[0] == "SPAM"
    assert any("reads like spam" in reason and '"' in reason for reason in arrived("spam")[1])
    assert arrived("ham")[0] == "NONE"
    message = stored(letter("ham", 9_003))
    assert UNWANTED not in str(message.detection_reasons)


def test_it_tells_letters_that_it_has_not_seen(mailboxes):
    taught()
    assert {arrived("phishing", number)[0] for number in range(9_000, 9_005)} <= {"SPAM", "SUSPICIOUS"}
    assert {arrived("ham", number)[0] for number in range(9_000, 9_005)} == {"NONE"}


def test_what_it_says_never_makes_a_message_malicious_alone(mailboxes):
    taught()
    assert {arrived("phishing", 9_010 + number)[0] for number in range(10)} <= {"SPAM", "SUSPICIOUS", "NONE"}


def test_the_same_decisions_make_no_second_version(mailboxes):
    assert taught() is not None
    assert learn() is None
    assert versions(ACCOUNT).count() == 1


def test_the_worker_learns_by_itself_but_not_more_than_every_five_minutes(mailboxes):
    teach_letters(101)
    learn_task()
    assert versions(ACCOUNT).count() == 1
    teach_letters(1, first=200)
    learn_task()
    assert versions(ACCOUNT).count() == 1
    LearntVersion.objects.using("gateway").update(made_at=timezone.now() - timedelta(minutes=6))
    learn_task()
    assert versions(ACCOUNT).count() == 2


def test_poisoned_decisions_are_found_by_who_took_them_and_taken_back(mailboxes):
    clean = taught(130)
    teach_letters(60, kinds=("phishing",), label="ham", by="mallory", first=1_000)
    poisoned = learn()
    assert poisoned.pk != clean.pk
    assert decisions(ACCOUNT, by="mallory").count() == 60
    assert take_back(decisions(ACCOUNT, by="mallory")) == 60
    healed = learn()
    assert bytes(healed.model) == bytes(clean.model)
    assert arrived("phishing")[0] == "SPAM"


def test_the_same_decision_again_does_not_undo_its_being_taken_back():
    assert note_raw("a" * 64, "ham", account_id=ACCOUNT, origin="command", by="mallory", features=b"\0\0\0\0")
    take_back(decisions(ACCOUNT, by="mallory"))
    assert not note_raw("a" * 64, "ham", account_id=ACCOUNT, origin="command", by="mallory", features=b"\0\0\0\0")
    assert LearningExample.objects.using("gateway").get().taken_back_at is not None
    assert note_raw("a" * 64, "spam", account_id=ACCOUNT, origin="command", by="desk", features=b"\0\0\0\0")
    assert LearningExample.objects.using("gateway").get().taken_back_at is None


def test_with_too_few_decisions_left_nothing_is_listened_to(mailboxes):
    taught(101)
    take_back(decisions(ACCOUNT)[:0] | decisions(ACCOUNT).filter(label="ham"))
    assert learn() is None
    assert state(ACCOUNT).version is None
    assert arrived("phishing")[0] == "NONE"


def test_turned_back_it_listens_to_the_old_version_until_told_to_go_on(mailboxes):
    old = taught(101)
    teach_letters(5, first=500)
    new = learn()
    turn_back(ACCOUNT, old.pk)
    assert state(ACCOUNT).version_id == old.pk
    teach_letters(5, first=600)
    newest = learn()
    assert state(ACCOUNT).version_id == old.pk
    assert go_on(ACCOUNT).pk == newest.pk != new.pk
    assert state(ACCOUNT).version_id == newest.pk


def test_an_unknown_version_is_refused():
    with pytest.raises(UnknownVersion):
        turn_back(ACCOUNT, 77)


def test_switched_off_verdicts_are_made_by_rules_alone(mailboxes):
    taught(101)
    switch(ACCOUNT, on=False)
    learn()
    assert arrived("phishing")[0] == "NONE"
    switch(ACCOUNT, on=True)
    learn()
    assert arrived("phishing")[0] == "SPAM"


def test_a_mail_to_many_is_one_decision():
    for number in range(300):
        note_raw(f"{number:064}", "ham", account_id=ACCOUNT, origin="command", by="desk", features=b"\0\0\0\0")
    assert make_version(ACCOUNT, at_once=True) is None


def test_old_versions_go_except_the_one_that_is_listened_to(mailboxes):
    first = taught(100)
    turn_back(ACCOUNT, first.pk)
    for number in range(KEPT + 2):
        teach_letters(1, kinds=("ham",), first=700 + number)
        learn()
    kept = set(versions(ACCOUNT).values_list("pk", flat=True))
    assert len(kept) == KEPT + 1
    assert first.pk in kept


def test_decisions_are_bounded(monkeypatch):
    monkeypatch.setattr("gateway.learning.decisions.KEPT", 3)
    for number in range(5):
        note_raw(f"{number:064}", "ham", account_id=ACCOUNT, origin="command", by="desk", features=b"\0\0\0\0")
    assert forget_old(ACCOUNT) == 2
    assert {row.raw_sha256[-1] for row in LearningExample.objects.using("gateway").all()} == {"2", "3", "4"}


def test_a_broken_model_has_no_say_and_no_mail_is_lost(mailboxes):
    taught(101)
    LearntVersion.objects.using("gateway").update(model=b"broken")
    learn()
    assert arrived("phishing")[0] == "NONE"


def test_harmless_is_said_too(mailboxes, client):
    taught()
    message = stored(letter("ham", 9_005))
    lines = [line.message for line in client.investigate.trace.get(message.investigate_id).inbound.lines]
    assert any(HARMLESS in line for line in lines)
