"""Ids of messages: one number that carries the time, and the two spellings that the API uses.

A message's primary key is its time of scanning in microseconds since 1970, shifted by 10 bits, with a random tail;
63 bits are enough until 2255. So the order of keys is the order of (scanned_at, id): paging, the full-text index and
partitions need one number alone, and a range of times is a range of keys.
"""

import secrets
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TAIL_BITS = 10
_MICROSECOND = timedelta(microseconds=1)
# Letters and digits without vowels and look-alikes, as Postfix's long queue ids have them.
_ALPHABET = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz"
# Multiplying by an odd number modulo 2**64 spreads neighbouring keys over the whole alphabet, and never collides.
_SPREAD = 0x9E3779B97F4A7C15
_POSTFIX_ID_LENGTH = 12


def message_key(scanned_at: datetime) -> int:
    """Return a new 63-bit key for a message scanned at the aware time `scanned_at`."""
    return first_key(scanned_at) | secrets.randbelow(1 << _TAIL_BITS)


def first_key(moment: datetime) -> int:
    """Return the smallest key of the microsecond `moment`; moments before 1970 give 0."""
    return max(0, (moment - _EPOCH) // _MICROSECOND) << _TAIL_BITS


def past_key(moment: datetime) -> int:
    """Return the smallest key after the microsecond `moment`."""
    return first_key(moment + _MICROSECOND)


def key_time(key: int) -> datetime:
    """Return the time, in UTC, that `key` carries."""
    return _EPOCH + timedelta(microseconds=key >> _TAIL_BITS)


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
    """Return the `investigate_id`: postfix id, time of scanning to the second, and 8 hexadecimal digits."""
    tail = (key * _SPREAD >> 17) & 0xFFFFFFFF
    return f"{postfix_id(key)}-{key_time(key):%Y-%m-%dT%H:%M:%S}-{tail:08x}"


def alert_id(key: int) -> str:
    """Return the `alert_id`: the investigate id without its tail."""
    return f"{postfix_id(key)}-{key_time(key):%Y-%m-%dT%H:%M:%S}"
