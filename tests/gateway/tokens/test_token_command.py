"""`manage.py token`, the tokens of the first start, and what rotations leave in keys/."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from dashboard.audit.models import AuditEntry
from dashboard.backend import api_token
from dashboard.stack.runfile import read_run_file, write_run_file
from gateway.models import Token
from gateway.tokens.key_files import read_key, write_key
from gateway.tokens.services import token_ensure
from tests.gateway.conftest import ACCOUNT
from tests.gateway.tokens.conftest import listed


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.GATEHOUSE_HOME = tmp_path
    settings.GATEWAY_EMBEDDED = True
    settings.CLOUDFLARE_API_TOKEN = "the-consoles-token"
    write_key("console", "the-consoles-token")
    return tmp_path


def token(*arguments: str) -> str:
    said = StringIO()
    call_command("token", *arguments, stdout=said, stderr=StringIO())
    return said.getvalue().strip()


def test_a_token_is_made_narrowed_rotated_and_revoked_on_record(calling):
    secret = token("make", "siem", "--right", "search", "--right", "content", "--expires", "30d", "--from", "127.0.0.1")
    assert listed(calling(secret)) == 200
    shown = json.loads(token("narrow", "siem", "--right", "search", "--json"))
    assert (shown["rights"], shown["scope"], shown["state"]) == (["search"], "read", "active")
    newer = token("rotate", "siem", "--grace", "0")
    assert [listed(calling(each)) for each in (secret, newer)] == [401, 200]
    token("revoke", "siem")
    assert listed(calling(newer)) == 401
    assert "revoked" in token("list")
    trail = AuditEntry.objects.filter(object_kind="token").order_by("id")
    assert [entry.action for entry in trail] == ["token_create", "token_narrow", "token_rotate", "token_revoke"]
    assert all("on the command line" in entry.detail["by"] for entry in trail)
    assert not any(each in str(entry.detail) for entry in trail for each in (secret, newer))


def test_json_has_the_secret_once_and_lists_never():
    made = json.loads(token("make", "siem", "--json"))
    assert made["secret"].startswith("gatehouse_")
    assert "secret" not in json.loads(token("list", "--json"))[0]
    assert made["secret"] not in token("show", "siem")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["make", "Siem"], "A name has"),
        (["make", "siem", "--right", "move"], "needs the scope write"),
        (["revoke", "nobody"], "There is no token nobody"),
        (["revoke", "console"], "rotate it instead"),
        (["rotate", "console", "--grace", "0"], "until they have read"),
        (["make", "siem", "--expires", "soon"], "is no span"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(arguments, why):
    token_ensure(account_id=ACCOUNT, name="console", scope=Token.Scope.WRITE, is_console=True)
    with pytest.raises(CommandError, match=why):
        token(*arguments)
    assert Token.objects.using("gateway").count() == 1


def test_run_json_has_a_token_of_its_own_which_stays_revoked(calling):
    call_command("prepare_gateway", tokens_only=True)
    write_run_file([])
    secret = read_run_file()["api_token"]
    assert secret not in {"", "the-consoles-token"}
    assert listed(calling(secret)) == 200
    assert read_run_file()["api_token"] == secret != token("rotate", "run") == read_run_file()["api_token"]
    token("revoke", "run")
    assert read_run_file()["api_token"] == ""
    call_command("prepare_gateway", tokens_only=True)
    write_run_file([])
    assert read_run_file()["api_token"] == ""
    assert listed(calling(secret)) == 401


def test_a_start_that_died_before_the_row_was_written_gives_the_same_token(calling):
    write_key("run", "gatehouse_left_by_the_start_before")
    call_command("prepare_gateway", tokens_only=True)
    assert read_key("run") == "gatehouse_left_by_the_start_before"


def test_the_console_reads_a_rotated_secret_without_a_restart(settings, home):
    call_command("prepare_gateway", tokens_only=True)
    settings.GATEHOUSE_API_TOKEN_FILE = home / "keys" / "api_token"
    assert api_token() == "the-consoles-token"
    assert token("rotate", "console") == ""
    assert api_token() == read_key("console") != "the-consoles-token"
    assert (home / "keys" / "api_token").stat().st_mode & 0o777 == 0o600


def test_a_rotation_that_died_before_the_row_was_written_is_healed_by_the_next_start(settings):
    call_command("prepare_gateway", tokens_only=True)
    settings.CLOUDFLARE_API_TOKEN = "written-to-the-file-alone"
    call_command("prepare_gateway", tokens_only=True)
    settings.CLOUDFLARE_API_TOKEN = read_key("console")
    row = Token.objects.using("gateway").get(name="console")
    assert (row.is_console, row.needs_approval, "tokens" in row.rights) == (True, False, True)
