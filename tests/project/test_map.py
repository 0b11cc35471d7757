"""docs/architecture.md names only what exists, and the glossary stays short."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAP = (ROOT / "docs" / "architecture.md").read_text()
PATHS = sorted(set(re.findall(r"`([\w./]*/[\w./]*|[\w]+\.(?:toml|md))`", MAP)))
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)` \(`(\w+)`\)", MAP)))
MOST_WORDS = 60


def test_the_map_names_files_and_functions():
    assert len(PATHS) > 80
    assert len(NAMED) > 15


@pytest.mark.parametrize("path", PATHS)
def test_every_file_and_folder_of_the_map_exists(path):
    assert (ROOT / path).is_dir() if path.endswith("/") else (ROOT / path).is_file()


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_function_and_class_of_the_map_is_in_its_file(path, name):
    tree = ast.parse((ROOT / path).read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_the_map_is_one_page_and_contributing_leads_there_first():
    assert len(MAP.splitlines()) <= 140
    first = re.search(r"\]\(([\w/.]+)\)", (ROOT / "CONTRIBUTING.md").read_text())
    assert first is not None
    assert first.group(1) == "docs/architecture.md"


def test_the_glossary_is_short_sorted_and_says_what_the_words_of_the_field_mean_here():
    words = re.findall(r"^\| ([a-z -]+) \| [A-Z]", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    assert len(words) <= MOST_WORDS
    assert words == sorted(words)
    wanted = {"held", "released", "proven", "walk", "window", "selection", "drift", "mirror"}
    assert wanted <= set(words)
