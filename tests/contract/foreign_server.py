"""A server that isn't ours: it speaks the contract as the vendor words it, over real HTTP, from a dictionary.

It shares no code with the gateway. It leaves the deprecated fields out and refuses the deprecated parameters, adds
fields and values that the client has never heard of, answers searches with 202 first, takes pages of up to 1,000, and
writes its rate limits in the newer spelling.
"""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"pixels" + b"IEND\xaeB`\x82").decode()
REPORT = {
    "id": 7,
    "content": "A person was targeted.",
    "disposition": "MALICIOUS",
    "fields": {"to": ["bo@acme.example"], "from": None},
    "priority": "urgent",
    "title": "Targeted",
}
# Parameters and fields of requests whose end of life has passed. What a reclassification expects is another field.
ENDED = {
    "action_log",
    "expected_disposition",
    "is_recipient",
    "is_sender",
    "is_spoof",
    "page",
    "postfix_id",
    "postfix_ids",
}
RAW = "Subject: foreign\r\n\r\nhello\r\n"


class ForeignServer:
    """A running server with its messages; each has the id `m<number>`, the newest has the highest number."""

    def __init__(self, account_id: str, token: str, messages: list[dict]) -> None:
        self.account_id, self.token = account_id, token
        self.messages = {message["id"]: message for message in messages}
        self.log: dict[str, list[dict]] = {message["id"]: [] for message in messages}
        self.promised: dict[str, str] = {}
        self.settings: dict[str, dict[str, dict]] = {}
        self.submissions: list[dict] = []
        foreign = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                self._answer(foreign.get)

            def do_POST(self) -> None:
                self._answer(foreign.post)

            def do_PATCH(self) -> None:
                self._answer(foreign.patch)

            def do_DELETE(self) -> None:
                self._answer(foreign.delete)

            def _answer(self, handle) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, content, headers = foreign.guarded(self.headers, self.path, body, handle)
                payload = json.dumps(content).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_arguments: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}/client/v4"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def guarded(self, headers, target, body, handle):
        prefix = f"/client/v4/accounts/{self.account_id}/email-security"
        if headers.get("Authorization") != f"Bearer {self.token}":
            return refuse(401, 10000, "Authentication error")
        parts = urlsplit(target)
        if not parts.path.startswith(prefix):
            return refuse(403, 9109, "Unauthorized to access requested resource")
        segments = [unquote(segment) for segment in parts.path.removeprefix(prefix).strip("/").split("/")]
        return handle(segments, parse_qs(parts.query), body)

    def get(self, segments, query, _body):
        match segments:
            case ["settings", kind]:
                return self._listed(kind, query)
            case ["settings", kind, name] if name in self.settings.get(kind, {}):
                return succeed(self.settings[kind][name])
            case ["submissions"]:
                return self._paged(self.submissions, query)
            case ["phishguard", "reports"]:
                return self._paged([REPORT], query)
            case ["investigate"]:
                return self._promise(query)
            case ["investigate", "results", ticket]:
                return self._search(parse_qs(self.promised[ticket]))
            case ["investigate", name, *rest] if name in self.messages:
                message = self.messages[name]
                match rest:
                    case []:
                        return succeed(message)
                    case ["detections"]:
                        return succeed(detections(message))
                    case ["trace"]:
                        line = {"lineno": 1, "logged_at": message["scanned_at"], "message": "accepted"}
                        return succeed({"inbound": {"lines": [line]}, "outbound": {"lines": None, "pending": True}})
                    case ["raw"]:
                        return succeed({"raw": RAW})
                    case ["preview"]:
                        return succeed({"screenshot": PNG})
                    case ["action_log"]:
                        return succeed(self.log[name])
        return refuse(404, 7003, "Could not route to the requested resource")

    def _promise(self, query):
        if ended := ENDED & query.keys():
            return refuse(400, 1002, "has ended", ended.pop())
        if int(query.get("per_page", ["20"])[0]) > 1000:
            return refuse(400, 1003, "at most 1000", "per_page")
        if not query.get("cursor", ["0"])[0].isdecimal():
            return refuse(400, 1001, "not a cursor", "cursor")
        ticket = f"t{len(self.promised)}"
        self.promised[ticket] = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
        location = f"/client/v4/accounts/{self.account_id}/email-security/investigate/results/{ticket}"
        info = {"count": 0, "per_page": 20, "total_count": 0}
        return 202, envelope([], info), {"Location": location, "Retry-After": "0"}

    def _search(self, query):
        per_page = int(query.get("per_page", ["20"])[0])
        found = sorted(self.messages.values(), key=lambda message: message["scanned_at"], reverse=True)
        start = int(query.get("cursor", ["0"])[0])
        page = found[start : start + per_page]
        following = str(start + per_page) if start + per_page < len(found) else None
        info = {"count": len(page), "per_page": per_page, "total_count": 0, "page": 0, "next": following}
        headers = {"Ratelimit": '"default";r=1199;t=300', "Ratelimit-Policy": '"default";q=1200;w=300'}
        return 200, envelope(page, info), headers

    def post(self, segments, _query, body):
        asked = json.loads(body)
        if ended := {name for name in ENDED & asked.keys() if segments[-1] != "reclassify"}:
            return refuse(400, 1002, "has ended", f"/{ended.pop()}")
        match segments:
            case ["settings", kind]:
                entry = asked | {"id": str(uuid4()), "created_at": now(), "invented_later": [1]}
                self.settings.setdefault(kind, {})[entry["id"]] = entry
                return 201, envelope(entry), {}
            case ["investigate", "preview"] if asked["id"] in self.messages:
                return succeed({"screenshot": PNG})
            case ["investigate", "release"] if all(name in self.messages for name in asked["ids"]):
                return succeed([self._release(name) for name in asked["ids"]])
            case ["investigate", "move"] if all(name in self.messages for name in asked["ids"]):
                return succeed([row for name in asked["ids"] for row in self._move(name, asked["destination"])])
            case ["investigate", name, "move"] if name in self.messages:
                return succeed(self._move(name, asked["destination"]))
            case ["investigate", name, "reclassify"] if name in self.messages:
                self.log[name].append({"operation": "SUBMISSION", "success": True})
                submission = {"requested_at": now(), "submission_id": f"s-{name}", "type": "Committee"}
                self.submissions.append(submission | {"requested_disposition": asked["expected_disposition"]})
                return 202, envelope({}), {}
        return refuse(404, 1004, "not found")

    def patch(self, segments, _query, body):
        match segments:
            case ["settings", kind, name] if name in self.settings.get(kind, {}):
                self.settings[kind][name] |= json.loads(body)
                return succeed(self.settings[kind][name])
        return refuse(404, 1004, "not found")

    def delete(self, segments, _query, _body):
        match segments:
            case ["settings", kind, name] if name in self.settings.get(kind, {}):
                del self.settings[kind][name]
                return succeed({"id": name})
        return refuse(404, 1004, "not found")

    def _listed(self, kind, query):
        return self._paged(list(self.settings.get(kind, {}).values()), query)

    def _paged(self, entries, query):
        page, per_page = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["20"])[0])
        shown = entries[(page - 1) * per_page : page * per_page]
        info = {"count": len(shown), "page": page, "per_page": per_page, "total_count": len(entries)}
        return 200, envelope(shown, info), {}

    def _release(self, name):
        message = self.messages[name]
        message["is_quarantined"] = False
        self.log[name].append({"operation": "QUARANTINE_RELEASE", "success": True, "completed_at": now()})
        return {"id": name, "delivered": message["client_recipients"], "failed": None}

    def _move(self, name, destination):
        message = self.messages[name]
        moved = not message["is_quarantined"]
        if moved:
            entry = {"operation": "MOVE", "success": True, "completed_at": now(), "properties": {"folder": destination}}
            self.log[name].append(entry)
        return [
            {"success": moved, "message_id": name, "recipient": recipient, "destination": destination}
            for recipient in message["client_recipients"]
        ]


