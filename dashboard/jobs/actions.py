"""The actions that jobs carry out on messages: how each is sent, matched with its answers, and verified afterwards.

A new action needs a class and an entry in ACTIONS here, and a member of JobAction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from api_client import Client
from api_client.models import ActionEntry, ActionOperation, DeliveryStatus, Message, MessageAction
from dashboard.capabilities import Capability
from dashboard.jobs.answers import Answers
from dashboard.jobs.models import Job, JobItem
from dashboard.jobs.states import JobAction, Proof


class ReadBackResult(Enum):
    """What reading back shows of a write whose outcome was unknown."""

    DONE = "done"
    FAILED = "failed"
    UNDERWAY = "underway"
    NOT_DONE = "not done"


@dataclass(frozen=True, slots=True)
class ReadBack:
    """An item of a job, its message as the API shows it now, and the message's action log.

    `message` may be None if there is a log and the action is proven by it. `log` is None if the backend has no log, or
    if it was not `asked` for it. `since` is when our first attempt began. `slack` is by how much the server's clock may
    differ from ours.
    """

    job: Job
    item: JobItem
    message: Message | None
    log: Sequence[ActionEntry] | None
    slack: timedelta
    asked: bool = True

    @property
    def since(self) -> datetime:
        """Return when our first attempt began."""
        return self.item.attempted_at or self.job.created_at

    def completed(self, operation: ActionOperation) -> list[ActionEntry]:
        """Return the log's completed entries of one operation since our first attempt."""
        return [
            entry
            for entry in self.log or ()
            if entry.operation == operation
            and entry.completed_at is not None
            and entry.completed_at >= self.since - self.slack
        ]

    def by_state(self, operation: ActionOperation) -> Proof:
        """Return the proof by the search row alone.

        STATE or SEEN: the row shows the operation now, and did not when the message was selected. UNREADABLE or OPEN:
        it showed the operation both times. MISSING or OPEN: it does not show the operation. The second of each means
        that the log was not asked for.
        """
        if self.message is None or operation not in (self.message.post_delivery_operations or ()):
            return Proof.MISSING if self.asked else Proof.OPEN
        if operation in self.item.seen.operations:
            return Proof.UNREADABLE if self.asked else Proof.OPEN
        return Proof.STATE if self.asked else Proof.SEEN


class Action(Protocol):
    """One kind of action. The classes below implement it."""

    capability: Capability
    verb: str
    verb_after: str
    """What follows the messages in a sentence: "Submit 5 messages for review". Empty for most."""
    at_most: int
    """Maximum number of messages in one call."""
    per_recipient: bool
    """Whether each recipient's copy has its own outcome."""
    repeats_anywhere: bool
    """Whether a write that reading back does not show may be repeated on a backend that is not our gateway."""
    filter: MessageAction
    """The search filter for messages that show this action."""
    is_proven_by_log: bool
    """Whether the action log alone proves the action, so that the message need not be read."""

    def send(self, client: Client, job: Job, items: Sequence[JobItem]) -> Answers:
        """Send the action for up to `at_most` items in one call, and match the answers. Raise ApiError if it fails."""
        ...

    def shown(self, now: ReadBack) -> ReadBackResult:
        """Return what the message shows of an action whose answer was lost."""
        ...

    def proof(self, now: ReadBack) -> Proof:
        """Return what the message shows of an action that the API reported as done."""
        ...


def folder_of(job: Job, item: JobItem) -> str:
    """Return the folder that the item is moved to."""
    return item.destination or job.destination


class Move:
    """Moves each recipient's copy to a folder.

    Moving a copy to the folder where it is changes nothing, so a move may be repeated.
    """

    capability = Capability.MOVE
    verb = "Move"
    verb_after = ""
    at_most = 1000
    per_recipient = True
    repeats_anywhere = True
    filter = MessageAction.MOVED
    is_proven_by_log = True

    def send(self, client: Client, job: Job, items: Sequence[JobItem]) -> Answers:
        """Move all items to the first item's folder. Match the answers, one for each message and recipient."""
        answers = Answers(items)
        folder = folder_of(job, items[0])
        for result in client.investigate.move.bulk(ids=[item.investigate_id for item in items], destination=folder):
            answers.add(
                [result.message_id or ""],
                recipient=result.recipient or "",
                success=result.success,
                status=result.status or "",
                destination=result.destination or folder,
                marks=result.gatehouse_marks,
                forwarded_to=result.gatehouse_forwarded_to or (),
            )
        return answers

    def shown(self, now: ReadBack) -> ReadBackResult:
        """Return whether the log shows a move to the item's folder, and whether it failed."""
        if now.log is None:
            # Without a log, the only proof is a row that shows a move now and showed none before.
            return ReadBackResult.DONE if now.by_state(ActionOperation.MOVE) is Proof.STATE else ReadBackResult.NOT_DONE
        moves = self._ours(now)
        if not moves:
            return ReadBackResult.NOT_DONE
        return ReadBackResult.FAILED if all(entry.success is False for entry in moves) else ReadBackResult.DONE

    def proof(self, now: ReadBack) -> Proof:
        """Return PLACE if the log shows a successful move to the item's folder, STATE if it names no folder.

        Without a log, judge by the row.
        """
        if now.log is None:
            return now.by_state(ActionOperation.MOVE)
        if any(entry.success is not False for entry in self._ours(now)):
            return Proof.PLACE
        moves = [entry for entry in now.completed(ActionOperation.MOVE) if entry.success is not False]
        has_no_folder = any(not (entry.properties and entry.properties.folder) for entry in moves)
        return Proof.STATE if has_no_folder else Proof.MISSING

    def _ours(self, now: ReadBack) -> list[ActionEntry]:
        folder = folder_of(now.job, now.item)
        moves = now.completed(ActionOperation.MOVE)
        return [entry for entry in moves if entry.properties is not None and entry.properties.folder == folder]


