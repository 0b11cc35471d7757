"""The isolated child process that parses untrusted mail: `python -m gateway.mail.parser_process`.

It reads request frames from standard input and writes one answer frame for each to standard output. A request is a
line of JSON that names the work, followed by the message's bytes. An answer is JSON. The process ends when its input
ends.
"""

import base64
import ctypes
import json
import math
import os
import resource
import signal
import sys
from typing import Any, Final

from gateway.mail.attachments import attached_messages
from gateway.mail.parser import parse
from gateway.mail.patience import USUAL_CPU_SECONDS, patience
from gateway.mail.pipe_frames import read_blocking, write_blocking
from gateway.mail.preview_document import document

_ADDRESS_SPACE: Final = 1_500_000_000
_SET_PARENT_DEATH_SIGNAL: Final = 1


def limit() -> None:
    """Limit this process's memory, disable core dumps and ignore SIGINT.

    On Linux the kernel also kills the process when its parent dies.
    """
    for name, bound in (("RLIMIT_AS", _ADDRESS_SPACE), ("RLIMIT_CORE", 0)):
        _set_limit(getattr(resource, name, None), bound)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def _set_limit(name: int | None, bound: int) -> None:
    if name is None:
        return
    _soft, hard = resource.getrlimit(name)
    wanted = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
    try:
        resource.setrlimit(name, (wanted, hard))
    except (ValueError, OSError):
        # Some systems reject some limits. The parent's deadline still applies.
        return


def allow_processor_time(seconds: int) -> None:
    """Let this process use so many further seconds of processor time. After them the kernel ends it with SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set_limit(getattr(resource, "RLIMIT_CPU", None), math.ceil(used.ru_utime + used.ru_stime) + seconds)


def answer(frame: bytes) -> bytes:
    """Do the work of one request frame and return the answer frame."""
    head, _line_break, raw = frame.partition(b"\n")
    request = json.loads(head)
    allow_processor_time(request["cpu_seconds"])
    if request["work"] == "parse":
        with patience(request["cpu_seconds"] / USUAL_CPU_SECONDS):
            message = parse(raw, trusted_authserv_ids=request["trusted"], own_servers=request["own_servers"])
        result: dict[str, Any] = message.to_dict()
    elif request["work"] == "attached":
        found = attached_messages(raw)
        result = {"messages": [base64.b64encode(message).decode("ascii") for message in found]}
    else:
        page = document(raw)
        result = {"html": page.html, "kind": page.kind, "notes": page.notes}
    return json.dumps(result, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def main() -> None:
    """Answer requests until the parent closes the pipe.

    The arguments are the seconds of wall time for one message, and the parent's process id.
    """
    seconds, parent = map(int, sys.argv[1:3])
    # Only frames may reach the pipe, so what libraries print goes to standard error.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit()
    if os.getppid() != parent:
        # The parent died before the signal was set.
        return
    while (frame := read_blocking(sys.stdin.buffer)) is not None:
        # SIGALRM ends the process if one message takes too long, even if the parent no longer exists.
        signal.alarm(seconds + 2)
        write_blocking(answers, answer(frame))
        signal.alarm(0)


if __name__ == "__main__":
    main()
