"""Detector for odd ways of sending: a sender that nothing vouches for, accounts of servers, made-up addresses."""

import re
from collections.abc import Iterator
from typing import Final

from gateway.detect.brands import BRANDS, FREE_MAIL, is_free_mail
from gateway.detect.context import lies_in
from gateway.detect.defang import defang
from gateway.detect.disguise import looks_random
from gateway.detect.evidence import Evidence
from gateway.detect.kept_lists import CHEAP_ENDINGS, DYNAMIC_DNS, FREE_HOSTING
from gateway.detect.verdict import SPAM, SPOOF, SUSPICIOUS, Finding
from gateway.mail.domains import has_listed_suffix

# Accounts that programs on a server send from, such as the scripts of a web site.
_SERVER_ACCOUNTS: Final = frozenset(["root", "www-data", "apache", "httpd", "nginx", "wwwrun", "webuser"])
# Servers of recipients that write a Message-ID where the sender wrote none.
_ADDED_HOSTS: Final = ("prod.protection.outlook.com", "mx.google.com", "smtpin_added_missing")
_MESSAGE_ID: Final = re.compile(r"<?[^<>@\s]{1,300}@([^<>@\s]{1,253})>?")
# Filled up with zeros, which the mail programs that it is copied from never do.
_RATWARE: Final = re.compile(r"<?0000[0-9a-f]{8}\$0000[0-9a-f]{4}\$0000[0-9a-f]{4}@[^<>@\s]{1,253}>?")
_NUMBERED: Final = re.compile(r"(?:\d{1,3}[.-]){3}\d{1,3}|[0-9a-f]{8}\.")
_LINE: Final = re.compile(r"broadband|dsl|dial|dhcp|dyn|pool|cable|ppp|hsd1|client|cust|res\.|home|catv|fiber|ftth")
_MOST_HOPS: Final = 12
# The names of servers that mail of free providers goes through, where they are not the domain's own first label.
_OUTLOOK: Final = ("outlook", "hotmail", "msn.com", "live.com", "microsoft")
_YAHOO: Final = ("yahoo", "yahoodns", "aol")
_SERVERS: Final = {
    **dict.fromkeys(["outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "hotmail.fr"], _OUTLOOK),
    **dict.fromkeys(["outlook.fr", "outlook.de", "live.co.uk"], _OUTLOOK),
    **dict.fromkeys(["gmail.com", "googlemail.com"], ("google", "gmail")),
    **dict.fromkeys(
        ["yahoo.com", "ymail.com", "aol.com", "yahoo.co.uk", "yahoo.fr", "yahoo.de", "netscape.net"], _YAHOO
    ),
    **dict.fromkeys(["icloud.com", "me.com", "mac.com"], ("apple", "icloud", "me.com", "mac.com")),
    **dict.fromkeys(["gmx.com", "gmx.de", "gmx.net", "web.de", "mail.com", "email.com"], ("gmx", "web.de", "mail.com")),
    **dict.fromkeys(["mail.ru", "bk.ru", "inbox.ru", "list.ru"], ("mail.ru",)),
    **dict.fromkeys(["proton.me", "protonmail.com"], ("proton",)),
    **dict.fromkeys(["tutanota.com", "tuta.io"], ("tuta",)),
    **dict.fromkeys(["qq.com", "foxmail.com"], ("qq.com", "tencent")),
    **dict.fromkeys(["163.com", "126.com"], ("163.com", "126.com", "netease")),
    **dict.fromkeys(["hanmail.net", "daum.net"], ("daum", "hanmail", "kakao")),
}
_WORD: Final = re.compile(r"[a-z0-9]+")
_LIST_FIELDS: Final = frozenset(["list-id", "list-post", "mailing-list", "x-beenthere"])
_BRAND_LABELS: Final = frozenset(label for brand in BRANDS for label in brand.labels if len(label) > 2)


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find odd ways of sending. Mail of colleagues and of known conversations is left alone."""
    if evidence.is_internal or evidence.is_discussion or evidence.is_report or not evidence.message.headers:
        return
    yield from _unaligned(evidence)
    yield from _server_account(evidence)
    yield from _to_oneself(evidence)
    yield from _from_free_host(evidence)
    yield from _message_id(evidence)
    yield from _random_address(evidence)
    yield from _forged_free_mail(evidence)
    yield from _dialled_in(evidence)


def _forged_free_mail(evidence: Evidence) -> Iterator[Finding]:
    """Find a sender at a free mail provider whose servers never had the message."""
    message = evidence.message
    servers = _SERVERS.get(evidence.from_org, (evidence.from_org.partition(".")[0],))
    if evidence.from_org not in FREE_MAIL or not message.received or evidence.is_authenticated:
        return
    if evidence.from_org in evidence.signed_orgs or evidence.claims_to_be_discussion or evidence.is_forwarded:
        return
    way = " ".join(hop.raw.lower() for hop in message.received[:_MOST_HOPS])
    if any(server in way for server in servers):
        return
    yield Finding(
        "forged-free-mail",
        SUSPICIOUS,
        0.4,
        f"The sender is said to write from {defang(evidence.from_domain)}, but the servers of that provider never had"
        " the message.",
        "Received",
        "header",
        message.from_address,
    )


def _dialled_in(evidence: Evidence) -> Iterator[Finding]:
    """Find mail that a customer's line handed over, where honest mail comes from a server."""
    helo = (evidence.envelope.helo or evidence.message.smtp_helo_server_name).lower()[:253]
    by_number = _NUMBERED.search(helo) is not None
    by_word = _LINE.search(helo) is not None
    if not (by_number and by_word) or evidence.claims_to_be_discussion:
        return
    yield Finding(
        "customers-line",
        SPAM,
        0.4,
        f"It was handed over by {defang(helo)}, a customer's line and no mail server.",
        "Received",
        "envelope",
        helo,
    )


def _unaligned(evidence: Evidence) -> Iterator[Finding]:
    if not evidence.is_unaligned or evidence.is_authenticated or evidence.fails_dmarc:
        return
    brand = evidence.from_org.partition(".")[0] in _BRAND_LABELS
    if evidence.claims_to_be_discussion and not brand:
        return
    written = bool(evidence.message.html) and bool(evidence.targets)
    score = 0.6 if brand and not evidence.claims_to_be_discussion else 0.45 if written else 0.3
    yield Finding(
        "unaligned-sender",
        SPOOF if brand or written else SUSPICIOUS,
        score,
        f"From shows {defang(evidence.from_domain)}, but {defang(evidence.envelope_domain)} sent it, and no signature"
        " names the domain that the reader sees.",
        "From",
        "header",
        evidence.message.from_address,
    )


def _server_account(evidence: Evidence) -> Iterator[Finding]:
    local = evidence.envelope.mail_from.partition("@")[0].lower()
    if local in _SERVER_ACCOUNTS and evidence.from_org != evidence.envelope_org:
        yield Finding(
            "server-account",
            SUSPICIOUS,
            0.35,
            f"A server's own account {defang(evidence.envelope.mail_from)} sent it, not the sender that is shown.",
            "Return-Path",
            "envelope",
            evidence.envelope.mail_from,
        )


def _to_oneself(evidence: Evidence) -> Iterator[Finding]:
    address = evidence.message.from_address.lower()
    if not address or address not in evidence.recipients or not evidence.message.html or not evidence.foreign_targets:
        return
    # A list may write as the address that it is sent to.
    if (
        evidence.is_unaligned
        or evidence.from_org in evidence.signed_orgs
        or evidence.is_authenticated
        or evidence.fields & _LIST_FIELDS
    ):
        return
    yield Finding(
        "sender-is-recipient",
        SUSPICIOUS,
        0.45,
        f"It pretends that {defang(address)} wrote to themselves, and its links lead elsewhere.",
        "From",
        "header",
        address,
    )


def _from_free_host(evidence: Evidence) -> Iterator[Finding]:
    domain = evidence.from_domain
    if domain.endswith(".onmicrosoft.com"):
        what, score = "a domain that Microsoft gives to every new customer", 0.35
    elif lies_in(domain, FREE_HOSTING) or lies_in(domain, DYNAMIC_DNS):
        what, score = "a name that anybody gets at once", 0.4
    elif domain.rpartition(".")[2] in CHEAP_ENDINGS and looks_random(domain.split(".")[-2]):
        what, score = "a random name under a cheap ending", 0.5
    else:
        return
    yield Finding(
        "throwaway-sender",
        SUSPICIOUS,
        score,
        f"The sender's domain {defang(domain)} is {what}.",
        "From",
        "header",
        domain,
    )


def _message_id(evidence: Evidence) -> Iterator[Finding]:
    written = evidence.message.message_id
    if not written:
        return
    match = _MESSAGE_ID.fullmatch(written)
    host = match[1].lower() if match else ""
    if host.endswith(_ADDED_HOSTS):
        if evidence.from_org in {"outlook.com", "hotmail.com", "live.com", "msn.com", "gmail.com", "google.com"}:
            return
        reason, score = "The sender gave the message no Message-ID; the recipient's server added one.", 0.3
    elif _RATWARE.fullmatch(written):
        reason, score = "The Message-ID is written as mass mailers write it that pretend to be a mail program.", 0.45
    elif match is None:
        reason, score = "The Message-ID is no valid one.", 0.3
    elif host.startswith("[") or "." not in host.strip("."):
        reason, score = f"The Message-ID names {defang(host)}, which is no server's name.", 0.1
    elif _NUMBERED.search(host) and _LINE.search(host) and host != evidence.from_domain:
        reason, score = f"The Message-ID names {defang(host)}, a customer's line.", 0.25
    elif not has_listed_suffix(host) and looks_random(host.replace(".", "")):
        reason, score = f"The Message-ID names {defang(host)}, which can't exist.", 0.3
    else:
        return
    yield Finding("odd-message-id", SPAM, score, reason, "Message-ID", "header", written)


def _random_address(evidence: Evidence) -> Iterator[Finding]:
    local, _, domain = evidence.message.from_address.lower().partition("@")
    label = evidence.from_org.partition(".")[0]
    random_domain = not is_free_mail(evidence.from_org) and any(map(looks_random, _WORD.findall(label)))
    if random_domain or (local.isalnum() and looks_random(local)):
        yield Finding(
            "random-address",
            SPAM,
            0.45 if random_domain else 0.2,
            f"The sender's address {defang(evidence.message.from_address)} looks drawn by lot.",
            "From",
            "header",
            evidence.message.from_address,
        )
    if evidence.message.from_address.endswith("."):
        yield Finding(
            "impossible-sender",
            SPAM,
            0.45,
            f"The sender's address {defang(evidence.message.from_address)} ends with a dot.",
            "From",
            "header",
            domain,
        )
