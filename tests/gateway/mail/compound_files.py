"""Write OLE compound files ([MS-CFB], version 3) for tests: no library writes them."""

import struct
from itertools import pairwise

_SECTOR = 512
_MINI = 64
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound_file(streams: dict[str, bytes]) -> bytes:
    """Return a file with these streams; the names of storages stand before slashes."""
    entries = _entries(streams)
    mini, mini_fat, big = bytearray(), [], []
    starts: dict[int, int] = {}
    for number, (_name, content, _children) in enumerate(entries):
        if content and len(content) < 4_096:
            starts[number] = len(mini) // _MINI
            mini += content.ljust(-(-len(content) // _MINI) * _MINI, b"\x00")
            count = -(-len(content) // _MINI)
            mini_fat += [len(mini_fat) + step + 1 for step in range(count - 1)] + [_END]
    sectors: list[bytes] = []
    chains: list[int] = []

    def add(content: bytes) -> int:
        count = -(-len(content) // _SECTOR)
        start = len(sectors)
        padded = content.ljust(count * _SECTOR, b"\x00")
        sectors.extend(padded[step * _SECTOR : (step + 1) * _SECTOR] for step in range(count))
        chains.extend([start + step + 1 for step in range(count - 1)] + [_END])
        return start

    for number, (_name, content, _children) in enumerate(entries):
        if content and len(content) >= 4_096:
            starts[number] = add(content)
    mini_start = add(bytes(mini)) if mini else _END
    packed = b"".join(struct.pack("<I", entry) for entry in mini_fat)
    mini_fat_start = add(packed.ljust(-(-len(packed) // _SECTOR) * _SECTOR, b"\xff")) if packed else _END
    directory = _directory(entries, starts, mini_start, len(mini))
    directory_start = add(directory)
    fat_sectors = -(-(len(sectors) + 2) // (_SECTOR // 4))
    first_fat = len(sectors)
    table = chains + [_FAT] * fat_sectors
    big = struct.pack(f"<{len(table)}I", *table).ljust(fat_sectors * _SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += b"\x00" * 6 + struct.pack("<IIIII", 0, fat_sectors, directory_start, 0, 4_096)
    header += struct.pack("<IIII", mini_fat_start, -(-len(packed) // _SECTOR), _END, 0)
    difat = [first_fat + step for step in range(fat_sectors)]
    header += struct.pack("<109I", *difat, *[_FREE] * (109 - len(difat)))
    return header + b"".join(sectors) + big


def _entries(streams: dict[str, bytes]) -> list[tuple[str, bytes | None, list[int]]]:
    """Return (name, content, children) of each entry; a storage has no content."""
    entries: list[tuple[str, bytes | None, list[int]]] = [("Root Entry", None, [])]
    known = {"": 0}
    for path, content in streams.items():
        parent = ""
        *storages, name = path.split("/")
        for storage in storages:
            inner = f"{parent}/{storage}"
            if inner not in known:
                known[inner] = len(entries)
                entries[known[parent]][2].append(known[inner])
                entries.append((storage, None, []))
            parent = inner
        entries[known[parent]][2].append(len(entries))
        entries.append((name, content, []))
    return entries


def _directory(
    entries: list[tuple[str, bytes | None, list[int]]], starts: dict[int, int], mini_start: int, mini_size: int
) -> bytes:
    following = {first: second for _name, _content, children in entries for first, second in pairwise(children)}
    records = []
    for number, (name, content, children) in enumerate(entries):
        kind = 5 if number == 0 else 1 if content is None else 2
        wide = name.encode("utf-16-le")
        record = wide.ljust(64, b"\x00") + struct.pack("<HBB", len(wide) + 2, kind, 1)
        record += struct.pack("<III", _FREE, following.get(number, _FREE), children[0] if children else _FREE)
        record += b"\x00" * 36
        start = mini_start if number == 0 else starts.get(number, _END)
        record += struct.pack("<IQ", start, mini_size if number == 0 else len(content or b""))
        records.append(record)
    padded = -(-len(records) // 4) * 4
    records += [(b"\x00" * 68 + struct.pack("<III", _FREE, _FREE, _FREE)).ljust(128, b"\x00")] * (padded - len(records))
    return b"".join(records)
