"""A small API that speaks the wire, held in memory. Its messages are plain JSON, as a server would send them."""

import base64
import json
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.investigate.api_rules import finds

ACCOUNT = "0123456789abcdef0123456789abcdef"
_PREFIX = f"/client/v4/accounts/{ACCOUNT}/email-security/investigate"
_TOKENS = f"/client/v4/accounts/{ACCOUNT}/email-security/gatehouse/tokens"
_WRITES = f"/client/v4/accounts/{ACCOUNT}/email-security/gatehouse/write_requests"
_SETTINGS = f"/client/v4/accounts/{ACCOUNT}/email-security/settings/"
NOW = datetime.now(UTC).replace(microsecond=0)

Answer = Callable[[httpx.Request], httpx.Response]


def message(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a message as search and detail give it; each number is another one, the higher the older."""
    scanned = fields.pop("scanned_at", NOW - timedelta(minutes=7 * number))
    made = {
        "id": f"4Njp3P0STMz2c{number:03d}-{scanned:%Y-%m-%dT%H:%M:%S}-{number:08d}",
        "postfix_id": f"4Njp3P0STMz2c{number:03d}",
        "action_log": [],
        "client_recipients": ["anna@team.example"],
        "detection_reasons": [],
        "is_phish_submission": False,
        "is_quarantined": False,
        "properties": {},
        "ts": f"{scanned:%Y-%m-%dT%H:%M:%S}",
        "delivery_mode": "DIRECT",
        "delivery_status": ["delivered"],
        "envelope_from": f"sender{number}@other.example",
        "envelope_to": ["anna@team.example"],
        "final_disposition": "NONE",
        "from": f"sender{number}@other.example",
        "from_name": f"Sender {number}",
        "message_id": f"<{number}@other.example>",
        "post_delivery_operations": [],
        "scanned_at": scanned.isoformat().replace("+00:00", "Z"),
        "sent_at": (scanned - timedelta(seconds=4)).isoformat().replace("+00:00", "Z"),
        "subject": f"Subject {number}",
        "to": ["anna@team.example"],
        "to_name": ["Anna"],
        "validation": {"spf": "pass", "dkim": "pass", "dmarc": "pass"},
    }
    return made | fields


def held(number: int = 1, **fields: Any) -> dict[str, Any]:
    """Return a malicious message that lies in quarantine."""
    return message(
        number,
        **{
            "final_disposition": "MALICIOUS",
            "is_quarantined": True,
            "delivery_status": ["quarantined"],
            "detection_reasons": ["The domain looks like team.example."],
            "validation": {"spf": "pass", "dkim": "none", "dmarc": "fail"},
        }
        | fields,
    )


def detections(**fields: Any) -> dict[str, Any]:
    """Return the detection details of a message."""
    return {
        "action": "QUARANTINED",
        "attachments": [],
        "findings": [],
        "headers": [{"name": "Subject", "value": "Subject 1"}],
        "links": [],
        "sender_info": {"ip": "192.0.2.7", "pld": "other.example"},
        "threat_categories": [],
        "validation": {"spf": "pass", "dkim": "none", "dmarc": "fail"},
        "final_disposition": "MALICIOUS",
    } | fields


def png(width: int = 2, height: int = 2) -> bytes:
    """Return a small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(b"".join(b"\x00" + b"\xc8" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def envelope(result: Any, status: int = 200, **more: Any) -> httpx.Response:
    """Return a successful answer."""
    return httpx.Response(status, json={"success": True, "errors": [], "messages": [], "result": result, **more})


def refusal(status: int, text: str = "No.", headers: dict[str, str] | None = None) -> httpx.Response:
    """Return an answer that says no."""
    body = {"success": False, "errors": [{"code": status, "message": text}], "messages": [], "result": None}
    return httpx.Response(status, json=body, headers=headers)


class FakeApi:
    """The messages it holds, what it was asked, and what it is to answer instead of the usual.

    `broken` maps "METHOD ending-of-path" to an answer, or to an exception to raise. A request that nobody thought of
    raises AssertionError, and so fails the test. `cap` is how many messages one search gives at most, on all its pages.
    A parameter of a search that is in neither the contract nor `extensions` is left out of account.
    """

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.details: dict[str, dict[str, Any]] = {}
        self.raws: dict[str, bytes] = {}
        self.traces: dict[str, dict[str, Any]] = {}
        self.logs: dict[str, list[dict[str, Any]]] = {}
        self.requests: list[httpx.Request] = []
        self.broken: dict[str, httpx.Response | Exception] = {}
        self.serves_bytes = True
        self.cap: int | None = None
        self.extensions: set[str] = set()
        self.domains: list[str] = []

    def add(self, *messages: dict[str, Any]) -> None:
        """Hold these messages too."""
        self.messages += messages
        self.messages.sort(key=lambda held: str(held["scanned_at"]), reverse=True)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        # Nothing is held, waits, or is told of.
        if request.url.path.endswith(("/retention/holds", "/gatehouse/marks", "/delivery/queue")):
            return envelope([])
        self.requests.append(request)
        assert request.headers["Authorization"] == "Bearer fake-token"
        if request.url.path.startswith(_SETTINGS):
            return self._no_settings(request)
        if request.url.path.startswith((_TOKENS, _WRITES)):
            return envelope([])
        assert request.url.path.startswith(_PREFIX), request.url
        path = request.url.path.removeprefix(_PREFIX).strip("/")
        for pattern, answer in self.broken.items():
            method, _, ending = pattern.partition(" ")
            if request.method == method and re.search(f"(?:^|/){ending}$", path):
                if isinstance(answer, Exception):
                    raise answer
                return answer
        routes: dict[tuple[str, str], Answer] = {
            ("GET", "bulk"): self._no_bulk_jobs,
            ("GET", ""): self._search,
            ("POST", "preview"): self._preview,
            ("POST", "release"): self._release,
        }
        if route := routes.get((request.method, path)):
            return route(request)
        return self._one(request, *[*path.split("/"), ""][:2])

    def _no_settings(self, request: httpx.Request) -> httpx.Response:
        """Lists of policies are empty here, but for domains; whoever needs some uses the gateway's own API."""
        assert request.method == "GET", request.url
        if isinstance(answer := self.broken.get("GET settings"), httpx.Response):
            return answer
        if request.url.path.endswith("/domains"):
            found = [{"id": str(number), "domain": name} for number, name in enumerate(self.domains)]
            info = {"count": len(found), "page": 1, "per_page": 1000, "total_count": len(found)}
            return envelope(found if request.url.params.get("page", "1") == "1" else [], result_info=info)
        assert "/" not in request.url.path.removeprefix(_SETTINGS), request.url
        return envelope([], result_info={"count": 0, "page": 1, "per_page": 50, "total_count": 0})

    def _no_bulk_jobs(self, request: httpx.Request) -> httpx.Response:
        info = {"count": 0, "per_page": 50, "page": 0, "total_count": 0}
        return envelope([], result_info=info)

    def _search(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        assert query.get("detections_only") in {"true", "false"}
        assert query.get("start")
        assert query.get("end")
        applied = [name for name in query if name in self.extensions]
        if "url" not in applied:
            query = query.remove("url")
        found = [held for held in self.messages if finds(held, self.details.get(held["id"]), query)][: self.cap]
        per_page, at = int(query["per_page"]), int(query.get("cursor", "0"))
        page = found[at : at + per_page]
        info = {
            "count": len(page),
            "per_page": per_page,
            "page": 0,
            "total_count": 0,
            "next": str(at + per_page) if at + per_page < len(found) else None,
            "previous": str(max(0, at - per_page)) if at else None,
        }
        notices = [{"code": 1, "message": f"{name} was applied", "source": {"pointer": name}} for name in applied]
        return envelope(page, result_info=info, messages=notices)

    def _one(self, request: httpx.Request, message_id: str, part: str) -> httpx.Response:
        found = next((held for held in self.messages if message_id in (held["id"], held["postfix_id"])), None)
        asks_for_report = request.url.params.get("submission") == "true"
        if found is None or found["is_phish_submission"] != asks_for_report:
            return refusal(404, "Message not found.")
        is_clean = found["final_disposition"] == "NONE"
        match (request.method, part):
            case ("GET", ""):
                return envelope(found)
            case ("GET", "detections") if is_clean and found["id"] not in self.details:
                return refusal(404, "No detection.")
            case ("GET", "detections"):
                return envelope(self.details.get(found["id"], detections()))
            case ("GET", "preview"):
                assert not is_clean, "pictures of clean messages have to be asked for with a POST"
                return envelope({"screenshot": base64.b64encode(png()).decode()})
            case ("GET", "raw"):
                return self._raw(request, found)
            case ("GET", "trace"):
                empty = {"inbound": {"lines": [], "pending": False}, "outbound": {"lines": [], "pending": False}}
                return envelope(self.traces.get(found["id"], empty))
            case ("GET", "action_log"):
                return envelope(self.logs.get(found["id"], []))
            case ("POST", "reclassify"):
                assert json.loads(request.content)["expected_disposition"]
                return envelope({}, status=202)
        raise AssertionError(f"nobody thought of {request.method} {request.url}")

    def _raw(self, request: httpx.Request, found: dict[str, Any]) -> httpx.Response:
        content = self.raws.get(found["id"], b"Subject: Subject 1\r\n\r\nHello.\r\n")
        if self.serves_bytes and "message/rfc822" in request.headers["Accept"]:
            return httpx.Response(200, content=content, headers={"Content-Type": "message/rfc822"})
        return envelope({"raw": content.decode("utf-8", "replace")})

    def _release(self, request: httpx.Request) -> httpx.Response:
        ids = json.loads(request.content)["ids"]
        released = [held for held in self.messages if held["id"] in ids]
        for held in released:
            held |= {"is_quarantined": False, "delivery_status": ["delivered"]}
            held["post_delivery_operations"] = ["QUARANTINE_RELEASE"]
        told = [
            {"id": held["id"], "postfix_id": held["postfix_id"], "delivered": held["client_recipients"]}
            for held in released
        ]
        return envelope([one | {"failed": [], "undelivered": []} for one in told])

    def _preview(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        assert any(held["id"] == asked["id"] for held in self.messages)
        return envelope({"screenshot": base64.b64encode(png()).decode()})


api = FakeApi()


def transport() -> httpx.BaseTransport:
    """Return the transport that GATEHOUSE_API_TRANSPORT names in tests; it always reaches the `api` of this module."""
    return httpx.MockTransport(lambda request: api.handle(request))
