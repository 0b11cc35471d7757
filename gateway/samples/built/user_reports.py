"""Samples of phishing reports by users, who attach the suspicious message exactly as it is in their mailbox."""

from datetime import datetime
from typing import Final

from gateway.samples.built.source import journey, source
from gateway.samples.company import PEOPLE, REPORTS
from gateway.samples.dates import arrival_time
from gateway.samples.packing import multipart, text_part
from gateway.samples.reading import read_file
from gateway.samples.writing import write


def user_report_facilities(now: datetime) -> str:
    """Return a sample: a user asks whether mail in the company's name is genuine."""
    text = "Hi,\n\nis this really from our facilities? They never asked by mail before.\n\nDaniel\n"
    return _report(now, "facilities_outside", "daniel.kowalski", 18, "11:24", "Access cards?", text)


def user_report_bank_details(now: datetime) -> str:
    """Return a sample: a user reports changed bank details in a thread with a supplier."""
    text = "Hello,\n\nBrightwater wants its money on another account. The address looks odd to me.\n\nWei\n"
    return _report(now, "supplier_thread_hijack", "wei.zhang", 10, "09:31", "Please check this supplier", text)


def user_report_newsletter(now: datetime) -> str:
    """Return a sample: a user reports a legitimate newsletter."""
    text = "I did not subscribe to this.\n\nElena\n"
    return _report(now, "newsletter_industry", "elena.petrova", 1, "07:10", "Phishing?", text)


def _report(now: datetime, about: str, person: str, days: int, at: str, subject: str, text: str) -> str:
    """Return a sample: a user reports the sample `about` to the company's report address."""
    way, original = read_file(about)
    raw = write(way, original, now, arrival_time(now, way.days, way.at))
    attached = raw.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    part = (
        f"Content-Type: message/rfc822\nContent-Disposition: attachment\nContent-Transfer-Encoding: 8bit\n\n{attached}"
    )
    address = f"{person}@acme.example"
    return source(
        journey("report by a user", "NONE", days, at, address, REPORTS, "", "", "internal"),
        {"From": f"{PEOPLE[person]} <{address}>", "To": REPORTS, "Subject": subject},
        multipart("mixed", f"report-{person}", text_part(text), part),
    )


SAMPLES: Final = (user_report_facilities, user_report_bank_details, user_report_newsletter)
