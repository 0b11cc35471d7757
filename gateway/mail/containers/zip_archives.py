"""ZIP archives (PKWARE APPNOTE 6.3): every entry that any of the directories or local headers names.

Unpackers disagree about which list counts where several contradict each other (two archives in a row, a directory that
leaves entries out, other names in the local headers). So each list is read, and a name counts if one of them has it.
The standard library's zipfile reads one directory only, and refuses the rest.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.mail import limits
from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.compression import unpack
from gateway.mail.containers.office_xml import is_office, open_office
from gateway.mail.containers.open_document import is_open_document, open_open_document
from gateway.mail.containers.opened import Member, Opened

_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL_MARK: Final = b"PK\x01\x02"
_LOCAL_MARK: Final = b"PK\x03\x04"
_END_MARK: Final = b"PK\x05\x06"
_UTF8: Final = 0x0800
_ZIP64: Final = 0x0001
_TOO_LARGE: Final = 0xFFFFFFFF
_UNICODE_PATH: Final = 0x7075
_MOST_MARKS: Final = 20_000
_KNOWN_METHODS: Final = frozenset({0, 1, 6, 8, 9, 10, 12, 14, 16, 18, 19, 20, 93, 94, 95, 96, 97, 98, 99})
_METHODS: Final = {8: "deflate", 12: "bzip2", 93: "zstd", 95: "xz"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its name, flags and method, where its data begins, and the sizes that the list gives."""

    name: str
    encrypted: bool
    method: int
    start: int
    compressed: int
    size: int


def open_zip(data: bytes, name: str, budget: Budget) -> Opened:
    """Open a ZIP archive, or the Office document or Java archive that it is."""
    entries = read_entries(data, name, budget)
    opened = Opened(encrypted=any(entry.encrypted for entry in entries))
    opened.names = list(dict.fromkeys(entry.name for entry in entries))
    by_name = {entry.name: entry for entry in entries if not entry.encrypted}

    def read(wanted: str) -> bytes | None:
        entry = by_name.get(wanted)
        return read_entry(data, entry, name, budget) if entry is not None else None

    if is_office(opened.names):
        return open_office(opened, read, name, budget)
    if is_open_document(opened.names):
        return open_open_document(opened, read, name, budget)
    if any(entry.upper() == "META-INF/MANIFEST.MF" for entry in opened.names):
        opened.media_type, opened.features = "application/java-archive", ["executable"]
        return opened
    for entry in entries:
        content = None if entry.encrypted or entry.name.endswith(("/", "\\")) else read_entry(data, entry, name, budget)
        if content is not None:
            opened.members.append(Member(entry.name, content))
    return opened


def read_entries(data: bytes, name: str, budget: Budget) -> list[Entry]:
    """Return the entries of all lists, in the order of the archive; those with the same name and place once."""
    found: dict[tuple[str, int, bool], Entry] = {}
    listed = list(_central_entries(data, name, budget))
    covered = _stored_archives(data, [entry for _end, entry in listed])
    central = [entry for end, entry in listed if not _lies_in(covered, end)]
    sizes = {entry.start: entry for entry in central}
    for entry in (*central, *_local_entries(data, sizes, covered, name, budget)):
        if len(found) >= limits.ARCHIVE_ENTRIES:
            budget.leave_out(f"Archive {name} lists more than {limits.ARCHIVE_ENTRIES:,} files: the rest was not read.")
            break
        # Where the lists contradict each other about the password, one unpacker or the other needs none.
        found.setdefault((entry.name, entry.start, entry.encrypted), entry)
    return list(found.values())


def _marks(data: bytes, mark: bytes, name: str, budget: Budget) -> Iterator[int]:
    position = data.find(mark)
    for _count in range(_MOST_MARKS):
        if position < 0:
            return
        yield position
        position = data.find(mark, position + 4)
    budget.leave_out(f"Archive {name} has more than {_MOST_MARKS:,} headers: the rest was not read.")


def _central_entries(data: bytes, name: str, budget: Budget) -> Iterator[tuple[int, Entry]]:
    """Yield the entries of every directory, each with where the directory's end record stands.

    Offsets count from where the directory's own archive begins.
    """
    for end in _marks(data, _END_MARK, name, budget):
        if end + 20 > len(data):
            return
        directory_size, offset = struct.unpack_from("<2I", data, end + 12)
        # Bytes may precede the archive (a self-extractor): the directory ends where its end record begins.
        place = (
            end - directory_size if data[end - directory_size : end - directory_size + 4] == _CENTRAL_MARK else offset
        )
        shift = place - offset
        while 0 <= place <= len(data) - _CENTRAL.size:
            fields = _CENTRAL.unpack_from(data, place)
            if fields[0] != _CENTRAL_MARK:
                break
            name_length, extra_length, comment_length = fields[10:13]
            start = place + _CENTRAL.size
            extra = data[start + name_length : start + name_length + extra_length]
            begins = _data_start(data, fields[16] + shift)
            encrypted = bool(fields[3] & 1)
            compressed, size = _sizes(fields[8], fields[9], extra)
            for shown in _names(data[start : start + name_length], fields[3], extra):
                yield end, Entry(shown, encrypted, fields[4], begins, compressed, size)
            place = start + name_length + extra_length + comment_length


