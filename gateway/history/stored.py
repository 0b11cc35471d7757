"""The history as it is stored: the bounded queries that are asked of a message's sender."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count, Max, Min, QuerySet, Sum

from gateway.detect.correspondents import Written
from gateway.history.changes import keys_of
from gateway.history.kept import Sender
from gateway.models import Correspondence, NameHistory, RecipientHour, SenderHistory

DATABASE: Final = "gateway"
MOST_ADDRESSES_OF_A_NAME: Final = 5
HOURS: Final = 30 * 24


class StoredHistory:
    """Asks the database about each sender. Rows that began at or after `moment` are left out."""

    def senders(self, account_id: str, sender: Sender, moment: datetime) -> dict[tuple[str, str], SenderHistory]:
        """Return the rows of the sender's address and domain by (kind, key)."""
        rows = SenderHistory.objects.using(DATABASE).filter(account_id=account_id, first_seen__lt=moment)
        found = {(row.kind, row.key): row for row in rows.filter(key__in=[sender.address, sender.domain])}
        return {key: found[key] for key in keys_of(sender) if key in found}

    def uses_of_name(self, account_id: str, name: str, moment: datetime) -> list[NameHistory]:
        """Return the addresses of a name, the most used first; of more than a few, one more than a few."""
        rows = NameHistory.objects.using(DATABASE).filter(account_id=account_id, name=name, first_seen__lt=moment)
        return list(rows.order_by("-judged_clean", "pk")[: MOST_ADDRESSES_OF_A_NAME + 1])

    def written(self, account_id: str, sender: Sender, moment: datetime) -> tuple[Written, Written]:
        """Return what the organisation's people wrote to the sender's address, and to its domain."""
        letters = Correspondence.objects.using(DATABASE).filter(account_id=account_id, first_sent__lt=moment)
        found = _summed(letters.filter(other=sender.address), "account_id")
        of_domain = _summed(letters.filter(other_domain=sender.domain), "account_id")
        return found.get(account_id, Written()), of_domain.get(account_id, Written())

    def busiest(self, account_id: str, recipients: Sequence[str], hour: int, least: int) -> tuple[str, int] | None:
        """Return the one of the recipients with the most messages in an hour, and how many, if at least `least`."""
        rows = RecipientHour.objects.using(DATABASE).filter(account_id=account_id, hour=hour, messages__gte=least)
        found = rows.filter(recipient__in=recipients).order_by("-messages").first()
        return None if found is None else (found.recipient, found.messages)

    def hours_before(self, account_id: str, recipient: str, hour: int) -> dict[int, int]:
        """Return how many messages a recipient got in each hour with mail of the 30 days before an hour."""
        rows = RecipientHour.objects.using(DATABASE).filter(account_id=account_id, recipient=recipient)
        found = rows.filter(hour__lt=hour, hour__gte=hour - HOURS)
        return dict(found.values_list("hour", "messages")[:HOURS])


STORED: Final = StoredHistory()


def written_to(account_id: str, by: str, values: Iterable[str]) -> dict[str, Written]:
    """Return what the organisation's people wrote to each of the addresses (by `other`) or domains (`other_domain`)."""
    letters = Correspondence.objects.using(DATABASE).filter(account_id=account_id, first_sent__isnull=False)
    return _summed(letters.filter(**{f"{by}__in": list(values)}), by)


def _summed(rows: "QuerySet[Correspondence]", by: str) -> dict[str, Written]:
    found = (
        rows.values(by).annotate(Sum("sent"), Max("weeks"), Count("pk"), Min("first_sent"), Max("last_sent")).order_by()
    )
    return {
        row[by]: Written(
            row["sent__sum"], row["weeks__max"], row["pk__count"], row["first_sent__min"], row["last_sent__max"]
        )
        for row in found
    }
