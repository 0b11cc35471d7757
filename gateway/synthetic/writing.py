"""Generate one synthetic message: header fields with its hops, and a body by its kind."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from random import Random

from gateway.synthetic import texts
from gateway.synthetic.people import ATTACKERS, DEPARTMENTS, PARTNERS, Person, colleague, outsider

COLLEAGUES = 600
MAILING = 8


@dataclass(frozen=True, slots=True)
class SyntheticMail:
    """A message as it would have been received by SMTP at `scanned_at`."""

    raw: bytes
    mail_from: str
    recipients: tuple[str, ...]
    client_ip: str
    helo: str
    scanned_at: datetime


@dataclass(slots=True)
class _Draft:
    """The properties of a message that depend on its kind.

    All others are generated in the same way for all kinds.
    """

    sender: Person
    subject: str
    text: str
    headers: list[str]
    html: bool = False
    attachment: tuple[str, str, bytes] | None = None
    mail_from: str = ""


_Kind = Callable[[Random, str], _Draft]


def _filled(chance: Random, pair: tuple[str, str], link: str = "") -> tuple[str, str]:
    values = {
        "thing": chance.choice(texts.THINGS),
        "place": chance.choice(texts.PLACES),
        "n": chance.randrange(1000, 1_000_000),
        "nn": chance.randrange(10, 99),
        "link": link,
    }
    return pair[0].format(**values), pair[1].format(**values)


def _internal(chance: Random, domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.INTERNAL))
    draft = _Draft(colleague(chance.randrange(COLLEAGUES), domain), subject, text, [])
    if chance.random() < 0.2:
        draft.attachment = (
            f"{chance.choice(texts.THINGS)}-{chance.randrange(100)}.pdf",
            "application/pdf",
            _pdf(chance),
        )
    return draft


def _partner(chance: Random, _domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.PARTNER))
    draft = _Draft(outsider(chance, PARTNERS), subject, text, [], html=chance.random() < 0.5)
    if chance.random() < 0.3:
        draft.attachment = (f"offer-{chance.randrange(10_000)}.pdf", "application/pdf", _pdf(chance))
    return draft


def _newsletter(chance: Random, _domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.NEWSLETTER))
    host = chance.choice(PARTNERS)
    sender = Person(host.partition(".")[0].title(), f"news@{host}")
    leave = f"List-Unsubscribe: <https://news.{host}/leave?u={chance.randrange(10**8)}>"
    draft = _Draft(sender, subject, text, [leave, "Precedence: bulk"], html=True)
    draft.mail_from = f"bounce+{chance.randrange(10**6)}@news.{host}"
    return draft


def _list(chance: Random, _domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.LISTS))
    headers = ["List-Id: Developers <dev.lists.example>", "Precedence: list"]
    return _Draft(outsider(chance, PARTNERS), subject, text, headers, mail_from="dev-bounces@lists.example")


def _link(chance: Random) -> str:
    return f"http://{chance.choice(('login', 'secure', 'portal'))}.{chance.choice(ATTACKERS)}/{chance.randrange(10**6)}"


def _credentials(chance: Random, domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.CREDENTIALS), _link(chance))
    name = chance.choice(("IT Help Desk", "Mail Administrator", "Security Team", f"{domain} support"))
    return _Draft(Person(name, f"no-reply@{chance.choice(ATTACKERS)}"), subject, text, [], html=chance.random() < 0.6)


def _fraud(chance: Random, domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.FRAUD))
    name = colleague(chance.randrange(20), domain).name
    reply = f"Reply-To: office{chance.randrange(999)}@{chance.choice(ATTACKERS)}"
    return _Draft(Person(name, f"ceo{chance.randrange(99)}@{chance.choice(ATTACKERS)}"), subject, text, [reply])


def _spam(chance: Random, _domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.SPAM), _link(chance))
    return _Draft(outsider(chance, ATTACKERS), subject, text, [], html=chance.random() < 0.3)


def _program(chance: Random, _domain: str) -> _Draft:
    subject, text = _filled(chance, chance.choice(texts.PARTNER))
    draft = _Draft(outsider(chance, ATTACKERS), subject, text, [])
    name = chance.choice(("invoice.pdf.exe", "scan.scr", "order.js"))
    draft.attachment = (name, "application/octet-stream", b"MZ" + chance.randbytes(200))
    return draft


_KINDS: list[tuple[_Kind, int]] = [
    (_internal, 38),
    (_partner, 24),
    (_newsletter, 14),
    (_list, 5),
    (_credentials, 8),
    (_spam, 7),
    (_fraud, 3),
    (_program, 1),
]
_FUNCTIONS = [kind for kind, _ in _KINDS]
_WEIGHTS = [weight for _, weight in _KINDS]


def synthetic_mail(seed: int, number: int, *, domain: str, scanned_at: datetime) -> SyntheticMail:
    """Return the message `number` of `seed`.

    The same arguments result in the same bytes. Messages come in mailings, as in real mail: each `MAILING` consecutive
    messages share sender, text and sending server, and differ in recipients, dates and Message-ID.
    """
    shared = Random(f"{seed} {number // MAILING}")  # noqa: S311 - mail, not secrets
    draft = shared.choices(_FUNCTIONS, _WEIGHTS)[0](shared, domain)
    host = draft.sender.address.rpartition("@")[2]
    ip = f"{shared.choice(('198.51.100', '203.0.113'))}.{shared.randrange(1, 255)}"
    helo = f"mx{shared.randrange(1, 9)}.{host}"
    body = _body(draft, f"=_{seed}_{number // MAILING}")
    chance = Random(f"{seed} {number} sent")  # noqa: S311 - mail, not secrets
    people = [colleague(chance.randrange(COLLEAGUES), domain) for _ in range(chance.choice((1, 1, 1, 1, 1, 1, 2, 3)))]
    if chance.random() < 0.1:
        people.append(Person(chance.choice(DEPARTMENTS).title(), f"{chance.choice(DEPARTMENTS)}@{domain}"))
    sent = scanned_at - timedelta(seconds=chance.randrange(2, 600))
    lines = [
        f"Received: from {helo} ({helo} [{ip}])",
        f"\tby mx.{domain} (Postfix) with ESMTPS id {chance.randrange(16**10):010X}",
        f"\tfor <{people[0].address}>; {format_datetime(scanned_at.replace(microsecond=0))}",
        f"Received: from [10.1.{chance.randrange(256)}.{chance.randrange(256)}] by {helo} with ESMTPSA;",
        f"\t{format_datetime(sent.replace(microsecond=0))}",
        f"From: {_mailbox(draft.sender)}",
        "To: " + ",\r\n\t".join(map(_mailbox, people)),
        f"Subject: {_encoded(draft.subject)}",
        f"Date: {format_datetime(sent.replace(microsecond=0))}",
        f"Message-ID: <{seed}.{number}.{chance.randrange(16**8):08x}@{host}>",
        *draft.headers,
        "MIME-Version: 1.0",
        *body,
    ]
    raw = "\r\n".join(lines).encode()
    mail_from = draft.mail_from or draft.sender.address
    return SyntheticMail(raw, mail_from, tuple(dict.fromkeys(p.address for p in people)), ip, helo, scanned_at)


@lru_cache(maxsize=4096)
def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8").encode(linesep="\r\n")


def _mailbox(person: Person) -> str:
    if person.name.isascii():
        return str(person)
    return f"{_encoded(person.name)} <{person.address}>"


def _body(draft: _Draft, boundary: str) -> list[str]:
    text = draft.text.replace("\n", "\r\n")
    leaf = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text]
    if draft.html:
        paragraphs = "".join(f"<p>{_linked(part)}</p>" for part in draft.text.split("\n\n"))
        page = f"<html><body><div>{paragraphs}</div></body></html>"
        leaf = ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", page]
    if draft.attachment is None:
        return [*leaf, ""]
    name, kind, content = draft.attachment
    encoded = base64.encodebytes(content).decode().strip().replace("\n", "\r\n")
    return [
        f'Content-Type: multipart/mixed; boundary="{boundary}"',
        "",
        f"--{boundary}",
        *leaf,
        f"--{boundary}",
        f'Content-Type: {kind}; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        "",
        encoded,
        f"--{boundary}--",
        "",
    ]


def _linked(text: str) -> str:
    return f'<a href="{text}">{text}</a>' if text.startswith("http") else text.replace("\n", "<br>")


def _pdf(chance: Random) -> bytes:
    """Return one of fifty tiny files with the beginning and end of a PDF, which suffices for type detection."""
    return b"%PDF-1.4\n% page " + str(chance.randrange(50)).encode() + b"\n%%EOF\n"
