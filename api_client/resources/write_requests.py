"""Writes of tokens that wait for a second person, an extension of Gatehouse's gateway for its own console alone."""

from __future__ import annotations

import builtins

from pydantic import TypeAdapter

from api_client.models import Decision, WriteRequest
from api_client.resources.base import Resource

REQUESTS = TypeAdapter(list[WriteRequest])
REQUEST = TypeAdapter(WriteRequest)
_PATH = "gatehouse/write_requests"


class WriteRequests(Resource):
    """Moves and releases that tokens asked for, and on which people decide. Other servers answer with NotFound."""

    def list(self, *, state: str | None = None, page: int = 1, per_page: int = 50) -> builtins.list[WriteRequest]:
        """Return a page of the requests, the newest first, of one state if it is given."""
        params = {"page": page, "per_page": per_page} | ({"state": state} if state else {})
        return self._read(REQUESTS, self._get(_PATH, params))

    def get(self, request_id: str) -> WriteRequest:
        """Return one request."""
        return self._read(REQUEST, self._get(f"{_PATH}/{request_id}"))

    def approve(self, request_id: str, *, by: str) -> WriteRequest:
        """Have a request carried out, once. Raise Conflict if it does not wait."""
        return self._read(REQUEST, self._post(f"{_PATH}/{request_id}/approve", Decision(decided_by=by)))

    def refuse(self, request_id: str, *, by: str) -> WriteRequest:
        """End a request of which nothing is done. Raise Conflict if it does not wait."""
        return self._read(REQUEST, self._post(f"{_PATH}/{request_id}/refuse", Decision(decided_by=by)))
