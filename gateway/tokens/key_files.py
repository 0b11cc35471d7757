"""The secrets that processes of this machine read from `keys/`: the console's, and the one that run.json shows."""

import json
import os
import secrets
from pathlib import Path

from django.conf import settings

CONSOLE, RUN = "console", "run"
_FILES = {CONSOLE: "api_token", RUN: "run_token"}


def key_file(name: str) -> Path | None:
    """Return the file that keeps the secret of the token `name`, or None if none does."""
    return Path(settings.GATEHOUSE_HOME) / "keys" / _FILES[name] if name in _FILES else None


def read_key(name: str) -> str:
    """Return the secret in the token's file, or an empty string if there is none."""
    path = key_file(name)
    try:
        return path.read_text().strip() if path else ""
    except FileNotFoundError:
        return ""


def write_key(name: str, secret: str) -> None:
    """Replace the secret in the token's file, and in run.json if it shows it."""
    path = key_file(name)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _replace(path, secret)
    if name == RUN:
        _show_in_run_json(secret)


def forget_key(name: str) -> None:
    """Delete the token's file, if it has one, and its secret in run.json."""
    path = key_file(name)
    if path is not None:
        path.unlink(missing_ok=True)
    if name == RUN:
        _show_in_run_json("")


def _show_in_run_json(secret: str) -> None:
    """Write the secret into run.json, which the console writes on each start. Before the first start there is none."""
    path = Path(settings.GATEHOUSE_HOME) / "run.json"
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return
    if isinstance(content, dict):
        _replace(path, json.dumps(content | {"api_token": secret}, indent=2) + "\n")


def _replace(path: Path, text: str) -> None:
    """Replace the file's content, with mode 0600. Whoever reads it gets the old one or the new one, whole."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
