"""A small team's use of Gatehouse, through what every version has: mail, and the pages that people see."""

from __future__ import annotations

import re
import smtplib
from dataclasses import asdict, dataclass, field
from typing import Any

import httpx

from tests.gateway.mails import GTUBE, mail
from tests.stack.over_http import Console, api_of, signed_in
from tests.stack.running import Stack, wait_for

DOMAIN = "acme.example"
LETTERS = 12
NOTE = "Called Bo: he had not opened it."
TAG = "wave-7"
PATTERN = "partner-of-ours.example"
PROTECTED = {
    "domain": DOMAIN,
    "allowed_delivery_modes": ["DIRECT"],
    "drop_dispositions": ["MALICIOUS", "SPOOF", "SPAM"],
    "ip_restrictions": [],
    "regions": [],
}


@dataclass
class Facts:
    """What was there before the upgrade: subjects with their text, and what people did."""

    letters: dict[str, str] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)
    noted: str = ""
    released: str = ""
    moved: list[str] = field(default_factory=list)
    job: str = ""
    outcomes: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def base_url(stack: Stack) -> str:
    return f"{stack.run['api_base_url']}/accounts/{stack.run['account_id']}/email-security"


def authorization(stack: Stack) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.run['api_token']}"}


def send(stack: Stack, raw: bytes, to: str = f"bo@{DOMAIN}") -> None:
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=60) as smtp:
        smtp.sendmail("ann@partner.example", [to], raw)


def use(stack: Stack) -> Facts:
    """Send mail and act on it, and return what is to be found again."""
    facts = Facts()
    _settings(stack)
    for number in range(LETTERS):
        subject = f"Delivery note {number} – Grüße {number}"
        body = f"Text {number}.\r\n.a dot at the beginning\r\nhttps://shop.example/{number}\r\n"
        raw = mail(subject=f"=?utf-8?q?Delivery_note_{number}_=E2=80=93_Gr=C3=BC=C3=9Fe_{number}?=", body=body)
        send(stack, raw)
        facts.letters[subject] = raw.decode()
    for number in range(3):
        subject = f"Held {number}"
        send(stack, mail(subject=subject, body=GTUBE))
        facts.held.append(subject)
    with signed_in(stack, "analyst") as analyst, api_of(stack) as api:
        rows = {row["subject"]: row for row in api.search()}
        ids = {subject: row["id"] for subject, row in rows.items()}
        facts.noted = next(iter(facts.letters))
        analyst.post(f"/investigate/messages/{ids[facts.noted]}/note/", text=NOTE)
        analyst.post(f"/investigate/messages/{ids[facts.noted]}/tag/", tag=TAG)
        facts.released = facts.held[0]
        _ended(analyst, analyst.create_job([ids[facts.released]], action="release", reason="a partner's"))
        facts.moved = list(facts.letters)[:5]
        facts.job = analyst.create_job(
            [ids[subject] for subject in facts.moved], action="move", destination="JunkEmail", reason="a wave"
        )
        facts.outcomes = _ended(analyst, facts.job)
    return facts


def _settings(stack: Stack) -> None:
    """Protect a domain and allow a partner's, by the API."""
    policy = {
        "pattern": PATTERN,
        "pattern_type": "DOMAIN",
        "is_trusted_sender": True,
        "is_acceptable_sender": False,
        "is_exempt_recipient": False,
        "is_regex": False,
        "verify_sender": True,
    }
    with httpx.Client(base_url=base_url(stack), headers=authorization(stack), timeout=60) as http:
        http.post("/settings/domains", json=PROTECTED).raise_for_status()
        http.post("/settings/allow_policies", json=policy).raise_for_status()


def _ended(console: Console, job: str) -> dict[str, int]:
    wait_for(lambda: console.progress(job)[1], 120, "the end of a job")
    return console.outcomes(job)


def folders(stack: Stack) -> dict[str, list[str]]:
    """Return the subjects in each folder of Bo's mailbox."""
    found: dict[str, list[str]] = {}
    for path in (stack.home / "mailboxes").rglob("*"):
        if path.is_file() and path.parent.name in {"new", "cur"}:
            subject = re.search(rb"^Subject: (.*)\r?$", path.read_bytes(), re.MULTILINE)
            folder = path.parent.parent.name
            found.setdefault(folder if folder.startswith(".") else "Inbox", []).append(
                subject[1].decode().strip() if subject else ""
            )
    return found
