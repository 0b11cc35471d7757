"""Reading HTML: what is seen of it, which links it holds, and how much of it is read."""

import itertools
import time

import pytest

from gateway.mail import html_tree
from gateway.mail.html_reading import HtmlReading, read_html
from gateway.mail.parser import parse

LURE = '<a href="https://lure.test/x">open</a>'


def hrefs(source: str) -> list[str]:
    return [link.href for link in read_html(source).links]


@pytest.mark.parametrize(
    "source",
    [
        "<ul><li style=display:none>no<li>{}</ul>",
        "<p hidden>no<p>{}",
        "<head><title>t</title>{}",
        "<style>.s{{display:block!important}}</style><div class=s style=display:none>{}</div>",
        "<style>@media (width<=9){{}} @media screen{{.s{{display:block!important}}}}</style><p class=s hidden>{}</div>",
        "<style>@media (max-width:500px){{.s{{display:none}}}}</style><div class=s>{}</div>",
        "<style>@media (max-width:500px){{.s{{display:block!important}}}}</style><p class=s hidden>{}</p>",
        "<style>@media (width < 500px){{.s{{display:none}}}}</style><div class=s>{}</div>",
        "<style>@media print{{.s{{display:none}}}}</style><div class=s>{}</div>",
        "<div style='display:none;display:block'>{}</div>",
        "<div style='display:none;display:var(--shown)'>{}</div>",
        "<div style='display:none;all:initial'>{}</div>",
        "<div style='font-size:0;font-size:calc(1px + 1em)'>{}</div>",
        "<div style='font-size:0'><b style='font-size:initial'>{}</b></div>",
        "<div title='display:none' style='color:red'>{}</div>",
        "<div style='font-size:0'><span style='font-size:12px'>{}</span></div>",
        "<div style='font-size:0'><table><tr><td>{}</table></div>",
        "<div style='visibility:hidden'><b style='visibility:visible'>{}</b></div>",
        "<div style='max-height:0'>{}</div>",
        "<span style='height:0;overflow:hidden'>{}</span>",
        "<div style='mso-hide:all'>{}</div>",
        "<div style='color:#fff;background:#000'>{}</div>",
        "<object data=nothing.bin>{}</object>",
        "<![if !mso]>{}<![endif]>",
        "<noscript>{}</noscript>",
    ],
)
def test_what_a_browser_shows_is_read(source: str) -> None:
    reading = read_html(source.format(LURE))
    assert "open" in reading.text
    assert [(link.href, link.hidden) for link in reading.links if link.kind == "a"] == [("https://lure.test/x", False)]


@pytest.mark.parametrize(
    "source",
    [
        "<div style='display:none'>{}</div>",
        "<div style='d\\69splay:none'>{}</div>",
        "<div style='display:/**/none'>{}</div>",
        "<div style='display:none!important;display:block'>{}</div>",
        "<div style='display:none;display:nonsense'>{}</div>",
        "<style>.s{{display:none}}</style><div class=s>{}</div>",
        "<style>@media screen{{#s{{visibility:hidden}}}}</style><div id=s>{}</div>",
        "<div hidden>{}</div>",
        "<div style='font:0/0 a'>{}</div>",
        "<div style='font-size:0'><span style='font-size:2em'>{}</span></div>",
        "<div style='opacity:0'>{}</div>",
        "<div style='max-height:0;overflow:hidden'>{}</div>",
        "<div style='position:absolute;left:-9999px'>{}</div>",
        "<div style='text-indent:-9999px'>{}</div>",
        "<div style='color:#ffffff;background-color:#FFFFFF'>{}</div>",
        "<div style='visibility:hidden'><b style='visibility:unset'>{}</b></div>",
        "<dialog>{}</dialog>",
        "<details><datalist>{}</datalist></details>",
    ],
)
def test_a_hidden_link_is_read_and_marked(source: str) -> None:
    reading = read_html("<p>Hello</p>" + source.format(LURE))
    assert reading.text == "Hello"
    assert [(link.href, link.hidden, link.text) for link in reading.links] == [("https://lure.test/x", True, "open")]


