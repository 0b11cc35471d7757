"""What a file name says, and what it does to hide it, as Windows takes names."""

import pytest

from gateway.mail.file_names import extension, name_features
from tests.gateway.mail.letters_with_files import with_file


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("a.pdf", set()),
        ("Minutes of 3.10. with example.test", set()),
        ("report.final.docx", set()),
        ("a.exe", {"executable"}),
        ("a.EXE. .", {"executable"}),
        ("a.js\u00a0", {"script"}),
        ("a.js\u3000", {"script"}),
        ("a.vbe", {"script"}),
        ("a.pdf.lnk", {"shortcut", "double-extension"}),
        ("a.pdf                .scr", {"executable", "double-extension"}),
        ("a" + "\u2800" * 9 + ".scr", {"executable", "double-extension"}),
        ("ann\u202efdp.exe", {"right-to-left-name", "executable"}),
        ("x" * 600 + ".exe", {"executable"}),
        ("..\\..\\start\\a.exe", {"executable"}),
        ("folder.exe\\a.pdf", set()),
        ("C:\\temp\\a.hta", {"script"}),
        ("a.js\u200b", {"disguised-name", "script"}),
        ("a.e\u200bxe", {"disguised-name", "executable"}),
        ("a.ex\u0435", {"disguised-name", "executable"}),
        ("a.\uff45\uff58\uff45", {"disguised-name", "executable"}),
        ("a.js'", {"disguised-name", "script"}),
        ("a.exe::$DATA", {"disguised-name", "executable"}),
        ("a.exe:b.pdf", {"disguised-name", "executable"}),
        ("a.exe%00.pdf", {"disguised-name", "executable"}),
        ("a.exe\x00.pdf", {"disguised-name", "executable"}),
        ("call.rdp", {"remote"}),
        ("call.appinstaller", {"remote"}),
        ("call.slk", {"script"}),
        ("call.search-ms", {"shortcut"}),
        ("call.msix", {"executable"}),
        ("call.desktop", {"shortcut"}),
        ("call.xll", {"executable"}),
        ("call.one", {"carrier"}),
        ("", set()),
        ("...", set()),
    ],
)
def test_features_of_a_name(name: str, features: set[str]) -> None:
    assert set(name_features(name)) == features


def test_the_ending_is_the_one_that_windows_acts_on() -> None:
    assert extension("a.pdf/b.Exe . ") == "exe"
    assert extension("exe") == ""


def test_a_long_name_keeps_its_ending() -> None:
    found = with_file(b"hello", "x" * 900 + ".exe").attachments[0]
    assert found.name.endswith("x.exe")
    assert len(found.name) == 512
    assert "executable" in found.features
