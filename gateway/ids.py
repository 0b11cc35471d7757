"""Message ids: a numeric key that contains the time of scanning, and the ids that the API derives from the key.

A message's primary key is its time of scanning in microseconds since 1970, shifted left by 10 bits, with a random tail
in the lower bits. 63 bits are enough until 2255. The order of keys is the order of (scanned_at, id). So paging, the
full-text index and partitions need only this number, and a range of times is a range of keys.
"""

import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL_BITS = 10
_MICROSECOND = timedelta(microseconds=1)
# The digits and letters of Postfix's long queue ids, which have no vowels.
_ALPHABET = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
# Multiplication by an odd number modulo 2**64 makes the ids of neighbouring keys look different. It is collision-free.
_SPREAD = 0x9E3779B97F4A7C15
_POSTFIX_ID_LENGTH = 12
_INVESTIGATE_ID = re.compile(
    rf"[{_ALPHABET}]{{{_POSTFIX_ID_LENGTH}}}-(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d)-[0-9a-f]{{8}}", re.ASCII
)


def message_key(scanned_at: datetime) -> int:
    """Return a new 63-bit key for a message scanned at the aware time `scanned_at`."""
    return first_key(scanned_at) | secrets.randbelow(1 << _TAIL_BITS)


def first_key(moment: datetime) -> int:
    """Return the smallest key of the microsecond `moment`, or 0 for a moment before 1970."""
    return max(0, (moment - _EPOCH) // _MICROSECOND) << _TAIL_BITS


def past_key(moment: datetime) -> int:
    """Return the smallest key after the microsecond `moment`."""
    return first_key(moment + _MICROSECOND)


def key_time(key: int) -> datetime:
    """Return the time, in UTC, that `key` contains."""
    return _EPOCH + timedelta(microseconds=key >> _TAIL_BITS)


def time_in(investigate_id: str) -> datetime | None:
    """Return the time, in UTC and whole seconds, that an `investigate_id` contains, or None if it isn't one."""
    found = _INVESTIGATE_ID.fullmatch(investigate_id)
    try:
        return datetime.fromisoformat(f"{found[1]}+00:00") if found else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def postfix_id(key: int) -> str:
    """Return the 12-character `postfix_id` of the message with this key."""
    number = (key * _SPREAD) & ((1 << 64) - 1)
    digits = []
    for _ in range(_POSTFIX_ID_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def investigate_id(key: int) -> str:
    """Return the `investigate_id`: postfix id, time of scanning in seconds, and 8 hexadecimal digits."""
    tail = (key * _SPREAD >> 17) & 0xFFFFFFFF
    return f"{postfix_id(key)}-{key_time(key):%Y-%m-%dT%H:%M:%S}-{tail:08x}"


def alert_id(key: int) -> str:
    """Return the `alert_id`: the investigate id without its tail."""
    return f"{postfix_id(key)}-{key_time(key):%Y-%m-%dT%H:%M:%S}"
