"""Decoding transfer encodings, charsets and flowed lines."""

import pytest

from gateway.mail.charsets import decode
from gateway.mail.flowed import unflow
from gateway.mail.parser import parse
from gateway.mail.transfer import decode_transfer


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"aGVs\r\nbG8=", b"hello"),
        (b"aGU=bGxv", b"hello"),
        (b"aA==\r\nZQ==\r\nbGxv", b"hello"),
        (b"a!G-V\x00s b*G8", b"hello"),
        (b"aGVsbG8", b"hello"),
        (b"aGVsbG8===", b"hello"),
        (b"", b""),
    ],
)
def test_it_decodes_base64_to_its_end(data: bytes, content: bytes) -> None:
    assert decode_transfer(data, "base64") == content


@pytest.mark.parametrize(
    ("data", "content"),
    [
        (b"one=\r\ntwo", b"onetwo"),
        (b"one= \t\r\ntwo", b"onetwo"),
        (b"one=\rtwo\r\nthree", b"onetwo\r\nthree"),
        (b"one=\r\r\ntwo", b"onetwo"),
        (b"one=", b"one"),
        (b"one=3D=41 \r\ntwo", b"one=A\r\ntwo"),
        (b"one=zz", b"one=zz"),
    ],
)
def test_it_decodes_quoted_printable_with_its_soft_line_breaks(data: bytes, content: bytes) -> None:
    assert decode_transfer(data, "quoted-printable") == content


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("株式会社①".encode("cp932"), "MS_Kanji", "株式会社①"),
        ("발송 똠".encode("cp949"), "MS949", "발송 똠"),
        ("发货𠮷".encode("gb18030"), "x-gbk", "发货𠮷"),
        ("發貨".encode("big5"), "Big5-HKSCS", "發貨"),
        ("почта".encode("koi8-r"), "KOI8_R", "почта"),
        ("“Preis” €".encode("cp1252"), "iso-8859-1", "“Preis” €"),
        ("Grüße 🙂".encode(), "utf8mb4", "Grüße 🙂"),
        ("Grüße".encode("utf-16-le"), "utf-16", "Grüße"),
        ("Grüße".encode("utf-16-be"), "utf-16", "Grüße"),
        ("Grüße".encode("utf-16"), "UTF-16LE", "Grüße"),
        ("Grüße".encode("utf-7"), "unicode-1-1-utf-7", "Grüße"),
        (b"\x1b$B-!F|K\\\x1b(B ok", "iso-2022-jp", "①日本 ok"),
        (b"\x1b$B-!\x1b(B", "CP50221", "①"),
        (b"\x1b$B|q\x1b(I1\x1b(B", "iso-2022-jp-ms", "ⅰｱ"),
        ("発送".encode(), "iso-2022-jp", "発送"),
        ("発送".encode("cp932"), "iso-2022-jp", "発送"),
        (b"\xad\xa1\xc6\xfc", "euc-jp", "①日"),
        ("שלום".encode("cp1255"), "windows-1255", "שלום"),
        ("שלום".encode("iso8859_8"), "iso-8859-8-i", "שלום"),
        (b"\xef\xbb\xbfna\xc3\xafve", "us-ascii", "naïve"),
    ],
)
def test_it_knows_the_names_that_mailers_give_to_charsets(data: bytes, charset: str, text: str) -> None:
    assert decode(data, charset) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?Q?Gr=C3?= =?utf-8?Q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe an alle?=", "Grüße an alle"),
        (b"=?utf-8?Q?Why?not??=", "Why?not?"),
        (b"=?utf-8?Q?Gr=C3=BC?=\r\n =?iso-8859-1?Q?=DFe?=", "Grüße"),
        (b"=?utf-8?B?R3LD?=\r\n\t=?utf-8?B?vMOfZQ==?=", "Grüße"),
        (b"=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?YWI=?=", "日ab"),
        (b"=?utf-8?Q?one=0D=0AX-Two:_three?=", "one X-Two: three"),
        (b"=?utf-8?Q?a =?utf-8?Q?b?=", "=?utf-8?Q?a b"),
    ],
)
def test_it_decodes_encoded_words_as_mailers_write_them(value: bytes, text: str) -> None:
    found = parse(b"Subject: " + value + b"\r\n\r\n")
    assert found.subject == text
    assert len(found.headers) == 1


def test_it_reads_raw_text_of_a_header_by_the_charset_of_the_body() -> None:
    raw = b"Subject: " + "会议".encode("gbk") + b"\nFrom: " + "张伟".encode("gbk") + b" <zhang@a.example>\n"
    single = parse(raw + b"Content-Type: text/plain; charset=gb2312\n\nx")
    nested = parse(
        raw + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=gbk\n\nx\n--b--"
    )
    assert (single.subject, single.from_name) == (nested.subject, nested.from_name) == ("会议", "张伟")
    assert parse(raw.replace("会议".encode("gbk"), "会议".encode()) + b"\n").subject == "会议"


@pytest.mark.parametrize(
    ("text", "delete_space", "result"),
    [
        ("one \r\ntwo\r\n", False, "one two\r\n"),
        ("https://a.example/ \r\npath\r\n", True, "https://a.example/path\r\n"),
        (" From me \r\n to you", False, "From me to you"),
        ("> quoted \r\n> on\r\nown", False, "> quoted on\r\nown"),
        ("> quoted \r\nown", False, "> quoted \nown"),
        ("end \r\n-- \r\nme", False, "end \n-- \r\nme"),
        ("", False, ""),
    ],
)
def test_it_joins_flowed_lines(text: str, delete_space: bool, result: str) -> None:
    assert unflow(text, delete_space=delete_space) == result


def test_it_finds_an_address_that_flowed_lines_broke() -> None:
    raw = b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nhttps://notes.example/a/ \r\nb/ \r\nc here\r\n"
    assert [link.href for link in parse(raw).links] == ["https://notes.example/a/b/c"]
