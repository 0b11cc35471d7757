"""A blast radius over very much mail equals a naive scan of it, and shows how far it is; a large file takes a minute.

REPLAY_MESSAGES=100000 looks at as many; the default is what CI has time for.

Slow, since so much mail is made first.
"""

import os
import re
import time
from collections import Counter

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.stack.over_http import api_of, signed_in
from tests.stack.running import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.timeout(1800)]
MESSAGES = int(os.environ.get("REPLAY_MESSAGES") or 10_000)
EXPRESSION = "[a-m].*"
LINES, BAD = 20_000, 300


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("replay") / "home")
    made.use_servers()
    made.environment |= {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEHOUSE_JOB_LEASE": "10"}
    try:
        yield made.start()
    finally:
        made.close()


def domains(message: dict) -> set[str]:
    named = (message["envelope_from"] or "", message["from"] or "")
    return {name.strip("<> ").rpartition("@")[2].lower() for name in named if "@" in name}


def shown(page: httpx.Response) -> dict[str, tuple[int, int]]:
    """Return the counts of a replay's page: touched, and otherwise, by disposition."""
    rows = LexborHTMLParser(page.text).css(".replay-counts tbody tr")
    cells = [[cell.text(strip=True) for cell in row.css("th, td")] for row in rows]
    return {re.sub(r"^\W+", "", name): (number(touched), number(other)) for name, touched, other in cells}


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_a_blast_radius_equals_a_naive_scan_and_shows_progress(stack):
    stack.manage("make_mail", "--count", str(MESSAGES), "--seed", "11", "--days", "80", "--no-mailboxes", timeout=1500)
    with signed_in(stack, "admin") as admin:
        fields = {"pattern": EXPRESSION, "pattern_type": "DOMAIN", "is_regex": "on", "is_trusted_sender": "on"}
        page = admin.post("/policies/allow-policies/look/", **fields, days="90")
        path, seen = page.url.path, []
        started = time.monotonic()

        def is_done() -> bool:
            now = admin.get_any(f"{path}progress/")
            bar = LexborHTMLParser(now.text).css_first("progress")
            if bar is not None:
                seen.append(int(bar.attributes["value"] or 0))
            return now.status_code == 286

        wait_for(is_done, 900, "the end of the replay")
        seconds = time.monotonic() - started
        page = admin.get(path)
        assert "were looked at: complete" in page.text
        assert any(0 < percent < 100 for percent in seen), seen
    touched, passed = Counter(), Counter()
    with api_of(stack) as api:
        for message in api.search(start="2020-01-01T00:00:00Z"):
            if any(re.fullmatch(EXPRESSION, domain) for domain in domains(message)):
                disposition = message["final_disposition"]
                touched[disposition] += 1
                passed[disposition] += disposition != "NONE" and not message["properties"].get("blocklisted_message")
    labels = {"MALICIOUS": "Malicious", "MALICIOUS-BEC": "Malicious BEC", "NONE": "Clean"}
    expected = {labels.get(name, name.capitalize()): (count, passed[name]) for name, count in touched.items()}
    assert shown(page) == expected
    assert sum(touched.values()) > MESSAGES / 10
    print(f"{MESSAGES:,} messages replayed in {seconds:.1f} s")  # noqa: T201 - the figure is what it is run for


@pytest.mark.parametrize("choice", ["whole", "good"])
def test_a_large_file_goes_in_as_chosen_within_a_minute(stack, choice):
    head = "Blocked Sender,Blocked Sender Type,Is Regex,Notes"
    lines = [
        f"{choice}{line}@scale{line % 500}.example,EMAIL,false,wave"
        if line % (LINES // BAD)
        else f"not an address {line},EMAIL,false,"
        for line in range(1, LINES + 1)
    ]
    refused = sum("not an address" in line for line in lines)
    assert refused >= BAD
    with signed_in(stack, "admin") as admin:
        started = time.monotonic()
        path = admin.upload("/policies/blocked-senders/import/", "\n".join([head, *lines]).encode()).url.path
        wait_for(lambda: admin.get_any(f"{path}progress/").status_code == 286, 120, "the dry run")
        page = admin.post(f"{path}apply/", choice=choice)
        wait_for(lambda: admin.get_any(f"{path}progress/").status_code == 286, 240, "the import")
        seconds = time.monotonic() - started
        page = admin.get(path)
        assert f"{refused:,}" in page.text
    with api_of(stack) as api:
        total = api.get("/settings/block_senders", search=f"{choice}1", per_page=1)["result_info"]["total_count"]
    if choice == "whole":
        assert "Nothing is written yet" in page.text
        assert total == 0
    else:
        assert f"{LINES - refused:,} of {LINES - refused:,} written" in page.text
        assert total > LINES / 4
    print(f"{LINES:,} lines in {seconds:.1f} s")  # noqa: T201 - the figure is what it is run for
