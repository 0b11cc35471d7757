"""Lists of services and domains that are kept as files in `gateway/detect/lists`, with their date and source."""

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).with_name("lists")


def kept_lines(name: str) -> tuple[str, ...]:
    """Return the lines of a list. Lines that begin with # say what it holds and when it was reviewed.

    :raises FileNotFoundError: there is no such list.
    """
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def kept_list(name: str) -> frozenset[str]:
    """Return the entries of a list of one entry a line, in lower case."""
    return frozenset(line.lower() for line in kept_lines(name))


SHORTENERS: Final = kept_list("shorteners")
FREE_HOSTING: Final = kept_list("free_hosting")
DYNAMIC_DNS: Final = kept_list("dynamic_dns")
CHEAP_ENDINGS: Final = kept_list("cheap_endings")
MAILING_SERVICES: Final = kept_list("mailing_services")
