"""Links are searched for by a part of their address: by the API if it can, else in each message's details."""

from datetime import UTC, datetime

import pytest

from api_client.models import Detections, Message
from dashboard.walking.running import walk_run
from gateway.search import link_words
from investigate.models import SearchCount
from investigate.search.extensions import forget_extensions
from investigate.search.query import KnownMessage, link_matching, parse, query_matches, query_to_fields
from tests.investigate.fake_api import detections, held, message, refusal
from tests.investigate.search.test_search_language import all_steps

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
ADDRESS = "https://www.Evil.test:8443/wp-content/a%20b/login.php?id=3&next=https%3A%2F%2Fbank.test%2Fpay"


def finds(query: str, *addresses: str) -> bool | None:
    detail = Detections(**detections(links=[{"href": address} for address in addresses]))
    return query_matches(parse(query), KnownMessage(Message(**message(1)), NOW, detail))


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("url:login.php", True),
        ("link:LOGIN.PHP", True),
        ("url:/wp-content/", True),
        ('url:"a b/login.php"', True),
        ("url:a%20b/login.php", True),
        (f"url:{ADDRESS}", True),
        ("url:hxxps://www[.]evil[.]test:8443", True),
        ('url:"hxxps://evil(.)test:8443"', False),
        ("url:https://bank.test/pay", True),
        ("url:gin.php", False),
        ("url:php.login", False),
        ("url:*.php", True),
        ("url:www.evil.test*", True),
        ("url:HXXPS://*.php", True),
        ("url:*wp*login*", True),
        ("url:*pay", True),
        ("url:*.ph", False),
        ("url:evil.test/*", False),
        ('url:"*.php"', True),
        ("NOT url:login.php", False),
        ("url:other.test OR url:id=3", True),
    ],
)
def test_a_link_is_found_by_a_part_of_its_address(query, is_found):
    assert finds(query, "https://one.test/", ADDRESS) is is_found


@pytest.mark.parametrize("query", ["url:köln.test/x", "url:xn--kln-sna.test/x", "url:KÖLN[.]test", "url:köln.test/*"])
@pytest.mark.parametrize("address", ["https://köln.test/x", "https://xn--kln-sna.test/x"])
def test_either_spelling_of_a_host_is_found(query, address):
    assert finds(query, address) is True


def test_a_row_without_details_decides_nothing():
    known = KnownMessage(Message(**message(1)), NOW)
    assert query_matches(parse("url:login.php"), known) is None
    assert finds("url:login.php") is False


@pytest.mark.parametrize(
    "part",
    [
        ADDRESS,
        "hxxps://KÖLN[dot]test/%C3%A9",
        "XN--KLN-SNA.test",
        "%zz%",
        "xn--",
        "a%FFb",
        "w/" * 100,
        "hxxp hxxpsx",
        "(.)",
    ],
)
def test_the_console_cuts_addresses_as_the_gateway_does(part):
    assert list(link_matching.address_words(part)) == link_words.address_words(part)


def test_it_has_a_field_of_the_form():
    assert query_to_fields("link:login.php x").values == {"url": "login.php"}


@pytest.fixture
def linking(api):
    """Three messages, of which the second and the third link to the page."""
    api.add(held(1), held(2), held(3))
    for number, made in enumerate(api.messages, start=1):
        links = [{"href": f"https://host{number}.test/login.php?id={number}"}] if number > 1 else []
        api.details[made["id"]] = detections(links=links)
    return api


def found_by(analyst, query):
    text = analyst.get("/investigate/", {"q": query}, follow=True).content.decode()
    return [number for number in (1, 2, 3) if f"Subject {number}<" in text]


@pytest.mark.django_db
def test_an_api_that_has_the_filter_is_sent_it(linking, analyst):
    linking.extensions = {"url"}
    assert found_by(analyst, "url:login.php?id=3") == [3]
    asked = [request.url.params.get("url") for request in linking.requests]
    assert asked == ["a", "login.php?id=3"]
    assert found_by(analyst, "url:login.php") == [2, 3]
    assert len(linking.requests) == 3, "what the API has is asked once"


@pytest.mark.django_db
def test_an_api_that_leaves_the_filter_out_is_not_believed(linking, analyst):
    page = all_steps(analyst, "/investigate/?url=login.php?id=3")
    assert [number for number in (1, 2, 3) if f"Subject {number}<" in page] == [3]
    asked = [request.url.params.get("url") for request in linking.requests]
    assert [value for value in asked if value] == ["a"]
    assert "Looked at all 3 messages of this range: complete." in page


@pytest.mark.django_db
def test_an_api_that_can_not_be_asked_is_asked_again(linking, analyst):
    linking.extensions = {"url"}
    linking.broken["GET "] = refusal(403, "Not now.")
    assert "Not now." in analyst.get("/investigate/?url=login.php").content.decode()
    linking.broken.clear()
    assert found_by(analyst, "url:login.php") == [2, 3]


@pytest.mark.django_db
@pytest.mark.parametrize("at_first", [set(), {"url"}])
def test_a_walk_keeps_to_what_the_api_had_when_it_began(linking, analyst, at_first):
    linking.extensions = at_first
    analyst.get("/investigate/count/?url=login.php?id=3")
    linking.extensions = {"url"}
    forget_extensions()
    count = SearchCount.objects.get()
    assert count.filters.get("url") == ("login.php?id=3" if at_first else None)
    walk_run(count._meta.label_lower, count.pk)
    count.refresh_from_db()
    assert (count.found, count.is_whole) == (1, True)
    assert count.read == (0 if at_first else 3)