def now() -> str:
    return "2026-11-01T12:00:00.123456Z"


def envelope(result, info=None):
    body = {"success": True, "errors": [], "messages": [], "result": result, "something_new": {"a": 1}}
    return body | ({"result_info": info} if info else {})


def succeed(result):
    return 200, envelope(result), {}


def refuse(status, code, message, pointer=None):
    error = {"code": code, "message": message} | ({"source": {"pointer": pointer}} if pointer else {})
    return status, {"success": False, "errors": [error], "messages": [], "result": None}, {}


def message(number: int, *, held: bool) -> dict:
    """Return one message as a newer server would: no deprecated field or postfix id, and a disposition nobody knows."""
    return {
        "id": f"m{number}",
        "client_recipients": ["bo@acme.example"],
        "detection_reasons": [],
        "is_phish_submission": False,
        "is_quarantined": held,
        "properties": {"invented_later": True},
        "scanned_at": f"2026-11-01T10:{number:02}:00Z",
        "subject": f"message {number}",
        "final_disposition": "SPAM" if held else "WONDERFUL",
        "delivery_status": ["quarantined"] if held else ["delivered", "celebrated"],
        "validation": {"spf": "pass", "dkim": "policy", "dmarc": None},
        "from": "ann@partner.example",
    }


def detections(message: dict) -> dict:
    return {
        "action": "QUARANTINED" if message["is_quarantined"] else "DELIVERED",
        "attachments": [{"size": 3, "sparkle": 1}],
        "headers": [{"name": "Subject", "value": message["subject"]}],
        "links": [{"href": "https://x.example/", "text": None}],
        "sender_info": {},
        "threat_categories": [{"id": 1}],
        "validation": message["validation"],
    }
