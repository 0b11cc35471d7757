"""Find the stored message that somebody forwarded within the text, among the mail that this person received."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from gateway.mail.message import ParsedMessage
from gateway.mail.same_mailbox import mailbox_key
from gateway.models import Message
from gateway.search.page import search_page
from gateway.search.params import SearchParams
from gateway.submissions.forwards.labels import bare_subject
from gateway.submissions.forwards.quoted_header import QuotedHeader, quoted_header, quoted_message_ids
from gateway.submissions.forwards.referred import answered_ids
from gateway.submissions.reasons import AMBIGUOUS, CONTRADICTING, NOT_FOUND, NOTHING_ATTACHED, TOO_MANY

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOOKED_AT: Final = 50
_MOST: Final = 10
_SEARCHED: Final = 200


def forwarded(parsed: ParsedMessage, *, account_id: str, reporter: str) -> list[Message | str]:
    """Return the messages that a report forwards within its text, and in place of one that is not found, the reason.

    A message is found by In-Reply-To or References, else by the Message-ID lines in the text, else by what the text
    quotes of it: sender, subject and time. It is one that the reporter received, and never the newest of several that
    fit: those are ambiguous.
    """
    mine = _Received(account_id, reporter)
    quote = quoted_header(parsed)
    answered = answered_ids(parsed)
    for name in answered:
        found = mine.with_id(name)
        if found is not None and mailbox_key(found.from_address) not in _addressed(parsed):
            return [found] if quote is None or _agrees(quote, found) else [CONTRADICTING]
    if named := quoted_message_ids(parsed):
        rows = [mine.with_id(name) or NOT_FOUND for name in named[:_MOST]]
        return [*dict.fromkeys(rows), *([TOO_MANY] if len(named) > _MOST else [])]
    if quote is not None:
        return [mine.quoted(quote, forward_subject=parsed.subject)]
    return [NOT_FOUND if answered else NOTHING_ATTACHED]


def _addressed(parsed: ParsedMessage) -> set[str]:
    """Return to whom the report goes: an answer to the team's own mail is no report of it."""
    return {mailbox_key(mailbox.address) for mailbox in (*parsed.to, *parsed.cc)}


def _agrees(quote: QuotedHeader, message: Message) -> bool:
    """Return whether a message has a quoted sender: by address, or by name where the mail program shows no more."""
    senders = {one.lower().rstrip(".") for one in (message.from_address, message.envelope_from, message.reply_to)}
    if quote.addresses:
        return not senders.isdisjoint(quote.addresses)
    return not quote.name or quote.name in {" ".join(message.from_name.split()).casefold(), *senders}


class _Received:
    """The stored mail that one person received."""

    def __init__(self, account_id: str, reporter: str) -> None:
        self._account_id, self._reporter = account_id, reporter
        self._key = mailbox_key(reporter)

    def with_id(self, message_id: str) -> Message | None:
        """Return the newest message with this Message-ID, or None."""
        return next(iter(self._mine(self._params(message_id=(message_id,)))), None)

    def quoted(self, quote: QuotedHeader, *, forward_subject: str) -> Message | str:
        """Return the message with the quoted sender, subject and time, or the reason why there is none."""
        subjects = [bare_subject(subject) for subject in quote.subjects or (forward_subject,)]
        if not subjects[0] or not (quote.addresses or quote.name):
            return NOT_FOUND
        found = self._mine(self._params(subject=_head(subjects[0]), sender=quote.addresses))
        fitting = [row for row in found if bare_subject(row.subject) in subjects and _agrees(quote, row)]
        if quote.time is not None:
            times = quote.time
            fitting = [row for row in fitting if any(map(times.is_near, _moments(row)))]
            if _different(fitting) > 1:
                fitting = [row for row in fitting if any(map(times.is_minute_of, _moments(row)))] or fitting
        if not fitting:
            return NOT_FOUND
        return fitting[0] if _different(fitting) == 1 and len(found) < _LOOKED_AT else AMBIGUOUS

    def _params(
        self, *, message_id: tuple[str, ...] = (), subject: str | None = None, sender: tuple[str, ...] = ()
    ) -> SearchParams:
        return SearchParams(
            account_id=self._account_id,
            start=_EVER,
            detections_only=False,
            recipient=(self._reporter,),
            message_id=message_id,
            subject=subject,
            sender=sender,
        )

    def _mine(self, params: SearchParams) -> list[Message]:
        """Return what was found and delivered to the reporter, or held for them, newest first."""
        found = search_page(params, limit=_LOOKED_AT).messages
        return [row for row in found if self._key in map(mailbox_key, row.client_recipients)]


def _head(subject: str) -> str:
    """Return the beginning of a subject, in whole words, to search for."""
    return subject if len(subject) <= _SEARCHED else subject[:_SEARCHED].rpartition(" ")[0] or subject


def _moments(message: Message) -> Iterable[datetime]:
    return (moment for moment in (message.sent_at, message.scanned_at) if moment is not None)


def _different(rows: Sequence[Message]) -> int:
    """Return how many different messages these are: the same bytes twice are one."""
    return len({row.raw_id for row in rows})
