"""The mail as people read it: phone and desktop, both languages, hostile subjects, without faults of axe.

Slow, since axe judges each mail in a browser.
"""

from itertools import product

import pytest

from dashboard.outbox.mail import LANGUAGES, mail_line, mail_of
from investigate.reporter_answers.reasons import NOTHING, OTHER, TOO_MANY
from investigate.reporter_answers.states import Verdict
from tests.accessibility import faults, prepare
from tests.investigate.browser import chromium

__all__ = ["chromium"]
HOSTILE = "\u202e<b>x</b> https://evil.example/" + "W" * 400
MAILS = [
    ("report_received", {}),
    ("report_simulation", {}),
    *(
        ("report_outcome", {"verdict": verdict.value, "copies": copies})
        for verdict, copies in product(Verdict, (0, 41))
    ),
    *(("report_invalid", {"reason": reason}) for reason in (NOTHING, TOO_MANY, OTHER)),
]


def rendered(template, language, **more):
    context = {
        "subject": mail_line(HOSTILE),
        "sender": mail_line(f"desk@{'a' * 60}.example"),
        "received": "2026-11-27 08:14 UTC",
        "reported": "2026-11-27 09:14 UTC",
        "sentence": "Call 4711.",
        **more,
    }
    return mail_of(to="bo@acme.example", key="k", template=template, language=language, context=context).payload


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mail_is_accessible_on_a_phone_and_a_desktop(chromium, language):
    page = chromium.new_page()
    for (template, more), width in product(MAILS, (360, 1024)):
        page.set_viewport_size({"width": width, "height": 800})
        page.set_content(rendered(template, language, **more)["html"])
        prepare(page)
        assert faults(page) == [], (template, more, width)
        assert page.locator("a, img, script, form, b").count() == 0
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_says_the_same_as_the_html_and_has_no_markup(language):
    for template, more in MAILS:
        mail = rendered(template, language, **more)
        heading = mail["text"].splitlines()[0]
        assert heading in mail["html"]
        assert "<p" not in mail["text"]
        assert "{%" not in mail["text"] + mail["html"] + mail["subject"]
        assert "https://" not in mail["text"] + mail["html"]
        assert "Call 4711." in mail["text"]
        assert "Call 4711." in mail["html"]
        assert "\n\n\n" not in mail["text"]


def test_how_many_copies_is_said_in_both_languages():
    english = rendered("report_outcome", "en", verdict="phishing", copies=41)["text"]
    german = rendered("report_outcome", "de", verdict="phishing", copies=1)["text"]
    assert "41 copies of it were removed from mailboxes." in english
    assert "1 Kopie davon wurde aus einem Postfach entfernt." in german
