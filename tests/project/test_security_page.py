"""docs/security.md speaks of each section of the standard, and names only what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
SECTIONS = {
    1: 5,
    2: 4,
    3: 7,
    4: 4,
    5: 4,
    6: 8,
    7: 6,
    8: 4,
    9: 2,
    10: 7,
    11: 7,
    12: 3,
    13: 4,
    14: 3,
    15: 4,
    16: 5,
    17: 3,
}
"""How many sections each chapter of OWASP ASVS 5.0.0 has."""

STATES = {"met", "partly", "not met", "not here", "operator", "level 3"}
PATHS = sorted(set(re.findall(r"`((?:tests|dashboard|gateway|investigate|api_client)/[\w./]*)`", PAGE)))
LINKS = sorted(set(re.findall(r"\]\(([\w/.-]+\.md)(?:#[\w-]+)?\)", PAGE)))


def test_each_section_of_the_standard_has_its_line_and_a_state():
    lines = re.findall(r"^\| V(\d+)\.(\d+) [^|]+ \| ([^|]+) \|", PAGE, re.MULTILINE)
    assert [(int(chapter), int(section)) for chapter, section, _state in lines] == [
        (chapter, section) for chapter, most in SECTIONS.items() for section in range(1, most + 1)
    ]
    assert {state for *_, state in lines} <= STATES


@pytest.mark.parametrize("path", PATHS)
def test_every_file_and_folder_of_the_page_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("link", LINKS)
def test_every_page_that_it_links_to_exists(link):
    assert (ROOT / "docs" / link).is_file()
