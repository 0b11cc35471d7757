"""What of the home is copied, while it changes."""

import os

import pytest

from dashboard.backup.sources import part_files


@pytest.fixture
def home(settings, tmp_path):
    settings.GATEHOUSE_HOME = tmp_path
    for folder in ("new", "cur", "tmp", ".JunkEmail/new", ".JunkEmail/cur", ".JunkEmail/tmp"):
        (tmp_path / "mailboxes" / "ab" / folder).mkdir(parents=True)
    return tmp_path


def copied(part):
    """Walk to the end, and read each file as the archive does."""
    return {found.name: found.file.read() if found.file else None for found in part_files(part)}


def test_a_mailbox_is_copied_with_its_empty_folders_and_without_drafts(home):
    box = home / "mailboxes" / "ab"
    (box / "new" / "1.x").write_bytes(b"one")
    (box / ".JunkEmail" / "cur" / "2.x:2,S").write_bytes(b"two")
    (box / "tmp" / "3.x").write_bytes(b"half")
    (box / "subscriptions").write_bytes(b"a")
    (box / ".JunkEmail" / "subscriptions").write_bytes(b"b")
    found = copied("mailboxes")

    assert {name: content for name, content in found.items() if content is not None} == {
        "mailboxes/ab/new/1.x": b"one",
        "mailboxes/ab/.JunkEmail/cur/2.x:2,S": b"two",
        "mailboxes/ab/subscriptions": b"a",
        "mailboxes/ab/.JunkEmail/subscriptions": b"b",
    }
    assert {"mailboxes/ab/.JunkEmail/new", "mailboxes/ab/cur"} <= found.keys()


@pytest.mark.parametrize("number", range(5))
def test_a_message_that_moves_while_its_mailbox_is_walked_is_copied_once(home, number):
    box = home / "mailboxes" / "ab"
    names = [f"{key}.x" for key in range(6)]
    for name in names:
        (box / ".JunkEmail" / "new" / name).write_bytes(name.encode())
    contents = []
    for found in part_files("mailboxes"):
        if found.file is None:
            continue
        contents.append(found.file.read())
        if len(contents) == number + 1:
            # All that was not copied yet moves to the other folder, wherever the walk is; so does what was.
            for name in names:
                os.rename(box / ".JunkEmail" / "new" / name, box / "cur" / f"{name}:2,S")
    assert sorted(contents) == sorted(name.encode() for name in names)


def test_links_lead_nowhere(home):
    (home / "keys").mkdir()
    (home / "secret").write_bytes(b"of somebody else")
    (home / "keys" / "link").symlink_to(home / "secret")
    (home / "keys" / "folder").symlink_to(home)
    (home / "keys" / "secret_key").write_bytes(b"mine")
    assert copied("keys") == {"keys/secret_key": b"mine"}


def test_a_part_that_is_not_there_has_no_files(home):
    assert (copied("audit"), copied("routes.toml")) == ({}, {})
