"""The history as the messages of a batch see it: what is stored, and what the messages before them in the batch add.

What the batch asks about is read with a few queries for all of its messages. Each message that is going to be stored
is noted, so that the next one is judged as if the ones before it were stored already.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from gateway.detect.correspondents import Written
from gateway.detect.evidence import Evidence
from gateway.history.changes import Changes, SenderChange, keys_of
from gateway.history.kept import Sender, own_recipients, sender_of
from gateway.history.stored import DATABASE, HOURS, MOST_ADDRESSES_OF_A_NAME, StoredHistory, written_to
from gateway.models import NameHistory, RecipientHour, SenderHistory

# SQLite takes 999 parameters in a statement.
_AT_ONCE: Final = 400
_MOST_USES: Final = 2_000
_EVER: Final = datetime.max.replace(tzinfo=UTC)
_NOTHING: Final = Written()


class BatchHistory(StoredHistory):
    """The history of one account for messages that are judged one after the other and then stored together.

    It is made anew once they are stored.
    """

    def __init__(self, account_id: str, messages: Iterable[Evidence], moment: datetime) -> None:
        self._account_id = account_id
        evidences = list(messages)
        asked = [sender for sender in map(sender_of, evidences) if sender.address and not sender.is_own]
        addresses, domains = {one.address for one in asked}, {one.domain for one in asked if one.domain}
        self._senders = self._read_senders(addresses | domains)
        self._names = self._read_names({one.name for one in asked if one.name})
        self._written, self._written_to_domain = self._read_written(addresses, domains)
        self._written_here: set[str] = set()
        self._recipients = {name for one in evidences for name in own_recipients(one)}
        self._hour = int(moment.timestamp()) // 3600
        self._counted = self._read_hour()
        self._hours_before: dict[tuple[str, int], dict[int, int]] = {}
        self._new: Counter[tuple[str, int]] = Counter()

    def waits_for_the_batch(self, evidence: Evidence) -> bool:
        """Return whether a message of the batch went to this one's sender or domain: then it has to be stored before.

        What was written is only known as sums, to which a message of the batch can't be added.
        """
        return bool(self._written_here) and sender_of(evidence).domain in self._written_here

    def note(self, changes: Changes) -> None:
        """Note what a message adds, which is going to be stored."""
        for one in changes.senders:
            row = self._senders.setdefault(
                (one.kind, one.key),
                SenderHistory(
                    account_id=one.account_id, kind=one.kind, key=one.key, first_seen=one.moment, last_seen=one.moment
                ),
            )
            _count(row, one)
        for use in changes.names:
            self._note_name(use.name, use.address, use.moment)
        self._new.update((one.recipient, one.hour) for one in changes.hours)
        self._written_here.update(one.other_domain for one in changes.letters if one.sent)

    def senders(self, account_id: str, sender: Sender, moment: datetime) -> dict[tuple[str, str], SenderHistory]:  # noqa: ARG002 - it has one account
        """Return the rows of the sender's address and domain by (kind, key)."""
        found = {key: self._senders[key] for key in keys_of(sender) if key in self._senders}
        return {key: row for key, row in found.items() if row.first_seen < moment}

    def uses_of_name(self, account_id: str, name: str, moment: datetime) -> list[NameHistory]:
        """Return the addresses of a name, the most used first; of more than a few, one more than a few."""
        if name not in self._names:
            self._names[name] = super().uses_of_name(account_id, name, _EVER)
        uses = [row for row in self._names[name] if row.first_seen < moment]
        # A row that is yet to be stored comes after the stored ones, in the order of the messages.
        uses.sort(key=lambda row: (-row.judged_clean, row.pk is None, row.pk or 0))
        return uses[: MOST_ADDRESSES_OF_A_NAME + 1]

    def written(self, account_id: str, sender: Sender, moment: datetime) -> tuple[Written, Written]:  # noqa: ARG002 - as above
        """Return what the organisation's people wrote to the sender's address, and to its domain."""
        return self._written.get(sender.address, _NOTHING), self._written_to_domain.get(sender.domain, _NOTHING)

    def busiest(self, account_id: str, recipients: Sequence[str], hour: int, least: int) -> tuple[str, int] | None:  # noqa: ARG002 - as above
        """Return the one of the recipients with the most messages in an hour, and how many, if at least `least`."""
        if hour != self._hour:
            # The hour has changed since the batch began.
            self._hour = hour
            self._counted = self._read_hour()
        counts = {name: self._counted.get(name, 0) + self._new[name, hour] for name in recipients}
        busiest = max(counts, key=counts.__getitem__, default=None)
        return None if busiest is None or counts[busiest] < least else (busiest, counts[busiest])

    def hours_before(self, account_id: str, recipient: str, hour: int) -> dict[int, int]:
        """Return how many messages a recipient got in each hour with mail of the 30 days before an hour."""
        key = (recipient, hour)
        if key not in self._hours_before:
            self._hours_before[key] = super().hours_before(account_id, recipient, hour)
        counts = Counter(self._hours_before[key])
        for (name, when), count in self._new.items():
            if name == recipient and hour - HOURS <= when < hour:
                counts[when] += count
        return counts

    def _note_name(self, name: str, address: str, moment: datetime) -> None:
        uses = self._names.get(name)
        if uses is None:
            # Nobody has asked for the name yet. By then its rows have to have this message.
            uses = self._names[name] = super().uses_of_name(self._account_id, name, _EVER)
        row = next((use for use in uses if use.address == address), None)
        if row is None:
            row = NameHistory(
                account_id=self._account_id, name=name, address=address, first_seen=moment, last_seen=moment
            )
            uses.append(row)
        row.judged_clean += 1
        row.first_seen = min(row.first_seen, moment)

    def _read_senders(self, keys: set[str]) -> dict[tuple[str, str], SenderHistory]:
        rows = SenderHistory.objects.using(DATABASE).filter(account_id=self._account_id)
        return {(row.kind, row.key): row for some in _parts(keys) for row in rows.filter(key__in=some)}

    def _read_names(self, names: set[str]) -> dict[str, list[NameHistory]]:
        rows = NameHistory.objects.using(DATABASE).filter(account_id=self._account_id)
        found: dict[str, list[NameHistory]] = {}
        for some in _parts(names):
            uses = list(rows.filter(name__in=some)[: _MOST_USES + 1])
            if len(uses) > _MOST_USES:
                # A name that very many use is among them. Each is read when it is asked for.
                continue
            found |= {name: [] for name in some}
            for use in uses:
                found[use.name].append(use)
        return found

    def _read_written(self, addresses: set[str], domains: set[str]) -> tuple[dict[str, Written], dict[str, Written]]:
        by_address: dict[str, Written] = {}
        by_domain: dict[str, Written] = {}
        for some in _parts(addresses):
            by_address |= written_to(self._account_id, "other", some)
        for some in _parts(domains):
            by_domain |= written_to(self._account_id, "other_domain", some)
        return by_address, by_domain

    def _read_hour(self) -> dict[str, int]:
        rows = RecipientHour.objects.using(DATABASE).filter(account_id=self._account_id, hour=self._hour)
        found: dict[str, int] = {}
        for some in _parts(self._recipients):
            found.update(rows.filter(recipient__in=some).values_list("recipient", "messages"))
        return found


def _count(row: SenderHistory, one: SenderChange) -> None:
    row.messages += 1
    row.first_seen = min(row.first_seen, one.moment)
    row.judged_clean += one.judged_clean
    row.unwanted += one.unwanted
    row.threats += one.threats
    if one.proven_first is not None:
        row.proven_first = min(row.proven_first or one.proven_first, one.proven_first)


def _parts(values: set[Any]) -> Iterator[list[Any]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
