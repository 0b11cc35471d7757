"""The fictitious company that receives the sample mail, and the policy settings that the expected verdicts assume."""

from dataclasses import dataclass
from typing import Final

DOMAIN: Final = "acme.example"
GATEWAY: Final = "gateway.acme.example"
REPORTS: Final = f"report-phish@{DOMAIN}"
PEOPLE: Final[dict[str, str]] = {
    "anna.weber": "Anna Weber",
    "tomas.ortega": "Tomás Ortega",
    "priya.nair": "Priya Nair",
    "lena.fischer": "Lena Fischer",
    "marcus.bell": "Marcus Bell",
    "yuki.tanaka": "Yuki Tanaka",
    "sofia.rossi": "Sofia Rossi",
    "daniel.kowalski": "Daniel Kowalski",
    "chloe.martin": "Chloé Martin",
    "omar.haddad": "Omar Haddad",
    "elena.petrova": "Elena Petrova",
    "wei.zhang": "Wei Zhang",
    "joao.silva": "João Silva",
}


@dataclass(frozen=True, slots=True)
class SamplePolicy:
    """The settings of the company under which the samples get their expected dispositions."""

    protected_domains: frozenset[str]
    impersonation_registry: tuple[tuple[str, str], ...]
    trusted_authserv_ids: frozenset[str]


SAMPLE_POLICY: Final = SamplePolicy(
    protected_domains=frozenset({DOMAIN}),
    impersonation_registry=tuple(
        (PEOPLE[person], f"{person}@{DOMAIN}")
        for person in ("anna.weber", "tomas.ortega", "sofia.rossi", "marcus.bell")
    ),
    trusted_authserv_ids=frozenset({GATEWAY}),
)
