"""Puts a backup into an empty home: all of it is read and checked before anything is put in place."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils import timezone

from dashboard.backup import databases
from dashboard.backup.archive import HEADER, LISTING, MANIFEST, Content, Member, is_encrypted, listing_line, members
from dashboard.backup.errors import ArchiveDamaged, BackupError
from dashboard.backup.home_state import (
    half_restored,
    hold_queues,
    mark_half_restored,
    mark_whole,
    only_one,
    sync_folder,
)
from dashboard.backup.making import FORMAT, version_of_this
from dashboard.backup.sources import AFTER, BEFORE, is_safe_name
from disk_space import free_bytes, is_disk_full

_STAGING = "restoring"
_BLOCK = 1024 * 1024
_LOOK_BYTES = 64 * 1024 * 1024
_DATABASE = re.compile(r"databases/(default|gateway)")
# What this very command makes in an empty home, as each command does that loads the settings.
_MADE_BY_SETTINGS = {"keys", "metrics", "run.lock", "backup.lock", "half-restored.json"}
_MADE_KEYS = {"secret_key", "audit_key", "account_id", "api_token"}


def restore_backup(archive: Path, *, passphrase: bytes | None, say: Callable[[str], None]) -> list[str]:
    """Restore the archive into the home and the databases of the settings; return what the operator has to know.

    If the process dies before anything is in place, or in the middle, the home is marked as half restored: nothing
    starts on it, and this command with the archive begins anew.

    :raises ArchiveDamaged: nothing was put in place.
    :raises BackupError: the home or a database holds something, or the archive is of a newer version or another kind.
    """
    home = Path(settings.GATEHOUSE_HOME)
    if is_encrypted(archive) and passphrase is None:
        raise BackupError("The archive is encrypted: name the file of its passphrase with --passphrase-file.")
    if not is_encrypted(archive) and passphrase is not None:
        raise BackupError("The archive is not encrypted, and a passphrase was given: is it the right one?")
    with only_one(home / "run.lock", f"Gatehouse runs in {home}. Restore into a home of its own."):
        before = half_restored(home)
        if before is None:
            _require_empty(home)
        try:
            with archive.open("rb") as file:
                return _restore(home, file, passphrase, before or {}, say)
        except OSError as error:
            if is_disk_full(error):
                raise BackupError("The disk is full. Make room, and run this command again.") from error
            raise


def _restore(
    home: Path, file: BinaryIO, passphrase: bytes | None, before: dict[str, Any], say: Callable[[str], None]
) -> list[str]:
    found = members(file, passphrase)
    header = _header(next(found, None))
    # A database that this archive's earlier restore had begun is either empty or whole.
    begun = set(before.get("databases", ())) if before.get("id") == header["id"] else set()
    for alias in header["databases"]:
        if databases.vendor(alias) == "sqlite" and before:
            databases.forget_sqlite(alias)
        elif alias not in begun:
            databases.require_empty(alias)
    facts = {"id": header["id"], "databases": sorted(begun)}
    mark_half_restored(home, facts)
    _forget(home)
    staging = home / _STAGING
    staging.mkdir(mode=0o700)
    try:
        _unpack(found, staging, set(header["databases"]), say)
        for alias in header["databases"]:
            databases.check_copy(alias, staging / "databases" / alias)
    except (BackupError, OSError):
        _forget(home)
        if not begun:
            mark_whole(home)
        raise
    os.sync()
    say("all of it was read and is what was backed up; putting it in place")
    hold_queues({"backup_began_at": header["began_at"], "restored_at": timezone.now().isoformat()})
    shutil.rmtree(home / "keys", ignore_errors=True)
    for part in (*BEFORE, *AFTER):
        if (staging / "files" / part).exists():
            (staging / "files" / part).rename(home / part)
    for alias in header["databases"]:
        facts["databases"] = sorted({*facts["databases"], alias})
        mark_half_restored(home, facts)
        if databases.vendor(alias) == "sqlite" or databases.is_empty(alias):
            databases.load(alias, staging / "databases" / alias)
    sync_folder(home)
    shutil.rmtree(staging)
    mark_whole(home)
    return _to_know(header)


def _header(first: Member | None) -> dict[str, Any]:
    """Return the archive's header, once it is known that this version and these databases can take what follows."""
    if first is None or first.name != HEADER:
        raise ArchiveDamaged("This is no backup of Gatehouse.")
    header = first.json()
    try:
        if header["format"] != FORMAT:
            raise BackupError(f"The archive has format {header['format']}, and this version reads {FORMAT}.")
        if sorted(header["databases"]) != sorted(databases.aliases()):
            raise BackupError("The archive is of a console with another API: set CLOUDFLARE_… as it was there.")
        for alias, facts in header["databases"].items():
            if facts["vendor"] != databases.vendor(alias):
                raise BackupError(
                    f"The database {alias} was {facts['vendor']} there and is {databases.vendor(alias)} here:"
                    " set DATABASE_URL and GATEWAY_DATABASE_URL to databases of that kind."
                )
            if unknown := databases.unknown_migrations(facts["migrations"]):
                raise BackupError(
                    f"The archive was made by a newer version ({header['version']}; this is {version_of_this()}), whose"
                    f" changes are not known here ({unknown[0]}, …). Restore with that version."
                )
    except (KeyError, TypeError, AttributeError) as error:
        raise ArchiveDamaged("The archive's header can't be read.") from error
    return header


