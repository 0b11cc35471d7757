"""Headers, links and attachments, read for the analyst."""

import io
from html import unescape

import pytest
import pyzipper

from api_client.models import Attachment, Header, Link
from dashboard.audit.models import AuditEntry
from investigate.message.tabs.attachments import displayed_attachments
from investigate.message.tabs.links import displayed_links
from investigate.message.tabs.received_hops import received_path_of
from investigate.message.tabs.sender_alignment import alignment
from tests.investigate.fake_api import detections, held

HEADERS = [
    (
        "Received",
        "from mx.team.example ([192.0.2.9]) by mail.team.example with ESMTPS; Sun, 01 Mar 2026 10:05:10 +0000",
    ),
    (
        "Received",
        "from relay.other.example ([192.0.2.7]) by mx.team.example with ESMTP; Sun, 01 Mar 2026 11:00:10 +0100",
    ),
    ("Received", "from pc by relay.other.example with HTTP; Sun, 1 Mar 2026 10:00:07 +0000"),
    ("DKIM-Signature", "v=1; a=rsa-sha256; d=mail.other.example; s=sel1; b=abc"),
    ("DKIM-Signature", "v=1; d=sender-service.example; s=x"),
    ("Authentication-Results", "mx.team.example; spf=pass (ok; really) smtp.mailfrom=bounce@evil.example; dmarc=fail"),
    ("ARC-Seal", "i=1; a=rsa-sha256; d=list.example; cv=none; b=x"),
    ("ARC-Seal", "i=2; d=forwarder.example; cv=pass; b=x"),
    ("ARC-Authentication-Results", "i=2; forwarder.example; spf=pass"),
    ("Subject", "Invoice"),
]


def text(response) -> str:
    return unescape(response.content.decode())


@pytest.fixture
def letter(api):
    made = held(1, envelope_from="bounce@evil.example", validation={"spf": "pass", "dkim": "pass", "dmarc": "fail"})
    made["from"] = "billing@other.example"
    api.add(made)
    api.details[made["id"]] = detections(headers=[{"name": name, "value": value} for name, value in HEADERS])
    return made


def url(letter, tab: str) -> str:
    return f"/investigate/messages/{letter['id']}/{tab}"


def test_the_way_is_drawn_with_its_delays(analyst, letter):
    page = text(analyst.get(url(letter, "headers/")))
    assert page.index("relay[.]other[.]example") < page.index("mail[.]team[.]example")
    assert "5 min in all" in page
    assert '<meter class="hop-bar" min="0" max="300.000" value="3.000"' in page
    assert "it waited here" in page
    assert 'href="/investigate/?ip=192.0.2.7"' in page


def test_a_clock_that_is_behind_says_so_and_nonsense_stays_empty():
    way = received_path_of(
        [
            Header(name="received", value="by b; Sun, 1 Mar 2026 10:00:00 +0000"),
            Header(name="Received", value="from a by b; Sun, 1 Mar 2026 10:01:00 +0000"),
            Header(name="Received", value="nonsense; tomorrow"),
            Header(name="Received", value=""),
        ]
    )
    assert [hop.delay for hop in way.hops] == [None, None, None, -60.0]
    assert way.hops[-1].is_skewed
    assert way.hops[0].at is None


def test_who_vouches_is_explained(analyst, letter):
    page = text(analyst.get(url(letter, "headers/")))
    assert "The reader sees other[.]example" in page
    assert page.count("another: not aligned") == 2
    assert page.count("of one registered domain: aligned") == 1
    assert "DKIM passed for a domain of the sender that the reader sees: DMARC can rest on it." in page
    assert "2 ARC seals; the last is by forwarder[.]example, and finds those before it intact." in page
    assert "SPF: pass smtp.mailfrom=bounce@evil.example" in page
    assert "DMARC: fail" in page


@pytest.mark.parametrize(
    ("domain", "seen", "how"),
    [
        ("a.example", "A.example", "same"),
        ("mail.a.co.uk", "a.co.uk", "related"),
        ("b.co.uk", "a.co.uk", "other"),
        ("", "a.example", ""),
    ],
)
def test_alignment_is_that_of_registered_domains(domain, seen, how):
    assert alignment(domain, seen) == how


