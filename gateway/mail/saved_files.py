"""Undo what a program did to a message when it saved it to a file: UTF-16."""

from typing import Final

_MARKS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAMPLE: Final = 200
_LEAST: Final = 20


def as_eight_bit(raw: bytes) -> bytes:
    """Return the message, as UTF-8 if it was saved as UTF-16; else the same object.

    Without a byte order mark, a text counts as UTF-16 if every second one of its first bytes is zero.
    """
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(codec, "replace").encode("utf-8", "replace")
    sample = raw[:_SAMPLE]
    if len(sample) >= _LEAST:
        for codec, zeros, others in (
            ("utf-16-le", sample[1::2], sample[::2]),
            ("utf-16-be", sample[::2], sample[1::2]),
        ):
            if not any(zeros) and 0 not in others:
                return raw.decode(codec, "replace").encode("utf-8", "replace")
    return raw
