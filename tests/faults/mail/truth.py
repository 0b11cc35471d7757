"""What senders and next hops saw of a round, against what the gateway says; runs with the stack's own settings."""

import json
from collections import Counter, defaultdict
from pathlib import Path

from django.conf import settings

from gateway.models import Bounce, Delivery, Message, TraceLine
from gateway.models.delivery import WAITING

DATABASE = "gateway"
TWICE = "it may arrive twice"
KILL_SECONDS = 15.0
"""After its answer, how long a next hop's copy may wait to be written down, when the database is busy."""
LATE_SECONDS = 2.0


class Truth:
    """`told` is what a round wrote down: messages by Message-ID (`Sent.told`), events of the hops (`hop`), `kills`."""

    def __init__(self, told: dict) -> None:
        self.told = told
        self.lies: list[str] = []
        self.counts: Counter = Counter()
        self.kills = [at for at, victim in told["kills"] if victim == "delivery"]
        self.events = defaultdict(list)
        for event in told["events"]:
            for recipient in event["to"]:
                self.events[event["id"], recipient].append(event)
        self.files: Counter = Counter()
        for part in ("new", "cur"):
            for path in Path(settings.GATEWAY_MAILBOXES).glob(f"*/{part}/*"):
                self.files[path.name.partition(":")[0]] += 1
        self.stored = defaultdict(list)
        for start in range(0, len(names := list(told["sent"])), 400):
            rows = Message.objects.using(DATABASE).filter(message_id__in=_spellings(names[start : start + 400]))
            for message in rows.select_related("raw"):
                self.stored[message.message_id.strip("<>")].append(message)

    def check(self) -> dict:
        """Return `lies`, and `counts` of what happened."""
        for name, sent in self.told["sent"].items():
            self._stored_as_told(name, sent)
            for message in self.stored[name]:
                self._copies(message, sent)
        self._strangers()
        return {"lies": self.lies, "counts": dict(sorted(self.counts.items()))}

    def _stored_as_told(self, name: str, sent: dict) -> None:
        """What was acknowledged is stored, once for each time; what was refused is not."""
        came = Counter(what for what, _ in sent["attempts"])
        acknowledged = {words for what, words in sent["attempts"] if what == "acknowledged"}
        stored = {message.postfix_id for message in self.stored[name]}
        self.counts["attempts of senders"] += len(sent["attempts"])
        self.counts["refused or cut attempts"] += came["refused"] + came["cut"]
        if len(acknowledged) != 1 or not acknowledged <= stored:
            self._lie(f"{name} was acknowledged as {acknowledged}, and is stored as {stored}")
        more = len(stored) - len(acknowledged)
        self.counts["stored again: the sender lost the acknowledgement"] += more
        if more > came["unanswered"]:
            self._lie(f"{name} is stored {len(stored)} times; its sender got no answer {came['unanswered']} times")
        for message in self.stored[name]:
            if message.raw.sha256 != sent["digest"]:
                self._lie(f"{name} is stored with other bytes")

    def _copies(self, message: Message, sent: dict) -> None:
        copies = list(Delivery.objects.using(DATABASE).filter(message=message))
        if sorted(copy.recipient for copy in copies) != sorted(sent["recipients"]):
            self._lie(f"{message.postfix_id} has copies for {[copy.recipient for copy in copies]}")
        lines = list(TraceLine.objects.using(DATABASE).filter(message=message).values_list("text", flat=True))
        for copy in copies:
            self.counts["copies"] += 1
            self.counts[f"copies {copy.status}"] += 1
            if copy.next_hop:
                self._sent_on(message, copy, sent, lines)
            elif copy.status != "delivered" or self.files[self._file(message, copy)] != 1:
                self._lie(f"{copy.recipient} has {self.files[self._file(message, copy)]} files, and is {copy.status}")

    @staticmethod
    def _file(message: Message, copy: Delivery) -> str:
        return f"{int(message.scanned_at.timestamp())}.D{copy.pk}.{message.postfix_id}"

    def _sent_on(self, message: Message, copy: Delivery, sent: dict, lines: list[str]) -> None:
        """One copy to a next hop: kept exactly once, or refused, but for answers that were lost."""
        who = f"{message.postfix_id} to {copy.recipient}"
        events = self.events[message.postfix_id, copy.recipient]
        said = f" answered {copy.last_reply}"
        named = sum(TWICE in line and f" {copy.recipient} " in line for line in lines)
        if named != copy.answers_lost:
            self._lie(f"{who}: its trace names {named} lost answers, and it counts {copy.answers_lost}")
        settled = [event for event in events if event["words"] == copy.last_reply and not event["lost"]]
        if copy.status == "delivered":
            if len(settled) != 1 or settled[0]["what"] != "kept" or not any(said in line for line in lines):
                self._lie(f"{who} is delivered by {copy.last_reply!r}, and the hop did {events}")
        elif copy.status == "bounced":
            is_gone = copy.recipient.startswith("gone") and copy.last_reply.startswith("550 5.1.1 ")
            if not is_gone and [event["what"] for event in settled] != ["refused"]:
                self._lie(f"{who} bounced by {copy.last_reply!r}, and the hop did {events}")
            self._notice(message, copy, sent)
        else:
            self._lie(f"{who} is {copy.status}: {copy.last_reply}")
        self._lost(who, copy.answers_lost, [event for event in events if event not in settled])
        if any(event["digest"] != sent["digest"] for event in events if event["what"] == "kept"):
            self._lie(f"{who} arrived with other bytes")

    def _lost(self, who: str, counted: int, others: list[dict]) -> None:
        """Whatever else the hop did: what it kept once more has to be an answer that was lost, and be counted."""
        at_the_end = [event for event in others if event["lost"] and not event["lost"].startswith("cut within")]
        unsure = [event for event in others if event["lost"].startswith("cut within")]
        unheard = [event for event in others if not event["lost"] and self._may_be_unheard(event)]
        again = [event for event in others if event["what"] == "kept"]
        for event in again:
            if not event["lost"] and event not in unheard:
                self._lie(f"{who} was kept, and the answer was not lost: {event}")
            self.counts[f"arrived, its answer lost: {event['lost'] or 'delivery was killed before it was noted'}"] += 1
        sure = [event for event in at_the_end if event["lost"] != "the gateway had gone"]
        self.counts["answers lost by the gateway's count"] += counted
        self.counts["answers lost by the hops' events"] += len(at_the_end)
        most = len(at_the_end) + len(unsure) + len(self.kills)
        if not len(sure) <= counted <= most or len(again) > counted:
            self._lie(f"{who} counts {counted} lost answers; the hop: {others}")

    def _may_be_unheard(self, event: dict) -> bool:
        return any(event["at"] - LATE_SECONDS <= kill <= event["at"] + KILL_SECONDS for kill in self.kills)

    def _notice(self, message: Message, copy: Delivery, sent: dict) -> None:
        """Only the own people's senders are told, once; others are not proven."""
        bounces = Bounce.objects.using(DATABASE).filter(message=message)
        about = [row for row in bounces if copy.recipient in [failed[0] for failed in row.failed]]
        is_told = "bounce" in copy.notice and "not told" not in copy.notice
        all_leave = copy.next_hop == "smart host"
        if len(about) != (1 if is_told else 0):
            self._lie(f"{copy.recipient} of {message.postfix_id} is in {len(about)} bounces: {copy.notice}")
        if not all_leave and "partner.example" in sent["sender"] and is_told:
            self._lie(f"the stranger {sent['sender']} was told of {copy.recipient}")
        if all_leave and not is_told and not bounces and "nothing proves" not in copy.notice:
            self._lie(f"{sent['sender']} was not told of {copy.recipient}: {copy.notice}")
        for row in about:
            events = self.events[f"bounce-{row.pk}", row.recipient]
            kept = sum(event["what"] == "kept" for event in events)
            self.counts["bounces"] += 1
            if row.status == "delivered" and not 1 <= kept <= 1 + row.answers_lost:
                self._lie(f"bounce {row.pk} was kept {kept} times, with {row.answers_lost} lost answers")
            if row.status not in {"delivered", "bounced"}:
                self._lie(f"bounce {row.pk} is {row.status}")

    def _strangers(self) -> None:
        """Nothing reached a hop that nobody sent."""
        known = {message.postfix_id for rows in self.stored.values() for message in rows}
        for whose, recipient in self.events:
            if not whose.startswith("bounce-") and whose not in known:
                self._lie(f"{whose} came for {recipient}, and is not stored")

    def _lie(self, text: str) -> None:
        self.lies.append(text)


def _spellings(names: list[str]) -> list[str]:
    return [*names, *(f"<{name}>" for name in names)]


def check(path: str) -> None:
    """Print what `Truth` finds, as JSON on the last line."""
    print(json.dumps(Truth(json.loads(Path(path).read_text())).check()))  # noqa: T201 - this is how it answers


def waiting() -> None:
    """Print how many copies and bounces still wait."""
    count = sum(kind.objects.using(DATABASE).filter(status__in=WAITING).count() for kind in (Delivery, Bounce))
    print(count)  # noqa: T201 - as above
