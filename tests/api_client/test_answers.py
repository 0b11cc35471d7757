"""What becomes of an answer: results, refusals, rubbish."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from api_client import (
    ApiError,
    BadRequest,
    Client,
    Conflict,
    Forbidden,
    Limits,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ResponseInvalid,
    ServerError,
    StatusError,
    Unauthorized,
)
from tests.api_client.conftest import ACCOUNT, BASE, PREFIX, Server, enveloped, refused

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, BadRequest), (401, Unauthorized), (403, Forbidden), (404, NotFound), (409, Conflict), (422, StatusError)],
)
def test_each_refusal_has_its_own_exception(client: Client, server: Server, status: int, kind: type) -> None:
    body = {
        "success": False,
        "errors": [
            {"code": 10025, "message": "No such field.", "documentation_url": "d", "source": {"pointer": "/ids"}},
            {"message": "no code"},
            "just text",
        ],
        "messages": None,
        "result": None,
    }
    server.will(httpx.Response(status, json=body))
    with pytest.raises(StatusError) as caught:
        client.investigate.get("a")
    error = caught.value
    assert type(error) is kind
    assert error.status == status
    assert [entry.message for entry in error.errors] == ["No such field.", "no code", "just text"]
    first = error.errors[0]
    assert (first.code, first.documentation_url, first.pointer) == (10025, "d", "/ids")
    assert str(error).startswith(f"GET {PREFIX}/investigate/a: No such field.; no code")
    assert not error.outcome_unknown


def test_a_refusal_that_is_not_an_envelope_keeps_its_status(client: Client, server: Server) -> None:
    server.will(httpx.Response(404, html="<h1>nginx</h1>"))
    with pytest.raises(NotFound) as caught:
        client.investigate.get("a")
    assert caught.value.errors == []


def test_no_success_is_an_error_even_with_200(client: Client, server: Server) -> None:
    server.will(refused(200, "Integration is missing."))
    with pytest.raises(StatusError, match="Integration is missing"):
        client.investigate.move.create("a", destination="Inbox")


RUBBISH = [
    b"",
    b"null",
    b"[]",
    b'{"result": []}',
    b'{"success": "true", "result": []}',
    b"<html>Sign in to the hotel's network</html>",
    b"[" * 10_000,
    b"\xff\xfe",
]


@pytest.mark.parametrize("body", RUBBISH)
def test_rubbish_is_not_taken_for_an_answer(client: Client, server: Server, body: bytes) -> None:
    server.will(httpx.Response(200, content=body, headers={"content-type": "application/json"}))
    with pytest.raises(ResponseInvalid) as caught:
        client.investigate.get("a")
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("body", RUBBISH)
def test_after_rubbish_a_write_has_an_unknown_outcome(client: Client, server: Server, body: bytes) -> None:
    server.will(httpx.Response(200, content=body))
    with pytest.raises(ApiError) as caught:
        client.investigate.release.bulk(ids=["a"])
    assert caught.value.outcome_unknown


def test_a_write_whose_answer_was_cut_off_has_an_unknown_outcome(client: Client, server: Server) -> None:
    server.will(httpx.Response(200, content=b'{"success": true, "result": [{"id": "a", "deliv'))
    with pytest.raises(OutcomeUnknown):
        client.investigate.release.bulk(ids=["a"])


def test_a_redirect_is_not_followed(client: Client, server: Server) -> None:
    server.will(httpx.Response(302, headers={"location": "https://evil.example/"}))
    with pytest.raises(ResponseInvalid, match="302"):
        client.investigate.get("a")


def test_a_missing_field_is_named(client: Client, server: Server, message: dict[str, Any]) -> None:
    del message["is_quarantined"]
    server.will(enveloped(message))
    with pytest.raises(ResponseInvalid, match="is_quarantined: Field required"):
        client.investigate.get("a")


def test_a_write_answered_with_a_missing_field_has_an_unknown_outcome(client: Client, server: Server) -> None:
    server.will(enveloped([{"recipient": "anna@acme.example"}]))
    with pytest.raises(ResponseInvalid, match=r"0\.success") as caught:
        client.investigate.move.bulk(ids=["a"], destination="Inbox")
    assert caught.value.outcome_unknown


def small_client(server: Server, limits: Limits) -> Client:
    return Client(base_url=BASE, account_id=ACCOUNT, token="t", transport=httpx.MockTransport(server), limits=limits)


def test_an_answer_beyond_the_limit_is_cut_short(server: Server) -> None:
    server.will(enveloped({"raw": "x" * 2000}))
    with small_client(server, Limits(body_bytes=1000)) as client, pytest.raises(ResponseInvalid, match="1000 bytes"):
        client.investigate.raw.get("a")


def test_the_limit_counts_after_decompression(server: Server) -> None:
    import gzip

    bomb = gzip.compress(b" " * 1_000_000)
    server.will(httpx.Response(200, content=bomb, headers={"content-encoding": "gzip"}))
    with small_client(server, Limits(body_bytes=10_000)) as client, pytest.raises(ResponseInvalid, match="10000 bytes"):
        client.investigate.raw.get("a")


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip, gzip"])
def test_an_encoding_nobody_asked_for_is_refused(client: Client, server: Server, encoding: str) -> None:
    server.will(httpx.Response(200, stream=httpx.ByteStream(b"x"), headers={"content-encoding": encoding}))
    with pytest.raises(ResponseInvalid, match="encoded as"):
        client.investigate.raw.get("a")
    assert server.last.headers["accept-encoding"] == "gzip"


def test_a_preview_gives_its_png(client: Client, server: Server) -> None:
    server.will(enveloped({"screenshot": base64.b64encode(PNG).decode()}))
    assert client.investigate.preview.get("a").png == PNG


@pytest.mark.parametrize("screenshot", ["*", base64.b64encode(b"<svg onload=alert(1)>").decode()])
def test_a_preview_that_is_not_a_png_says_so(client: Client, server: Server, screenshot: str) -> None:
    server.will(enveloped({"screenshot": screenshot}))
    with pytest.raises(ValueError, match=r"base64|PNG"):
        _ = client.investigate.preview.get("a").png


def test_a_download_is_exact_where_the_server_has_the_bytes(client: Client, server: Server) -> None:
    content = b'{"success": false}\r\n\xff\x00'
    server.will(httpx.Response(200, content=content, headers={"content-type": "Message/RFC822; charset=binary"}))
    download = client.investigate.raw.download("a")
    assert (download.content, download.exact) == (content, True)
    assert server.last.headers["accept"].startswith("message/rfc822")


def test_a_download_elsewhere_is_the_text_that_the_api_gives(client: Client, server: Server) -> None:
    server.will(enveloped({"raw": "Subject: ü\r\n\r\n"}))
    download = client.investigate.raw.download("a")
    assert (download.content, download.exact) == ("Subject: ü\r\n\r\n".encode(), False)


def test_a_move_sends_the_newest_spelling(client: Client, server: Server) -> None:
    outcome = {"success": True, "recipient": "anna@acme.example", "completed_at": "2026-01-05T10:00:00"}
    server.will(enveloped([outcome]), enveloped([outcome]))
    (result,) = client.investigate.move.bulk(ids=["a", "b"], destination="JunkEmail")
    assert server.sent == {"ids": ["a", "b"], "destination": "JunkEmail"}
    assert result.completed_at is not None
    assert result.completed_at.utcoffset() is not None
    client.investigate.move.create("a", destination="Inbox")
    assert server.sent == {"destination": "Inbox"}


@pytest.mark.parametrize("ids", [[], [""], "abc", ["a"] * 1001])
def test_a_bulk_move_refuses_what_the_api_would_not_take(client: Client, ids: Any) -> None:
    with pytest.raises(ValueError, match=r"id|more than"):
        client.investigate.move.bulk(ids=ids, destination="Inbox")


def test_a_release_sends_the_newest_spelling_and_needs_nothing_deprecated(client: Client, server: Server) -> None:
    server.will(enveloped([{"id": "a", "delivered": ["anna@acme.example"], "undelivered": None}]))
    (result,) = client.investigate.release.bulk(ids=["a"])
    assert server.sent == {"ids": ["a"]}
    assert (result.id, result.postfix_id, result.delivered) == ("a", None, ["anna@acme.example"])


def test_a_reclassification_is_accepted_without_a_result(client: Client, server: Server) -> None:
    server.will(enveloped({}, status=202))
    assert client.investigate.reclassify.create("a:b", expected_disposition="NONE") is None
    assert server.sent == {"expected_disposition": "NONE"}
    assert server.last.url.raw_path == f"{PREFIX}/investigate/a:b/reclassify".encode()


def test_one_message_can_be_read_from_the_submissions(client: Client, server: Server, message: dict[str, Any]) -> None:
    server.will(enveloped(message))
    client.investigate.get("a", submission=True)
    assert dict(server.last.url.params) == {"submission": "true"}


def test_a_trace_without_lines_is_empty(client: Client, server: Server) -> None:
    server.will(enveloped({"inbound": {"lines": None}, "outbound": {"lines": [{"lineno": 1, "message": "queued"}]}}))
    trace = client.investigate.trace.get("a")
    assert trace.inbound.lines == []
    assert trace.outbound.lines[0].message == "queued"


def test_errors_know_whether_a_write_may_have_happened() -> None:
    assert not RateLimited(status=429).outcome_unknown
    assert not ServerError(status=500).outcome_unknown
    assert OutcomeUnknown("lost").outcome_unknown
