"""Single files that are compressed: gzip (RFC 1952), bzip2, xz, LZMA and Zstandard (RFC 8878)."""

import re
from typing import Final

from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.compression import unpack
from gateway.mail.containers.opened import Member, Opened

_GZIP_NAME: Final = re.compile(rb"\x1f\x8b.[\x08-\x0b\x18-\x1b].{6}([^\x00]{1,255})\x00", re.DOTALL)
_ENDING: Final = re.compile(r"\.(?:gz|gzip|z|bz2|bz|xz|lzma|zst)\Z", re.IGNORECASE)
_TAR_ENDING: Final = re.compile(r"\.(?:tgz|taz|tbz2?|txz|tzst)\Z", re.IGNORECASE)
_KINDS: Final = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x5d\x00\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}


def open_compressed(data: bytes, name: str, budget: Budget) -> Opened:
    """Open a compressed file. Its name is the one that gzip keeps, or that of the file without its last ending."""
    kind = next(kind for mark, kind in _KINDS.items() if data.startswith(mark))
    match = _GZIP_NAME.match(data[:300])
    inner = decode(match[1], "") if match else _TAR_ENDING.sub(".tar", _ENDING.sub("", name))
    opened = Opened(names=[inner] if match or inner != name else [])
    content = unpack(kind, data, budget.size + 1)
    if budget.take(len(content)):
        opened.members.append(Member(inner, content))
    else:
        budget.leave_out(f"The content of {name} is too large to be opened.")
    return opened
