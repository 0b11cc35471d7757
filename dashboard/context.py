"""Context processor for all pages: navigation, the user's capabilities, role and display preferences."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from dashboard.backend import backend_is_embedded
from dashboard.badges import Badge, badge_of
from dashboard.capabilities import Capability, capabilities_of, role_of
from dashboard.people.preferences import Theme, preferences_of
from dashboard.people.second_factors.requirement import second_factor_is_due
from dashboard.requests import wants_fragment
from dashboard.rights.table import TABLE


@dataclass(frozen=True, slots=True)
class NavItem:
    """One navigation entry."""

    label: str
    url: str
    icon: str
    is_current: bool
    badge: Badge | None = None


# Navigation entries: (label, URL name, icon). Who sees one is whoever may open it, by the table of rights.
_NAV = [
    ("Overview", "home", "squares-2x2"),
    ("Investigate", "investigate:search", "magnifying-glass"),
    ("Campaigns", "campaigns:list", "rectangle-group"),
    ("Submissions", "reviews:submissions", "inbox-arrow-down"),
    ("PhishGuard", "reviews:reports", "shield-exclamation"),
    ("Jobs", "jobs:list", "queue-list"),
    ("Releases", "releases:list", "arrow-uturn-right"),
    ("Automations", "automations:list", "bolt"),
    ("Notices", "automations:notices", "bell"),
    ("Policies", "settings_admin:index", "shield-check"),
    ("Proposals", "proposals:list", "light-bulb"),
    ("Team", "team:people", "user-group"),
    ("Audit", "audit:list", "clipboard-document-list"),
]


class _Can:
    """Template lookup for capabilities: `can.release` is true if the user has that capability.

    An unknown name raises KeyError.
    """

    def __init__(self, capabilities: frozenset[Capability]) -> None:
        self._capabilities = capabilities

    def __getitem__(self, name: str) -> bool:
        if name not in Capability._value2member_map_:
            raise KeyError(name)
        return Capability(name) in self._capabilities


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the base template. The user is only loaded if a template uses role, nav or capabilities."""
    user = getattr(request, "user", None) or AnonymousUser()
    is_fragment = hasattr(request, "htmx") and wants_fragment(request)  # type: ignore[arg-type]  # a ConsoleRequest by now
    return {
        "can": SimpleLazyObject(lambda: _Can(capabilities_of(user))),
        "role": SimpleLazyObject(lambda: role_of(user)),
        "nav": SimpleLazyObject(lambda: _nav(request.path, capabilities_of(user))),
        "preferences": preferences_of(request),
        "themes": list(Theme),
        "second_factor_is_due": SimpleLazyObject(lambda: second_factor_is_due(request)),
        "sso_name": settings.GATEHOUSE_OIDC_NAME if settings.GATEHOUSE_OIDC_ISSUER else "",
        "sso_only": settings.GATEHOUSE_OIDC_ONLY,
        "manages_tokens": backend_is_embedded(),
        "shows_holds": settings.GATEWAY_EMBEDDED,
        "shows_api_writes": settings.GATEWAY_EMBEDDED,
        "sends_mail": settings.GATEHOUSE_SENDS_MAIL,
        "shell_template": "fragment.html" if is_fragment else "base.html",
    }


def _nav(path: str, capabilities: frozenset[Capability]) -> list[NavItem]:
    entries = [(*entry, reverse(entry[1])) for entry in _NAV if TABLE[entry[1]]["GET"].wanted in capabilities]
    # Of two entries that the path lies under, the deeper one is current.
    fitting = [url for *_entry, url in entries if (path == url if url == "/" else path.startswith(url))]
    current = max(fitting, key=len, default="")
    return [
        NavItem(label, url, icon, is_current=url == current, badge=badge_of(name)) for label, name, icon, url in entries
    ]