def _data_start(data: bytes, place: int) -> int:
    if not 0 <= place <= len(data) - _LOCAL.size or data[place : place + 4] != _LOCAL_MARK:
        return -1
    name_length, extra_length = _LOCAL.unpack_from(data, place)[9:11]
    return place + _LOCAL.size + int(name_length) + int(extra_length)


def _local_entries(
    data: bytes, sizes: dict[int, Entry], covered: list[tuple[int, int]], name: str, budget: Budget
) -> Iterator[Entry]:
    """Yield the entries of the local headers; `sizes` are the entries of the directories by where their data begins."""
    for place in _marks(data, _LOCAL_MARK, name, budget):
        if place > len(data) - _LOCAL.size or _lies_in(covered, place):
            continue
        fields = _LOCAL.unpack_from(data, place)
        if fields[3] not in _KNOWN_METHODS or not fields[9]:
            # Bytes of packed data that look like a header.
            continue
        start = place + _LOCAL.size
        begins = start + fields[9] + fields[10]
        listed = sizes.get(begins)
        extra = data[start + fields[9] : begins]
        compressed, size = _sizes(fields[7], fields[8], extra)
        if fields[2] & 0x0008 and not compressed and listed is not None:
            compressed, size = listed.compressed, listed.size
        for shown in _names(data[start : start + fields[9]], fields[2], extra):
            yield Entry(shown, bool(fields[2] & 1), fields[3], begins, compressed, size)


def _stored_archives(data: bytes, entries: list[Entry]) -> list[tuple[int, int]]:
    """Return the regions of archives that lie uncompressed in this one, joined: they are opened themselves."""
    regions: list[tuple[int, int]] = []
    for entry in sorted(entries, key=lambda entry: entry.start):
        is_file = entry.method == 0 and not entry.encrypted and not entry.name.endswith(("/", "\\"))
        if is_file and entry.start >= 0 and data[entry.start : entry.start + 4] == _LOCAL_MARK:
            end = min(entry.start + entry.compressed, len(data))
            if regions and entry.start <= regions[-1][1]:
                regions[-1] = (regions[-1][0], max(regions[-1][1], end))
            else:
                regions.append((entry.start, end))
    return regions


def _lies_in(regions: list[tuple[int, int]], place: int) -> bool:
    index = bisect_right(regions, (place, place)) - 1
    return any(start <= place < end for start, end in regions[max(index, 0) : index + 2])


def _sizes(compressed: int, size: int, extra: bytes) -> tuple[int, int]:
    """Return the two sizes of an entry, from the extra field of ZIP64 (APPNOTE 4.5.3) if they don't fit."""
    place = 0
    while place + 4 <= len(extra) and _TOO_LARGE in {compressed, size}:
        kind, length = struct.unpack_from("<2H", extra, place)
        content = extra[place + 4 : place + 4 + length]
        numbers = list(struct.unpack(f"<{len(content) // 8}Q", content[: len(content) // 8 * 8]))
        if kind == _ZIP64:
            size = numbers.pop(0) if size == _TOO_LARGE and numbers else size
            return (numbers.pop(0) if compressed == _TOO_LARGE and numbers else compressed), size
        place += 4 + length
    return compressed, size


def _names(raw: bytes, flags: int, extra: bytes) -> list[str]:
    """Return the name of an entry, and the one that its extra field for Unicode paths (APPNOTE 4.6.9) has instead."""
    found = [decode(raw[: limits.ENTRY_NAME_BYTES], "utf-8" if flags & _UTF8 else "cp437")]
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind == _UNICODE_PATH and length > 5:
            found.append(decode(extra[place + 9 : place + 4 + length], "utf-8"))
        place += 4 + length
    return list(dict.fromkeys(found))


def read_entry(data: bytes, entry: Entry, name: str, budget: Budget) -> bytes | None:
    """Return the content of an entry, or None if it can't be read, which the budget is told unless it is damaged."""
    if entry.start < 0:
        return None
    if entry.method == 0:
        content = data[entry.start : entry.start + entry.compressed]
        return content if _taken(content, entry, name, budget) else None
    kind = _METHODS.get(entry.method)
    if kind is None:
        budget.leave_out(f"A file in archive {name} is packed in a way that can't be opened here: {entry.name[:80]}.")
        return None
    # Deflated data says itself where it ends, so no list can cut it short.
    sized = kind != "deflate" and entry.compressed
    packed = memoryview(data)[entry.start : entry.start + entry.compressed if sized else len(data)]
    content = unpack(kind, packed, budget.size + 1)
    return content if _taken(content, entry, name, budget) else None


def _taken(content: bytes, entry: Entry, name: str, budget: Budget) -> bool:
    if budget.take(len(content)):
        return True
    budget.leave_out(f"A file in archive {name} is too large to be opened: {entry.name[:80]}.")
    return False