@pytest.mark.parametrize(
    ("says", "goes", "deceives"),
    [
        ("https://good.example/x", "https://evil.example/x", True),
        ("good.example", "https://good.example.evil.test/", True),
        ("www.good.example", "https://mail.good.example/", False),
        ("Click here", "https://evil.example/", False),
        ("https://good.example", "javascript:alert(1)", True),
        ("Read our terms. They changed", "https://evil.example/", False),
        ("ann@good.example", "mailto:ann@good.example", False),
        ("ann@good.example", "mailto:Ann%40Good.example?subject=Hello", False),
        ("ann@good.example", "mailto:?to=ann@good.example", False),
        ("ann@good.example", "mailto:ann@evil.example", True),
        ("good.example", "mailto:", True),
        ("good.example", "mailto:good.example", True),
        ("www.good.example", "www.good.example:8080/x", False),
        ("www.good.example", "www.good.example/x", False),
        ("www.good.example", "evil.example/www.good.example", True),
        ("good.example", "//good.example/x", False),
        ("good.example", "https:good.example", False),
        ("good.example", "https:\\\\evil.example\\good.example", True),
        ("good.example", "https://go\r\n od.example", True),
        ("good.example", "https://go\r\nod.example", False),
        ("good.example/login to go on", "https://evil.example/", True),
        ("www.good.example to go on", "https://evil.example/", True),
        ("main.cpp", "https://code.example/main.cpp", False),
        ("setup.py", "https://code.example/setup.py", False),
        ("ASP.NET for beginners", "https://books.example/7", False),
        ("News.com: what came", "https://clicks.example/7", False),
    ],
)
def test_text_is_held_against_the_target(says, goes, deceives):
    (link,) = displayed_links([Link(href=goes, text=says)])
    assert link.is_deceptive == deceives


def test_links_that_deceive_come_first_and_each_once(analyst, letter, api):
    api.details[letter["id"]] = detections(
        links=[
            {"href": "https://plain.example/", "text": "Home"},
            {"href": "https://plain.example/", "text": "Home"},
            {"href": "https://evil.example/login", "text": "https://bank.example/login"},
        ]
    )
    page = text(analyst.get(url(letter, "links/")))
    assert page.index("evil[.]example") < page.index("plain[.]example")
    assert "Its text names <strong>bank[.]example</strong>, and it goes to <strong>evil[.]example</strong>." in page
    assert "2 times" in page
    assert 'href="/investigate/?domain=evil.example"' in page
    assert 'href="/investigate/?url=https:%2F%2Fevil.example%2Flogin"' in page


def test_a_link_that_writes_mail_says_to_whom(analyst, letter, api):
    api.details[letter["id"]] = detections(links=[{"href": "mailto:ann@evil.example", "text": "ann@bank.example"}])
    page = text(analyst.get(url(letter, "links/")))
    assert "Its text names <strong>bank[.]example</strong>, and it writes to <strong>evil[.]example</strong>." in page
    assert "Writes to" in page
    assert 'href="/investigate/?domain=evil.example"' in page


@pytest.mark.parametrize(
    ("name", "is_type", "odd"),
    [
        ("invoice.pdf", "application/pdf", ""),
        ("invoice.pdf", "text/html", "By its name it is application/pdf, by its content text/html."),
        ("invoice.pdf.exe", "application/x-dosexec", "Its name has two endings; the last one counts."),
        ("page.HTML", "text/html", "Opening a .html file can start something."),
        ("call.rdp", "text/plain", "Opening a .rdp file can start something."),
        ("run.exe. .\u00a0", "application/x-dosexec", "Opening a .exe file can start something."),
        ("report.docx", "application/zip", ""),
        ("noname", "application/pdf", ""),
    ],
)
def test_an_attachment_says_what_does_not_fit(name, is_type, odd):
    (shown,) = displayed_attachments([Attachment(size=1, filename=name, content_type=is_type)])
    assert odd in shown.odd if odd else shown.odd == []


def test_a_clean_message_without_detail_says_where_else_to_look(analyst, api):
    api.add(held(2, final_disposition="NONE"))
    for tab in ("links", "attachments"):
        page = text(analyst.get(f"/investigate/messages/{api.messages[0]['id']}/{tab}/"))
        assert f"No {tab} to show" in page
        assert "They are in the raw message." in page


def test_the_archive_opens_with_the_password_that_the_page_shows(analyst, letter, api):
    api.raws[letter["id"]] = source = b"Subject: caf\xe9\r\n\r\nHello\r\n"
    page = text(analyst.get(url(letter, "raw/")))
    assert '<code class="token">infected</code>' in page
    response = analyst.get(url(letter, "raw.zip"))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].endswith('.zip"')
    assert source not in response.content
    with pyzipper.AESZipFile(io.BytesIO(response.content)) as archive:
        (entry,) = archive.infolist()
        assert entry.wz_aes_strength == 3
        with pytest.raises(RuntimeError):
            archive.read(entry, pwd=b"wrong")
        assert archive.read(entry, pwd=b"infected") == source
    assert AuditEntry.objects.filter(action="raw_download", outcome="done").exists()
