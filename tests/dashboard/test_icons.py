"""Icons come from one file of symbols, which holds each that a template names."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders
from django.template import engines

from dashboard.icons.symbols import NAME, VIEW_BOXES, used


def rendered(source: str) -> str:
    return engines["django"].from_string("{% load heroicons %}" + source).render({"name": "bell"})


def test_an_icon_refers_to_its_symbol_in_the_file():
    page = rendered('{% heroicon_mini "bell-alert" size=16 %}')
    assert (
        page
        == '<svg width="16" height="16" aria-hidden="true"><use href="/static/img/icons.svg#mini-bell-alert"/></svg>'
    )
    symbols = ElementTree.parse(finders.find(NAME)).getroot()
    found = {symbol.get("id"): symbol for symbol in symbols}
    assert found.keys() == {f"{style}-{name}" for style, name in used()}
    bell = found["mini-bell-alert"]
    assert bell.get("viewBox") == "0 0 20 20"
    assert bell.get("fill") == "currentColor"
    assert len(bell)


def test_an_icon_that_no_template_names_is_drawn_in_place():
    assert ("solid", "wrench") not in used()
    assert re.search(r'<svg viewBox="0 0 24 24".*<path', rendered('{% heroicon_solid "wrench" %}'), re.DOTALL)


def test_attributes_are_escaped():
    assert 'class="&quot;&lt;"' in rendered("{% heroicon_mini name class='\"<' %}")


@pytest.mark.parametrize("style", VIEW_BOXES)
def test_each_icon_of_the_templates_is_in_the_package(style):
    assert all(rendered("{% heroicon_" + style + f' "{name}" %}}') for of, name in used() if of == style)


def test_the_file_is_written_whole_and_once(settings, tmp_path):
    settings.GATEHOUSE_HOME = tmp_path
    path = Path(finders.find(NAME))
    path.write_text("half of it")
    written = Path(finders.find(NAME)).stat()
    assert "</svg>" in path.read_text()
    assert Path(finders.find(NAME)).stat().st_mtime_ns == written.st_mtime_ns
    assert [each.name for each in path.parent.iterdir()] == ["icons.svg"]
