"""What the intake's replies have in common: an enhanced status code (RFC 2034), and the keywords after EHLO."""

import re
from typing import Final

_HAS_CODE: Final = re.compile(r"[245]\d\d[ -][245]\.\d{1,3}\.\d{1,3}(?: |$)")
_CODES: Final = {
    "220": "2.0.0", "221": "2.0.0", "250": "2.0.0", "252": "2.5.0",
    "421": "4.3.0", "450": "4.2.0", "451": "4.3.0", "452": "4.3.1", "454": "4.7.0",
    "500": "5.5.2", "501": "5.5.4", "502": "5.5.1", "503": "5.5.1", "530": "5.7.0", "538": "5.7.11",
    "550": "5.7.1", "552": "5.3.4", "553": "5.1.3", "554": "5.5.0", "555": "5.5.4",
}  # fmt: skip


def with_code(reply: str) -> str:
    """Return a reply with an enhanced status code after the number. One that has a code, or needs none, stays as it is.

    Greetings and the replies to EHLO, HELO and LHLO have none, nor have replies in the 300s.
    """
    number = reply[:3]
    if number not in _CODES or reply[3:4] not in {" ", "-", ""} or _HAS_CODE.match(reply):
        return reply
    code = "5.5.1" if number == "500" and "not recognized" in reply else _CODES[number]
    return f"{number}{reply[3:4] or ' '}{code} {reply[4:]}".rstrip()


def keywords(offered: list[str], *, believed: bool) -> list[str]:
    """Return the lines after EHLO: what aiosmtpd offers, without AUTH, which nobody needs here, and what is added.

    `believed` says that the peer may tell whose mail it hands in.
    """
    kept = [line for line in offered[:-1] if not line.startswith("250-AUTH")]
    kept += ["250-PIPELINING", "250-ENHANCEDSTATUSCODES", "250-DSN"]
    if believed:
        kept += [
            "250-XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT",
            "250-XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE",
        ]
    return [*kept, *offered[-1:]]
