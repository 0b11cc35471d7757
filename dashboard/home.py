"""The folder GATEHOUSE_HOME, which contains all state of one installation, and the secrets stored in it."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from dashboard import environment

# The path of a unix socket must fit into 108 bytes, including its terminating null byte.
_LONGEST_SOCKET_PATH = 100


def home_folder() -> Path:
    """Return GATEHOUSE_HOME as an absolute path; the folder need not exist yet."""
    return Path(environment.text("GATEHOUSE_HOME", "var")).expanduser().resolve()


def redis_socket(home: Path) -> Path:
    """Return the socket path of the embedded Redis: in `home`, or in a temporary folder if that path is too long."""
    path = home / "redis.sock"
    if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"gatehouse-{os.getuid()}-{digest}" / "redis.sock"


def kept_secret(home: Path, name: str, *, length: int = 32) -> str:
    """Return the secret `name` of this home, in hexadecimal. It is created with mode 0600 on the first call.

    If two processes start at once, both get the same secret: the complete file is hard-linked into place, and the
    process that comes second reads it.
    """
    path = home / "keys" / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(length))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()
