"""What the API's search finds, written down from the contract: the fake one and the tests of the planner share it."""

import re
from datetime import datetime
from typing import Any

import httpx

from gateway.search.link_words import address_words
from gateway.search.words import words

_HOST = re.compile(r"^https?://([a-z0-9.-]+)")
OPERATIONS = {
    "MOVED": "MOVE",
    "QUARANTINE_RELEASED": "QUARANTINE_RELEASE",
    "PREVIEW": "PREVIEW",
    "SUBMITTED": "SUBMISSION",
}


def finds(held: dict[str, Any], detail: dict[str, Any] | None, query: httpx.QueryParams) -> bool:
    """Tell whether a search with these parameters finds the message."""
    detail = detail or {}
    return (
        held["is_phish_submission"] == (query.get("submissions") == "true")
        and (query["detections_only"] == "false" or held["final_disposition"] != "NONE")
        and _time(held, query)
        and _dispositions(held, query.get_list("final_disposition"))
        and _any_of(query.get_list("delivery_status"), held["delivery_status"] or [])
        and _any_of(
            [OPERATIONS[name] for name in query.get_list("message_action")], held["post_delivery_operations"] or []
        )
        and _any_of(query.get_list("sender"), _names([held["from"], held["envelope_from"]]))
        and _any_of(query.get_list("recipient"), _names(_recipients(held)))
        and _any_of(query.get_list("domain"), _domains(held, detail))
        and _links(detail, query.get_list("url"))
        and _any_of([_bare(one) for one in query.get_list("message_id")], [_bare(held["message_id"] or "")])
        and _has_words([held["subject"] or ""], query.get("subject", ""))
        and _has_words(_searched(held, detail), query.get("query", ""))
    )


def _time(held: dict[str, Any], query: httpx.QueryParams) -> bool:
    at = datetime.fromisoformat(held["scanned_at"])
    return datetime.fromisoformat(query["start"]) <= at <= datetime.fromisoformat(query["end"])


def _dispositions(held: dict[str, Any], wanted: list[str]) -> bool:
    is_so = held["final_disposition"]
    return not wanted or is_so in wanted or (is_so == "MALICIOUS-BEC" and "MALICIOUS" in wanted)


def _any_of(wanted: list[str], values: list[str]) -> bool:
    return not wanted or bool({one.casefold() for one in wanted} & {value.casefold() for value in values})


def _recipients(held: dict[str, Any]) -> list[str]:
    return [*held["client_recipients"], *(held["envelope_to"] or []), *(held["to"] or [])]


def _names(addresses: list[str | None]) -> list[str]:
    return [name for address in addresses if address for name in (address, address.rpartition("@")[2])]


def _domains(held: dict[str, Any], detail: dict[str, Any]) -> list[str]:
    addresses = [held["from"], held["envelope_from"], *_recipients(held)]
    hosts = [host for link in detail.get("links", []) for host in _HOST.findall(link["href"])]
    return [
        *(address.rpartition("@")[2] for address in addresses if address and "@" in address),
        *hosts,
        *(".".join(host.split(".")[-2:]) for host in hosts),
    ]


def _links(detail: dict[str, Any], wanted: list[str]) -> bool:
    cut = [address_words(link["href"]) for link in detail.get("links", [])]
    return not wanted or any(_beside(address_words(part), address) for part in wanted for address in cut)


def _bare(message_id: str) -> str:
    return message_id.strip().removeprefix("<").removesuffix(">")


def _searched(held: dict[str, Any], detail: dict[str, Any]) -> list[str]:
    texts = [held["subject"], held["from"], held["from_name"], held["envelope_from"], held.get("replyto")]
    texts += [*_recipients(held), *(held["to_name"] or []), *held["detection_reasons"]]
    texts += [held["message_id"], held["final_disposition"], held["id"], held["scanned_at"], held["sent_at"]]
    texts += [held.get(name) for name in ("smtp_helo_server_ip", "smtp_previous_hop_ip", "x_originating_ip")]
    for attachment in detail.get("attachments", []):
        texts += [attachment.get(name) for name in ("filename", "md5", "sha1", "sha256")]
    return [text for text in texts if text]


def _has_words(texts: list[str], wanted: str) -> bool:
    """Every term has to be there, its words side by side within one text; text without any word is nowhere."""
    if not wanted.strip():
        return True
    terms = [words(term) for term in wanted.split()]
    cut = [words(text) for text in texts]
    return any(terms) and all(any(_beside(term, text) for text in cut) for term in terms if term)


def _beside(term: list[str], text: list[str]) -> bool:
    return any(text[at : at + len(term)] == term for at in range(len(text) - len(term) + 1))
