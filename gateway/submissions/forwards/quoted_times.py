"""The time that a forward quotes, as mail programs write it in several languages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.mail.dates import parse_date

_LONGEST: Final = 120
_MONTHS: Final[tuple[str, ...]] = (
    "jan janv january januar janvier ene enero gen gennaio januari janeiro styczeń stycznia leden ledna tammikuu",
    "feb february februar fév févr février febrero febbraio februari fev fevereiro luty lutego únor února helmikuu",
    "mar march mär märz mrz mars marzo maart mrt março marzec marca březen března maaliskuu",
    "apr april avr avril abr abril aprile kwiecień kwietnia duben dubna huhtikuu",
    "may mai mayo mag maggio mei maio maj maja květen května toukokuu",
    "jun june juni juin junio giu giugno junho czerwiec czerwca červen června kesäkuu",
    "jul july juli juil juillet julio lug luglio julho lipiec lipca červenec července heinäkuu",
    "aug august aoû août ago agosto augustus augusti sierpień sierpnia srpen srpna elokuu",
    "sep sept september septembre septiembre set settembre setembro wrzesień września září syyskuu",
    "oct october okt oktober octobre octubre ott ottobre out outubro październik października říjen října lokakuu",
    "nov november novembre noviembre novembro listopad listopada listopadu marraskuu",
    "dec december dez dezember déc décembre dic diciembre dicembre dezembro grudzień grudnia prosinec prosince"
    " joulukuu",
)
_MONTH_OF: Final = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_DAY_MONTH: Final = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?\.?\s{1,3}(?:de\s)?([^\W\d_]{3,12})", re.IGNORECASE)
_MONTH_DAY: Final = re.compile(r"\b([^\W\d_]{3,12})\.?\s{1,3}(\d{1,2})\b", re.IGNORECASE)
_YEAR: Final = re.compile(r"\b((?:19|20)\d\d)\b")
_NUMBERS: Final = re.compile(r"\b(\d{1,4})\s?([./年-])\s?(\d{1,2})\s?[./月-]\s?(\d{2,4})")
_TIME: Final = re.compile(r"\b(\d{1,2})\s?[:.hH]\s?(\d{2})(?:[:.](\d{2}))?(?:\s{0,2}([ap])\.?m\b)?", re.IGNORECASE)
_WITH_ZONE: Final = re.compile(r"[+-]\d{4}\b")
_FURTHEST: Final = timedelta(hours=15)
_EXACT: Final = 75
_STEP: Final = 900


@dataclass(frozen=True, slots=True)
class QuotedTime:
    """The moments that a quoted time may mean, without a zone; `is_utc` says that it named its zone and is in UTC.

    There are two where day and month can't be told apart.
    """

    moments: tuple[datetime, ...]
    is_utc: bool = False

    def is_near(self, moment: datetime) -> bool:
        """Return whether it may be that moment, wherever the mail program is: within 15 hours."""
        return any(abs(one - _bare(moment)) <= _FURTHEST for one in self.moments)

    def is_minute_of(self, moment: datetime) -> bool:
        """Return whether it is the minute of that moment in some zone: these differ by quarters of an hour."""
        for one in self.moments:
            seconds = (one - _bare(moment)).total_seconds()
            off = seconds if self.is_utc else (seconds + _STEP / 2) % _STEP - _STEP / 2
            if abs(off) <= _EXACT:
                return True
        return False


def quoted_time(text: str) -> QuotedTime | None:
    """Return the time that a quoted field names, or None if it can't be read. Never raises."""
    text = " ".join(text[:_LONGEST].replace("\u202f", " ").replace("\u200e", "").split())
    if _WITH_ZONE.search(text):
        exact = parse_date(text)
        if exact is not None:
            return QuotedTime((_bare(exact),), is_utc=True)
    hours = _hours(text)
    found = [moment for day in _days(text) if (moment := _moment(day, hours)) is not None]
    return QuotedTime(tuple(dict.fromkeys(found))) if found else None


def _bare(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _hours(text: str) -> tuple[int, int, int] | None:
    # A date such as 27.11.2026 looks like a time too: the last one that has a colon or an h counts first.
    matches = list(_TIME.finditer(text))
    clear = [match for match in matches if match[0][len(match[1])] != "."]
    if not matches:
        return None
    match = (clear or matches[-1:])[0]
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    return hour, int(match[2]), int(match[3] or 0)


def _days(text: str) -> list[tuple[int, int, int]]:
    """Return the days, as (year, month, day), that the text may mean."""
    year = _YEAR.search(text)
    if year is not None:
        for match in _DAY_MONTH.finditer(text):
            if month := _MONTH_OF.get(match[2].casefold()):
                return [(int(year[1]), month, int(match[1]))]
        for match in _MONTH_DAY.finditer(text):
            if month := _MONTH_OF.get(match[1].casefold()):
                return [(int(year[1]), month, int(match[2]))]
    numbers = _NUMBERS.search(text)
    if numbers is None:
        return []
    first, middle, last = int(numbers[1]), int(numbers[3]), int(numbers[4])
    if len(numbers[1]) == 4:
        return [(first, middle, last)]
    full = last + 2000 if last < 100 else last
    both = [(full, middle, first), (full, first, middle)]
    return both[:1] if numbers[2] == "." else both


def _moment(day: tuple[int, int, int], hours: tuple[int, int, int] | None) -> datetime | None:
    try:
        return datetime(*day, *(hours or (12, 0, 0)))  # noqa: DTZ001 - the quoted time names no zone
    except ValueError:
        return None
