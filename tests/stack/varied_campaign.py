"""A campaign as it is sent: no two copies have the same text, and senders and hosts vary."""

import random
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

from tests.investigate.campaigns import vocabulary as words
from tests.stack.over_http import signed_in
from tests.stack.running import Stack

COPIES = 41
REPORTER = 3
_GREETINGS = ("Dear", "Hello", "Good day")
_ASKS = ("Please look at it", "Kindly read it", "Please see to it")


def letters(word: str) -> list[EmailMessage]:
    """Return the copies. Campaigns of two words share little: most of the text is drawn for each word."""
    draw = random.Random(word)
    pool = [*words.THINGS, *words.VERBS, *words.PLACES, *words.LAST]
    body = " ".join(draw.sample(pool, 40))
    subject = f"{word}: {draw.choice(words.THINGS)} of your {draw.choice(words.THINGS)}"
    made = []
    for number in range(COPIES):
        first, sender = draw.choice(words.FIRST), f"desk{number % 5}-{word}.example"
        letter = EmailMessage()
        letter["From"], letter["To"] = f"{draw.choice(words.LAST).lower()}@{sender}", f"person{number}@acme.example"
        letter["Subject"] = f"{subject} {draw.randrange(1000, 99999)}"
        letter["Message-ID"] = make_msgid(domain=sender)
        letter.set_content(
            f"{draw.choice(_GREETINGS)} {first},\n\nthe {word} from {draw.choice(words.COMPANIES)} waits for you under"
            f" number {draw.randrange(1000, 99999)}. {draw.choice(_ASKS)} {draw.choice(words.TIMES)}.\n\n{body}\n\n"
            f"https://files{number % 7}.{sender}/{word}/{number}\n"
        )
        made.append(letter)
    return made


def report_of(letter: EmailMessage) -> EmailMessage:
    """Return the mail by which the recipient of a letter reports it."""
    report = EmailMessage()
    report["From"], report["To"] = letter["To"], "report-phish@acme.example"
    report["Subject"] = "What is this?"
    report.set_content("See the attachment.")
    report.add_attachment(letter)
    return report


def deliver(stack: Stack, mails: list[EmailMessage]) -> None:
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=60) as server:
        for mail in mails:
            server.send_message(mail)


def is_one_campaign(stack: Stack, word: str) -> bool:
    """Return whether the worker has all copies together."""
    with signed_in(stack, "analyst") as console:
        page = console.get(f"/investigate/campaigns/?view=all&query={word}&size={COPIES}").text
    return page.count("data-row") == 1
