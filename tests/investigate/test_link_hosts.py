"""The host of a link, as the console reads it."""

import pytest

from investigate.display.link_hosts import ascii_host, claimed_host, host_of


@pytest.mark.parametrize(
    ("href", "host"),
    [
        ("https:\\\\shop.test\\x", "shop.test"),
        ("http://a@b.test@shop.test./x", "shop.test"),
        ("https://sh\top.test:8443/", "shop.test"),
        ("http://KÖLN.test/", "xn--kln-sna.test"),
        ("http://0300.0.2.1/", "192.0.2.1"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("//shop.test", "shop.test"),
        ("www.shop.test/x", "www.shop.test"),
        ("intent://shop.test/1#Intent;end", "shop.test"),
        ("microsoft-edge:https://shop.test/", "shop.test"),
        ("mailto:ann@shop.test", ""),
        ("javascript:open('https://shop.test')", ""),
        ("data:text/html,https://shop.test/", ""),
        ("http://a b/", ""),
        ("notes.md", ""),
        ("", ""),
    ],
)
def test_a_host_is_read_as_browsers_do(href: str, host: str) -> None:
    assert host_of(href) == host


def test_a_text_claims_a_host_in_either_spelling() -> None:
    assert (
        claimed_host("köln.test") == claimed_host("xn--kln-sna.test") == ascii_host("KÖLN.test") == "xn--kln-sna.test"
    )
