"""What is slow says why, and what CI runs of it exists."""

import ast
from pathlib import Path

import pytest

from tests.ci_selection import ON_POSTGRESQL, SLOW_ON_POSTGRESQL, SLOW_ON_SQLITE, WITHOUT_STORAGE

TESTS = Path(__file__).resolve().parents[1]
SLOW = sorted(path for path in TESTS.rglob("*.py") if "mark.slow" in path.read_text() and path != Path(__file__))


def is_said_of(node: ast.Module | ast.FunctionDef) -> bool:
    return "slow" in (ast.get_docstring(node) or "").lower().replace(",", " ").split()


@pytest.mark.parametrize("path", SLOW, ids=lambda path: str(path.relative_to(TESTS)))
def test_a_docstring_says_why_a_test_is_slow(path):
    module = ast.parse(path.read_text())
    marked = [
        node for node in module.body if isinstance(node, ast.FunctionDef) and "mark.slow" in ast.unparse(node)
    ] or [module]
    assert is_said_of(module) or all(map(is_said_of, marked))


def test_slow_tests_are_found():
    assert len(SLOW) > 40


@pytest.mark.parametrize("place", [*SLOW_ON_SQLITE, *ON_POSTGRESQL, *WITHOUT_STORAGE, *SLOW_ON_POSTGRESQL])
def test_what_ci_names_exists(place):
    assert (TESTS / place).exists()
