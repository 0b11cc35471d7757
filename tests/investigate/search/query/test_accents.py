"""Accents either way, unless the word stands in quotation marks."""

from datetime import UTC, datetime

import pytest

from api_client.models import Message
from gateway.search.words import words as words_of_the_gateway
from investigate.search.query import KnownMessage, parse, plan_of, query_matches
from investigate.search.query.word_matching import words
from tests.investigate.fake_api import message

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def finds(query: str, subject: str) -> bool:
    return query_matches(parse(query), KnownMessage(Message(**message(1, subject=subject)), NOW))


@pytest.mark.parametrize(
    ("query", "subject", "is_found"),
    [
        ("resume", "Résumé attached", True),
        ("résumé", "resume attached", True),
        ('"résumé"', "resume attached", False),
        ('"résumé"', "Re\u0301sume\u0301 attached", True),
        ('"resume attached"', "Résumé attached", False),
        ('"résumé attached"', "RÉSUMÉ  attached!", True),
        ('subject:"café"', "cafe", False),
        ("subject:café", "cafe", True),
        ('"송장"', "송장이 왔다", True),
    ],
)
def test_accents_count_in_quotation_marks_only(query, subject, is_found):
    assert finds(query, subject) is is_found


def test_what_an_api_can_t_tell_apart_is_tested_on_its_rows():
    plan = plan_of(parse('"résumé"'), now=NOW)
    assert plan.filters["query"] == "résumé"
    assert plan.rest == parse('"résumé"')
    assert plan_of(parse("résumé"), now=NOW).rest is None


@pytest.mark.parametrize(
    "text", ["Café\u00ad 송장이 İSPARTA", "كتـــاب مُحَمَّد 发票", "שָׁלוֹם ｶﾞｲﾄﾞ ﬁle_4471 €5 🎉", "ป่าไม้ x\u200by", "ǅ ŉ Ǆ ß"]
)
def test_the_console_cuts_words_as_the_gateway_does(text):
    assert list(words(text)) == words_of_the_gateway(text)
