"""The groups that the provider says a person is in, and the role that they give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from dashboard.capabilities import Role

PROVIDER_ID = "sso"
"""The provider's part in the callback address, /accounts/sso/callback/."""


def groups_of(extra_data: Mapping[str, Any]) -> frozenset[str]:
    """Return the groups in the claim, from the ID token and from userinfo. A claim of another shape counts as none."""
    found: set[str] = set()
    for source in ("id_token", "userinfo"):
        claims = extra_data.get(source)
        claim = claims.get(settings.GATEHOUSE_OIDC_GROUPS_CLAIM) if isinstance(claims, Mapping) else None
        if isinstance(claim, str):
            found.add(claim)
        elif isinstance(claim, list):
            found |= {entry for entry in claim if isinstance(entry, str)}
    return frozenset(found)


def role_of_groups(groups: frozenset[str]) -> Role | None:
    """Return the highest role that one of the groups gives, or None if none does."""
    given = {settings.GATEHOUSE_OIDC_ROLES[group] for group in groups if group in settings.GATEHOUSE_OIDC_ROLES}
    return next((role for role in reversed(Role) if role.value in given), None)
