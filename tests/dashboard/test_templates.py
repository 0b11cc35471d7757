"""The templates: all of them parse, and keep the rules of the house."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from dashboard.capabilities import Capability

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_parses(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_never_trusts_text_and_holds_no_style_or_script(name):
    text = (FOLDER / name).read_text()
    assert "|safe" not in text
    assert "autoescape off" not in text
    # Programs that show mail drop style sheets, so a mail's styles stand in its elements.
    in_elements = "on[a-z]+" if name.startswith("mail/") else "style|on[a-z]+"
    assert not re.findall(rf"<[^>]*\s(?:{in_elements})=", text)
    assert not re.findall(r"<script(?![^>]*\ssrc=)|<style", text)
    assert "mailto:" not in text
    assert 'target="_blank"' not in text


@pytest.mark.parametrize("name", TEMPLATES)
def test_it_asks_only_for_capabilities_that_there_are(name):
    asked = set(re.findall(r"\bcan\.(\w+)", (FOLDER / name).read_text()))
    assert asked <= {capability.value for capability in Capability}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_link_that_htmx_follows_works_without_it(name):
    for link in re.findall(r"<a\b[^>]*\shx-get=[^>]*>", (FOLDER / name).read_text()):
        assert ' href="' in link


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_icon_alone_has_a_word_for_those_who_do_not_see_it(name):
    for button in re.findall(r"<(?:a|button)\b[^>]*button-icon[^>]*>(.*?)</(?:a|button)>", (FOLDER / name).read_text()):
        assert "visually-hidden" in button


def test_every_class_of_the_styles_is_used():
    styles = "".join(path.read_text() for path in (Path(settings.BASE_DIR) / "static/css").rglob("*.css"))
    named = set(re.findall(r"\.([a-z][a-z-]+)(?=[\s,{:.)\[>+~])", re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)))
    folders = [
        FOLDER,
        Path(settings.BASE_DIR) / "static/js",
        *(Path(settings.BASE_DIR) / app for app in ("dashboard", "investigate", "settings_admin")),
    ]
    used = "".join(
        path.read_text() for folder in folders for path in folder.rglob("*.*") if path.suffix in {".html", ".js", ".py"}
    )
    by_value = re.compile(
        r"^(verdict|state|outcome|check|trace|flash|fill|mark|priority|automation-mode|event-state|job|job-state|job-item|run-end|run-line)-"
    )
    unused = [
        name for name in sorted(named) if name not in used and not by_value.match(name) and not name.startswith("htmx")
    ]
    assert unused == []
