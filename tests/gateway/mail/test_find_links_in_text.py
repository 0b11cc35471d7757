"""Finding addresses in plain text, and choosing which links are listed."""

import time

import pytest

from gateway.mail.links import links_in_text, listed_links
from gateway.mail.message import Link


def found(text: str) -> list[str]:
    return [link.href for link in links_in_text(text)]


@pytest.mark.parametrize(
    ("text", "hrefs"),
    [
        ("go to https://shop.test/x.", ["https://shop.test/x"]),
        ("(https://shop.test/x_(y)) and [http://b.test/z]", ["https://shop.test/x_(y)", "http://b.test/z"]),
        ("„https://shop.test/x“, «http://b.test/y»", ["https://shop.test/x", "http://b.test/y"]),
        ("詳細はhttps://shop.test/xへ。", ["https://shop.test/x%E3%81%B8"]),
        ("Смотриhttps://shop.test/x", ["https://shop.test/x"]),
        ("a=https://shop.test/x&b=1", ["https://shop.test/x&b=1"]),
        ("https://shop.testをご覧ください", ["https://shop.test/"]),
        ("請看（https://shop.test/x）。", ["https://shop.test/x"]),
        ("https://shop.test/x，然後", ["https://shop.test/x"]),
        ("देखें https://shop.test/x।", ["https://shop.test/x"]),
        ("انظر https://shop.test/x؟", ["https://shop.test/x"]),
        ("https://shop。test/x", ["https://shop.test/x"]),
        ("www.shop.test/x and WWW.Other.test", ["http://www.shop.test/x", "http://www.other.test/"]),
        ("https://пример.test/путь", ["https://xn--e1afmkfd.test/%D0%BF%D1%83%D1%82%D1%8C"]),
        ("http://[2001:db8::1]/x", ["http://[2001:db8::1]/x"]),
        ("<https://shop.test/long/\r\n  way>", ["https://shop.test/long/way"]),
        ("<URL:https://shop.test/long/\nway>", ["https://shop.test/long/way"]),
        ("<https://shop.test/a\nand more text>", ["https://shop.test/a"]),
        ("https://shop.test/a\nb", ["https://shop.test/a"]),
        ("*https://shop.test/x* _https://b.test/_", ["https://shop.test/x", "https://b.test/"]),
    ],
)
def test_it_finds_where_an_address_begins_and_ends(text: str, hrefs: list[str]) -> None:
    assert found(text) == hrefs


@pytest.mark.parametrize(
    "text",
    ["setup.py and notes.md", "version 10.2.3.4 at 12:30", "type http:// or www. first", "www.later", "end.The next",
     "ann@www.test", "https://", "http://www.", "ftp://"],
)  # fmt: skip
def test_it_finds_no_link_where_there_is_none(text: str) -> None:
    assert found(text) == []


def test_it_keeps_what_was_written() -> None:
    (link,) = links_in_text("www.köln.test")
    assert (link.href, link.written, link.kind) == ("http://www.xn--kln-sna.test/", "www.köln.test", "text")


@pytest.mark.parametrize(
    "worst",
    ["http://" * 9_000, "http://a/[" * 7_000, "http://a.test/" + "(" * 60_000, "<http://a.test\n" * 4_000,
     "www." * 16_000, "<http://a" + " " * 60_000 + "\n>", "http://" + "。" * 60_000,
     "http://a.test/" + "\u0301" * 60_000],
    ids=lambda worst: worst[:16],
)  # fmt: skip
def test_64_kilobytes_of_the_worst_are_read_at_once(worst: str) -> None:
    before = time.process_time()
    list(links_in_text(worst))
    assert time.process_time() - before < 0.5


def test_links_to_further_hosts_are_listed_behind_any_number_of_others() -> None:
    many = [Link(f"https://shop.test/{number}", "", "a") for number in range(2_500)]
    listed, left_out = listed_links([*many, Link("https://evil.test/", "", "a"), Link("https://evil.test/2", "", "a")])
    assert listed[-1].href == "https://evil.test/"
    assert len(listed) == 2_001
    assert left_out == 501


def test_an_address_that_a_link_has_is_not_listed_again_for_the_text() -> None:
    link = Link("https://shop.test/", "Shop", "a")
    assert listed_links([link, link, Link("https://shop.test/", "", "text")]) == ((link, link), 0)
