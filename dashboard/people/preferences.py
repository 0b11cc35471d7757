"""Display preferences of a user: theme, density and time zone, stored in cookies.

Cookies are used instead of database rows because they are available before sign-in and need no query, so every page
is rendered with the right theme.
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
# Set by static/js/zone.js. The zone that the user chose takes precedence.
BROWSER_ZONE_COOKIE = "gatehouse_browser_zone"

_YEAR = 365 * 24 * 3600


class Theme(StrEnum):
    """Colour theme: light, dark, or following the browser."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Density(StrEnum):
    """Row height of tables: 32 px (dense) or 40 px (relaxed)."""

    DENSE = "dense"
    RELAXED = "relaxed"


@dataclass(frozen=True, slots=True)
class Preferences:
    """A user's preferences. `zone` is the zone in effect; `chosen_zone` is empty if the browser's zone is used."""

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
    """Return the preferences from the request's cookies. Unknown values count as not set."""
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
    """Return all zone names that this machine knows, including aliases."""
    return frozenset(available_timezones())


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the zone in which times are shown to the user."""
    return ZoneInfo(preferences_of(request).zone)


def remember(response: HttpResponseBase, cookie: str, value: str) -> None:
    """Store a preference in a cookie for a year. An empty value deletes the cookie."""
    if not value:
        response.delete_cookie(cookie, samesite="Lax")
        return
    response.set_cookie(
        cookie, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
