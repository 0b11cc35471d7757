"""Find the messages that a user's report is about: attached in any form, or forwarded within the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from gateway.mail.file_names import extension
from gateway.mail.isolation import attached_messages_isolated, parse_isolated
from gateway.mail.message import ParsedMessage
from gateway.mail.same_mailbox import mailbox_key
from gateway.models import Message, RawMail
from gateway.search.page import search_page
from gateway.search.params import SearchParams
from gateway.store.raw_mail import read_raw, write_raw
from gateway.submissions.forwards.originals import forwarded
from gateway.submissions.reasons import NEEDS_PASSWORD, NOTHING_ATTACHED, NOTHING_READ, TOO_MANY
from gateway.submissions.simulations import is_known_simulation

DATABASE = "gateway"
MOST_REPORTED = 10
_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MESSAGE_ENDINGS: Final = frozenset({"eml", "emlx", "msg"})


@dataclass(frozen=True, slots=True)
class Reported:
    """One thing that was reported: the stored message, or the unsaved row of its bytes if it is not stored here.

    `unusable` is why it is neither; `subject` is then empty.
    """

    message: Message | None = None
    eml: RawMail | None = None
    subject: str = ""
    unusable: str = ""
    is_simulation: bool = False


def reported(raw: bytes, parsed: ParsedMessage, *, account_id: str, reporter: str) -> list[Reported]:
    """Return what a report is about, at most ten messages; never nothing.

    An attached message is matched to a stored one by its bytes, else by its Message-ID. Of several matches, the newest
    that the reporter received is used. Without an attached one, the text is read as a forward; so it is if what is
    attached came with the forwarded message.
    """
    found = forwarded(parsed, account_id=account_id, reporter=reporter)
    if any(part.is_message for part in parsed.attachments) and not _came_with(found, parsed):
        return _attached(raw, account_id, reporter) or [Reported(unusable=NOTHING_READ)]
    if found == [NOTHING_ATTACHED]:
        return [Reported(unusable=_why_nothing(parsed))]
    return [_stored(one) if isinstance(one, Message) else Reported(unusable=one) for one in found]


def _came_with(found: Sequence[Message | str], parsed: ParsedMessage) -> bool:
    """Return whether the attached messages are files of the one message that is forwarded within the text."""
    if len(found) != 1 or isinstance(found[0], str):
        return False
    original = parse_isolated(read_raw(found[0].raw))
    attached = {part.sha256 for part in parsed.attachments if part.is_message}
    return attached <= {part.sha256 for part in original.attachments}


def _why_nothing(parsed: ParsedMessage) -> str:
    if any(part.encrypted for part in parsed.attachments):
        return NEEDS_PASSWORD
    named = any(extension(part.name) in _MESSAGE_ENDINGS for part in parsed.attachments)
    return NOTHING_READ if named else NOTHING_ATTACHED


def _attached(raw: bytes, account_id: str, reporter: str) -> list[Reported]:
    found: dict[str, Reported] = {}
    attached = attached_messages_isolated(raw)
    for one in attached[:MOST_REPORTED]:
        digest = sha256(one).hexdigest()
        message = _by_bytes(digest, account_id, reporter)
        if message is None:
            parsed = parse_isolated(one)
            message = _by_message_id(parsed.message_id, account_id, reporter)
            if message is None:
                found[digest] = Reported(eml=write_raw(one), subject=parsed.subject)
        if message is not None and message.investigate_id not in found:
            found[message.investigate_id] = _stored(message)
    more = [Reported(unusable=TOO_MANY)] if len(attached) > MOST_REPORTED else []
    return [*found.values(), *more]


def _stored(message: Message) -> Reported:
    return Reported(message, subject=message.subject, is_simulation=is_known_simulation(message))


def _by_bytes(digest: str, account_id: str, reporter: str) -> Message | None:
    same = Message.objects.using(DATABASE).filter(raw_id=digest, account_id=account_id, is_phish_submission=False)
    return _nearest(list(same.order_by("-pk")[:100]), reporter)


def _by_message_id(message_id: str, account_id: str, reporter: str) -> Message | None:
    if not message_id.strip():
        return None
    params = SearchParams(account_id=account_id, start=_EVER, detections_only=False, message_id=(message_id,))
    return _nearest(search_page(params, limit=100).messages, reporter)


def _nearest(found: Sequence[Message], reporter: str) -> Message | None:
    """Return the newest message that the reporter received, else the newest one. `found` is sorted newest first."""
    key = mailbox_key(reporter)
    got = [row for row in found if key in map(mailbox_key, row.client_recipients)]
    return next(iter([*got, *found]), None)
