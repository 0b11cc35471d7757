"""The web server: what is too large or too slow never reaches a thread, and stops nobody else."""

import json
import time

import pytest
from django.test import Client
from waitress.adjustments import Adjustments

from dashboard.jobs.pages.forms import FILE_AT_MOST
from dashboard.web_server.body_limits import ORDINARY, largest_body
from dashboard.web_server.reading import BoundedRequest
from gateway.api.registry import OPERATIONS
from investigate.message.views import reclassify
from investigate.submissions.forms import LARGEST_EML
from settings_admin.files.reading import BYTES_AT_MOST
from tests.stack.running import wait_for

API = "/client/v4/accounts/" + "a" * 32 + "/email-security/investigate"
GOOD = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def answer(connection):
    """Read until the server closes; return the status code and the body."""
    received = b""
    while part := connection.recv(65536):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


def head(path="/accounts/login/", *fields):
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *fields, "", ""]).encode()


def chunked(path, size):
    return head(path, "Transfer-Encoding: chunked") + b"%x\r\n" % size + b"x" * size + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "begun",
    [
        b"GET / HTTP/1.1\r\nHo",
        head("/", "Content-Length: 100") + b"half",
        head("/", "Transfer-Encoding: chunked") + b"9",
    ],
    ids=["head", "body", "chunked body"],
)
def test_forty_half_sent_requests_stop_nobody(running, begun):
    with running.connect() as last:
        slow = [running.connect(begun) for _ in range(40)]
        try:
            last.sendall(GOOD)
            assert answer(last) == (200, b"0")
        finally:
            for each in slow:
                each.close()


def test_a_declared_body_that_is_too_large_is_refused_before_it_is_sent(running):
    with running.connect(head("/accounts/login/", "Content-Length: 120000000")) as connection:
        status, page = answer_after_shutdown(connection)
    assert status == 413
    assert b"at most 1,000,000 bytes" in page


def answer_after_shutdown(connection):
    """Tell the server that nothing more comes, and read its answer."""
    connection.shutdown(1)
    return answer(connection)


def test_a_chunked_body_is_refused_when_it_passes_the_bound(running):
    with running.connect(chunked("/accounts/login/", ORDINARY - 1000)) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")
    with running.connect(chunked("/accounts/login/", ORDINARY + 1)) as connection:
        assert answer_after_shutdown(connection)[0] == 413


def test_no_permission_to_send_is_given_for_a_body_that_is_too_large(running):
    fields = ("Content-Length: 120000000", "Expect: 100-continue")
    with running.connect(head("/accounts/login/", *fields)) as connection:
        assert answer_after_shutdown(connection)[0] == 413


def test_the_api_refuses_in_its_envelope(running):
    with running.connect(head(f"{API}/release", "Content-Length: 60000000")) as connection:
        status, body = answer_after_shutdown(connection)
    assert status == 413
    assert json.loads(body)["errors"][0]["code"] == 1006


def test_a_client_that_declares_less_than_it_sends_gets_an_answer_to_what_it_declared(running):
    with running.connect(head("/", "Content-Length: 3") + b"abc" + b"\0" * 1000) as connection:
        answer = connection.recv(65536)
        while not answer.endswith(b"\r\n\r\n3"):
            # Head and body may come apart.
            more = connection.recv(65536)
            assert more, answer
            answer += more


def test_a_head_that_is_too_large_is_refused(running):
    with running.connect(b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000 + b"\r\n\r\n") as connection:
        assert answer_after_shutdown(connection)[0] == 431


def test_chunk_lines_have_a_bound(running):
    with running.connect(head("/", "Transfer-Encoding: chunked") + b"1;" + b"a" * 5000) as connection:
        assert answer_after_shutdown(connection)[0] == 400


def request_of(*parts):
    made = BoundedRequest(Adjustments(), lambda _size: True)
    for part in parts:
        made.received(part)
    return made


def test_head_and_body_have_their_time():
    half_head = request_of(b"GET / HTTP/1.1\r\nHo")
    assert not half_head.is_overdue(half_head.started + 14)
    assert half_head.is_overdue(half_head.started + 16)
    half_body = request_of(head("/", "Content-Length: 900000"), b"x" * 160 * 1024)
    assert not half_body.is_overdue(half_body.body_started + 39)
    assert half_body.is_overdue(half_body.body_started + 41)


def test_who_does_not_read_an_answer_frees_the_thread_and_loses_the_connection(running):
    with running.connect(head("/long").replace(b"POST", b"GET")):
        (channel,) = wait_for(lambda: list(running.server.active_channels.values()), 10, "the connection")
        wait_for(lambda: channel.total_outbufs_len > 1024 * 1024, 10, "an answer that waits")
        assert not channel.is_overdue(time.monotonic())
        assert not channel.is_overdue(time.monotonic() + 29)
        assert channel.is_overdue(time.monotonic() + 3600)
        channel.close_now()
        wait_for(lambda: running.dispatcher.active_count == 0, 10, "the end of the task")


def test_large_bodies_have_a_bound_in_all(running):
    begun = head("/submissions/submit/", "Content-Length: 27000000") + b"x"
    slow = [running.connect(begun) for _ in range(9)]
    try:
        wait_for(lambda: len(running.server.active_channels) == 9, 10, "the connections")
        with running.connect(begun) as connection:
            status, page = answer_after_shutdown(connection)
        assert status == 503
        assert b"Try again" in page
    finally:
        for each in slow:
            each.close()


def test_when_there_are_many_connections_those_that_waited_longest_are_closed(running):
    running.server.adj.connection_limit = 40
    slow = [running.connect(b"GET / HT") for _ in range(32)]
    try:
        wait_for(lambda: len(running.server.active_channels) == 32, 10, "the connections")
        first = slow[0]
        running.server.next_channel_cleanup = 0
        assert first.recv(10) == b""
        wait_for(lambda: len(running.server.active_channels) == 16, 10, "half of them")
    finally:
        for each in slow:
            each.close()


def test_only_where_files_are_taken_may_a_body_be_larger(settings):
    assert largest_body("/") == largest_body("/accounts/login/") == ORDINARY
    assert largest_body("/submissions/submit/") > LARGEST_EML
    assert largest_body("/investigate/messages/a/b/reclassify/") > reclassify.LARGEST_EML
    assert largest_body("/jobs/selections/new/") > FILE_AT_MOST
    assert largest_body("/policies/allow-policies/import/") > BYTES_AT_MOST
    assert largest_body("/policies/allow-policies/import/x") == ORDINARY
    taken = {one.name: one.largest_body for one in OPERATIONS if one.body}
    for operation in OPERATIONS:
        if operation.body:
            path = "/client/v4" + operation.path.replace("{account_id}", "a" * 32).replace("{investigate_id}", "m")
            assert largest_body(path) == taken[operation.name]


def test_django_refuses_it_behind_another_server_before_csrf_and_sign_in():
    client = Client(enforce_csrf_checks=True)
    large = client.generic("POST", "/accounts/login/", b"x" * (ORDINARY + 1), "application/x-www-form-urlencoded")
    assert large.status_code == 413
    assert large["Cache-Control"] == "no-store"


def test_a_form_with_too_many_fields_is_refused():
    form = "&".join(f"f{number}=1" for number in range(3000))
    answered = Client().post("/accounts/login/", form, content_type="application/x-www-form-urlencoded")
    assert answered.status_code == 400
