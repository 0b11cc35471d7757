"""Template tags for times in the viewer's time zone, with UTC in the tooltip, and for durations."""

from datetime import UTC, datetime

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()

# The console is in English. A page has a time in each row, and Django's formats cost more than the rest of the cell.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@register.simple_tag
def when(moment: datetime | None, style: str = "short") -> SafeString:
    """Render a time in the style `short` for tables, `full` for reading, or `seconds` where the order matters.

    The short style omits the date for today, and the year within this year. The tooltip shows UTC, and screen readers
    get the full date and time. The style `row` is the short one without these two, for lists that a script completes.
    """
    if moment is None:
        return SafeString('<span class="muted">unknown</span>')
    local = _local(moment)
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    machine = f"{utc.isoformat(timespec='seconds')}Z"
    if style == "row":
        return SafeString(f'<time datetime="{machine}">{_short(local)}</time>')
    title = f"{utc.isoformat(' ', timespec='seconds')} UTC"
    if style == "full":
        shown: str = escape(f"{local.day} {_month(local)} {local.year}, {local:%H:%M:%S} {_zone(local)}")
    elif style == "seconds":
        shown = f"{local.day} {_month(local)} {local.year} {local:%H:%M:%S}"
    else:
        spoken = f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
        shown = f'<span aria-hidden="true">{_short(local)}</span><span class="visually-hidden">{spoken}</span>'
    return SafeString(f'<time datetime="{machine}" title="{title}">{shown}</time>')


@register.filter
def utc(moment: datetime | None) -> str:
    """Return the time in UTC as readable text."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if moment else ""


@register.filter
def duration(seconds: float) -> str:
    """Return a duration in seconds as readable text. A negative duration keeps its sign."""
    sign, seconds = "−" if seconds < 0 else "", abs(seconds)
    if seconds < 120:
        return f"{sign}{seconds:.0f} s" if seconds >= 10 or seconds == int(seconds) else f"{sign}{seconds:.1f} s"
    if seconds < 7200:
        return f"{sign}{round(seconds / 60)} min"
    return f"{sign}{round(seconds / 3600)} h" if seconds < 48 * 3600 else f"{sign}{round(seconds / 86400)} days"


def _local(moment: datetime) -> datetime:
    """Return the time in the viewer's zone, or in UTC where that zone would leave the years 1 to 9999."""
    try:
        return timezone.localtime(moment)
    except OverflowError:
        return moment.astimezone(UTC)


def _short(local: datetime) -> str:
    today = timezone.localdate()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {_month(local)} {local:%H:%M}"
    return f"{local.day} {_month(local)} {local.year}"


def _month(local: datetime) -> str:
    return _MONTHS[local.month - 1][:3]


def _zone(local: datetime) -> str:
    """Return the zone's abbreviation, or its offset, such as "UTC+5:30", if it has none."""
    name = local.tzname() or ""
    if not name.startswith(("+", "-")):
        return name
    sign, hours, minutes = name[0], int(name[1:3]), name[3:5]
    return f"UTC{'−' if sign == '-' else '+'}{hours}{':' + minutes if minutes not in ('', '00') else ''}"
