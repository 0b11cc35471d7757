"""How mail programs forward within the text, by program and language. Written for these tests, after what they do.

Each takes the original's sender name, address, subject and recipient; the time is that of `mails.mail`, in Berlin.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Original:
    """What a mail program shows of the original."""

    name: str = "Ann Reed"
    address: str = "ann@partner.example"
    subject: str = "Lunch on Friday"
    to: str = "bo@acme.example"


def outlook_english(of: Original) -> tuple[str, str]:
    return f"FW: {of.subject}", (
        "Is this real?\r\n\r\nBo\r\n\r\n-----Original Message-----\r\n"
        f"From: {of.name} <{of.address}>\r\nSent: Sunday, March 1, 2026 10:30 AM\r\n"
        f"To: Bo Lund <{of.to}>\r\nSubject: {of.subject}\r\n\r\nSee you at noon.\r\n"
    )


def outlook_german(of: Original) -> tuple[str, str]:
    return f"WG: {of.subject}", (
        "Ist das echt?\r\n\r\nVon: Ann Reed [mailto:"
        f"{of.address}] \r\nGesendet: Sonntag, 1. März 2026 10:30\r\nAn: Bo Lund <{of.to}>\r\n"
        f"Betreff: {of.subject}\r\nWichtigkeit: Hoch\r\n\r\nSee you at noon.\r\n"
    )


def outlook_french(of: Original) -> tuple[str, str]:
    return f"TR: {of.subject}", (
        "________________________________\r\n"
        f"De : {of.name} <{of.address}>\r\nEnvoyé : dimanche 1 mars 2026 10:30\r\nÀ : Bo Lund <{of.to}>\r\n"
        f"Objet : {of.subject}\r\n\r\nSee you at noon.\r\n"
    )


def outlook_on_the_web(of: Original) -> tuple[str, str]:
    """Bold labels, as its text version has them, and the address twice."""
    return f"Fw: {of.subject}", (
        f"\r\n\r\n________________________________\r\n*From:* {of.name} <{of.address}<mailto:{of.address}>>\r\n"
        f"*Sent:* Sunday, March 1, 2026 10:30\r\n*To:* Bo Lund <{of.to}>\r\n*Subject:* {of.subject}\r\n\r\nSee you.\r\n"
    )


def gmail_english(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "---------- Forwarded message ---------\r\n"
        f"From: {of.name} <{of.address}>\r\nDate: Sun, Mar 1, 2026 at 10:30\u202fAM\r\n"
        f"Subject: {of.subject}\r\nTo: <{of.to}>\r\n\r\n\r\nSee you at noon.\r\n"
    )


def gmail_german(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "---------- Forwarded message ---------\r\n"
        f"Von: {of.name} <{of.address}>\r\nDate: So., 1. März 2026 um 10:30\u202fUhr\r\n"
        f"Subject: {of.subject}\r\nTo: <{of.to}>\r\n\r\n\r\nSee you at noon.\r\n"
    )


def gmail_french(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "---------- Forwarded message ---------\r\n"
        f"De : {of.name} <{of.address}>\r\nDate: dim. 1 mars 2026 à 10:30\r\n"
        f"Subject: {of.subject}\r\nTo: <{of.to}>\r\n\r\n\r\nSee you at noon.\r\n"
    )


def apple_english(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "\r\n\r\n> Begin forwarded message:\r\n> \r\n"
        f"> From: {of.name} <{of.address}>\r\n> Subject: {of.subject}\r\n"
        f"> Date: 1 March 2026 at 10:30:00 CET\r\n> To: Bo Lund <{of.to}>\r\n> \r\n> See you at noon.\r\n"
    )


def apple_german(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "\r\nAnfang der weitergeleiteten Nachricht:\r\n\r\n"
        f"Von: {of.name} <{of.address}>\r\nBetreff: {of.subject}\r\n"
        f"Datum: 1. März 2026 um 10:30:00 MEZ\r\nAn: Bo Lund <{of.to}>\r\n\r\nSee you at noon.\r\n"
    )


def apple_french(of: Original) -> tuple[str, str]:
    return f"Tr : {of.subject}", (
        "\r\nDébut du message réexpédié :\r\n\r\n"
        f"De: {of.name} <{of.address}>\r\nObjet: {of.subject}\r\n"
        f"Date: 1 mars 2026 à 10:30:00 UTC+1\r\nÀ: Bo Lund <{of.to}>\r\n\r\nSee you at noon.\r\n"
    )


def thunderbird_english(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "\r\n\r\n-------- Forwarded Message --------\r\n"
        f"Subject: \t{of.subject}\r\nDate: \tSun, 1 Mar 2026 10:30:00 +0100\r\n"
        f"From: \t{of.name} <{of.address}>\r\nTo: \tBo Lund <{of.to}>\r\n\r\n\r\n\r\nSee you at noon.\r\n"
    )


def thunderbird_german(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "\r\n\r\n-------- Weitergeleitete Nachricht --------\r\n"
        f"Betreff: \t{of.subject}\r\nDatum: \tSun, 1 Mar 2026 10:30:00 +0100\r\n"
        f"Von: \t{of.name} <{of.address}>\r\nAn: \tBo Lund <{of.to}>\r\n\r\n\r\n\r\nSee you at noon.\r\n"
    )


def thunderbird_french(of: Original) -> tuple[str, str]:
    return f"Fwd: {of.subject}", (
        "\r\n\r\n-------- Message transféré --------\r\n"
        f"Sujet : \t{of.subject}\r\nDate : \tSun, 1 Mar 2026 10:30:00 +0100\r\n"
        f"De : \t{of.name} <{of.address}>\r\nPour : \tBo Lund <{of.to}>\r\n\r\n\r\n\r\nSee you at noon.\r\n"
    )


PROGRAMS: tuple[Callable[[Original], tuple[str, str]], ...] = (
    outlook_english,
    outlook_german,
    outlook_french,
    outlook_on_the_web,
    gmail_english,
    gmail_german,
    gmail_french,
    apple_english,
    apple_german,
    apple_french,
    thunderbird_english,
    thunderbird_german,
    thunderbird_french,
)
