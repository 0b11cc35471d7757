"""Link accounts that may be one person's, and vouch that they are not."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from dashboard.account_links.models import AccountLink
from dashboard.account_links.selectors import may_vouch
from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record


class NotIndependent(Exception):
    """Somebody tried to vouch for an account that may be their own."""


def link_account(*, user: User, maker_id: int | None, how: AccountLink.How) -> None:
    """Note who could sign in to an account. Without a maker, as for the first accounts, nothing is noted."""
    if maker_id is not None and maker_id != user.pk:
        AccountLink.objects.create(user=user, maker_id=maker_id, how=how)


@transaction.atomic
def vouch(*, user: User, voucher: User | None, actor: Actor) -> int:
    """End the links of an account to those who made it, and return their number.

    `voucher` is None for the operator. Raise NotIndependent if the voucher's account may be the same person's.
    """
    if voucher is not None and not may_vouch(voucher, user.pk):
        raise NotIndependent("Somebody has to vouch who is neither this person nor the one who made the account.")
    ended = AccountLink.objects.filter(user=user, vouched_at=None).update(
        vouched_at=timezone.now(), vouched_by_name=voucher.get_username() if voucher else "the operator"
    )
    if ended:
        record(
            actor=actor,
            action=AuditAction.PERSON_VOUCH,
            object_kind="person",
            object_id=user.get_username(),
            outcome=Outcome.DONE,
        )
    return ended
