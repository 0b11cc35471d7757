"""Who may read the state: folders 0700, files 0600, and nothing starts on state that is open."""

import os
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError

from dashboard import private_state
from dashboard.private_state import NotPrivate, close_state, private_folder, require_private


def mode(path) -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


@pytest.fixture
def old_home(tmp_path):
    """A home as releases before this one left it."""
    home = tmp_path / "home"
    deep = home / "mailboxes" / "ab" / "cur"
    deep.mkdir(parents=True)
    for path in (home / "console.sqlite3", home / "console.sqlite3-wal", deep / "1.D1.mail"):
        path.write_text("state")
        path.chmod(0o644)
    for path in (home, home / "mailboxes", home / "mailboxes" / "ab", deep):
        path.chmod(0o755)
    (home / "outside").symlink_to("/etc/hostname")
    return home


def open_places(home: Path) -> list[str]:
    found = [home, *home.rglob("*")]
    return [str(path) for path in found if not path.is_symlink() and mode(path) & 0o077]


def test_state_of_an_earlier_release_is_refused_and_one_command_closes_it(old_home, settings, capsys):
    settings.GATEHOUSE_HOME = old_home
    with pytest.raises(NotPrivate, match="secure_state"):
        require_private(old_home)
    assert [error.id for error in run_checks()] == ["gatehouse.E001"]
    before = mode("/etc/hostname")
    call_command("secure_state")
    assert open_places(old_home) == []
    assert mode("/etc/hostname") == before
    assert run_checks() == []
    require_private(old_home)


def test_closing_that_was_interrupted_goes_on_at_the_next_start(old_home, monkeypatch):
    real, calls = os.chmod, iter(range(10))

    def dies(path, bits, **options):
        if next(calls) == 2:
            raise KeyboardInterrupt
        real(path, bits, **options)

    monkeypatch.setattr(private_state.os, "chmod", dies)
    with pytest.raises(KeyboardInterrupt):
        close_state(old_home)
    monkeypatch.undo()
    assert mode(old_home) == 0o700, "the folder shuts all of it first"
    assert open_places(old_home)
    close_state(old_home)
    assert open_places(old_home) == []


def test_folders_that_hold_more_than_the_state_are_never_closed(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    project = tmp_path / "user" / "project"
    project.mkdir(parents=True)
    (tmp_path / "user").chmod(0o755)
    for home, keep_open in ((shared, ()), (project, (project,)), (tmp_path / "user", (project,))):
        before = mode(home)
        with pytest.raises(NotPrivate, match="GATEHOUSE_HOME of its own"):
            close_state(home, keep_open=keep_open)
        assert mode(home) == before


def test_a_folder_that_somebody_else_made_is_refused(tmp_path, monkeypatch):
    folder = tmp_path / "redis"
    assert private_folder(folder) == folder
    assert mode(folder) == 0o700
    folder.chmod(0o777)
    with pytest.raises(NotPrivate, match="open to others"):
        private_folder(folder)
    folder.chmod(0o700)
    monkeypatch.setattr(private_state.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(NotPrivate, match="another user"):
        private_folder(folder)
    with pytest.raises(NotPrivate, match="another user"):
        close_state(folder)
    monkeypatch.undo()
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(NotPrivate, match="no folder"):
        private_folder(tmp_path / "link")


def test_secure_state_says_why_it_can_not(tmp_path, settings):
    tmp_path.chmod(0o1777)
    settings.GATEHOUSE_HOME = tmp_path
    with pytest.raises(CommandError, match="of its own"):
        call_command("secure_state")


@pytest.mark.parametrize("name", ["default", "raw_mail", "previews", "staticfiles"])
def test_storages_write_for_their_user_alone_whatever_the_umask(name):
    before = os.umask(0)
    try:
        storage = storages[name]
        path = Path(storage.path(storage.save("private/state.txt", ContentFile(b"x"))))
    finally:
        os.umask(before)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    storage.delete(storage.get_available_name("private/state.txt"))


def test_whoever_loads_the_settings_writes_for_its_user_alone(tmp_path):
    path = tmp_path / "file"
    path.touch()
    assert mode(path) == 0o600
    assert mode(settings.GATEHOUSE_HOME) == 0o700
