"""Template filters for durations, UTC times and failed checks of the overview, and for numbers in SVG."""

from datetime import UTC, datetime, timedelta

from django import template

register = template.Library()


@register.filter
def span(value: timedelta) -> str:
    """Return a duration in its two largest units, such as "3 d 4 h". Seconds are only shown below a minute."""
    seconds = int(value.total_seconds())
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


@register.filter
def plain_number(value: float) -> str:
    """Return a number for SVG, independent of the locale: with a decimal point and without thousands separators."""
    return f"{value:g}"


@register.filter
def utc_day(moment: datetime) -> str:
    """Return the date in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


@register.filter
def utc_hour(moment: datetime) -> str:
    """Return date and time in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


@register.filter
def utc_hours(moment: datetime, until: datetime) -> str:
    """Return a time interval in UTC, from date and time to time."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} to {until.astimezone(UTC):%H:%M}"


@register.filter
def check_words(value: str) -> str:
    """Return a failed authentication check, such as "spf:softfail", in words."""
    name, _, result = value.partition(":")
    return f"{name.upper()} {result}"
