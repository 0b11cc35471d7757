"""Which columns the list has; kept in a cookie, as the other preferences are."""

from dataclasses import dataclass

from django.http import HttpRequest

COOKIE = "gatehouse_columns"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `slug` names it in the template and the styles."""

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
# What a row is opened and told by.
ALWAYS = frozenset({"subject"})
USUAL = tuple(slug for slug, column in COLUMNS.items() if column.is_usual)


def columns_of(request: HttpRequest) -> list[Column]:
    """Return the columns that the person chose, in the order of COLUMNS; the usual ones if they chose none."""
    chosen = set(request.COOKIES.get(COOKIE, "").split(".")) & COLUMNS.keys()
    return [column for slug, column in COLUMNS.items() if slug in (chosen | ALWAYS if chosen else USUAL)]
