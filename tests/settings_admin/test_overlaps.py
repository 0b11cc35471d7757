"""Which entries are in each other's way, from the list of entries alone."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from settings_admin.entries.entry import Entry
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, TRUSTED_DOMAINS
from settings_admin.upkeep.abused_services import abuse_warning
from settings_admin.upkeep.overlaps import overlaps_of

TRUSTS = {"is_trusted_sender": True, "is_acceptable_sender": False, "is_exempt_recipient": False, "verify_sender": True}
ACCEPTS = TRUSTS | {"is_trusted_sender": False, "is_acceptable_sender": True}
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def entry(number, pattern, how="EMAIL", *, kind=ALLOW_POLICIES, is_regex=False, **more):
    flags = TRUSTS if kind is ALLOW_POLICIES else {"is_similarity": True} if kind is TRUSTED_DOMAINS else {}
    values = {"pattern": pattern, "pattern_type": how, "is_regex": is_regex} | flags | more
    return Entry(kind, str(number), values, {}, FIRST + timedelta(days=number), None)


def said(*entries):
    return {
        entry_id: ("contradicted" if found[0].is_contradiction else "shadowed", found[0].other.id)
        for (_kind, entry_id), found in overlaps_of(entries).found.items()
    }


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (entry(1, "Ann@A.example"), entry(2, "a.example", "DOMAIN"), "shadowed"),
        (entry(1, "ann@mail.a.example"), entry(2, "a.example", "DOMAIN"), "shadowed"),
        (entry(1, "ann@nota.example"), entry(2, "a.example", "DOMAIN"), None),
        (entry(1, "b.a.example", "DOMAIN"), entry(2, "a.example", "DOMAIN"), "shadowed"),
        (entry(1, "198.51.100.7", "IP"), entry(2, "198.51.100.0/24", "IP"), "shadowed"),
        (entry(1, "198.51.101.7", "IP"), entry(2, "198.51.100.0/24", "IP"), None),
        (entry(1, "ann@a.example"), entry(2, r".*@a\.example", is_regex=True), "shadowed"),
        (entry(1, "ann@a.example"), entry(2, r"(.+\.)?a\.example", "DOMAIN", is_regex=True), "shadowed"),
        (entry(1, "ann@a.example"), entry(2, "(", is_regex=True), None),
        (entry(1, "ann@a.example"), entry(2, "a.example", "DOMAIN", **ACCEPTS), None),
        (entry(1, "ann@a.example", **ACCEPTS), entry(2, "a.example", "DOMAIN"), "shadowed"),
        (entry(1, "ann@a.example", verify_sender=False), entry(2, "a.example", "DOMAIN"), None),
        (entry(1, "ann@a.example", is_exempt_recipient=True), entry(2, "a.example", "DOMAIN"), None),
        (entry(1, "ann@a.example"), entry(2, "a.example", "DOMAIN", kind=BLOCK_SENDERS), "contradicted"),
        (entry(1, "a.example", "DOMAIN"), entry(2, "ann@a.example", kind=BLOCK_SENDERS), None),
        (
            entry(1, "a@a.example", is_trusted_sender=False, is_exempt_recipient=True),
            entry(2, "a.example", "DOMAIN", kind=BLOCK_SENDERS),
            None,
        ),
        (
            entry(1, "a.example", kind=TRUSTED_DOMAINS),
            entry(2, "a.example", "DOMAIN", verify_sender=False),
            "shadowed",
        ),
        (entry(1, "a.example", kind=TRUSTED_DOMAINS), entry(2, "a.example", "DOMAIN"), None),
    ],
)
def test_the_narrow_one_is_told_and_the_wide_one_is_not(narrow, wide, expected):
    found = said(narrow, wide)
    assert found == ({"1": (expected, "2")} if expected else {})


def test_of_two_equal_ones_the_younger_is_told():
    assert said(entry(2, "A@a.example"), entry(1, "a@a.example")) == {"2": ("shadowed", "1")}


def test_thousands_of_entries_take_no_time_for_all_their_pairs():
    """All pairs of 10,000 entries would be 50 million."""
    many = [entry(number, f"u{number}@d{number % 500}.example") for number in range(9_000)]
    many += [entry(10_000 + number, f"d{number}.example", "DOMAIN") for number in range(500)]
    many += [entry(20_000 + number, rf"x{number}.*@e\.example", is_regex=True) for number in range(500)]
    begun = time.process_time()
    assert len(said(*many)) == 9_000
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (entry(1, "gmail.com", "DOMAIN").values, "gmail.com"),
        (entry(1, "windows.net", "DOMAIN").values, "blob.core.windows.net"),
        (entry(1, r".*@gmail\.com", is_regex=True).values, "gmail.com"),
        (entry(1, ".*", is_regex=True).values, "gmail.com"),
        (entry(1, "ann@gmail.com").values, ""),
        (entry(1, r"ann@gmail\.com", is_regex=True).values, ""),
        (entry(1, "ours.sharepoint.com", "DOMAIN").values, ""),
        (entry(1, "notgmail.com", "DOMAIN").values, ""),
    ],
)
def test_an_entry_that_lets_everybody_of_an_abused_service_through_is_warned_of(values, named):
    warning = abuse_warning(ALLOW_POLICIES, values)
    assert named in warning if named else warning == ""


def test_blocking_an_abused_service_is_nobodys_danger():
    assert abuse_warning(BLOCK_SENDERS, entry(1, "gmail.com", "DOMAIN").values) == ""
