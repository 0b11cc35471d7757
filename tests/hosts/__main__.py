"""Runs Gatehouse on seven hosts, loses two of them in the middle of a job, and says what was true; `make hosts`.

    python -m tests.hosts [--clean 300] [--held 1200] [--keep]

The hosts are network namespaces on a bridge: one with PostgreSQL, Redis and an S3 server, two with web servers, two
with workers and renderers, one with the intake, one with delivery, sender and beat. It needs root and says so
otherwise. The servers are its own; nothing of the machine's is used or changed. It ends with status 1 if anything does
not hold.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.hosts.installation import NAMES, Installation
from tests.hosts.network import lan
from tests.hosts.next_hop import PORT, next_hop
from tests.hosts.requirements import NAMESPACES, why_not
from tests.hosts.scenario import Scenario
from tests.hosts.servers import start_servers

_INSIDE = "GATEHOUSE_HOSTS_INSIDE"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hosts", description=__doc__)
    parser.add_argument("--clean", type=int, default=300, help="messages that are delivered at once (300)")
    parser.add_argument("--held", type=int, default=1200, help="messages that are held, and released by the job (1200)")
    parser.add_argument("--keep", action="store_true", help="keep the folder of homes and logs")
    options = parser.parse_args()
    if os.environ.get(_INSIDE) != "1":
        if why := why_not():
            sys.stderr.write(f"{why}\n")
            return 2
        words = ["unshare", *NAMESPACES, sys.executable, "-m", "tests.hosts", *sys.argv[1:]]
        os.execvpe("unshare", words, os.environ | {_INSIDE: "1"})
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-hosts-"))
    folder.chmod(0o711)
    began = time.monotonic()
    try:
        _run(folder, clean=options.clean, held=options.held)
    except Exception as error:
        # Whatever it was, it does not hold.
        _say(f"FALSE: {error if isinstance(error, AssertionError) else repr(error)}")
        _say(f"the hosts' logs: {folder}/logs")
        options.keep = True
        return 1
    else:
        _say(f"all of it is true, after {time.monotonic() - began:.0f} s")
        return 0
    finally:
        if not options.keep:
            shutil.rmtree(folder)


def _run(folder: Path, *, clean: int, held: int) -> None:
    with lan(list(NAMES), folder) as hosts, next_hop() as hop:
        _say(f"hosts: {', '.join(f'{host.name} {host.address}' for host in hosts.values())}")
        made = Installation(hosts, start_servers(hosts["store"]), PORT)
        made.prepare()
        made.start()
        made.wait_until_well(("web1", "web2"))
        _say("both web hosts say that all parts are there")
        Scenario(made, hop, _say).run(clean=clean, held=held)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
