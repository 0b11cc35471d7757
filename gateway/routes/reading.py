"""Reads the file of routes, which is TOML. docs/mail.md describes each key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from gateway.routes.route import (
    SENT,
    Delivery,
    ImapServer,
    MailboxKind,
    NextHop,
    Route,
    RouteInvalid,
    Routes,
    Tls,
)

E = TypeVar("E", Delivery, Tls, MailboxKind)
_ROUTE_KEYS = {"deliver", "to", "tls", "ca_file", "user", "password", "password_file", "mailboxes", "imap", "outbound"}
_HOP_KEYS = {"to", "tls", "ca_file", "user", "password", "password_file"}
_IMAP_KEYS = {"host", "tls", "ca_file", "login", "master", "password", "password_file", "folders"}
_FOLDERS = {"Inbox", "JunkEmail", "DeletedItems", "RecoverableItemsDeletions", "RecoverableItemsPurges", SENT}
_PORTS = {"smtp": 25, "lmtp": 24, "imap": 993}


def routes_in(text: str, *, folder: Path) -> Routes:
    """Return the routes of a file's text. Names of files in it are relative to `folder`. Raise RouteInvalid."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RouteInvalid(f"It is no TOML: {error}") from None
    _only(data, {"domains", "default", "smart_host"}, "the file")
    domains = _table(data, "domains", "the file")
    by_domain = {}
    for name, values in domains.items():
        domain = name.casefold().rstrip(".")
        if not domain or "@" in domain or domain in by_domain:
            raise RouteInvalid(f"domains: {name!r} is no domain, or stands twice")
        by_domain[domain] = _route(domain, _mapping(values, name), folder)
    default = _route("*", _table(data, "default", "the file"), folder)
    smart_host = _table(data, "smart_host", "the file")
    hop = _next_hop(smart_host, "smart_host", folder, port=_PORTS["smtp"]) if smart_host else None
    return Routes(by_domain, default, hop)


def _route(domain: str, values: Mapping[str, Any], folder: Path) -> Route:
    _only(values, _ROUTE_KEYS, domain)
    delivery = _choice(values, "deliver", Delivery, Delivery.MAILDIR, domain)
    hop = None
    if delivery != Delivery.MAILDIR:
        hop_values = {name: value for name, value in values.items() if name in _HOP_KEYS}
        hop = _next_hop(hop_values, domain, folder, port=_PORTS[delivery.value])
    elif "to" in values:
        raise RouteInvalid(f'{domain}: a Maildir has no `to`; say deliver = "smtp" or "lmtp"')
    usual = MailboxKind.MAILDIR if delivery == Delivery.MAILDIR else MailboxKind.NONE
    usual = MailboxKind.IMAP if "imap" in values else usual
    kind = _choice(values, "mailboxes", MailboxKind, usual, domain)
    imap = _imap(_table(values, "imap", domain), f"{domain}.imap", folder) if kind == MailboxKind.IMAP else None
    if kind == MailboxKind.MAILDIR and delivery != Delivery.MAILDIR:
        raise RouteInvalid(f"{domain}: mailboxes are Maildirs only where mail is delivered to Maildirs")
    outbound = values.get("outbound", False)
    if not isinstance(outbound, bool):
        raise RouteInvalid(f"{domain}: outbound is true or false")
    return Route(domain, delivery, hop, kind, imap, outbound)


def _next_hop(values: Mapping[str, Any], where: str, folder: Path, *, port: int) -> NextHop:
    _only(values, _HOP_KEYS, where)
    host, number = _host(values.get("to"), where, "to", port)
    return NextHop(
        host=host,
        port=number,
        tls=_choice(values, "tls", Tls, Tls.OPPORTUNISTIC, where),
        ca_file=_file(values, "ca_file", where, folder),
        user=_text(values, "user", where),
        password=_password(values, where, folder),
    )


def _imap(values: Mapping[str, Any], where: str, folder: Path) -> ImapServer:
    _only(values, _IMAP_KEYS, where)
    host, port = _host(values.get("host"), where, "host", _PORTS["imap"])
    tls = _text(values, "tls", where) or "required"
    if tls not in ("required", "starttls", "none"):
        raise RouteInvalid(f"{where}: tls is required, starttls or none")
    folders = {name: _text(_table(values, "folders", where), name, where) for name in _table(values, "folders", where)}
    _only(folders, _FOLDERS, f"{where}.folders")
    login = _text(values, "login", where) or "{address}"
    if "{address}" not in login and "{local}" not in login:
        raise RouteInvalid(f"{where}: login holds {{address}} or {{local}}")
    return ImapServer(
        host=host,
        port=port,
        tls=tls,
        ca_file=_file(values, "ca_file", where, folder),
        login=login,
        master=_text(values, "master", where),
        password=_password(values, where, folder),
        folders=folders,
    )


def _host(value: Any, where: str, key: str, port: int) -> tuple[str, int]:
    """Return host and port of `host`, `host:port` or `[address]:port`."""
    if not isinstance(value, str) or not value.strip():
        raise RouteInvalid(f'{where}: {key} names a host, such as "mail.example:{port}"')
    text = value.strip()
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        number = rest.removeprefix(":") if rest.startswith(":") else ""
    elif text.count(":") == 1:
        host, _, number = text.partition(":")
    else:
        host, number = text, ""
    number = number or str(port)
    if not host or not number.isascii() or not number.isdecimal() or not 0 < int(number) < 65536:
        raise RouteInvalid(f"{where}: {key} is no host and port: {value!r}")
    return host, int(number)


def _choice(values: Mapping[str, Any], key: str, kind: type[E], usual: E, where: str) -> E:
    value = values.get(key, usual)
    try:
        return kind(value)
    except ValueError:
        raise RouteInvalid(f"{where}: {key} is one of {', '.join(kind)}, not {value!r}") from None


def _password(values: Mapping[str, Any], where: str, folder: Path) -> str:
    if "password" in values and "password_file" in values:
        raise RouteInvalid(f"{where}: password or password_file, not both")
    if "password_file" not in values:
        return _text(values, "password", where)
    path = folder / _text(values, "password_file", where)
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RouteInvalid(f"{where}: password_file can't be read: {error}") from None


def _file(values: Mapping[str, Any], key: str, where: str, folder: Path) -> str:
    name = _text(values, key, where)
    if name and not (folder / name).is_file():
        raise RouteInvalid(f"{where}: {key} names no file: {name!r}")
    return str(folder / name) if name else ""


def _text(values: Mapping[str, Any], key: str, where: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str) or any(ord(sign) < 32 for sign in value):
        raise RouteInvalid(f"{where}: {key} is a text of one line")
    return value


def _table(values: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    return _mapping(values.get(key, {}), f"{where}: {key}")


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise RouteInvalid(f"{where} is a table")
    return value


def _only(values: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(values) - known):
        raise RouteInvalid(f"{where}: unknown: {', '.join(unknown)}; known are {', '.join(sorted(known))}")
