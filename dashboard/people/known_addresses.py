"""The networks that people have signed in from."""

from django.contrib.auth.models import User
from django.utils import timezone

from dashboard.people.models import KnownAddress

MOST = 30
"""Networks kept for a person. The one that was used longest ago goes first."""


def is_known_address(username: str, network: str) -> bool:
    """Return whether the account has signed in from the network before."""
    return KnownAddress.objects.filter(user__username__iexact=username, network=network).exists()


def address_remember(user: User, network: str) -> None:
    """Remember that the user has signed in from the network."""
    KnownAddress.objects.update_or_create(user=user, network=network, defaults={"last_at": timezone.now()})
    kept = KnownAddress.objects.filter(user=user).order_by("-last_at").values_list("pk", flat=True)[:MOST]
    KnownAddress.objects.filter(user=user).exclude(pk__in=list(kept)).delete()
