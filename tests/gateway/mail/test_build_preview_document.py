"""Building the page that the renderer shows."""

import base64

from gateway.mail.preview_document import document

PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RELATED = (
    b'Content-Type: multipart/related; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n%s\r\n'
    b"--b\r\nContent-Type: %s\r\nContent-ID: <pic@x>\r\nContent-Location: http://x.example/p.png\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--b--\r\n"
)


def related(markup: bytes, data: bytes = PNG, declared: bytes = b"image/png") -> str:
    return document(RELATED % (markup, declared, base64.encodebytes(data))).html


def test_it_puts_embedded_pictures_in() -> None:
    page = related(
        b'<img src="cid:pic@x"><table><td background=\'CID:pic@x\'>x</table><p style="background:url(cid:pic@x)">'
    )
    assert page.count("data:image/png;base64," + base64.b64encode(PNG).decode()) == 3
    assert "cid:" not in page.lower()


def test_it_puts_pictures_in_that_are_named_by_location() -> None:
    assert "data:image/png" in related(b'<img src="http://x.example/p.png">')


def test_it_embeds_only_what_is_a_picture_by_content() -> None:
    assert "data:" not in related(b'<img src="cid:pic@x">', b"<html><script>alert(1)</script>", b"image/png")


def test_it_drops_what_would_lead_the_renderer_elsewhere() -> None:
    page = document(
        b"Content-Type: text/html\n\n<base href='http://evil.example'><meta http-equiv=refresh content='0;url=http://e'>"
        b"<iframe src=http://evil.example>x</iframe><script>alert(1)</script><object data=x></object><p>kept</p>"
    ).html
    assert "evil" not in page
    assert "refresh" not in page
    assert "alert" not in page
    assert "<p>kept</p>" in page


def test_it_shows_text_escaped() -> None:
    page = document(b"Content-Type: text/plain; charset=iso-8859-1\n\n<b>caf\xe9</b> & co")
    assert page.kind == "text"
    assert "&lt;b&gt;café&lt;/b&gt; &amp; co" in page.html


def test_it_prefers_html_and_declares_its_charset() -> None:
    page = document(
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\n"
        b"Content-Type: text/html; charset=windows-1251\n\n<meta charset=windows-1251><p>\xcf\xf0\xe8\n--b--"
    )
    assert page.kind == "html"
    assert "При" in page.html
    assert page.html.lower().count("<meta") == 1


def test_it_shows_attached_messages_by_subject() -> None:
    page = document(b"Content-Type: message/rfc822\n\nSubject: <inner>\nFrom: a@b.example\n\nbody")
    assert "Subject: &lt;inner&gt;" in page.html


def test_it_flattens_deep_nesting_and_says_so() -> None:
    page = document(b"Content-Type: text/html\n\n" + b"<div>" * 5_000 + b"deep inside")
    assert page.html.count("<div>") == 198, "html and body count too"
    assert "deep inside" in page.html
    assert page.notes == ("Elements of this message that are nested too deep were left out.",)
    assert page.notes[0] in page.html


def test_it_bounds_what_pictures_weigh() -> None:
    big = PNG + b"\x00" * 1_900_000
    page = related(b'<img src="cid:pic@x">' * 50, big)
    assert len(page) < 10_000_000
    assert "too large to be shown" in page


def test_it_says_that_nothing_can_be_shown() -> None:
    page = document(b"")
    assert page.kind == "empty"
    assert page.notes == ("This message has no body that can be shown.",)
