"""Every pattern that runs on hostile text takes linear time: each is fed 64 KB of what could be its worst input."""

import importlib
import inspect
import pkgutil
import re
import time
from itertools import product

import pytest

import gateway.authentication
import gateway.detect
import gateway.importing
import gateway.mail
import gateway.search
import investigate.display
import investigate.message.tabs
import investigate.search.query
from gateway.mail import address_tokens

PACKAGES = (
    *(gateway.authentication, gateway.mail, gateway.detect, gateway.importing, gateway.search),
    *(investigate.display, investigate.message.tabs, investigate.search.query),
)
SIZE = 65_536
QUICK = 0.15
"""Seconds of processor time in which a linear pattern is through 64 KB on any machine."""


def patterns() -> dict[str, tuple[re.Pattern, bool]]:
    """Return the compiled patterns of the packages, those in tables too, and whether they are only matched at a place.

    A pattern that the module only gives to `match` and `fullmatch` is tried once for a text, not at each of its places.
    How often the readers of fields and addresses do so is measured in `mail/test_read_worst_input.py`.
    """
    found: dict[str, tuple[re.Pattern, bool]] = {}
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" in module.name or module.name.endswith("parser_process"):
                continue
            loaded = importlib.import_module(module.name)
            source = inspect.getsource(loaded)
            for name, value in vars(loaded).items():
                matched = is_only_matched(name, source)
                for one in value.values() if isinstance(value, dict) else (value,):
                    if isinstance(one, re.Pattern):
                        found[repr(one.pattern)] = (one, matched and found.get(repr(one.pattern), (one, True))[1])
    return found


def is_only_matched(name: str, source: str) -> bool:
    """Return whether all that a module does with a name is to call its methods `match` and `fullmatch`."""
    uses = re.findall(rf"(?<![\w.]){re.escape(name)}\b(?!: Final| = )(\.\w+\(|)", source)
    return bool(uses) and set(uses) <= {".match(", ".fullmatch("}


PATTERNS = patterns()


# Patterns that are never searched for, only matched at one place of a text that is bounded.
BOUNDED = {
    r'"((?:[^"\\]|\\.)*)"': "a quotation in a query of 4,000 characters at most",
    address_tokens._TOKEN.pattern: "behind a quote that is never closed, tokens are read with `_UNQUOTED`",
}


def worst_inputs(pattern: re.Pattern) -> list[str]:
    """Return repetitions of every character and pair of characters that the pattern names, and what surrounds them."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    named = list(dict.fromkeys(re.sub(r"\\[a-zA-Z]", "", text)))[:12]
    units = [*named, " ", "a", "1", ".", "-", "<", "(", "\n", "\t", "=", '"', ":", "@", "/"]
    singles = list(dict.fromkeys(units))
    pairs = ["".join(pair) for pair in product(singles[:9], repeat=2)]
    return [*singles, *pairs, "a.", "a@", "<a", "a=", "=?a?b?", "http://a", "1.2", "a b", "\r\n ", '"a\\']


AROUND = [("", ""), ("", "="), ("a", "\x00"), ("<", "!"), ('"', "\n"), ("a/b;", "="), ("http://", " "), ("(", "a")]


def seconds(pattern: re.Pattern, unit: str, around: tuple[str, str], size: int, *, only_matched: bool) -> float:
    before, behind = around
    subject = before + (unit * (size // len(unit) + 1))[:size] + behind
    if isinstance(pattern.pattern, bytes):
        subject = subject.encode("latin-1", "replace")
    began = time.process_time()
    if only_matched:
        pattern.match(subject)
    else:
        for _ in pattern.finditer(subject):
            pass
    pattern.fullmatch(subject)
    return time.process_time() - began


def test_there_are_patterns_to_try():
    assert len(PATTERNS) > 60


@pytest.mark.parametrize("name", [name for name in PATTERNS if PATTERNS[name][0].pattern not in BOUNDED])
def test_a_pattern_is_linear(name):
    pattern, only_matched = PATTERNS[name]
    for unit, around in product(worst_inputs(pattern), AROUND):
        # Eight times the size takes 64 times as long where the time is quadratic. What is quick at the small size is
        # not tried at the large one: a quadratic pattern is never quick there.
        small = seconds(pattern, unit, around, SIZE // 32, only_matched=only_matched)
        if small < QUICK / 100:
            continue
        # A busy machine may count the time of others: what is linear is quick in one of three tries.
        whole = (seconds(pattern, unit, around, SIZE // 4, only_matched=only_matched) for _try in range(3))
        assert any(took < max(QUICK, 20 * small) for took in whole), f"{name} on {around[0]!r} {unit!r}"
