"""Read samples in their file format: arrival data, then the source of the message."""

from pathlib import Path
from typing import Final

from gateway.samples.sample import Journey

FOLDER: Final = Path(__file__).parent / "mail"


def read_file(name: str) -> tuple[Journey, str]:
    """Return the journey and the message source of the sample file with this name."""
    return read_text(name, (FOLDER / f"{name}.mail").read_text(encoding="utf-8"))


def read_text(name: str, text: str) -> tuple[Journey, str]:
    """Parse a sample and return its journey and its message source.

    The text has one `name: value` line for each field of the journey, a line of three dashes, and the message source.
    """
    head, _dashes, source = text.partition("\n---\n")
    pairs = (line.partition(":") for line in head.splitlines())
    values = {name: value.strip() for name, _colon, value in pairs}
    journey = Journey(
        name=name,
        kind=values["kind"],
        expected=values["expected"],
        days=int(values["days"]),
        at=values["at"],
        mail_from=values.get("mail_from", ""),
        recipients=tuple(values["recipients"].split(", ")),
        host=values.get("host", ""),
        ip=values.get("ip", ""),
        auth=values["auth"],
    )
    return journey, source
