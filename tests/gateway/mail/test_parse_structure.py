"""Reading parts, bodies, links and attachments."""

import email
import hashlib
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from gateway.mail.mime import split_message
from gateway.mail.parser import parse
from gateway.mail.parts import attachment_bytes
from tests.gateway.mail.hostile import attached

HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def test_it_takes_both_bodies_of_an_alternative() -> None:
    message = EmailMessage()
    message.set_content("plain text")
    message.add_alternative("<p>rich <b>text</b></p>", subtype="html")
    parsed = parse(message.as_bytes())
    assert parsed.text.strip() == "plain text"
    assert parsed.html.strip() == "<p>rich <b>text</b></p>"
    assert parsed.html_text == "rich text"
    assert parsed.attachments == ()


def test_it_describes_attachments_and_gives_their_bytes() -> None:
    data = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10
    raw = attached(data, "=?utf-8?Q?gr=C3=BC=C3=9Fe.png?=", "image/png")
    (attachment,) = parse(raw).attachments
    assert attachment.name == "grüße.png"
    assert (attachment.declared_type, attachment.detected_type) == ("image/png", "image/png")
    assert attachment.size == len(data)
    assert attachment.sha256 == hashlib.sha256(data).hexdigest()
    assert attachment.sha1 == hashlib.sha1(data).hexdigest()
    assert attachment.md5 == hashlib.md5(data).hexdigest()
    assert attachment_bytes(raw, 0) == data
    assert attachment_bytes(raw, 1) is None


def test_it_opens_attached_messages_and_keeps_their_bodies_apart() -> None:
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("inner text http://inner.example/")
    inner.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="inner.pdf")
    outer = EmailMessage()
    outer["Subject"] = "outer"
    outer.set_content("outer text")
    outer.add_attachment(inner)
    raw = outer.as_bytes()
    parsed = parse(raw)
    assert parsed.text.strip() == "outer text"
    assert [(link.href, link.place) for link in parsed.links] == [("http://inner.example/", "inner.eml")]
    assert [(entry.name, entry.is_message) for entry in parsed.attachments] == [
        ("inner.eml", True),
        ("inner.pdf", False),
    ]
    assert [entry.container for entry in parsed.attachments] == [None, 0]
    assert attachment_bytes(raw, 0) == inner.as_bytes()
    assert attachment_bytes(raw, 1) is None


def test_it_reads_a_name_that_is_split_and_encoded() -> None:
    raw = attached(b"x", "a\"; filename*0*=utf-8''%e2%82%ac%20; filename*1=\"rates.txt")
    assert parse(raw).attachments[0].name == "€ rates.txt"


def test_it_reads_a_type_without_its_semicolon() -> None:
    assert parse(b"Content-Type: text/html charset=windows-1252\n\n<p>\x80</p>").html == "<p>€</p>"


def test_it_reads_a_multipart_without_any_boundary_as_text() -> None:
    parsed = parse(b"Content-Type: multipart/mixed\n\nwhat is left")
    assert parsed.text == "what is left"
    assert parsed.defects == ("A multipart has no part that its boundary marks: it was read as text.",)


def test_it_decodes_by_what_the_bytes_look_like_when_the_charset_is_unknown() -> None:
    parsed = parse(b"Content-Type: text/plain; charset=x-unknown\n\nna\xc3\xafve")
    assert parsed.text == "naïve"
    assert parsed.defects == ("The charset 'x-unknown' is not known: the text was decoded by what it looks like.",)


def test_it_reads_the_charset_that_html_declares_itself() -> None:
    raw = b"Content-Type: text/html\n\n<meta charset=koi8-r><p>\xf0\xf2\xe9\xf7\xe5\xf4"
    assert parse(raw).html_text == "ПРИВЕТ"


