"""HEAD is answered without a body, so that a kept connection stays readable."""

from io import BytesIO

import pytest

from dashboard import wsgi
from dashboard.web_server.head_requests import without_body_of_head


class Body:
    def __init__(self):
        self.is_closed = False

    def __iter__(self):
        yield b"body"

    def close(self):
        self.is_closed = True


def test_the_fields_stay_and_the_body_goes_and_is_closed():
    made, said = Body(), []

    def application(_environ, start_response):
        start_response("200 OK", [("Content-Length", "4")])
        return made

    wrapped = without_body_of_head(application)
    assert list(wrapped({"REQUEST_METHOD": "HEAD"}, lambda *told: said.append(told))) == []
    assert said == [("200 OK", [("Content-Length", "4")])]
    assert made.is_closed
    assert list(wrapped({"REQUEST_METHOD": "GET"}, lambda *_told: None)) == [b"body"]


@pytest.mark.django_db
def test_the_console_answers_so():
    environ = {
        "REQUEST_METHOD": "HEAD",
        "PATH_INFO": "/accounts/login/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(),
        "REMOTE_ADDR": "127.0.0.1",
    }
    said = []
    body = b"".join(wsgi.application(environ, lambda status, fields: said.append((status, dict(fields)))))
    assert said[0][0] == "200 OK"
    assert int(said[0][1]["Content-Length"]) > 100
    assert body == b""
