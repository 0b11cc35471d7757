"""Queries: which accounts may be one person's, and who may vouch that they are not."""

from collections import defaultdict

from django.contrib.auth.models import User

from dashboard.account_links.models import AccountLink


def accounts_of_person(user_id: int) -> frozenset[int]:
    """Return the ids of all accounts that may be in the hands of the person who has this one, itself included."""
    neighbours: defaultdict[int, set[int]] = defaultdict(set)
    for user, maker in AccountLink.objects.filter(vouched_at=None).values_list("user_id", "maker_id"):
        neighbours[user].add(maker)
        neighbours[maker].add(user)
    found, waiting = {user_id}, [user_id]
    while waiting:
        more = neighbours[waiting.pop()] - found
        found |= more
        waiting.extend(more)
    return frozenset(found)


def makers_of_accounts() -> dict[int, list[str]]:
    """Return by account the names of those who could have signed in to it, and nobody has vouched for it since."""
    makers: dict[int, dict[str, None]] = {}
    rows = AccountLink.objects.filter(vouched_at=None).order_by("id").values_list("user_id", "maker__username")
    for user, name in rows:
        makers.setdefault(user, {})[name] = None
    return {user: list(names) for user, names in makers.items()}


def may_vouch(voucher: User, user_id: int) -> bool:
    """Return whether an admin may vouch for an account: theirs is not one of those that may be the same person's."""
    return voucher.pk not in accounts_of_person(user_id)
