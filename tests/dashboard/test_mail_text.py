"""Breaking links, and showing what hides."""

import html
import re
import time

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from dashboard.mail_text import defang, domain_of, plain, split_address


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("https://a.example/x.html?y=1", "hxxps://a[.]example/x[.]html?y=1"),
        ("see http://192.0.2.1/a now", "see hxxp://192[.]0[.]2[.]1/a now"),
        ("HTTPS://A.EXAMPLE", "HxxPS://A[.]EXAMPLE"),
        ("http://good.example@evil.example/", "hxxp://good[.]example@evil[.]example/"),
        ("http:\\\\evil.example\\x", "hxxp:\\\\evil[.]example\\x"),
        ("ftp://a.example", "fxp://a[.]example"),
        ("www.a.example.", "www[.]a[.]example."),
        ("bücher.example and xn--bcher-kva.example", "bücher[.]example and xn--bcher-kva[.]example"),
        ("anna.berg@team.example wrote", "anna.berg@team.example wrote"),
        ("version 1.2 of 3 parts. Next", "version 1.2 of 3 parts. Next"),
        ("hxxps://a[.]example", "hxxps://a[.]example"),
        ("", ""),
    ],
)
def test_links_and_hosts_are_broken_and_nothing_else(text, broken):
    assert defang(text) == broken


@given(st.text(alphabet="htps:/.@[]-abc é1\\", max_size=60))
def test_no_link_survives(text):
    assert "http://" not in defang(text)
    assert "https://" not in defang(text)


@given(st.text(max_size=60))
def test_breaking_twice_changes_nothing_more(text):
    assert defang(defang(text)) == defang(text)


@pytest.mark.parametrize("text", ["a." * 50_000, "a-" * 50_000, ("x" * 62 + ".") * 2_000 + "!", "http:" * 20_000])
def test_long_text_takes_no_time(text):
    start = time.process_time()
    defang(text)
    plain(text)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("spf=pass smtp.mailfrom=bounce.evil.test", "spf=pass smtp.mailfrom=bounce[.]evil[.]test"),
        ("dmarc=fail header.from=evil.test", "dmarc=fail header.from=evil[.]test"),
        ("smtp.mailfrom.evil.test=1", "smtp[.]mailfrom[.]evil[.]test=1"),
        ("smtp.com=1", "smtp[.]com=1"),
        ("go to smtp.mailfrom", "go to smtp[.]mailfrom"),
    ],
)
def test_names_of_authentication_properties_are_no_hosts(text, shown):
    assert defang(text) == shown


def test_what_hides_is_spelled_out():
    assert plain("a\u202eb\u200bc\x00") == "a⟨U+202E⟩b⟨U+200B⟩c⟨U+0000⟩"
    assert plain("a\ud800") == "a⟨U+D800⟩"
    assert plain("line\nbreak\ttab") == "line\nbreak\ttab"
    assert plain("👩\u200d👩 नमस\u200d्ते") == "👩\u200d👩 नमस\u200d्ते"
    assert plain("pay\u200dpal") == "pay⟨U+200D⟩pal"


@given(st.text(alphabet="ab<>&\"' \x00\t\x1f\x7f\u202eé", max_size=12))
def test_every_text_is_escaped_and_all_that_hides_in_it_is_marked(text):
    shown = engines["django"].from_string("{% load mail_text %}{{ text|reveal }}").render({"text": text})
    hidden = [character for character in text if character in "\x00\x1f\x7f\u202e"]
    assert shown.count('<span class="hidden-character"') == len(hidden)
    seen = re.sub(r'<span class="hidden-character"[^>]*>[^<]*</span>', "", shown)
    assert "<" not in seen
    assert html.unescape(seen) == "".join(character for character in text if character not in hidden)


def test_an_address_keeps_its_domain_whole():
    template = engines["django"].from_string("{% load mail_text %}{% address value %}")
    assert template.render({"value": "<i>@team.example"}) == (
        '<bdi class="address"><span>&lt;i&gt;</span><span>@team.example</span></bdi>'
    )
    assert split_address('"a@b"@team.example') == ('"a@b"', "@team.example")
    assert split_address("nobody") == ("nobody", "")
    assert domain_of("Anna <anna@Team.Example>") == "team.example"
    assert domain_of("") == ""


@pytest.mark.parametrize("value", [None, "", 0, 4, ["a"]])
def test_filters_take_whatever_there_is(value):
    template = engines["django"].from_string(
        "{% load mail_text %}{{ value|reveal }}|{{ value|defang }}|{{ value|plain }}|{{ value|domain_of }}"
    )
    assert "None" not in template.render({"value": value})
