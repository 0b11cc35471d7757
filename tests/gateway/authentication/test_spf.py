"""SPF: the project's own cases, and those of an outside suite in the same format that SPF_CASES names."""

import os
from pathlib import Path

import pytest
import yaml

from gateway.authentication.resolver import Resolver
from gateway.authentication.spf import check_host
from tests.gateway.authentication.dns_server import SILENT, Zone, serving

OWN = Path(__file__).with_name("spf_cases.yml")
FILES = [OWN, *(Path(name) for name in [os.environ.get("SPF_CASES", "")] if name)]


def scenarios():
    for path in FILES:
        for scenario in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            yield pytest.param(scenario, id=f"{path.stem}-{scenario['description']}")


def zone_of(zonedata: dict) -> Zone:
    """Return the zone that a scenario describes. A record of type SPF stands for a TXT record unless there is one."""
    zone: Zone = {}
    for name, entries in zonedata.items():
        records: dict[str, list] = {}
        silent = any(entry == "TIMEOUT" for entry in entries)
        named = [next(iter(entry.items())) for entry in entries if entry != "TIMEOUT"]
        has_text = any(kind == "TXT" for kind, _value in named)
        for kind, value in named:
            if (kind == "SPF" and has_text) or value == "NONE":
                continue
            records.setdefault("TXT" if kind == "SPF" else kind, []).append(record_of(kind, value))
        if silent:
            for kind in ("TXT", "A", "AAAA", "MX", "PTR"):
                records.setdefault(kind, SILENT)
        zone[name.lower()] = records
    return zone


def record_of(kind: str, value) -> str | bytes:
    if kind in {"SPF", "TXT"}:
        return "".join(value if isinstance(value, list) else [value]).encode("latin-1")
    if kind == "MX":
        return f"{value[0]} {value[1] or '.'}{'.' if value[1] else ''}"
    return f"{value.rstrip('.')}." if kind in {"PTR", "CNAME"} else value


@pytest.mark.parametrize("scenario", scenarios())
def test_the_results_are_those_of_the_standard(scenario):
    with serving(zone_of(scenario["zonedata"])) as server:
        for name, case in scenario["tests"].items():
            resolver = Resolver([server.address], query_seconds=0.3 if case["result"] == "temperror" else 5)
            found = check_host(case["host"], case["mailfrom"], case["helo"], resolver.for_message())
            expected = case["result"] if isinstance(case["result"], list) else [case["result"]]
            assert found.result in expected, (name, found)
            if case.get("explanation", "DEFAULT") != "DEFAULT":
                assert found.explanation == case["explanation"], (name, found)