def _unpack(found: Any, staging: Path, aliases: set[str], say: Callable[[str], None]) -> None:
    """Write all members below `staging`, and compare each with the archive's listing."""
    done = looked_at = 0
    listing, seen = staging / LISTING, staging / "seen"
    manifest: dict[str, Any] | None = None
    with seen.open("wb") as lines:
        for member in found:
            if member.name == LISTING:
                _write(listing, member.file)
            elif member.name == MANIFEST:
                manifest = member.json()
            else:
                digest = _place(staging, member, aliases)
                if digest:
                    lines.write(listing_line(member.name, member.size, digest))
                    done += member.size
            if done - looked_at >= _LOOK_BYTES:
                looked_at = done
                say(f"{done / 1e6:,.0f} MB read")
                if free_bytes((staging,)) < settings.GATEHOUSE_FREE_BYTES:
                    raise BackupError("The disk gets too full (GATEHOUSE_FREE_BYTES). Make room, and run this again.")
    if manifest is None or not listing.exists():
        raise ArchiveDamaged("The archive is cut off: its manifest is missing.")
    with listing.open("rb") as expected, seen.open("rb") as read:
        for wanted, got in zip_longest(expected, read):
            if wanted != got:
                raise ArchiveDamaged(f"The archive is damaged: it says {wanted!r}, and has {got!r}.")
    if missing := [alias for alias in sorted(aliases) if not (staging / "databases" / alias).exists()]:
        raise ArchiveDamaged(f"The archive has no copy of the database {missing[0]}.")


def _place(staging: Path, member: Member, aliases: set[str]) -> str:
    """Write one member, and return the SHA-256 of its content, empty for a folder."""
    database = _DATABASE.fullmatch(member.name)
    if not (is_safe_name(member.name) or (database and database[1] in aliases)):
        raise ArchiveDamaged(f"The archive has a name that no backup has: {member.name!r}")
    target = staging / member.name
    if member.file is None:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        return ""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = _write(target, member.file)
    os.utime(target, (member.mtime, member.mtime))
    return digest


def _write(target: Path, source: Content | None) -> str:
    """Write a new file with mode 0600, and return its SHA-256."""
    digest = hashlib.sha256()
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError as error:
        raise ArchiveDamaged(f"The archive has {target.name!r} twice.") from error
    with os.fdopen(descriptor, "wb") as file:
        while source is not None and (content := source.read(_BLOCK)):
            digest.update(content)
            file.write(content)
    return digest.hexdigest()


def _require_empty(home: Path) -> None:
    held = set(os.listdir(home)) - _MADE_BY_SETTINGS
    held |= set(os.listdir(home / "keys")) - _MADE_KEYS if (home / "keys").exists() else set()
    if held:
        names = ", ".join(sorted(held)[:3])
        raise BackupError(f"{home} holds something ({names}). A restore needs an empty home, and overwrites nothing.")


def _forget(home: Path) -> None:
    """Remove what an interrupted restore has left: the home was empty before it."""
    for name in (_STAGING, *BEFORE, *AFTER):
        place = home / name
        if name == "keys":
            continue
        if place.is_dir():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)


def _to_know(header: dict[str, Any]) -> list[str]:
    said = [
        "What waits to leave is held: mail for next hops, and the outbox. It may have been sent after the backup."
        " Start Gatehouse, look at it (Mail queue, Outbox), and run `manage.py restore --release-queues`."
    ]
    if names := header["secrets_of_environment"]:
        said.append(f"Not in the archive, since the environment gave them: {', '.join(names)}. Set them as they were.")
    if not header["raw_mail"]:
        said.append("Raw mail is not in the archive: it lies in a storage with a backup of its own.")
    return said