class Release:
    """Releases held messages to their recipients. The API can't hold a released message again."""

    capability = Capability.RELEASE
    verb = "Release"
    verb_after = ""
    at_most = 1000
    per_recipient = True
    repeats_anywhere = False
    filter = MessageAction.QUARANTINE_RELEASED
    is_proven_by_log = False

    def send(self, client: Client, job: Job, items: Sequence[JobItem]) -> Answers:
        """Release the items and match the answers, which list the recipients by outcome."""
        answers = Answers(items)
        if job.recipient:
            (item,) = items
            results = [client.investigate.release.copy(item.investigate_id, recipient=job.recipient)]
        else:
            results = client.investigate.release.bulk(ids=[item.investigate_id for item in items])
        for result in results:
            names = [result.id, result.postfix_id or ""]
            for recipient in result.delivered or ():
                answers.add(names, recipient=recipient, success=True, status="delivered")
            for recipient in result.failed or ():
                answers.add(names, recipient=recipient, success=False, status="failed")
            for recipient in result.undelivered or ():
                answers.add_waiting(names, recipient=recipient, status="undelivered")
        return answers

    def shown(self, now: ReadBack) -> ReadBackResult:
        """Return whether the message left quarantine, and whether copies of it still wait for delivery."""
        if now.message is None:
            return ReadBackResult.NOT_DONE
        released = [entry for entry in now.completed(ActionOperation.QUARANTINE_RELEASE) if entry.success is not False]
        if now.message.is_quarantined and now.job.recipient:
            return ReadBackResult.DONE if _is_for(released, now.job.recipient) else ReadBackResult.NOT_DONE
        if now.message.is_quarantined and not released:
            return ReadBackResult.NOT_DONE
        return ReadBackResult.UNDERWAY if _waits(now.message) else ReadBackResult.DONE

    def proof(self, now: ReadBack) -> Proof:
        """Return PLACE if the message left quarantine, or SEEN while copies of it still wait for delivery.

        The API shows no more than this of a release. Of one copy, whose message may stay held for others, the log
        of our gateway tells once it was delivered; a row that shows nothing leaves it open.
        """
        if now.job.recipient and (now.message is None or now.message.is_quarantined):
            if now.message is not None:
                return Proof.OPEN
            released = now.completed(ActionOperation.QUARANTINE_RELEASE)
            done = [entry for entry in released if entry.success is not False]
            return Proof.PLACE if _is_for(done, now.job.recipient) else Proof.MISSING
        if now.message is None or now.message.is_quarantined:
            return Proof.MISSING
        return Proof.SEEN if _waits(now.message) else Proof.PLACE


def _is_for(released: Sequence[ActionEntry], recipient: str) -> bool:
    """Return whether one of these releases was for the recipient, or for everybody."""
    for entry in released:
        named = entry.properties.gatehouse_recipients if entry.properties else None
        if named is None or recipient.casefold() in {one.casefold() for one in named}:
            return True
    return False


def _waits(message: Message) -> bool:
    return DeliveryStatus.QUEUED in (message.delivery_status or ())


class Reclassify:
    """Requests another verdict, which is decided later. A call takes one message. A request can't be taken back."""

    capability = Capability.RECLASSIFY
    verb = "Submit"
    verb_after = "for review"
    at_most = 1
    per_recipient = False
    repeats_anywhere = False
    filter = MessageAction.SUBMITTED
    is_proven_by_log = True

    def send(self, client: Client, job: Job, items: Sequence[JobItem]) -> Answers:
        """Request the verdict for the one item. An answer without an error means that the API accepted the request."""
        answers = Answers(items)
        (item,) = items
        client.investigate.reclassify.create(item.investigate_id, expected_disposition=job.disposition)
        answers.add([item.investigate_id], recipient="", success=True, status="submitted")
        return answers

    def shown(self, now: ReadBack) -> ReadBackResult:
        """Return whether the message shows a submission since our first attempt."""
        return ReadBackResult.DONE if self.proof(now) in (Proof.PLACE, Proof.STATE) else ReadBackResult.NOT_DONE

    def proof(self, now: ReadBack) -> Proof:
        """Return PLACE if the log shows a submission since our first attempt that asks for this verdict.

        An entry without a verdict counts too, since the embedded log does not name it. Without a log, judge by the row.
        """
        if now.log is None:
            return now.by_state(ActionOperation.SUBMISSION)
        asked = {
            entry.properties.requested_disposition if entry.properties else None
            for entry in now.completed(ActionOperation.SUBMISSION)
        }
        return Proof.PLACE if asked & {now.job.disposition, None} else Proof.MISSING


ACTIONS: dict[str, Action] = {
    JobAction.MOVE: Move(),
    JobAction.RELEASE: Release(),
    JobAction.RECLASSIFY: Reclassify(),
}
