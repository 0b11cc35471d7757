"""Operations on legal holds and on what retention deleted, an extension of the embedded gateway."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

from pydantic import TypeAdapter

from api_client.models import HoldRequest, LegalHold, LiftRequest, MissingMessage, MissingRequest
from api_client.resources.base import Resource

HOLDS = TypeAdapter(list[LegalHold])
HOLD = TypeAdapter(LegalHold)
MISSING = TypeAdapter(list[MissingMessage])


class Holds(Resource):
    """Legal holds on mail."""

    def list(self) -> list[LegalHold]:
        """Return all holds, the newest first, lifted ones too."""
        return self._read(HOLDS, self._get("retention/holds"))

    def of_message(self, investigate_id: str) -> builtins.list[LegalHold]:
        """Return the holds in force that name a message."""
        return self._read(HOLDS, self._get("retention/holds", {"message": investigate_id}))

    def create(self, request: HoldRequest) -> LegalHold:
        """Set a hold and return it."""
        return self._read(HOLD, self._post("retention/holds", request))

    def missing(self, message_ids: Sequence[str]) -> builtins.list[MissingMessage]:
        """Return those of up to 1,000 ids of which no message is stored."""
        request = MissingRequest(ids=[*message_ids])
        return self._read(MISSING, self._post("retention/missing", request, write=False))

    def lift(self, hold_id: str, *, by: str = "") -> LegalHold:
        """Lift a hold and return it. One that is lifted already stays as it is."""
        return self._read(HOLD, self._post(f"retention/holds/{hold_id}/lift", LiftRequest(lifted_by=by)))
