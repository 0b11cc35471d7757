"""Reading one message: detections, preview, raw, trace, action log."""

from __future__ import annotations

from pydantic import TypeAdapter

from api_client.addressing import path_segment
from api_client.models import ActionEntry, Detections, Preview, PreviewRequest, Raw, RawDownload, Trace
from api_client.resources.base import Resource
from api_client.transport import MAIL

DETECTIONS = TypeAdapter(Detections)
PREVIEW = TypeAdapter(Preview)
RAW = TypeAdapter(Raw)
TRACE = TypeAdapter(Trace)
ACTIONS = TypeAdapter(list[ActionEntry])


class DetectionsResource(Resource):
    """Why a message was judged as it was."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Detections:
        """Give the detection details of one message; with `submission`, of what somebody reported."""
        path = f"investigate/{path_segment(investigate_id)}/detections"
        return self._read(DETECTIONS, self._get(path, {"submission": submission}))


class PreviewResource(Resource):
    """What a message looks like."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Preview:
        """Give the picture of a message that was detected; with `submission`, of what somebody reported."""
        path = f"investigate/{path_segment(investigate_id)}/preview"
        return self._read(PREVIEW, self._get(path, {"submission": submission}))

    def create(self, *, id: str) -> Preview:
        """Have a message rendered that was not detected. It changes nothing, so it is repeated like a read."""
        return self._read(PREVIEW, self._post("investigate/preview", PreviewRequest(id=id), write=False))


class RawResource(Resource):
    """A message's source."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Raw:
        """Give the source as text; with `submission`, of what somebody reported."""
        path = f"investigate/{path_segment(investigate_id)}/raw"
        return self._read(RAW, self._get(path, {"submission": submission}))

    def download(self, investigate_id: str, *, submission: bool | None = None) -> RawDownload:
        """Give the source as bytes: the exact ones where the server has them, else its text in UTF-8."""
        path = f"investigate/{path_segment(investigate_id)}/raw"
        answer = self._get(path, {"submission": submission}, accept=f"{MAIL}, application/json;q=0.5")
        if answer.media_type == MAIL:
            return RawDownload(content=answer.body, exact=True)
        return RawDownload(content=self._read(RAW, answer).raw.encode("utf-8"), exact=False)


class TraceResource(Resource):
    """A message's way through the service."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Trace:
        """Give the trace lines of one message; with `submission`, of what somebody reported."""
        path = f"investigate/{path_segment(investigate_id)}/trace"
        return self._read(TRACE, self._get(path, {"submission": submission}))


class ActionLogResource(Resource):
    """What was done to a message."""

    def list(self, investigate_id: str) -> list[ActionEntry]:
        """Give the actions on one message."""
        return self._read(ACTIONS, self._get(f"investigate/{path_segment(investigate_id)}/action_log"))
