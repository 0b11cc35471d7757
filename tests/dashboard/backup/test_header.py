"""Archives that this version, or these databases, can't take are refused before anything is read."""

import io
import json

import pytest

from dashboard.backup.archive import Content, Member
from dashboard.backup.databases import vendor
from dashboard.backup.errors import ArchiveDamaged, BackupError
from dashboard.backup.restoring import _header


def member(**changes):
    facts = {"vendor": vendor("default"), "migrations": ["gateway.0001_initial"]}
    found = {"format": 1, "id": "x", "version": "0.1.0", "databases": {"default": facts, "gateway": facts}} | changes
    content = json.dumps(found).encode()
    return Member("header.json", len(content), 0, Content(io.BytesIO(content)))


def test_an_archive_of_this_version_is_taken():
    assert _header(member())["id"] == "x"


def test_others_are_refused():
    newer = {"vendor": vendor("default"), "migrations": ["gateway.0001_initial", "gateway.9999_of_tomorrow"]}
    other = {"vendor": "oracle", "migrations": []}
    for changes, why in (
        ({"format": 2}, "has format 2"),
        ({"databases": {"default": newer, "gateway": newer}}, "newer version .*gateway.9999_of_tomorrow"),
        ({"databases": {"default": other, "gateway": other}}, "was oracle there"),
        ({"databases": {"default": newer}}, "another API"),
    ):
        with pytest.raises(BackupError, match=why):
            _header(member(**changes))
    for broken in (member(databases={"default": 1, "gateway": 1}), None):
        with pytest.raises(ArchiveDamaged):
            _header(broken)