def test_it_finds_links_of_every_kind() -> None:
    parsed = parse(
        HTML + b'<a href="https://a.example/x?y=1&amp;z=2">Click <b>here</b></a>'
        b'<map><area href="//b.example/" alt="map"></map><form action=http://c.example/p><input type=password></form>'
        b"<a\nhref='htt\tps://d.example/'><img alt='a picture' src=http://t.example/p.gif></a><a href='#top'>top</a>"
    )
    assert [(link.kind, link.href, link.text) for link in parsed.links] == [
        ("a", "https://a.example/x?y=1&z=2", "Click here"),
        ("area", "http://b.example/", "map"),
        ("form", "http://c.example/p", ""),
        ("a", "https://d.example/", "a picture"),
    ]
    assert set(parsed.markup) == {"form", "password-input", "remote-image"}


def test_it_finds_addresses_in_plain_text_once() -> None:
    parsed = parse(b"\nSee https://a.example/x, (www.b.example/y) and https://a.example/x. http://c.example/a_(b)!")
    assert [link.href for link in parsed.links] == [
        "https://a.example/x",
        "http://www.b.example/y",
        "http://c.example/a_(b)",
    ]
    assert parsed.links[1].written == "www.b.example/y"


def test_it_puts_a_base_before_relative_links() -> None:
    parsed = parse(HTML + b'<head><base href="http://evil.example/"></head><a href="login">x</a>')
    assert parsed.links[0].href == "http://evil.example/login"


def test_it_leaves_out_what_html_hides() -> None:
    parsed = parse(
        HTML + b"<style>p{}</style><script>var a='<p>no</p>'</script><!-- <p>no</p> --><p>pass<span></span>word</p>"
        b"<div style='display:none'>" + b"salad <div>bowl</div>" * 40 + b"</div><p title='a>b'>shown"
    )
    assert parsed.html_text == "password\nshown"
    assert "hidden-text" in parsed.markup


def test_messages_of_one_campaign_share_their_hashes() -> None:
    def mail(name: str, amount: str, url: str) -> bytes:
        return (
            f"To: {name} <{name.lower()}@acme.example>\r\nContent-Type: text/html\r\n\r\n<p>Dear {name},</p>"
            f"<p>your invoice of {amount} is overdue, <a href='{url}'>pay now</a> or lose access.</p>"
        ).encode()

    first, second = (
        parse(mail("Alice", "$120", "http://a.example/1")),
        parse(mail("Robert", "$95", "http://b.example/2")),
    )
    other = parse(HTML + b"<div>Minutes of the meeting on Tuesday, as promised to everyone</div>")
    assert first.edf_hash == second.edf_hash != other.edf_hash
    assert first.htmltext_structure_hash == second.htmltext_structure_hash != other.htmltext_structure_hash
    assert parse(b"\n\nok").edf_hash == ""


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    """Well-formed messages as the standard library writes them."""
    text = st.text(
        st.characters(codec="utf-8", exclude_characters="\r\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=60
    )
    message = EmailMessage()
    message["Subject"] = "generated"
    message.set_content(draw(text), cte=draw(st.sampled_from(["base64", "quoted-printable"])))
    if draw(st.booleans()):
        message.add_alternative("<p>" + draw(text), subtype="html", cte="base64")
    for number in range(draw(st.integers(0, 3))):
        message.add_attachment(
            draw(st.binary(max_size=80)), maintype="application", subtype="x", filename=f"{number}.bin"
        )
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"boundary-{number}")
    return message.as_bytes()


@given(messages())
def test_it_finds_the_parts_that_the_standard_library_finds(raw: bytes) -> None:
    mine = []
    waiting = [split_message(raw).root]
    while waiting:
        part = waiting.pop()
        mine.append((part.content_type, None if part.is_multipart else part.payload()))
        waiting.extend(reversed(part.children))
    theirs = [
        (part.get_content_type(), None if part.is_multipart() else part.get_payload(decode=True))
        for part in email.message_from_bytes(raw).walk()
    ]
    assert mine == theirs


def test_it_says_that_the_end_of_a_multipart_is_missing() -> None:
    parsed = parse(b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nfirst\n--b\n\nsecond, cut o')
    assert parsed.text == "first\nsecond, cut o"
    assert parsed.defects == ("A multipart lacks its closing boundary: its end may be missing.",)
