"""Samples of automatic reports: bounces, delay warnings, DMARC aggregate reports, read receipts."""

from datetime import datetime, timedelta
from typing import Final

from gateway.samples.built.source import journey, source
from gateway.samples.packing import file_part, gzip_of, multipart, text_part, zip_of

_RECORD: Final = """  <record>
    <row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated><disposition>{disposition}</disposition>
      <dkim>{result}</dkim><spf>{result}</spf></policy_evaluated></row>
    <identifiers><header_from>acme.example</header_from></identifiers>
  </record>
"""


def bounce_unknown_user(_now: datetime) -> str:
    """Return a sample: a bounce after a failed delivery."""
    status = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.delta-waterworks.example\n\n"
        "Final-Recipient: rfc822; h.okfor@delta-waterworks.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user"
    )
    original = (
        "Content-Type: text/rfc822-headers\n\nFrom: João Silva <joao.silva@acme.example>\n"
        "To: h.okfor@delta-waterworks.example\nSubject: PT-40 offset\nDate: {{date-1h}}"
    )
    text = "I'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n"
    body = multipart("report; report-type=delivery-status", "dsn-1", text_part(text), status, original)
    way = journey(
        "bounce",
        "NONE",
        1,
        "14:41",
        "",
        "joao.silva@acme.example",
        "mx.delta-waterworks.example",
        "192.0.2.35",
        "unsigned",
    )
    return source(
        way,
        {
            "From": "Mail Delivery System <MAILER-DAEMON@mx.delta-waterworks.example>",
            "To": "joao.silva@acme.example",
            "Auto-Submitted": "auto-replied",
            "Subject": "Undelivered Mail Returned to Sender",
        },
        body,
    )


def bounce_delayed(_now: datetime) -> str:
    """Return a sample: a warning that delivery is delayed."""
    status = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.acme.example\n\n"
        "Final-Recipient: rfc822; laila@gulf-meters.example\nAction: delayed\nStatus: 4.4.1\n"
        "Will-Retry-Until: {{date+4d}}"
    )
    text = "Delivery to laila@gulf-meters.example has been delayed. It is tried again for four days.\n"
    body = multipart("report; report-type=delivery-status", "dsn-2", text_part(text), status)
    way = journey("bounce", "NONE", 17, "16:16", "", "omar.haddad@acme.example", "", "", "internal")
    return source(
        way,
        {
            "From": "Mail Delivery Subsystem <postmaster@acme.example>",
            "To": "omar.haddad@acme.example",
            "Auto-Submitted": "auto-generated",
            "Subject": "Delivery delayed",
        },
        body,
    )


def dmarc_report_gzip(now: datetime) -> str:
    """Return a sample: a DMARC aggregate report as a gzip file."""
    return _dmarc(now, 3, "receiver-one.example", "gz")


def dmarc_report_zip(now: datetime) -> str:
    """Return a sample: a DMARC aggregate report as a ZIP archive."""
    return _dmarc(now, 13, "postal-two.example", "zip")


def _dmarc(now: datetime, days: int, reporter: str, form: str) -> str:
    """Return a sample: a DMARC aggregate report that covers the day before it is sent."""
    end = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    begin, until = int((end - timedelta(days=1)).timestamp()), int(end.timestamp()) - 1
    records = _RECORD.format(ip="192.0.2.1", count=214, disposition="none", result="pass") + _RECORD.format(
        ip="203.0.113.171", count=9, disposition="reject", result="fail"
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<feedback>\n  <report_metadata><org_name>{reporter}</org_name>'
        f"<email>dmarc@{reporter}</email><report_id>{begin}</report_id><date_range><begin>{begin}</begin><end>{until}</end>"
        "</date_range></report_metadata>\n"
        "  <policy_published><domain>acme.example</domain><p>reject</p></policy_published>\n"
        f"{records}</feedback>\n"
    ).encode()
    name = f"{reporter}!acme.example!{begin}!{until}.xml"
    data, file_name, media_type = (
        (gzip_of(name, xml), f"{name}.gz", "application/gzip")
        if form == "gz"
        else (zip_of({name: xml}), f"{name.removesuffix('.xml')}.zip", "application/zip")
    )
    body = multipart(
        "mixed",
        "dmarc-1",
        text_part(f"This is a DMARC aggregate report for acme.example from {reporter}.\n"),
        file_part(file_name, media_type, data),
    )
    way = journey(
        "DMARC report",
        "NONE",
        days,
        "04:02",
        f"dmarc@{reporter}",
        "dmarc-reports@acme.example",
        f"mx.{reporter}",
        "192.0.2.222",
        "pass",
    )
    return source(
        way,
        {
            "From": f"DMARC reports <dmarc@{reporter}>",
            "To": "dmarc-reports@acme.example",
            "Subject": f"Report Domain: acme.example Submitter: {reporter} Report-ID: {begin}",
        },
        body,
    )


def receipt_of_reading(_now: datetime) -> str:
    """Return a sample: a read receipt (MDN), which says that a message was displayed."""
    notification = (
        "Content-Type: message/disposition-notification\n\nReporting-UA: desk.delta-waterworks.example\n"
        "Final-Recipient: rfc822;h.okafor@delta-waterworks.example\n"
        "Disposition: manual-action/MDN-sent-manually; displayed"
    )
    body = multipart(
        "report; report-type=disposition-notification",
        "mdn-1",
        text_part("Your message was displayed.\n"),
        notification,
    )
    way = journey(
        "receipt of reading",
        "NONE",
        24,
        "10:20",
        "",
        "joao.silva@acme.example",
        "mail.delta-waterworks.example",
        "192.0.2.36",
        "pass",
    )
    return source(
        way,
        {
            "From": '"Henry Okafor" <h.okafor@delta-waterworks.example>',
            "To": "joao.silva@acme.example",
            "Subject": "Read: PT-40 offset",
        },
        body,
    )


SAMPLES: Final = (bounce_unknown_user, bounce_delayed, dmarc_report_gzip, dmarc_report_zip, receipt_of_reading)
