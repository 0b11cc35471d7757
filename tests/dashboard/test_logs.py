"""Log lines are structured, and hold neither mail nor what opens a door."""

import io
import json
import logging

import pytest
from django.conf import settings
from django.db import DatabaseError

from dashboard.logs.json_lines import JsonFormatter, TextFormatter
from dashboard.logs.redaction import CHARACTERS_AT_MOST, Redaction
from dashboard.request_ids import request_id


@pytest.fixture(params=[JsonFormatter, TextFormatter])
def log(request):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param())
    handler.addFilter(Redaction())
    logger = logging.Logger("gatehouse.test")
    logger.addHandler(handler)
    logger.stream = stream
    return logger


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRETVALUE",
        "{'password': 'SECRETVALUE'}",
        "password=SECRETVALUE&x=1",
        'api_key="SECRETVALUE"',
        "X-Auth-Key: SECRETVALUE",
        "Not Found: /team/welcome/MQ/SECRETVALUE/",
        "Not Found: /accounts/password/reset/key/1-SECRETVALUE/",
        "the link https://evil.example/SECRETVALUE?x failed",
        "redis://user:SECRETVALUE@host/0",
        "GET /investigate/?query=SECRETVALUE 500",
        "a message from <SECRETVALUE@bank.example> was not stored",
        "mailto:SECRETVALUE@bank.example",
        "sessionid=SECRETVALUE",
    ],
)
def test_what_must_not_be_told_is_not(log, text):
    log.warning(text)
    log.warning("%s", text)
    assert "SECRETVALUE" not in log.stream.getvalue()
    assert log.stream.getvalue()


@pytest.mark.parametrize("name", ["SECRET_KEY", "CLOUDFLARE_API_TOKEN", "GATEHOUSE_AUDIT_KEY"])
def test_keys_of_this_installation_are_known(log, name):
    log.error("it says %s here", getattr(settings, name))
    assert getattr(settings, name) not in log.stream.getvalue()


def test_an_exception_tells_where_and_of_what_kind_but_not_what_it_quotes(log):
    try:
        raise ValueError("can't read 'Dear Ann, your invoice'")
    except ValueError:
        log.exception("a message could not be read")
    try:
        raise DatabaseError("disk full\nDETAIL: Key (subject)=(Dear Ann)")
    except DatabaseError:
        log.exception("no room")
    told = log.stream.getvalue()
    assert "Dear Ann" not in told
    for part in ("ValueError", "test_logs.py", "disk full"):
        assert part in told


def test_a_line_is_one_line_with_its_request(log):
    with request_id("abc-123-request"):
        log.warning("first\nsecond \x1b[31m %s", "x" * 100_000)
    (line,) = log.stream.getvalue().splitlines()
    assert "abc-123" in line
    assert "\x1b" not in line
    assert len(line) < CHARACTERS_AT_MOST + 300
    if line.startswith("{"):
        told = json.loads(line)
        assert set(told) == {"time", "level", "logger", "request_id", "message"}
        assert (told["level"], told["logger"], told["request_id"]) == ("warning", "gatehouse.test", "abc-123-request")


def test_arguments_that_dont_fit_are_told_all_the_same(log):
    log.handle(log.makeRecord("x", logging.ERROR, "", 0, "%d of %d", ("a",), None))
    assert "%d of %d" in log.stream.getvalue()


def test_every_handler_of_the_project_redacts():
    handlers = settings.LOGGING["handlers"].values()
    assert all("redaction" in made.get("filters", []) for made in handlers if "Stream" in made["class"])
