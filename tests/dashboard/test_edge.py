"""What console and API answer with, and with which settings they don't start where others reach them."""

import json
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.http import HttpResponse

from dashboard import edge as edges
from dashboard.edge import PLAIN_HTTP_WORDS, Edge, is_weak_password, refusals, require_safe_edge, warnings
from dashboard.environment import hsts
from dashboard.middleware import EdgeHeadersMiddleware

KEY = "q8Zr-0vNn3TtWc6yJk1LxPa5sDf7GhBmUe2oIiR4wYzXvCbQ9K"


def an_edge(**changes) -> Edge:
    given = {
        "bind": "192.0.2.1",
        "tls": True,
        "allowed_hosts": ["gatehouse.example"],
        "secrets": (("SECRET_KEY", KEY),),
    }
    return Edge(**(given | changes))


REFUSED = {
    "plain HTTP on all addresses": ({"bind": "0.0.0.0", "tls": False}, "GATEHOUSE_TLS=1"),
    "plain HTTP on IPv6": ({"bind": "::", "tls": False}, "GATEHOUSE_TLS=1"),
    "plain HTTP by a host name": ({"bind": "127.0.0.1", "tls": False}, "GATEHOUSE_TLS=1"),
    "nearly the laboratory's phrase": ({"tls": False, "plain_http": "1"}, "GATEHOUSE_TLS=1"),
    "tracebacks": ({"debug": True}, "DEBUG=0"),
    "tracebacks behind a proxy": ({"bind": "127.0.0.1", "debug": True}, "DEBUG=0"),
    "any host": ({"allowed_hosts": ["*"]}, "ALLOWED_HOSTS"),
    "an origin without TLS": ({"trusted_origins": ["http://gatehouse.example"]}, "https://"),
    "a short key": ({"secrets": (("SECRET_KEY", "short"),)}, "SECRET_KEY has 5"),
    "a long key of one letter": ({"secrets": (("SECRET_KEY", "a" * 80),)}, "SECRET_KEY has 80"),
    "an example's key": ({"secrets": (("SECRET_KEY", "django-insecure-" + KEY),)}, "SECRET_KEY"),
    "a short audit key": ({"secrets": (("GATEHOUSE_AUDIT_KEY", "abc"),)}, "GATEHOUSE_AUDIT_KEY"),
    "a short password": ({"passwords": (("GATEHOUSE_ADMIN_PASSWORD", "admin"),)}, "GATEHOUSE_ADMIN_PASSWORD"),
    "a common password": ({"passwords": (("GATEHOUSE_ADMIN_PASSWORD", "administrator"),)}, "GATEHOUSE_ADMIN_PASSWORD"),
}
TAKEN = {
    "what the README starts": Edge(allowed_hosts=["localhost", "127.0.0.1", "[::1]"]),
    "anything on loopback": Edge(debug=True, allowed_hosts=["*"], secrets=(("SECRET_KEY", "short"),)),
    "a team's installation": an_edge(),
    "a laboratory": an_edge(tls=False, plain_http=PLAIN_HTTP_WORDS),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_weak_setting_is_refused_where_others_reach_it(name):
    changes, told = REFUSED[name]
    (sentence,) = refusals(an_edge(**changes), is_weak_password)
    assert told in sentence


@pytest.mark.parametrize("name", TAKEN)
def test_a_safe_edge_starts(name):
    assert refusals(TAKEN[name], is_weak_password) == []


def test_weak_settings_are_told_on_loopback_too():
    assert len(warnings(TAKEN["anything on loopback"])) == 3
    assert warnings(TAKEN["what the README starts"]) == []


def test_all_refusals_are_said_at_once(monkeypatch):
    monkeypatch.setattr(edges, "edge", lambda: an_edge(tls=False, debug=True, allowed_hosts=["*"]))
    with pytest.raises(ImproperlyConfigured) as raised:
        require_safe_edge(ImproperlyConfigured)
    assert all(word in str(raised.value) for word in ("GATEHOUSE_TLS=1", "DEBUG=0", "ALLOWED_HOSTS"))


def test_neither_the_supervisor_nor_the_web_server_starts_on_plain_http_beyond_loopback(tmp_path):
    environment = {
        "PATH": "/usr/bin:/bin",
        "GATEHOUSE_HOME": str(tmp_path),
        "GATEHOUSE_BIND": "192.0.2.1",
        "DEBUG": "1",
    }
    for command in (["manage.py", "run"], ["-c", "import dashboard.wsgi"]):
        ended = subprocess.run(
            [sys.executable, *command], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
        )
        assert ended.returncode
        assert "GATEHOUSE_TLS=1" in ended.stderr
        assert "DEBUG=0" in ended.stderr


COOKIES = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)
print(s.SESSION_COOKIE_DOMAIN, s.SESSION_COOKIE_PATH)
print(s.SECURE_HSTS_SECONDS, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD)
"""


def test_behind_tls_cookies_are_bound_to_the_host_and_hsts_speaks_for_it_alone(tmp_path):
    environment = {
        "GATEHOUSE_HOME": str(tmp_path),
        "GATEHOUSE_TLS": "1",
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", COOKIES],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.splitlines() == [
        "__Host-gatehouse_session __Host-csrftoken True True",
        "None /",
        "31536000 False False",
    ]
    assert not settings.SESSION_COOKIE_NAME.startswith("__Host-"), "without Secure, browsers refuse the prefix"
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY


def test_hsts_speaks_for_other_hosts_if_the_operator_says_so(monkeypatch):
    monkeypatch.setenv("GATEHOUSE_HSTS", "600, subdomains, preload")
    assert list(hsts("GATEHOUSE_HSTS", "1").values()) == [600, True, True]
    monkeypatch.setenv("GATEHOUSE_HSTS", "600, everything")
    with pytest.raises(ValueError, match="GATEHOUSE_HSTS"):
        hsts("GATEHOUSE_HSTS", "1")


@pytest.mark.django_db(databases=["default", "gateway"])
def test_no_answer_of_console_and_api_is_stored_by_a_cache(client, admin_client):
    account = settings.CLOUDFLARE_ACCOUNT_ID
    paths = [
        *("/", "/accounts/login/", "/nowhere", "/audit/", "/healthz", f"/client/v4/accounts/{account}/nowhere"),
        f"/client/v4/accounts/{account}/email-security/investigate",
    ]
    for who in (client, admin_client):
        for path in paths:
            response = who.get(path)
            assert "no-store" in response["Cache-Control"], path
            assert response["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "camera=()" in response["Permissions-Policy"]
            assert response["X-Content-Type-Options"] == "nosniff"
            assert response["Cross-Origin-Opener-Policy"] == "same-origin"
            assert response["Referrer-Policy"] == "same-origin"


def test_static_files_keep_what_their_server_says_of_caches(rf):
    kept = HttpResponse(headers={"Cache-Control": "max-age=315360000, public, immutable"})
    response = EdgeHeadersMiddleware(lambda _request: kept)(rf.get("/static/css/base.0123456789ab.css"))
    assert response["Cache-Control"] == "max-age=315360000, public, immutable"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("is_beyond", [True, False])
def test_first_passwords_are_shown_once_where_others_reach_the_console(settings, tmp_path, capsys, is_beyond):
    settings.GATEHOUSE_HOME, settings.GATEHOUSE_TLS, settings.ALLOWED_HOSTS = tmp_path, is_beyond, ["localhost"]
    for _ in range(2):
        call_command("prepare_console")
    kept = json.loads((tmp_path / "run.json").read_text())["users"]
    assert all(bool(user["password"]) is not is_beyond for user in kept)
    shown = re.findall(r"shown only now: (\S+)", capsys.readouterr().out)
    assert len(set(shown)) == (3 if is_beyond else 0)
    assert not any(password in (tmp_path / "run.json").read_text() for password in shown)
