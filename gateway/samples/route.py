"""Generate the trace header fields of sample mail, as the hosts on its way and the company's gateway add them."""

import base64
import hashlib
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Final

from gateway.samples.company import DOMAIN, GATEWAY
from gateway.samples.sample import Journey

_RESULTS: Final = {
    "pass": "spf=pass smtp.mailfrom={sender}; dkim=pass (2048-bit key) header.d={author} header.s=s1;"
    " dmarc=pass (p=QUARANTINE) header.from={author}",
    "unsigned": "spf=pass smtp.mailfrom={sender}; dkim=none; dmarc=none header.from={author}",
    "misaligned": "spf=pass smtp.mailfrom={sender}; dkim=none; dmarc=fail (p=NONE) header.from={author}",
    "fail-none": "spf=softfail smtp.mailfrom={sender}; dkim=none; dmarc=fail (p=NONE) header.from={author}",
    "fail-quarantine": "spf=fail smtp.mailfrom={sender}; dkim=none; dmarc=fail (p=QUARANTINE) header.from={author}",
    "fail-reject": "spf=fail smtp.mailfrom={sender}; dkim=none; dmarc=fail (p=REJECT) header.from={author}",
    "internal": "dkim=pass (2048-bit key) header.d={author} header.s=s1; dmarc=pass (p=REJECT) header.from={author}",
}
_SIGNED: Final = frozenset({"pass", "internal"})


def route(journey: Journey, author: str, received_at: datetime) -> str:
    """Return the trace fields of a message, newest first, with CRLF.

    `author` is the header From domain.
    """
    sender = journey.mail_from.rpartition("@")[2] or journey.host
    fields = [f"Return-Path: <{journey.mail_from}>"]
    if journey.auth in _RESULTS:
        results = _RESULTS[journey.auth].format(sender=sender, author=author)
        fields.append("Authentication-Results: " + f"{GATEWAY}; {results}".replace("; ", ";\r\n\t"))
    fields += _hops(journey, received_at)
    if journey.auth in _SIGNED:
        fields.append(_signature(journey, author, received_at))
    return "".join(field + "\r\n" for field in fields)


def _hops(journey: Journey, received_at: datetime) -> list[str]:
    first = journey.recipients[0] if len(journey.recipients) == 1 else ""
    for_whom = f"\r\n\tfor <{first}>" if first else ""
    if journey.auth == "internal":
        client, relay, address = f"laptop-{token(journey.name, 4).lower()}", f"mail.{DOMAIN}", "10.20.0.5"
        origin = f"10.20.8.{_number(journey.name) % 200 + 20}"
    else:
        client, relay, address = f"app-{token(journey.name, 5).lower()}", journey.host, journey.ip
        origin = f"192.0.2.{_number(journey.name) % 250 + 2}"
    newest = format_datetime(received_at)
    earlier = format_datetime(received_at - timedelta(seconds=2 + _number(journey.name) % 5))
    return [
        f"Received: from {relay} ({relay} [{address}])\r\n\tby {GATEWAY} (Postfix) with ESMTPS"
        f" id {token(journey.name, 11)}{for_whom};\r\n\t{newest}",
        f"Received: from {client} (unknown [{origin}])\r\n\tby {relay} with ESMTPSA"
        f" id {token(journey.name + relay, 12)};\r\n\t{earlier}",
    ]


def _signature(journey: Journey, author: str, received_at: datetime) -> str:
    """Return a DKIM-Signature field with a made-up signature."""
    digest = base64.b64encode(hashlib.sha256(journey.name.encode()).digest()).decode()
    value = base64.b64encode(hashlib.shake_256(journey.name.encode()).digest(129)).decode()
    lines = "\r\n\t ".join(value[start : start + 64] for start in range(0, len(value), 64))
    return (
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={author}; s=s1;\r\n"
        f"\tt={int(received_at.timestamp())}; h=from:to:subject:date:message-id;\r\n\tbh={digest};\r\n\tb={lines}"
    )


def token(seed: str, length: int) -> str:
    """Return letters and digits that look like a queue ID.

    The same seed results in the same ID.
    """
    return base64.b32encode(hashlib.sha256(seed.encode()).digest()).decode()[:length]


def _number(seed: str) -> int:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4], "big")
