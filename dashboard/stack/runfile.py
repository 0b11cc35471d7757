"""Read and write `run.json`: URLs, API token and first users of this copy, for users and scripts on this machine."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings

from dashboard.stack import children

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared with, not bound to


def run_file() -> Path:
    """Return the path of run.json."""
    return Path(settings.GATEHOUSE_HOME) / "run.json"


def console_url() -> str:
    """Return the console's URL as seen from this machine."""
    address = _EVERYWHERE.get(children.bind(), children.bind())
    host = f"[{address}]" if ":" in address and not address.startswith("[") else address
    return f"http://{host}:{children.port()}"


def api_base_url() -> str:
    """Return the base URL of the API that the console uses, for scripts on this machine."""
    return f"{console_url()}/client/v4" if settings.GATEWAY_EMBEDDED else str(settings.CLOUDFLARE_BASE_URL)


def api_token() -> str:
    """Return the token for scripts on this machine: the gateway's token `run`, or an empty string if it was revoked.

    `manage.py prepare_gateway` makes it. Another API has one token, which the console uses as well.
    """
    if not settings.GATEWAY_EMBEDDED:
        return str(settings.CLOUDFLARE_API_TOKEN)
    try:
        return (Path(settings.GATEHOUSE_HOME) / "keys" / "run_token").read_text().strip()
    except FileNotFoundError:
        return ""


def read_run_file() -> dict[str, Any]:
    """Return the content of run.json, or one without users if the file is missing or invalid."""
    try:
        content = json.loads(run_file().read_text())
    except (OSError, ValueError):
        return {"users": []}
    return content if isinstance(content, dict) and isinstance(content.get("users"), list) else {"users": []}


def forget_password(username: str) -> None:
    """Take the password of a user out of run.json, because they have chosen another. Other content stays as it is."""
    content = read_run_file()
    known = [user for user in content["users"] if user.get("username") == username and user.get("password")]
    if not known:
        return
    for user in known:
        user["password"] = None
    _write(content)


def write_run_file(users: list[dict[str, str | None]]) -> None:
    """Write run.json atomically, with mode 0600."""
    _write(
        {
            "console_url": console_url(),
            "api_base_url": api_base_url(),
            "account_id": settings.CLOUDFLARE_ACCOUNT_ID,
            "api_token": api_token(),
            "users": users,
        }
    )


def _write(content: dict[str, Any]) -> None:
    draft = run_file().with_name(f".run.json.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(run_file())
