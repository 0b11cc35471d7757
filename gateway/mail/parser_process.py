"""The process that reads strangers' mail: `python -m gateway.mail.parser_process`.

It takes frames on standard input and answers each on standard output. A request is a line of JSON naming the work,
then the message's bytes. The answer is JSON. It ends when its input ends.
"""

import base64
import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any, Final

from gateway.mail.document import document
from gateway.mail.frames import read_blocking, write_blocking
from gateway.mail.parser import parse
from gateway.mail.parts import attached_messages

_ADDRESS_SPACE: Final = 1_500_000_000
_SET_PARENT_DEATH_SIGNAL: Final = 1


def limit(cpu_seconds: int) -> None:
    """Bound this process: memory, processor time, no core files; and let it die with its parent on Linux."""
    for name, bound in (("RLIMIT_AS", _ADDRESS_SPACE), ("RLIMIT_CPU", cpu_seconds), ("RLIMIT_CORE", 0)):
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
        # Some systems refuse some limits; the parent's deadline still holds.
        return


def answer(frame: bytes) -> bytes:
    """Do the work of one request."""
    head, _line_break, raw = frame.partition(b"\n")
    request = json.loads(head)
    if request["work"] == "parse":
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
    """Answer requests until the parent closes the pipe. Arguments: CPU seconds in all, seconds for one, parent's id."""
    cpu_seconds, seconds, parent = map(int, sys.argv[1:4])
    # Nothing but frames may reach the pipe, whatever a library prints.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit(cpu_seconds)
    if os.getppid() != parent:
        # The parent died before the signal was set.
        return
    while (frame := read_blocking(sys.stdin.buffer)) is not None:
        # The system ends the process when one message takes too long, even if nobody is left to do it.
        signal.alarm(seconds + 2)
        write_blocking(answers, answer(frame))
        signal.alarm(0)


if __name__ == "__main__":
    main()
