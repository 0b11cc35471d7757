"""The linear model: what it learns, how large it is, and what it makes of broken bytes."""

import pytest

from gateway.learning.features import Features
from gateway.learning.linear_model import HAM, PHISHING, SIZE, SPAM, LinearModel, Places, places
from gateway.learning.training import Example, train


def seen(*words, structure=("links:1",)):
    return places(Features(tuple(words), tuple(structure)))


def examples(count=40):
    kinds = ((PHISHING, "login", "restore"), (SPAM, "cheap", "offer"), (HAM, "minutes", "thanks"))
    return [
        Example(f"{number:03}{label}", label, seen(word, other, f"filler{number}"))
        for label, word, other in kinds
        for number in range(count)
    ]


def test_it_tells_what_it_has_learnt_and_what_resembles_it():
    model = train(examples()).model
    assert model.unwanted.margin(seen("login", "filler999")) > 0.3
    assert model.unwanted.margin(seen("offer", "new")) > 0.3
    assert model.unwanted.margin(seen("minutes", "new")) < -0.3
    assert model.phishing.margin(seen("restore")) > 0 > model.phishing.margin(seen("cheap"))
    assert abs(model.unwanted.margin(seen("never", "seen", structure=()))) < 0.01


def test_the_same_decisions_in_another_order_make_the_same_model():
    one = train(examples()).model.to_bytes()
    assert train(reversed(examples())).model.to_bytes() == one


def test_a_decision_that_is_taken_back_leaves_nothing_behind():
    poison = Example("zzz", HAM, seen("login", "restore", "poison"))
    with_it, without = train([*examples(), poison]).model, train(examples()).model
    assert with_it.unwanted.margin(seen("poison")) < 0
    assert without.unwanted.margin(seen("poison", structure=())) == 0
    assert without.to_bytes() != with_it.to_bytes()


def test_a_long_text_does_not_drown_the_structure():
    message = seen(*(f"word{number}" for number in range(500)), structure=("file:.js",))
    (_words, each_word), (_structure, alone) = message.values
    assert alone == pytest.approx(each_word * 500**0.5)


def test_the_weights_are_fewer_than_two_to_the_twenty_and_survive_being_stored():
    model = train(examples(5)).model
    assert 2 * SIZE <= 2**20
    again = LinearModel.from_bytes(model.to_bytes())
    message = seen("login", "filler1")
    assert again.unwanted.margin(message) == model.unwanted.margin(message)
    assert again.phishing.margin(message) == model.phishing.margin(message)


@pytest.mark.parametrize("broken", [b"", b"no model", LinearModel().to_bytes()[:-9]])
def test_broken_bytes_are_no_model(broken):
    with pytest.raises(ValueError, match="model"):
        LinearModel.from_bytes(broken)


@pytest.mark.parametrize("broken", [b"", b"123", b"\xff" * 8, b"\x09\0\0\0\1\0\0\0", b"\1\0\0\0\xff\xff\xff\xff"])
def test_broken_bytes_are_no_places(broken):
    with pytest.raises(ValueError, match="places"):
        Places.from_bytes(broken)


def mixed(count, *, bulk_ham=0, words=(("login", PHISHING), ("offer", SPAM), ("minutes", HAM))):
    """Return examples of each kind; all that is unwanted is bulk mail, and of the ham as many as asked for."""
    return [
        Example(f"{number:03}{label}", label, seen(word, f"filler{number}"), 0.3, label != HAM or number < bulk_ham)
        for word, label in words
        for number in range(count)
    ]


def test_it_is_listened_to_as_much_as_it_is_right():
    right = train(mixed(200, bulk_ham=100))
    assert min(right.caught[PHISHING], right.caught[SPAM]) > 0.8
    assert right.caught[HAM] == 0.0
    guessing = train(mixed(200, bulk_ham=100, words=(("same", PHISHING), ("same", SPAM), ("same", HAM))))
    assert guessing.caught[HAM] <= 0.005


def test_on_bulk_mail_it_is_hardly_listened_to_before_harmless_bulk_mail_was_taught():
    assert train(mixed(200, bulk_ham=5)).strengths.bulk <= 0.2
    assert train(mixed(200, bulk_ham=100)).strengths.bulk > 0.2


def test_its_score_is_bounded():
    strengths = train(mixed(200, bulk_ham=100)).strengths
    assert strengths.score(-3.0, is_bulk=False) == 0.0
    assert strengths.score(1_000.0, is_bulk=True) == 0.9
