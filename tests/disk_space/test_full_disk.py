"""Which errors say that a disk is full, and what the console and the API answer then."""

import errno
import sqlite3
from contextlib import contextmanager

import httpx
import pytest
import redis
from django.db import OperationalError, connections
from django.test import Client

from api_client import ServerError
from dashboard.problems import problem_of
from disk_space import free_bytes, is_disk_full
from gateway.api.tokens import token_ensure
from gateway.models import Token
from gateway.transport import InProcessTransport
from tests.gateway.conftest import ACCOUNT, BASE, store
from tests.gateway.mails import GTUBE, stored

__all__ = ["store"]


def caused_by(error):
    """Return Django's error as it is raised from a driver's."""
    try:
        try:
            raise error
        except Exception as cause:
            raise OperationalError(str(cause)) from cause
    except OperationalError as raised:
        return raised


class PostgresDiskFull(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (caused_by(sqlite3.OperationalError("database or disk is full")), True),
        (caused_by(PostgresDiskFull("could not extend file")), True),
        (redis.ResponseError("MISCONF Errors writing to the AOF file: No space left on device"), True),
        (OSError(errno.EACCES, "Permission denied"), False),
        (caused_by(sqlite3.OperationalError("database is locked")), False),
        (ValueError("anything"), False),
        (None, False),
    ],
)
def test_errors_that_say_so_are_known(error, is_full):
    assert is_disk_full(error) is is_full


def test_the_fullest_disk_counts_and_missing_folders_do_not(tmp_path):
    assert free_bytes((tmp_path, tmp_path / "missing")) > 0
    assert free_bytes((tmp_path / "missing",)) == 0


@contextmanager
def full(alias):
    """Every write of a database fails as on a full disk."""

    def refuse(execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            raise caused_by(sqlite3.OperationalError("database or disk is full"))
        return execute(sql, params, many, context)

    with connections[alias].execute_wrapper(refuse):
        yield


@pytest.mark.django_db(databases=["default", "gateway"])
def test_the_console_answers_with_a_page_that_says_what_to_do_and_goes_on_when_there_is_room(django_user_model):
    django_user_model.objects.create_user("ann", password="correct horse battery")
    browser = Client(raise_request_exception=False)
    form = {"login": "ann", "password": "correct horse battery"}
    with full("default"):
        answer = browser.post("/accounts/login/", form)
    assert answer.status_code == 507
    assert "has to free space" in answer.content.decode()
    assert browser.post("/accounts/login/", form).status_code == 302


@pytest.mark.django_db(databases=["default", "gateway"])
def test_the_api_answers_in_its_envelope():
    _, secret = token_ensure(account_id=ACCOUNT, name="writer", scope=Token.Scope.WRITE)
    held_message = stored(body=GTUBE)
    with (
        httpx.Client(transport=InProcessTransport(), headers={"Authorization": f"Bearer {secret}"}) as client,
        full("gateway"),
    ):
        url = f"{BASE}/accounts/{ACCOUNT}/email-security/investigate/{held_message.investigate_id}/reclassify"
        answer = client.post(url, json={"expected_disposition": "NONE"})
    assert answer.status_code == 507
    assert answer.json()["errors"][0]["code"] == 1507
    assert answer.headers["Retry-After"] == "60"


def test_the_console_tells_what_the_api_said():
    problem = problem_of(ServerError(status=507, operation="POST /investigate/release"))
    assert (problem.status, problem.title) == (507, "The disk is full")
