"""Operations on the queue of mail on its way, an extension of the embedded gateway."""

from __future__ import annotations

import builtins

from pydantic import TypeAdapter

from api_client.models import QueueAct, QueuedCopy
from api_client.resources.base import Resource

COPIES = TypeAdapter(list[QueuedCopy])
COPY = TypeAdapter(QueuedCopy)


class DeliveryQueue(Resource):
    """Copies that wait for a next hop, and those that were not delivered."""

    def list(self, *, failed: bool = False, before: str = "") -> builtins.list[QueuedCopy]:
        """Return up to 51 copies, the newest first, below the id `before`."""
        query = {"state": "failed" if failed else "waiting", **({"before": before} if before else {})}
        return self._read(COPIES, self._get("delivery/queue", query))

    def retry(self, copy_id: str, *, by: str = "") -> QueuedCopy:
        """Have a copy tried now, also one that was not delivered."""
        return self._read(COPY, self._post(f"delivery/queue/{copy_id}/retry", QueueAct(by=by)))

    def give_up(self, copy_id: str, *, by: str = "") -> QueuedCopy:
        """Try a copy no more. One that is being sent at this moment may still arrive."""
        return self._read(COPY, self._post(f"delivery/queue/{copy_id}/give_up", QueueAct(by=by)))