@pytest.mark.parametrize(
    ("source", "href", "kind"),
    [
        ("<map><area href=//lure.test/x></map>", "http://lure.test/x", "area"),
        ("<svg><a xlink:href=https://lure.test/x><text>t</text></a></svg>", "https://lure.test/x", "a"),
        ("<svg><a href=https://lure.test/x><text>t</text></a></svg>", "https://lure.test/x", "a"),
        ("<math><mi href=https://lure.test/x>t</mi></math>", "https://lure.test/x", "a"),
        ("<form action=https://lure.test/x></form>", "https://lure.test/x", "form"),
        ("<button formaction=https://lure.test/x>t</button>", "https://lure.test/x", "form"),
        ("<input type=submit formaction=https://lure.test/x>", "https://lure.test/x", "form"),
        ("<object data=https://lure.test/x></object>", "https://lure.test/x", "frame"),
        ("<embed src=https://lure.test/x>", "https://lure.test/x", "frame"),
        ("<iframe src=https://lure.test/x></iframe>", "https://lure.test/x", "frame"),
        ("<meta http-equiv=Refresh content='0; URL=\"https://lure.test/x\"'>", "https://lure.test/x", "a"),
        ("<meta http-equiv=refresh content='5,https://lure.test/x'>", "https://lure.test/x", "a"),
        ("<base href=https://lure.test/d/e><a href=../x>t</a>", "https://lure.test/x", "a"),
        ("<a href=x>t</a><base href=https://lure.test/>", "https://lure.test/x", "a"),
        ("<p>see https://lure.test/x.</p>", "https://lure.test/x", "text"),
        ("<A/HREF = 'https://lure.test/x'>t</A>", "https://lure.test/x", "a"),
    ],
)
def test_every_address_that_is_followed_is_a_link(source: str, href: str, kind: str) -> None:
    assert [(link.href, link.kind) for link in read_html(source).links] == [(href, kind)]


@pytest.mark.parametrize(
    "source",
    [
        "<!-- <a href=https://lure.test/>x</a> -->",
        "<!-- never closed <a href=https://lure.test/>x</a>",
        "<!--[if !mso]><a href=https://lure.test/>x</a><![endif]-->",
        "<script>'<a href=https://lure.test/>x</a>'</script>",
        "<style>a{background:url(https://lure.test/)}</style>",
        "<template><a href=https://lure.test/>x</a></template>",
        "<a href='#lure'>x</a><a href=''>x</a><a>x</a>",
        "<img src=https://lure.test/x.png>",
        "<title>https://lure.test/</title>",
    ],
)
def test_what_nobody_follows_is_none(source: str) -> None:
    assert hrefs(source) == []


def test_what_only_outlook_shows_is_marked() -> None:
    reading = read_html(
        "<p>x</p><!--[if gte mso 9]><v:roundrect href='https://lure.test/a'><center>Pay</center></v:roundrect><![endif]-->"
        "<v:rect href=https://lure.test/b></v:rect><!--[if mso]><a href=https://lure.test/c>y</a><![endif]-->"
    )
    assert [(link.href, link.place) for link in reading.links] == [
        (f"https://lure.test/{name}", "only in Outlook") for name in "abc"
    ]
    assert reading.text == "x"


def test_what_only_some_programs_show_of_a_message_is_read() -> None:
    parsed = parse(
        b'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\nhello\n'
        b"--b\nContent-Type: text/x-amp-html\n\n<html amp4email><a href=https://amp.test/x>go</a>\n"
        b"--b\nContent-Type: text/enriched\n\n<bold>see</bold> <param>no</param><fixed>https://rich.test/x</fixed> "
        b"<<3\n"
        b"--b--\n"
    )
    assert [(link.href, link.place) for link in parsed.links] == [
        ("https://amp.test/x", "only in AMP"),
        ("https://rich.test/x", ""),
    ]
    assert "see https://rich.test/x <3" in parsed.text


def test_each_html_part_is_a_document_of_its_own() -> None:
    parsed = parse(
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/html\n\n<p>one<!-- open\n'
        b"--b\nContent-Type: text/html\n\n<p>two <a href=https://lure.test/>x</a>\n--b--\n"
    )
    assert parsed.html_text == "one\ntwo x"
    assert [link.href for link in parsed.links] == ["https://lure.test/"]


def test_a_link_within_a_link_counts_for_both() -> None:
    first, second = read_html("<a href=//one.test>a<table><td><a href=//two.test>b</a></table></a>").links
    assert (first.text, second.text) == ("a b", "b")


