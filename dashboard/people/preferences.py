"""What somebody prefers to see: theme, density and time zone, kept in cookies of their browser.

Cookies, not rows: they are there before the sign-in, cost no query, and the page comes in the right colours at once.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

THEME_COOKIE = "gatehouse_theme"
DENSITY_COOKIE = "gatehouse_density"
ZONE_COOKIE = "gatehouse_zone"
# Set by static/js/zone.js; the person's own choice goes before it.
BROWSER_ZONE_COOKIE = "gatehouse_browser_zone"

_YEAR = 365 * 24 * 3600


class Theme(StrEnum):
    """Light, dark, or as the browser says."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Density(StrEnum):
    """Height of a table's rows: 32 or 40 px."""

    DENSE = "dense"
    RELAXED = "relaxed"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen; `chosen_zone` is empty while the browser's zone is followed."""

    theme: Theme
    density: Density
    zone: str
    chosen_zone: str


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of all time zones that can be chosen, sorted, UTC first."""
    names = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return ("UTC", *sorted(names))


def preferences_of(request: HttpRequest) -> Preferences:
    """Return the person's preferences; whatever a cookie holds that is not a known value counts as not chosen."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    density = request.COOKIES.get(DENSITY_COOKIE, "")
    chosen = _known_zone(request.COOKIES.get(ZONE_COOKIE, ""))
    zone = chosen or _known_zone(request.COOKIES.get(BROWSER_ZONE_COOKIE, "").replace("%2F", "/")) or "UTC"
    return Preferences(
        theme=Theme(theme) if theme in set(Theme) else Theme.AUTO,
        density=Density(density) if density in set(Density) else Density.DENSE,
        zone=zone,
        chosen_zone=chosen,
    )


def _known_zone(name: str) -> str:
    return name if name in available_zone_set() else ""


@cache
def available_zone_set() -> frozenset[str]:
    """Return every zone name that this machine knows, aliases included."""
    return frozenset(available_timezones())


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the zone in which the person sees times."""
    return ZoneInfo(preferences_of(request).zone)


def remember(response: HttpResponseBase, cookie: str, value: str) -> None:
    """Keep a choice in the browser for a year; an empty one is forgotten."""
    if not value:
        response.delete_cookie(cookie, samesite="Lax")
        return
    response.set_cookie(
        cookie, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
