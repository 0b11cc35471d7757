"""Columns of the message list. The user's choice of columns is stored in a cookie, like the other preferences."""

from dataclasses import dataclass

from django.http import HttpRequest

COOKIE = "gatehouse_columns"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the list. `slug` is its name in the template and the stylesheet."""

    slug: str
    label: str
    is_usual: bool


COLUMNS = {
    column.slug: column
    for column in [
        Column("time", "Received", True),
        Column("from", "From", True),
        Column("envelope-from", "Envelope sender", False),
        Column("to", "To", True),
        Column("envelope-to", "Envelope recipients", False),
        Column("subject", "Subject", True),
        Column("verdict", "Verdict", True),
        Column("reasons", "Reasons", False),
        Column("checks", "SPF DKIM DMARC", False),
        Column("ip", "IP", False),
        Column("message-id", "Message-ID", False),
        Column("team", "Team", False),
        Column("state", "State", True),
    ]
}
# Columns that can't be hidden: the subject identifies a row and opens its message.
ALWAYS = frozenset({"subject"})
USUAL = tuple(slug for slug, column in COLUMNS.items() if column.is_usual)


def columns_of(request: HttpRequest) -> list[Column]:
    """Return the columns that the user chose, or the usual columns if none are chosen, in the order of COLUMNS."""
    chosen = set(request.COOKIES.get(COOKIE, "").split(".")) & COLUMNS.keys()
    return [column for slug, column in COLUMNS.items() if slug in (chosen | ALWAYS if chosen else USUAL)]
