"""From a report by SMTP, in each form, to the answers in the reporter's mailbox: each once, and to nobody else.

Mail comes in through the intake, is decided in a browser, and the answers are taken by a real SMTP server.

Slow, since a stack is started, whose worker looks for what is due every few seconds.
"""

import smtplib
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.accessibility import faults, prepare
from tests.gateway.mail.compound_files import compound_file
from tests.mail_server import MailServer, mail_server
from tests.stack.browser import tab_of
from tests.stack.over_http import api_of
from tests.stack.running import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
REPORTS = "report-phish@acme.example"
BOX = "bo@acme.example"
OTHERS = ("jo@acme.example", "ed@acme.example")
SETTLED = 25
"""Seconds in which the worker looks twice: what it would send once more would be there."""


@dataclass(frozen=True)
class Form:
    """A way to report: how the lure's report is made, and what the team says of the lure."""

    name: str
    verdict: str
    subject_of_answer: str


FORMS = [
    Form("attached", "MALICIOUS", "It was phishing"),
    Form("saved file", "NONE", "The mail is harmless"),
    Form("outlook file", "SPAM", "It was unwanted advertising (spam)"),
    Form("forwarded in the text", "MALICIOUS", "It was phishing"),
    Form("button", "SUSPICIOUS", "The mail is suspicious"),
    Form("one of several", "MALICIOUS", "It was phishing"),
    Form("another of several", "MALICIOUS", "It was phishing"),
]


@pytest.fixture(scope="module")
def server():
    with mail_server() as running:
        yield running


@pytest.fixture(scope="module")
def answering(tmp_path_factory, server):
    """A stack of its own, which sends mail to the server."""
    made = Stack(tmp_path_factory.mktemp("answers") / "home", {"GATEHOUSE_SAMPLE_MAIL": "0"})
    made.environment |= {
        "EMAIL_URL": server.url,
        "GATEHOUSE_MAIL_FROM": "Security team <security@acme.example>",
        "GATEWAY_RELAY_NETWORKS": "127.0.0.0/8",
        "GATEHOUSE_REAUTHENTICATION_MINUTES": "600",
    }
    try:
        protect(made.start())
        yield made
    finally:
        made.close()


def protect(stack: Stack) -> None:
    run = stack.run
    address = f"{run['api_base_url']}/accounts/{run['account_id']}/email-security/settings/domains"
    fields = {"domain": "acme.example", "allowed_delivery_modes": ["DIRECT"], "drop_dispositions": ["MALICIOUS"]}
    answer = httpx.post(
        address,
        json={**fields, "ip_restrictions": [], "regions": ["GLOBAL"]},
        headers={"Authorization": f"Bearer {run['api_token']}"},
        timeout=60,
    )
    assert answer.status_code == 201, answer.text


def lure(name: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Parcel desk <desk@parcels.example>", BOX
    mail["Subject"], mail["Message-ID"] = f"Your parcel, {name}", make_msgid(domain="parcels.example")
    mail["Date"] = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    mail.set_content(f"Dear customer, the parcel of {name} waits for you at our desk.")
    return mail


def saved_by_outlook(mail: EmailMessage) -> bytes:
    head = mail.as_string().partition("\n\n")[0].replace("\n", "\r\n")
    return compound_file(
        {
            "__properties_version1.0": b"\x00" * 32,
            "__substg1.0_007D001F": head.encode("utf-16-le"),
            "__substg1.0_1000001F": mail.get_content().encode("utf-16-le"),
        }
    )


def report(subject: str, text: str = "Is this real?") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Bo Lund <{BOX}>", REPORTS, subject
    mail["Message-ID"] = make_msgid(domain="acme.example")
    mail.set_content(text)
    return mail


def reports(lures: dict[str, EmailMessage]) -> list[EmailMessage]:
    """Return the report of each form."""
    attached = report("attached")
    attached.add_attachment(lures["attached"])
    saved = report("saved")
    saved.add_attachment(
        lures["saved file"].as_bytes(), maintype="application", subtype="octet-stream", filename="parcel.eml"
    )
    outlook = report("FW: saved by Outlook")
    outlook.add_attachment(
        saved_by_outlook(lures["outlook file"]),
        maintype="application",
        subtype="vnd.ms-outlook",
        filename="parcel.msg",
    )
    quoted = lures["forwarded in the text"]
    forward = report(
        f"WG: {quoted['Subject']}",
        f"Echt?\n\nVon: {quoted['From']}\nGesendet: {time.strftime('%d.%m.%Y %H:%M', time.gmtime())}\n"
        f"An: {BOX}\nBetreff: {quoted['Subject']}\n\n{quoted.get_content()}",
    )
    button = report("3|7d2c0c|203.0.113.5|desk@parcels.example|(Your parcel)", "")
    button.add_attachment(lures["button"])
    several = report("two of them")
    several.add_attachment(lures["one of several"])
    several.add_attachment(lures["another of several"])
    return [attached, saved, outlook, forward, button, several]


def forged(about: EmailMessage) -> EmailMessage:
    """Return a report in another colleague's name, which came from a stranger's server."""
    mail = report("forged")
    del mail["From"]
    mail["From"] = "Jo <jo@acme.example>"
    mail["Received"] = (
        "from mail.stranger.test (mail.stranger.test [203.0.113.9]) by mx.acme.example; "
        + time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime())
    )
    mail.add_attachment(about)
    return mail


