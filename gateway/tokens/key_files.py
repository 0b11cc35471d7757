"""The secrets that processes of this machine read from `keys/`: the console's, and the one that run.json shows."""

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
    """Replace the secret in the token's file, with mode 0600. Whoever reads it gets the old one or the new one."""
    path = key_file(name)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def forget_key(name: str) -> None:
    """Delete the token's file, if it has one."""
    path = key_file(name)
    if path is not None:
        path.unlink(missing_ok=True)
