"""Operations that read parts of one message: detections, preview, raw source, trace and action log."""

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
    """Detection details of messages."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Detections:
        """Return the detection details of one message. With `submission`, read the submitted message."""
        path = f"investigate/{path_segment(investigate_id)}/detections"
        return self._read(DETECTIONS, self._get(path, {"submission": submission}))


class PreviewResource(Resource):
    """Previews (screenshots) of messages."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Preview:
        """Return the preview of a message with detections. With `submission`, read the submitted message."""
        path = f"investigate/{path_segment(investigate_id)}/preview"
        return self._read(PREVIEW, self._get(path, {"submission": submission}))

    def create(self, *, id: str) -> Preview:
        """Render a message without detections. This changes nothing, so it is retried like a read."""
        return self._read(PREVIEW, self._post("investigate/preview", PreviewRequest(id=id), write=False))


class RawResource(Resource):
    """Raw sources of messages."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Raw:
        """Return the source as text. With `submission`, read the submitted message."""
        path = f"investigate/{path_segment(investigate_id)}/raw"
        return self._read(RAW, self._get(path, {"submission": submission}))

    def download(self, investigate_id: str, *, submission: bool | None = None) -> RawDownload:
        """Return the source as bytes: the original ones if the server provides them, else the text in UTF-8."""
        path = f"investigate/{path_segment(investigate_id)}/raw"
        answer = self._get(path, {"submission": submission}, accept=f"{MAIL}, application/json;q=0.5")
        if answer.media_type == MAIL:
            return RawDownload(content=answer.body, exact=True)
        return RawDownload(content=self._read(RAW, answer).raw.encode("utf-8"), exact=False)


class TraceResource(Resource):
    """Traces of messages."""

    def get(self, investigate_id: str, *, submission: bool | None = None) -> Trace:
        """Return the trace of one message. With `submission`, read the submitted message."""
        path = f"investigate/{path_segment(investigate_id)}/trace"
        return self._read(TRACE, self._get(path, {"submission": submission}))


class ActionLogResource(Resource):
    """Action logs of messages."""

    def list(self, investigate_id: str) -> list[ActionEntry]:
        """Return the actions on one message."""
        return self._read(ACTIONS, self._get(f"investigate/{path_segment(investigate_id)}/action_log"))
