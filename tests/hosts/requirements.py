"""What the hosts need of the machine, and why they can't be had."""

import os
import shutil
import subprocess

from tests.postgres_of_our_own import postgres_programs

NAMESPACES = ("--net", "--mount", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc")
"""Everything happens in namespaces of its own: the machine's network and processes see nothing of it."""


def why_not() -> str:
    """Return what is missing, in a sentence, or an empty string."""
    if os.geteuid() != 0:
        return "Hosts are network namespaces, and only root makes these. Run this command as root."
    missing = [name for name in ("ip", "unshare", "nsenter", "setpriv", "redis-server") if shutil.which(name) is None]
    if missing:
        return f"Not found: {', '.join(missing)} (Debian: iproute2, util-linux, redis-server)."
    if postgres_programs() is None:
        return "No PostgreSQL server is installed (Debian: postgresql)."
    tried = subprocess.run(["unshare", *NAMESPACES, "ip", "link", "add", "type", "bridge"], capture_output=True)
    if tried.returncode:
        return f"This system lets root make no namespaces or bridges: {tried.stderr.decode(errors='replace').strip()}"
    return ""
