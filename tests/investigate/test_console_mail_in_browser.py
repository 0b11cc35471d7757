"""Alerts, overdue submissions and the weekly report as mail: on a phone, in both languages, with hostile words.

Slow, since axe judges each mail in a browser.
"""

from datetime import date

import pytest

from dashboard.outbox.mail import LANGUAGES, mail_line, mail_of
from dashboard.weekly_report.figures import Line, More, Week
from dashboard.weekly_report.sending import report_mail
from investigate.alerts.message import Told, outgoing_of
from investigate.alerts.models import Alert, Finding, Kind
from tests.accessibility import faults, prepare
from tests.investigate.browser import chromium

__all__ = ["chromium"]
pytestmark = pytest.mark.slow
HOSTILE = "\u202e<b>x</b> https://evil.example/" + "W" * 400


def week() -> Week:
    lines = [Line(name, 12345, 9, 100) for name in ("MALICIOUS", "SUSPICIOUS", "SPOOF", "SPAM", "BULK", "NONE")]
    places = [Line(name, 7, 0, 100) for name in ("held", "released", "moved")]
    tops = [(mail_line(HOSTILE, 70), 9)] * 5
    day = date(2026, 11, 16)
    return Week(
        day,
        9,
        8,
        lines,
        places,
        tops,
        tops,
        tops,
        None,
        0,
        3,
        [day],
        [day],
        [More({"en": "Submissions", "de": "Einreichungen"}, "4")],
    )


def mails(language):
    yield report_mail(week(), to="a@acme.example", language=language, file=None)
    for kind in Kind:
        alert = Alert(pk=1, name=HOSTILE[:80], kind=kind, way="mail", search="from:a@b.example", language=language)
        findings = [Finding(alert=alert, title=HOSTILE, path="/alerts/")] * 25
        yield outgoing_of(Told(alert, findings, 900), target="a@acme.example", key="k")
    context = {"lines": [mail_line(HOSTILE)] * 3, "count": 3, "hours": 24, "address": "http://x/submissions/"}
    yield mail_of(to="a@acme.example", key="k", template="overdue", language=language, context=context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_accessible_and_fits(chromium, language):
    page = chromium.new_page()
    for mail in mails(language):
        for width in (360, 1024):
            page.set_viewport_size({"width": width, "height": 800})
            page.set_content(mail.payload["html"])
            prepare(page)
            assert faults(page) == [], (mail.title, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, mail.title
            assert page.locator("b, img, script, form").count() == 0
        assert "evil.example" not in mail.payload["html"] + mail.payload["text"] + mail.payload["subject"]
        assert "\u202e" not in mail.payload["subject"] + mail.payload["text"]
    page.close()