def test_what_stood_there_is_kept_beside_what_it_means() -> None:
    (link,) = read_html("<a href='HTTP://K\u00d6LN.test:80/'>x</a>").links
    assert (link.href, link.written) == ("http://xn--kln-sna.test/", "HTTP://K\u00d6LN.test:80/")


@pytest.mark.parametrize(
    "source",
    [
        "<!--" + "a" * 1_100_000 + "-->" + LURE,
        "<!--" + "<div>" * 200_000 + "-->" + LURE,
        "<div><b id=x>" * 60_000 + LURE,
        "<div>" * 90_000 + LURE,
        "<b>" * 60_000 + "</x>" * 60_000 + LURE,
        "<svg>" + "<g>" * 50_000 + "</x>" * 50_000 + "</svg>" + LURE,
        "<x><div></x></div>" * 30_000 + LURE,
        "<table><tr><td>" * 30_000 + LURE,
        '<p style="background:color;' + "color:1;" * 60_000 + '">' + LURE,
        "<style>.z~p{display:none}p:nth-child(2){display:none}</style>" + "<p>x" * 60_000 + LURE,
        "<style>" + "q .z{display:none}" * 300 + "</style>" + "<div>" * 400 + "<p class=z>x" * 60_000 + LURE,
        "<style>p{display:none}</style>" * 3_000 + LURE,
        "<img src='data:image/png;base64," + ("A" * 76 + "\n") * 9_000 + "'>" + LURE,
    ],
    ids=lambda source: source[:24],
)
def test_much_markup_is_read_in_time(source: str) -> None:
    before = time.process_time()
    reading = read_html(source)
    assert time.process_time() - before < 2
    assert "https://lure.test/x" in [link.href for link in reading.links]
    assert reading.unread == ()


@pytest.mark.parametrize(
    "source",
    [
        "<p>x</p>" * 400_000 + LURE,
        "<a " + " ".join(f"b{number}=1" for number in range(60_000)) + ">x</a>" + LURE,
        "<style>" + "".join(f".b{number}{{display:none}}" for number in range(9_000)) + "</style>" + LURE,
    ],
    ids=lambda source: source[:24],
)
def test_what_is_too_much_is_said(source: str) -> None:
    before = time.process_time()
    reading = read_html(source)
    assert time.process_time() - before < 3
    assert len(reading.unread) == 1


def test_too_many_links_are_said_on_the_message() -> None:
    links = "".join(f"<a href=https://h{number}.test>x</a>" for number in range(6_000))
    parsed = parse(b"Content-Type: text/html\n\n" + links.encode())
    assert len(parsed.links) == 5_000
    assert parsed.unread == ("There are too many links: 1,000 were not listed.",)


def test_nothing_is_read_of_nothing() -> None:
    assert read_html() == HtmlReading()


@pytest.mark.parametrize(
    "sheet",
    [
        "{deep} {{ display: none }} .x {{ display: none }}",
        "@media {deep} {{ p {{ color: red }} }} .x {{ display: none }}",
        ".y {{ width: {deep}; display: block }} .x {{ display: none }}",
        ".y {{ color: rgb{deep}; opacity: 0 }} .x {{ display: none }}",
    ],
)
def test_brackets_nested_a_thousand_times_in_a_style_sheet_hide_nothing_else(sheet: str) -> None:
    source = sheet.format(deep="(" * 1_000 + ")" * 1_000)
    reading = read_html(f"<style>{source}</style><p class=x>unseen</p><p style='color:{'(' * 1_000}'>seen</p>")
    assert reading.text == "seen"


def test_hidden_text_is_kept_apart_from_visible_text() -> None:
    reading = read_html(
        "<head><title>t</title>x</head><p>seen</p><p hidden>un\u200bseen  <b>words</b></p><style>.a{}</style>"
    )
    assert reading.text == "x\nseen"
    assert reading.hidden_text == "un seen words"


def test_a_busy_machine_cuts_a_long_document_where_an_idle_one_does(monkeypatch):
    def places(speed: float) -> list[int]:
        clock = itertools.count()
        monkeypatch.setattr("time.process_time", lambda: next(clock) * speed)
        found = list(html_tree.trees("<b>x</b>" * 100_000))
        assert None not in found
        return [len(tree.css("b")) for tree in found]

    # Each step asks for the time twice. An idle machine takes a millisecond for one here, a busy one five.
    idle, busy = places(0.001), places(0.005)
    assert len(idle) > 10
    assert busy == idle
