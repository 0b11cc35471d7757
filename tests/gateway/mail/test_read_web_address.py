"""Reading one web address as browsers do."""

import pytest

from gateway.mail.web_address import ascii_host, read_address, spellings, unicode_host


@pytest.mark.parametrize(
    ("written", "href", "host"),
    [
        ("https://shop.test/a b", "https://shop.test/a%20b", "shop.test"),
        ("https:\\\\shop.test\\cart", "https://shop.test/cart", "shop.test"),
        ("  ht\ttps://sh\r\nop.test/\x00", "https://shop.test/", "shop.test"),
        ("HTTPS:shop.test", "https://shop.test/", "shop.test"),
        ("https:///shop.test/x", "https://shop.test/x", "shop.test"),
        ("https://shop.test:443/", "https://shop.test/", "shop.test"),
        ("https://shop.test./x", "https://shop.test/x", "shop.test"),
        ("https://bank.test@shop.test/", "https://bank.test@shop.test/", "shop.test"),
        ("https://shop.test\\@bank.test/", "https://shop.test/@bank.test/", "shop.test"),
        ("http://%73hop.test/", "http://shop.test/", "shop.test"),
        ("http://0300.0.0x2.1/", "http://192.0.2.1/", "192.0.2.1"),
        ("http://3221225985", "http://192.0.2.1/", "192.0.2.1"),
        ("http://[::ffff:192.0.2.1]/", "http://[::ffff:c000:201]/", "192.0.2.1"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/", "2001:db8::1"),
        ("http://GROẞE.test/", "http://xn--groe-xna.test/", "xn--groe-xna.test"),
        ("https://kö\u00adln\u3002test/", "https://xn--kln-sna.test/", "xn--kln-sna.test"),
        ("//shop.test/x", "http://shop.test/x", "shop.test"),
        ("/\\shop.test/x", "http://shop.test/x", "shop.test"),
        ("www.shop.test/x", "http://www.shop.test/x", "www.shop.test"),
        ("shop.test:8080/x", "http://shop.test:8080/x", "shop.test"),
        ("shop.example/x?y", "http://shop.example/x?y", "shop.example"),
        ("intent://shop.test/1#Intent;scheme=https;end", "intent://shop.test/1#Intent;scheme=https;end", "shop.test"),
        ("microsoft-edge:https://shop.test/", "microsoft-edge:https://shop.test/", "shop.test"),
        ("mailto:ann@shop.test", "mailto:ann@shop.test", ""),
        ("tel:+4912", "tel:+4912", ""),
        ("data:text/html,http://shop.test/", "data:text/html,http://shop.test/", ""),
        ("javascript:open('https://shop.test')", "javascript:open('https://shop.test')", ""),
        ("http://a b.test/", "http://a b.test/", ""),
        ("notes.md", "notes.md", ""),
        ("page.html", "page.html", ""),
        ("", "", ""),
    ],
)
def test_it_reads_an_address_as_a_browser_does(written: str, href: str, host: str) -> None:
    read = read_address(written)
    assert (read.href, read.host) == (href, host)


def test_it_resolves_against_a_base() -> None:
    base = "https://shop.test/a/b?c"
    assert read_address("d?e", base).href == "https://shop.test/a/d?e"
    assert read_address("/d", base).href == "https://shop.test/d"
    assert read_address("//other.test", base).host == "other.test"
    assert read_address("www.other.test", base).href == "https://shop.test/a/www.other.test"


@pytest.mark.parametrize(
    "written",
    ["x" * 200_000, "http://" + "ü" * 90_000, "http://[" * 9_000, "\ud800://\ud800", "a:" * 50_000],
    ids=lambda written: written[:9].encode("ascii", "replace").decode(),
)
def test_any_text_can_be_read(written: str) -> None:
    assert len(read_address(written).href) <= 4_096


def test_a_host_has_two_spellings() -> None:
    assert ascii_host("Köln.TEST.") == "xn--kln-sna.test"
    assert unicode_host("xn--kln-sna.test") == "köln.test"
    assert set(spellings("köln.test")) == set(spellings("xn--kln-sna.test")) == {"köln.test", "xn--kln-sna.test"}
    assert "jo@köln.test" in spellings("jo@xn--kln-sna.test")


def test_a_letter_that_folds_to_others_has_one_spelling_in_the_index() -> None:
    assert spellings("große.test") == ("xn--groe-xna.test",)
