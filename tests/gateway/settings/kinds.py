"""Each kind of setting: how one is made, edited, replaced and sorted."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

_numbers = count(1)


@dataclass(frozen=True)
class Sample:
    """A kind of setting. `{n}` in texts stands for a number, `pointer` is where a duplicate is refused."""

    path: str
    fields: dict[str, Any]
    edit: dict[str, Any]
    pointer: str
    bad: dict[str, Any]
    orders: list[str] = field(default_factory=list)
    search: str = ""
    batched: bool = True
    fixed: tuple[str, ...] = ()

    def new(self, number: int | None = None) -> dict[str, Any]:
        """The body that makes entry number `number`, or one like no other."""
        return filled(self.fields, next(_numbers) if number is None else number)

    def replacement(self) -> dict[str, Any]:
        """A body that replaces an entry."""
        return {name: value for name, value in self.new().items() if name not in self.fixed}


def filled(template: Any, number: int) -> Any:
    """The template with a number in its texts."""
    if isinstance(template, dict):
        return {name: filled(value, number) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, number) for value in template]
    return template.replace("{n}", f"{number:05}") if isinstance(template, str) else template


KINDS = [
    Sample(
        "allow_policies",
        {
            "pattern": "a{n}@partner.example",
            "pattern_type": "EMAIL",
            "is_regex": False,
            "is_acceptable_sender": True,
            "is_exempt_recipient": False,
            "is_trusted_sender": False,
            "verify_sender": True,
            "comments": "note",
        },
        {"comments": None, "verify_sender": False},
        "/pattern",
        {"pattern": "no address"},
        ["pattern", "created_at"],
        "A00003@",
    ),
    Sample(
        "block_senders",
        {"pattern": "b{n}@bad.example", "pattern_type": "EMAIL", "is_regex": False, "comments": "note"},
        {"comments": None},
        "/pattern",
        {"pattern": "no address"},
        ["pattern", "created_at"],
        "B00003@",
    ),
    Sample(
        "content_policies",
        {
            "name": "policy {n}",
            "pattern": "project{n}",
            "targets": ["SUBJECT", "BODY"],
            "enabled": True,
            "notes": "note",
        },
        {"enabled": False, "notes": None},
        "/name",
        {"pattern": "("},
        ["name", "created_at"],
        "PROJECT00003",
    ),
    Sample(
        "domains",
        {
            "domain": "d{n}.acme.example",
            "allowed_delivery_modes": ["DIRECT", "API"],
            "drop_dispositions": ["MALICIOUS", "SPAM"],
            "ip_restrictions": ["203.0.113.0/24"],
            "regions": ["GLOBAL"],
            "folder": "Inbox",
            "lookback_hops": 2,
            "require_tls_inbound": True,
            "transport": "mx.acme.example",
            "integration_id": "one",
        },
        {"drop_dispositions": [], "folder": None},
        "/domain",
        {"ip_restrictions": ["203.0.113.0/40"]},
        ["domain", "created_at"],
        "D00003.",
        fixed=("domain",),
    ),
    Sample(
        "impersonation_registry",
        {"name": "Person {n}", "email": "p{n}@acme.example", "is_email_regex": False, "comments": "note"},
        {"comments": None},
        "/email",
        {"email": "nobody"},
        ["name", "email", "created_at"],
        "person 00003",
        batched=False,
    ),
    Sample(
        "sending_domain_restrictions",
        {"domain": "s{n}.example", "exclude": ["news.s{n}.example"], "comments": "note"},
        {"exclude": [], "comments": None},
        "/domain",
        {"domain": "nothing"},
        ["domain", "created_at"],
        "S00003",
        batched=False,
    ),
    Sample(
        "trusted_domains",
        {
            "pattern": "t{n}.example",
            "is_regex": False,
            "is_recent": True,
            "is_similarity": False,
            "comments": "note",
        },
        {"is_similarity": True, "comments": None},
        "/pattern",
        {"pattern": "nothing"},
        ["pattern", "created_at"],
        "T00003",
    ),
    Sample(
        "url_ignore_patterns",
        {"pattern": r"https://u{n}\.example/.*", "comments": "note"},
        {"comments": None},
        "/pattern",
        {"pattern": "("},
    ),
]
