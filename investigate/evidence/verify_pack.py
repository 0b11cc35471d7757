#!/usr/bin/env python3
"""Check an evidence pack of Gatehouse offline: python3 verify.py PACK.zip (Python 3.9 or newer, nothing else).

It fails if one byte of the pack was changed, and if an audit entry in it is not what the chain holds. Nothing is taken
on trust but what it prints at the end: compare the SHA-256 of the manifest with the audit trail's entry about the pack,
and the hash of the last place with the trail, or with a head that was kept elsewhere.
"""

import argparse
import hashlib
import io
import json
import sys
import tempfile
import zipfile
from typing import IO, Any

from dashboard.audit.chain.canonical import content_digest, link_hash, wrong_digests

CHUNK = 1 << 20
MANIFEST, SEAL, ENTRIES, LINKS = "manifest.json", "manifest.sha256", "audit/entries.jsonl", "audit/chain.jsonl"


# What zipfile and json raise for bytes that were changed; RuntimeError is a file that claims to be encrypted.
_UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, RuntimeError, OSError, EOFError)


class Wrong(Exception):
    """What is wrong with the pack."""


def write_member(pack: zipfile.ZipFile, name: str, source: IO[bytes]) -> None:
    """Add a file in the one way in which packs are written: stored, without times. So each byte can be compared."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o600 << 16
    with pack.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)


def check(path: str) -> dict[str, Any]:
    """Check the pack and return what holds. Raise Wrong."""
    try:
        with zipfile.ZipFile(path) as pack:
            manifest = _files(pack)
            _bytes(pack, path)
            places = _chain(pack)
            entries = _entries(pack, places)
            _sources(pack, manifest)
    except _UNREADABLE as error:
        raise Wrong(f"the pack can't be read: {type(error).__name__}: {error}") from error
    return manifest | {"entries": entries, "places": places}


def _digest(source: IO[bytes]) -> tuple[str, int]:
    made, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        made.update(chunk)
        size += len(chunk)
    return made.hexdigest(), size


def _files(pack: zipfile.ZipFile) -> dict[str, Any]:
    text = pack.read(MANIFEST)
    digest = hashlib.sha256(text).hexdigest()
    if pack.read(SEAL) != f"{digest}  {MANIFEST}\n".encode():
        raise Wrong("the manifest was changed")
    manifest: dict[str, Any] = json.loads(text)
    names, known = pack.namelist(), manifest["files"]
    if sorted(names) != sorted([*known, MANIFEST, SEAL]):
        raise Wrong("files were added or taken away")
    for name, told in known.items():
        with pack.open(name) as file:
            if _digest(file) != (told["sha256"], told["bytes"]):
                raise Wrong(f"{name} was changed")
    return manifest | {"digest": digest}


def _bytes(pack: zipfile.ZipFile, path: str) -> None:
    """Write the pack anew from its files and compare: what lies between the files counts too."""
    with tempfile.TemporaryFile() as anew, open(path, "rb") as given:
        with zipfile.ZipFile(anew, "w") as copy:
            for name in pack.namelist():
                with pack.open(name) as source:
                    write_member(copy, name, source)
        anew.seek(0)
        if _digest(anew) != _digest(given):
            raise Wrong("bytes between the files were changed")


def _lines(pack: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in io.TextIOWrapper(io.BytesIO(pack.read(name)), "utf-8")]


def _chain(pack: zipfile.ZipFile) -> dict[int, dict[str, Any]]:
    places: dict[int, dict[str, Any]] = {}
    for link in _lines(pack, LINKS):
        position = link["position"]
        if link_hash(link["content"], position, link["previous"]) != link["hash"]:
            raise Wrong(f"place {position} of the chain has another hash")
        before = places.get(position - 1)
        if before is not None and before["hash"] != link["previous"]:
            raise Wrong(f"place {position} of the chain does not follow the one before it")
        places[position] = link
    if not places:
        raise Wrong("the pack has no place of the chain")
    return places


def _entries(pack: zipfile.ZipFile, places: dict[int, dict[str, Any]]) -> int:
    entries = _lines(pack, ENTRIES)
    for entry in entries:
        row, link = entry["row"], places.get(entry["position"])
        if link is None or content_digest(row) != link["content"]:
            raise Wrong(f"audit entry {row['id']} is not the one in the chain")
        if wrong := wrong_digests(row, bytes.fromhex(entry["key"])):
            raise Wrong(f"audit entry {row['id']} was changed: {', '.join(wrong)}")
    return len(entries)


def _sources(pack: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    for name, told in manifest["messages"].items():
        with pack.open(name) as file:
            if _digest(file)[0] != told:
                raise Wrong(f"{name} is not the message that was stored")


def main() -> int:
    """Check the pack that the command line names. Return the exit status."""
    parser = argparse.ArgumentParser(description="Check an evidence pack of Gatehouse.")
    parser.add_argument("pack", help="the ZIP file")
    path = parser.parse_args().pack
    try:
        found = check(path)
    except Wrong as wrong:
        sys.stderr.write(f"NOT GENUINE: {wrong}\n")
        return 1
    last = found["places"][max(found["places"])]
    sys.stdout.write(
        f"The pack holds: {len(found['files'])} files, {found['entries']} audit entries.\n"
        f"manifest SHA-256  {found['digest']}\n"
        f"last place        {last['position']}  {last['hash']}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
