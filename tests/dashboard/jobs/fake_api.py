"""An API at the transport: a few messages, moves and releases, and the faults that a test asks for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx

Fault = Callable[["FakeApi", httpx.Request], httpx.Response | None]


@dataclass
class Mail:
    """One message of the API, as far as jobs care."""

    id: str
    postfix_id: str
    message_id: str
    recipients: list[str]
    held: bool
    folder: str = "Inbox"
    log: list[dict[str, Any]] = field(default_factory=list)
    delivery_status: list[str] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    scanned_at: str = "2026-11-19T10:00:00Z"
    marks: list[str] | None = None
    forwarded_to: list[str] = field(default_factory=list)

    @property
    def operations(self) -> list[str]:
        """What was done to the message, as a search row tells it: a move that failed did nothing."""
        return sorted({entry["operation"] for entry in self.log if entry["success"]})

    def embedded_log(self) -> list[dict[str, Any]]:
        """The deprecated log, which knows no success."""
        return [
            {name: entry.get(name) for name in ("operation", "completed_at", "status")}
            | {"properties": {"folder": entry.get("properties", {}).get("folder")}}
            for entry in self.log
        ]

    def wire(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "postfix_id": self.postfix_id,
            "message_id": self.message_id,
            "client_recipients": self.recipients,
            "detection_reasons": [],
            "is_phish_submission": False,
            "is_quarantined": self.held,
            "properties": {},
            "subject": f"Subject of {self.postfix_id}",
            "from": "eve@evil.example",
            "final_disposition": "MALICIOUS",
            "delivery_status": self.delivery_status or (["quarantined"] if self.held else ["delivered"]),
            "post_delivery_operations": self.operations,
            "scanned_at": self.scanned_at,
            **self.more,
        }


class FakeApi:
    """Answers what the embedded gateway would; `faults` are used up by the writes, in order."""

    def __init__(self) -> None:
        self.mail: dict[str, Mail] = {}
        self.faults: list[Fault | None] = []
        self.read_faults: list[Fault | None] = []
        self.writes: list[list[str]] = []
        self.reads: list[str] = []
        self.searches: list[httpx.QueryParams] = []
        self.has_action_log = True
        self.has_embedded_log = True

    def add(self, number: int, *, held: bool = True, recipients: list[str] | None = None) -> Mail:
        postfix_id = f"4Nf{number:09d}"
        mail = Mail(
            id=f"{postfix_id}-2026-11-19T10:00:00-{number:08x}",
            postfix_id=postfix_id,
            message_id=f"<{number}@evil.example>",
            recipients=recipients or ["anna@acme.example"],
            held=held,
        )
        self.mail[mail.id] = mail
        return mail

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.partition("/email-security/investigate")[2]
        if request.method == "GET":
            return self._read(request, path)
        assert request.method == "POST", request.method
        ids = self._ids(request, path)
        self.writes.append(ids)
        fault = self.faults.pop(0) if self.faults else None
        answer = fault(self, request) if fault else None
        return answer or self.act(request)

    def _ids(self, request: httpx.Request, path: str) -> list[str]:
        """Which messages a write is about; a reclassification names its one in the path."""
        if path.endswith("/reclassify"):
            return [unquote(path.split("/")[1])]
        return json.loads(request.content)["ids"]

    def _read(self, request: httpx.Request, path: str) -> httpx.Response:
        if path == "":
            return self._search(request.url.params)
        self.reads.append(path)
        fault = self.read_faults.pop(0) if self.read_faults else None
        answer = fault(self, request) if fault else None
        if answer is not None:
            return answer
        _, investigate_id, *rest = path.split("/")
        mail = self.mail.get(investigate_id)
        if mail is None:
            return refused(404, "No such message.")
        if not rest:
            return enveloped(self._wire(mail))
        assert rest == ["action_log"], path
        return enveloped(mail.log) if self.has_action_log else refused(404, "No route for the URI")

    def _wire(self, mail: Mail) -> dict[str, Any]:
        return mail.wire() | ({"action_log": mail.embedded_log()} if self.has_embedded_log else {})

    def _search(self, params: httpx.QueryParams) -> httpx.Response:
        """Answer a search by time, recipient and what was done, page by page, newest first."""
        self.searches.append(params)
        found = [mail for mail in self.mail.values() if self._matches(mail, params)]
        found.sort(key=lambda mail: (mail.scanned_at, mail.id), reverse=True)
        first, size = int(params.get("cursor", 0)), int(params["per_page"])
        more = str(first + size) if len(found) > first + size else None
        info = {"count": 0, "per_page": size, "page": 0, "total_count": 0, "next": more, "previous": None}
        return enveloped([self._wire(mail) for mail in found[first : first + size]], result_info=info)

    def _matches(self, mail: Mail, params: httpx.QueryParams) -> bool:
        wanted = {"MOVED": "MOVE", "QUARANTINE_RELEASED": "QUARANTINE_RELEASE", "SUBMITTED": "SUBMISSION"}
        action = params.get("message_action")
        return (
            params.get("start", "") <= mail.scanned_at <= params.get("end", "9")
            and (action is None or wanted[action] in mail.operations)
            and params.get("recipient", "") in {"", *mail.recipients}
            and (not params.get_list("message_id") or mail.message_id in params.get_list("message_id"))
            and (params.get("delivery_status") != "quarantined" or mail.held)
        )

    def act(self, request: httpx.Request) -> httpx.Response:
        """Carry a write out, as the gateway does."""
        body = json.loads(request.content)
        ids = self._ids(request, request.url.path.partition("/email-security/investigate")[2])
        missing = [one for one in ids if one not in self.mail]
        if missing:
            return refused(400, f"There is no message {missing[0]}.")
        mails = [self.mail[one] for one in ids]
        if request.url.path.endswith("/reclassify"):
            return self._reclassify(mails[0], body["expected_disposition"])
        if request.url.path.endswith("/move"):
            return enveloped([result for mail in mails for result in self._move(mail, body["destination"])])
        assert request.url.path.endswith("/release"), request.url.path
        return enveloped([self._release(mail) for mail in mails])

    def _move(self, mail: Mail, destination: str) -> list[dict[str, Any]]:
        now = datetime.now(UTC).isoformat()
        status = "not_in_mailbox" if mail.held else "moved"
        if not mail.held:
            mail.folder = destination
        mail.log.append(
            {
                "operation": "MOVE",
                "started_at": now,
                "completed_at": now,
                "success": not mail.held,
                "status": status,
                "properties": {"folder": destination},
            }
        )
        return [
            {
                "success": not mail.held,
                "status": status,
                "recipient": recipient,
                "message_id": mail.id,
                "destination": destination,
                "completed_at": now,
                **({} if mail.marks is None else {"gatehouse_marks": mail.marks}),
                **({"gatehouse_forwarded_to": mail.forwarded_to} if mail.forwarded_to else {}),
            }
            for recipient in mail.recipients
        ]

    def _release(self, mail: Mail) -> dict[str, Any]:
        now = datetime.now(UTC).isoformat()
        if mail.held:
            mail.held = False
            mail.log.append(
                {
                    "operation": "QUARANTINE_RELEASE",
                    "started_at": now,
                    "completed_at": now,
                    "success": True,
                    "status": "delivered",
                }
            )
        return {"id": mail.id, "delivered": mail.recipients, "failed": [], "undelivered": []}

    def _reclassify(self, mail: Mail, disposition: str) -> httpx.Response:
        now = datetime.now(UTC).isoformat()
        mail.log.append(
            {
                "operation": "SUBMISSION",
                "started_at": now,
                "completed_at": now,
                "success": True,
                "status": "submitted",
                "properties": {"requested_disposition": disposition},
            }
        )
        return enveloped({}, status=202)

    def released(self, mail: Mail) -> int:
        """How often the message was released."""
        return sum(1 for entry in mail.log if entry["operation"] == "QUARANTINE_RELEASE")

    def moved(self, mail: Mail) -> int:
        """How often the message was moved."""
        return sum(1 for entry in mail.log if entry["operation"] == "MOVE")


def enveloped(result: Any, *, status: int = 200, **more: Any) -> httpx.Response:
    body = {"success": True, "errors": [], "messages": [], "result": result, **more}
    return httpx.Response(status, json=body)


def refused(status: int, message: str, **headers: str) -> httpx.Response:
    body = {"success": False, "errors": [{"code": 1001, "message": message}], "messages": [], "result": None}
    return httpx.Response(status, json=body, headers={name.replace("_", "-"): text for name, text in headers.items()})


def lost_after_acting(api: FakeApi, request: httpx.Request) -> httpx.Response:
    """The write is carried out, and its answer never arrives."""
    api.act(request)
    raise httpx.ReadTimeout("no answer")


def lost_before_acting(api: FakeApi, request: httpx.Request) -> httpx.Response:
    """The write is lost together with its answer."""
    raise httpx.RemoteProtocolError("Server disconnected without sending a response.")


def unreachable(api: FakeApi, request: httpx.Request) -> httpx.Response:
    """No connection can be made."""
    raise httpx.ConnectError("Connection refused")


def answering(status: int, message: str = "No.", **headers: str) -> Fault:
    """The write is refused with this status."""
    return lambda _api, _request: refused(status, message, **headers)


current = FakeApi()


def transport() -> httpx.BaseTransport:
    """What GATEHOUSE_API_TRANSPORT names in these tests; it answers from whatever API is current."""
    return httpx.MockTransport(lambda request: current(request))
