"""Search by link: any part of an address finds the messages that link to it."""

import time

import pytest
from django.core.management import call_command

from gateway.models import MessageIndex
from gateway.search import link_words
from tests.gateway.mail.letters_with_files import mixed, part
from tests.gateway.mails import mail, stored


@pytest.fixture
def found(client):
    def search(*parts, **filters):
        return [row.subject for row in client.investigate.iterate(detections_only=False, url=list(parts), **filters)]

    return search


def linked(*addresses, subject="linked"):
    html = "".join(f'<a href="{address}">notes</a> ' for address in addresses)
    return stored(mail(subject=subject, body=html).replace(b"text/plain", b"text/html"))


ADDRESS = "https://www.Evil.test:8443/wp-content/a%20b/login.php?id=3&next=https%3A%2F%2Fbank.test%2Fpay#top"


@pytest.mark.parametrize(
    "wanted",
    [
        *(
            "login.php",
            "LOGIN.PHP",
            "/wp-content/",
            "id=3",
            "www.evil.test",
            "evil.test:8443/wp-content",
            "8443",
            "top",
        ),
        *("a b/login.php", "a%20b/login.php", "https://bank.test/pay", "https%3A%2F%2Fbank.test%2Fpay", ADDRESS),
        *("hxxps://www[.]evil[.]test:8443/wp-content", "hXXps://bank[dot]test/pay", "evil(dot)test", "evil(.)test"),
    ],
)
def test_a_link_is_found_by_a_part_of_its_address(found, wanted):
    linked(ADDRESS)
    stored(subject="unlinked", body="login php wp content evil test")
    assert found(wanted) == ["linked"]


@pytest.mark.parametrize(
    "wanted", ["login", "gin.php", "php in", "x https://other.test", "evil.test/login.php", "3&other"]
)
def test_words_have_to_be_whole_and_side_by_side_in_one_address(found, wanted):
    linked("https://evil.test/x", "https://other.test/log-in.php?login=3", "https://third.test/php")
    assert found(wanted) == (["linked"] if wanted == "login" else [])


@pytest.mark.parametrize(
    "written", ["https://köln.test/straße", "https://xn--kln-sna.test/stra%C3%9Fe", "www.KÖLN.test/straße"]
)
@pytest.mark.parametrize("wanted", ["köln.test", "xn--kln-sna.test/straße", "XN--KLN-SNA[.]test", "stra%c3%9fe"])
def test_either_spelling_of_a_host_and_of_a_path_is_found(found, written, wanted):
    linked(written)
    assert found(wanted) == ["linked"]


def test_an_address_is_found_as_it_is_written_and_as_it_is_read(found):
    linked("http://3232235777/x")
    assert found("3232235777/x") == found("192.168.1.1/x") == ["linked"]


def test_links_that_are_hidden_or_in_a_file_are_found(found):
    html = "<p hidden><a href=https://hidden.test/one>x</a></p>"
    stored(mail(subject="hidden", body=html).replace(b"text/plain", b"text/html"))
    attached = part(b"<a href=https://filed.test/two>x</a>", "page.html")
    row = stored(mixed(attached))
    assert found("hidden.test/one") == ["hidden"]
    assert found("filed.test/two") == [row.subject]


def test_values_are_ored_and_joined_with_other_filters(found):
    linked("https://one.test/a", subject="one")
    linked("https://two.test/b", subject="two")
    assert found("one.test", "two.test/b") == ["two", "one"]
    assert found("one.test", "two.test", query="two") == ["two"]
    assert found("one.test", domain="two.test") == []
    assert found("one.test", "!!!") == ["one"]
    assert found("!!!") == []


def test_links_are_not_found_by_words_and_words_are_no_links(client, found):
    linked("https://one.test/secret", subject="plain")
    assert client.investigate.list(query="secret", detections_only=False).items == []
    assert found("plain") == found("ann@partner.example") == []


def test_one_address_of_each_host_comes_first_and_the_rest_as_long_as_there_is_room(found):
    many = [f"https://many.test/page/{number}?utm_source=mail" for number in range(200)]
    linked(*many, "https://last.test/evil/login.php")
    assert found("last.test/evil/login.php") == ["linked"]
    assert found(many[0]) == found(many[link_words.ADDRESSES - 2]) == ["linked"]
    assert found(many[link_words.ADDRESSES - 1]) == []


def test_the_largest_links_are_indexed_soon():
    addresses = [f"https://host{number}.test/" + "a%20/" * 800 for number in range(5_000)]
    started = time.process_time()
    text = link_words.index_text(addresses)
    spellings = link_words.other_spellings((address, address.replace("host", "HOST-")) for address in addresses)
    assert time.process_time() - started < 2
    assert text.count("zz") == len(spellings) == link_words.ADDRESSES


def test_of_an_address_the_first_words_count_in_the_search_too(found):
    long = "https://long.test/" + "/".join(f"w{number}" for number in range(100))
    linked(long)
    assert found(long) == found("w40/w41") == ["linked"]
    assert found("w80/w81") == []


def test_many_links_leave_the_message_to_be_found_by_everything_else(client, found):
    words = "/".join(f"{number:040}" for number in range(60))
    people = [f"person{number}@staff.acme.example" for number in range(300)]
    addresses = [f"https://host{number}.test/{number:04}{words}" for number in range(150)]
    html = "".join(f'<a href="{address}">x</a>' for address in addresses)
    raw = mail(subject="heavy", to=", ".join(people), body=html).replace(b"text/plain", b"text/html")
    row = stored(raw, recipients=tuple(people))
    search = {"detections_only": False}
    for filters in ({"query": "heavy"}, {"recipient": people[-1]}, {"domain": "host149.test"}, {"url": "host100.test"}):
        assert [one.id for one in client.investigate.list(**filters, **search).items] == [row.investigate_id]


def test_the_index_is_rebuilt_with_the_links(found):
    linked("http://3232235777/x?y=1")
    MessageIndex.objects.using("gateway").update(keys="")
    assert found("x?y=1") == []
    call_command("reindex")
    assert found("192.168.1.1/x?y=1") == found("3232235777") == ["linked"]


def test_a_job_on_links_is_refused_and_not_begun_on_everything(http):
    body = {"action": "RELEASE", "search_params": {"url": "one.test"}}
    answer = http.post("/investigate/bulk", json=body)
    assert answer.status_code == 400
    assert "url" in answer.json()["errors"][0]["message"]
    assert http.get("/investigate/bulk").json()["result"] == []


def test_an_answer_says_that_the_extension_was_applied(http):
    def notices(**params):
        body = http.get("/investigate", params=params).json()
        return [entry["source"]["pointer"] for entry in body["messages"]]

    assert notices(url="one.test") == ["url"]
    assert notices(url="!!!") == ["url"]
    assert notices() == notices(url=" ") == []
