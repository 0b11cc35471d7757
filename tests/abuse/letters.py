"""Mail that the abuse sends: honest letters, and hostile drawings."""

import smtplib
from email.message import EmailMessage

ADDRESS = "bo@acme.example"


def letter(subject: str, html: str = "") -> EmailMessage:
    """Return a letter, as HTML if there is any."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Ann Reed <ann@partner.example>", ADDRESS, subject
    made.set_content(html or "See you at noon.", subtype="html" if html else "plain")
    return made


def hand_in(port: int, *letters: EmailMessage) -> None:
    """Send letters by SMTP. Raises smtplib.SMTPException, or OSError."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
        for each in letters:
            smtp.send_message(each)
