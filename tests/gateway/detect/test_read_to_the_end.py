"""Nothing harmless in front keeps what follows from being judged: text, links, hosts."""

import pytest

from tests.gateway.detect.letters import letter, names, verdict

SPAM = "Cheap viagra and cialis, no prescription, online pharmacy! Order now, limited time offer, 80% off."
HARMLESS = "The minutes of the meeting follow below, and the weather was fine all week. "


@pytest.mark.parametrize("before", [0, 8_000, 60_000, 190_000])
def test_a_lure_behind_any_amount_of_harmless_text_is_judged(before: int) -> None:
    text = HARMLESS * (before // len(HARMLESS)) + SPAM
    found = verdict(letter(text))
    assert found.disposition == "SPAM"
    assert any('"viagra"' in reason for reason in found.reasons)


@pytest.mark.parametrize("place", range(7_600, 8_100, 41))
def test_a_lure_that_lies_across_the_border_of_two_windows_is_judged(place: int) -> None:
    assert verdict(letter((HARMLESS * 200)[:place] + SPAM + HARMLESS * 50)).disposition == "SPAM"


def test_a_long_harmless_letter_is_harmless() -> None:
    assert verdict(letter(HARMLESS * 2_500)).disposition == "NONE"


@pytest.mark.parametrize("number", [1, 160, 1_500])
def test_a_deceptive_link_behind_any_number_of_harmless_ones_is_named(number: int) -> None:
    links = "".join(f'<a href="https://news.sender.test/{count}">More</a> ' for count in range(number))
    html = f'<p>Hello</p>{links}<a href="http://evil.test/">https://portal.acme.example/login</a>'
    assert "text-target-mismatch" in names(verdict(letter("", html=html)))


def test_a_look_alike_host_behind_many_hosts_is_named() -> None:
    links = "".join(f'<a href="https://h{count}.partner.test/">More</a> ' for count in range(400))
    assert "lookalike-link" in names(verdict(letter("", html=f'{links}<a href="http://acme-login.test/">Open</a>')))


def test_a_lure_whose_words_the_other_part_runs_together_is_judged() -> None:
    assert verdict(letter(SPAM, html=f"<p>{SPAM.replace(' ', '')}</p>")).disposition == "SPAM"
