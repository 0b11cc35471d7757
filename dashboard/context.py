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
from dashboard.middleware.just_acted import has_just_acted
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


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Navigation entries under one label, which is empty for the entry that stands alone at the top."""

    label: str
    items: list[NavItem]

    @property
    def slug(self) -> str:
        """Return the part of an HTML id that names the group."""
        return self.label.lower().replace(" ", "-")


# Navigation entries by group: (label, URL name, icon). Who sees one is whoever may open it, by the table of rights.
_NAV = [
    ("", [("Overview", "home", "squares-2x2")]),
    (
        "Mail",
        [
            ("Investigate", "investigate:search", "magnifying-glass"),
            ("Campaigns", "campaigns:list", "rectangle-group"),
            ("Submissions", "reviews:submissions", "inbox-arrow-down"),
            ("PhishGuard", "reviews:reports", "shield-exclamation"),
            ("Requests", "release_requests:list", "hand-raised"),
        ],
    ),
    (
        "What is done",
        [
            ("Jobs", "jobs:list", "queue-list"),
            ("Releases", "releases:list", "arrow-uturn-right"),
            ("Delivery", "mail_queue:list", "inbox-arrow-down"),
            ("Automations", "automations:list", "bolt"),
            ("Notices", "automations:notices", "bell"),
            ("Alerts", "alerts:list", "bell-alert"),
        ],
    ),
    (
        "Rules",
        [
            ("Policies", "settings_admin:index", "shield-check"),
            ("Proposals", "proposals:list", "light-bulb"),
            ("Digests", "digests:settings", "envelope"),
        ],
    ),
    (
        "Administration",
        [
            ("Team", "team:people", "user-group"),
            ("Weekly report", "weekly_report:settings", "document-chart-bar"),
            ("Events", "events:list", "signal"),
            ("Outbox", "outbox:list", "paper-airplane"),
            ("Audit", "audit:list", "clipboard-document-list"),
        ],
    ),
]

NAV_ICONS = frozenset(("mini", icon) for _label, entries in _NAV for _text, _name, icon in entries)


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
        "nav": SimpleLazyObject(lambda: _nav(request, capabilities_of(user))),
        "preferences": preferences_of(request),
        "themes": list(Theme),
        "second_factor_is_due": SimpleLazyObject(lambda: second_factor_is_due(request)),
        "sso_name": settings.GATEHOUSE_OIDC_NAME if settings.GATEHOUSE_OIDC_ISSUER else "",
        "sso_only": settings.GATEHOUSE_OIDC_ONLY,
        "manages_tokens": backend_is_embedded(),
        "shows_holds": settings.GATEWAY_EMBEDDED,
        "shows_marks": settings.GATEWAY_EMBEDDED,
        "shows_api_writes": settings.GATEWAY_EMBEDDED,
        "sends_mail": settings.GATEHOUSE_SENDS_MAIL,
        "shell_template": "fragment.html" if is_fragment else "base.html",
    }


def _is_shown(name: str, capabilities: frozenset[Capability]) -> bool:
    """Return whether an entry is for this person, and for this API: another one has no queue to show."""
    if name == "mail_queue:list" and not settings.GATEWAY_EMBEDDED:
        return False
    return TABLE[name]["GET"].wanted in capabilities


def _nav(request: HttpRequest, capabilities: frozenset[Capability]) -> list[NavGroup]:
    path, acted = request.path, has_just_acted(request)
    groups = [
        (label, [(*entry, reverse(entry[1])) for entry in entries if _is_shown(entry[1], capabilities)])
        for label, entries in _NAV
    ]
    # Of two entries that the path lies under, the deeper one is current.
    urls = [url for _label, entries in groups for *_entry, url in entries]
    fitting = [url for url in urls if (path == url if url == "/" else path.startswith(url))]
    current = max(fitting, key=len, default="")
    return [
        NavGroup(
            label,
            [
                NavItem(text, url, icon, is_current=url == current, badge=badge_of(name, anew=acted))
                for text, name, icon, url in entries
            ],
        )
        for label, entries in groups
        if entries
    ]