def away() -> EmailMessage:
    mail = report("Out of office", "I am away.")
    mail["Auto-Submitted"] = "auto-replied"
    return mail


def submit(stack: Stack, mail: EmailMessage, *, sender: str, recipients: tuple[str, ...]) -> None:
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=60) as intake:
        intake.send_message(mail, sender, recipients)


def subjects(server: MailServer, address: str = BOX) -> list[str]:
    return [str(one.mail["Subject"]) for one in server.to(address)]


def switch_on(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/submissions/")
    page.get_by_role("link", name="Answers to reporters").click()
    page.get_by_label("acme.example", exact=True).select_option("en")
    page.get_by_label("Answers to one person within 24 hours").fill("50")
    page.get_by_label("Your own sentence, English").fill("Questions? Call 4711.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def decide(page: Page, stack: Stack, subject: str, verdict: str) -> None:
    """Escalate a report in the team's name."""
    page.goto(f"{stack.url}/submissions/?view=user&query={subject.split(', ')[1]}")
    page.get_by_role("link", name=subject, exact=True).click()
    expect(page.get_by_text("We have it")).to_be_visible()
    page.get_by_label("Verdict to ask for").select_option(verdict)
    page.get_by_role("button", name="Escalate in the team's name").click()
    expect(page.get_by_text("Escalated: asked to judge it")).to_be_visible()


def remove_copies(page: Page, stack: Stack, subject: str) -> None:
    """Move all copies of a reported mail away, and wait until that is proven."""
    page.goto(f"{stack.url}/submissions/?view=user&query={subject.split(', ')[1]}")
    page.get_by_role("link", name=subject, exact=True).click()
    page.get_by_role("button", name="Deal with it…").first.click()
    button = page.locator("button[data-key=d]")
    expect(button).to_have_text("Move 1 message", timeout=60_000)
    button.click()
    expect(page.locator(".running-line")).to_contain_text("1 of 1 proven", timeout=60_000)


def accessible(tab) -> None:
    for width in (1440, 390):
        tab.page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            prepare(tab.page)
            assert faults(tab.page) == [], (width, scheme)
    tab.page.set_viewport_size({"width": 1440, "height": 900})


def test_a_report_in_each_form_is_answered_twice_and_nobody_else_is(answering, server, browser):
    stack, lures = answering, {form.name: lure(form.name) for form in FORMS}
    with tab_of(browser, stack, "admin") as tab:
        switch_on(tab.page, stack)
        accessible(tab)
    for name, mail in lures.items():
        everybody = (BOX, *OTHERS) if name == "attached" else (BOX,)
        submit(stack, mail, sender="desk@parcels.example", recipients=everybody)
    for mail in reports(lures):
        submit(stack, mail, sender=BOX, recipients=(REPORTS,))
    submit(stack, report("I do not like this"), sender=BOX, recipients=(REPORTS,))
    submit(stack, forged(lures["button"]), sender="eve@stranger.test", recipients=(REPORTS,))
    submit(stack, away(), sender=BOX, recipients=(REPORTS,))
    with api_of(stack) as api:
        listed = api.get("/submissions", type="USER")["result"]
    assert len(listed) == len(FORMS) + 1
    assert [row["outcome"] for row in listed if row["status"] == "invalid"] == ["no message is attached"]

    def arrived(start: str, count: int):
        return lambda got: sum(subject.startswith(start) for subject in subjects(got)) >= count

    server.wait_for(arrived("Your report arrived", len(FORMS)), 90, "we have it")
    server.wait_for(arrived("We could not use your report", 1), 60, "why one can't be used")
    with tab_of(browser, stack, "analyst", reduced_motion="reduce") as tab:
        remove_copies(tab.page, stack, "Your parcel, attached")
        for form in FORMS:
            decide(tab.page, stack, f"Your parcel, {form.name}", form.verdict)
        for form in FORMS:
            wanted = f"{form.subject_of_answer}: Your parcel, {form.name}"
            server.wait_for(lambda got, wanted=wanted: wanted in subjects(got), 90, wanted)

        def is_told() -> bool:
            tab.page.reload()
            return tab.page.get_by_text("It was phishing").count() > 0

        wait_for(is_told, 30, "the page says what was told")
        accessible(tab)
    removed = next(one for one in server.to(BOX) if one.mail["Subject"] == "It was phishing: Your parcel, attached")
    assert "3 copies of it were removed from mailboxes." in removed.text
    assert "Questions? Call 4711." in removed.html
    assert "desk@parcels[.]example" in removed.text or "desk@parcels.example" in removed.text
    time.sleep(SETTLED)
    assert len(subjects(server)) == len(set(subjects(server))) == 2 * len(FORMS) + 1
    assert {one for got in server.received for one in got.recipients} == {BOX}
    assert all(one.mail["Auto-Submitted"] == "auto-generated" for one in server.received)
