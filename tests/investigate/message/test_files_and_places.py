"""Links that the reader can't see or that are in a file, and files within files, as the analyst sees them."""

from html import unescape

import pytest
from selectolax.lexbor import LexborHTMLParser

from api_client.models import Attachment, Link
from investigate.message.tabs.attachments import displayed_attachments
from investigate.message.tabs.links import displayed_links
from tests.investigate.fake_api import detections, held

EVIL = "\"'><img src=x onerror=alert(1)>\u202efdp.html"
EVIL_SHOWN = EVIL.replace("\u202e", "U+202E")


@pytest.fixture
def tab(analyst, api):
    """Return a tab of a message that has these links and files."""

    def opened(name: str, **found):
        made = held(1)
        api.add(made)
        api.details[made["id"]] = detections(**found)
        return LexborHTMLParser(analyst.get(f"/investigate/messages/{made['id']}/{name}/").content.decode())

    return opened


def words(node) -> str:
    return " ".join(unescape(node.text()).split())


def test_a_hidden_link_is_marked_and_one_that_is_seen_is_not(tab):
    page = tab("links", links=[{"href": "https://a.example/", "hidden": True}, {"href": "https://b.example/"}])
    hidden, seen = (words(link) for link in page.css(".link"))
    assert "Hidden from the reader." in hidden
    assert "Hidden" not in seen


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("only in Outlook", "Shown only in Outlook"),
        ("only in AMP", "Shown only by programs that read AMP"),
        ("within a frame", "Within a frame"),
        ("page.html", "In the file page.html"),
        (EVIL, f"In the file {EVIL_SHOWN}"),
    ],
)
def test_a_link_says_where_it_is(tab, place, said):
    page = tab("links", links=[{"href": "https://a.example/", "place": place}])
    assert words(page.css(".link small")[-1]) == said
    assert not page.css(".link img")


@pytest.mark.parametrize("link", [{}, {"hidden": None, "written": None, "place": None}, {"written": "", "place": ""}])
def test_a_link_in_the_body_says_nothing_more(tab, link):
    page = tab("links", links=[{"href": "https://a.example/", **link}])
    assert [words(small) for small in page.css(".link small")] == ["Goes to a[.]exampleCopy the host"]


def test_the_written_address_is_shown_defanged_beside_what_it_means(tab):
    page = tab("links", links=[{"href": "http://127.0.0.1/x", "written": "http://0x7f.1/<b>x"}])
    shown = words(page.css_first(".link"))
    assert "hxxp://127[.]0[.]0[.]1/x" in shown
    assert "Written as hxxp://0x7f[.]1/<b>x" in shown
    assert not page.css(".link b")


def test_a_text_that_is_the_written_address_is_not_shown_twice():
    (link,) = displayed_links([Link(href="https://a.example/", text="HTTPS://A.example", written="HTTPS://A.example")])
    assert (link.text, link.written) == ("", "HTTPS://A.example")


def test_a_link_that_is_seen_and_hidden_and_in_a_file_is_three():
    links = [Link(href="https://a.example/", hidden=hidden, place=place) for hidden, place in [(False, ""), (True, "")]]
    links += [Link(href="https://a.example/", place="page.html"), Link(href="https://a.example/")]
    shown = displayed_links(links)
    assert [(link.is_hidden, link.place, link.times) for link in shown] == [
        (False, "", 2),
        (True, "", 1),
        (False, "page.html", 1),
    ]


FILES = [
    {"size": 1, "name": "outer.zip", "detection": "NONE"},
    {"size": 1, "name": "plain.pdf"},
    {"size": 1, "name": "inner.zip", "container": 0, "detection": "NONE"},
    {"size": 1, "name": EVIL, "container": 0},
    {"size": 1, "name": "run.exe", "container": 2, "detection": "MALICIOUS", "md5": "ab" * 16},
]


def test_files_are_listed_below_the_file_that_they_are_in(tab):
    page = tab("attachments", attachments=FILES)
    (top,) = page.css("ul.attachments.section")
    outer, plain = (node for node in top.iter() if node.tag == "li")
    assert "plain.pdf" in words(plain)
    assert [words(name) for name in outer.css("strong")] == ["outer.zip", "inner.zip", "run.exe", EVIL_SHOWN]
    assert [words(name) for name in outer.css("ul")[1].css("strong")] == ["run.exe"]
    assert "In inner.zip" in words(outer.css("ul")[1])
    assert not page.css(".attachment img")


def test_a_file_within_a_file_has_its_pivots_and_nothing_has_a_download(tab):
    page = tab("attachments", attachments=FILES)
    links = [link.attributes["href"] for link in page.css(".attachment a")]
    assert f"/investigate/?hash={'ab' * 16}" in links
    assert all(link.startswith("/investigate/?") for link in links)


def test_a_container_says_that_a_file_within_it_is_malicious(tab):
    for name, times in (("attachments", 2), ("detections", 1)):
        page = tab(name, attachments=FILES)
        assert [words(odd) for odd in page.css(".odd")].count("A file within it is malicious.") == times


def test_the_number_of_attachments_leaves_out_the_files_within(tab):
    shown = words(tab("detections", attachments=FILES))
    assert "2 attachments, with 3 files within" in shown
    assert "inner.zip" not in shown


@pytest.mark.parametrize("container", [0, 1, 5, -1, 10**9])
def test_a_container_that_is_not_before_its_file_is_not_believed(container):
    (one, other) = displayed_attachments([Attachment(size=1, container=container), Attachment(size=1)])
    assert (one.within, other.within) == ([], [])


def test_very_deep_files_are_all_listed(tab):
    deep = [{"size": 1, "name": f"{level}.zip", "container": level - 1 if level else None} for level in range(2_000)]
    page = tab("attachments", attachments=deep)
    assert [words(name) for name in page.css(".attachment strong")] == [f"{level}.zip" for level in range(2_000)]
    assert "In 1998.zip" in words(page)
