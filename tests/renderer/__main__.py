"""Draws hostile bodies beside canaries, and ends with status 1 if one of them was called; `make hostile`.

    python -m tests.renderer [--bodies 5000] [--seed 1] [--minutes 60] [--processes 2]

The bodies are drawn as mail is: by the drawing process, in its jail. The canaries listen on loopback and on an address
of this machine, by TCP and UDP, and on the port of name servers where the system permits that. Each of three bodies
goes through the reader of mail first, the others as they are. A body that breaks the browser, or takes too long, is
counted, and the browser is started again.
"""

import argparse
import itertools
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import psutil

from gateway.mail.preview_document import document
from gateway.preview.browser import RenderFailed
from gateway.preview.chromium import HOW_TO_INSTALL, find_chromium
from gateway.preview.drawing_process import DrawingProcess
from tests.renderer.bodies import bodies
from tests.renderer.canary import Canary, canary

SECONDS = 10.0
"""What a drawing may take, as in the product; a busy machine makes some fail, and that is counted apart."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.renderer", description=__doc__)
    parser.add_argument("--bodies", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60, help="when to end before all are drawn (60)")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        sys.exit(HOW_TO_INSTALL)
    with listening() as (birds, names), ExitStack() as ends:
        _say(f"canaries on {', '.join(bird.address for bird in birds)}; name server: {'yes' if names else 'no'}")
        drawings = [DrawingProcess(chromium) for _number in range(options.processes)]
        for drawing in drawings:
            ends.callback(drawing.kill)
            _say(f"jail: {drawing.start()}")
        made = bodies(birds, options.seed, options.bodies)
        counted = draw_all(made, drawings, time.monotonic() + options.minutes * 60)
        time.sleep(1)
        hits = hits_of(birds, names)
    _say(f"{dict(counted)} of {options.bodies} bodies with seed {options.seed}; requests: {len(hits)}")
    for hit in hits[:20]:
        _say(hit)
    sys.exit(1 if hits or counted["drawn"] + counted["failed"] < options.bodies else 0)


@contextmanager
def listening() -> Iterator[tuple[list[Canary], socket.socket | None]]:
    """Run a canary on loopback and on the first other address of this machine, and a name server's port."""
    with ExitStack() as stack:
        birds = [stack.enter_context(canary(host)) for host in ["127.0.0.1", *_other_addresses()[:1]]]
        yield birds, stack.enter_context(_name_server())


def _other_addresses() -> list[str]:
    found = itertools.chain.from_iterable(psutil.net_if_addrs().values())
    return [
        one.address
        for one in found
        if one.family == socket.AF_INET and not one.address.startswith(("127.", "169.254."))
    ]


@contextmanager
def _name_server() -> Iterator[socket.socket | None]:
    """Listen where a resolver without a configuration asks; None where that is forbidden or taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.settimeout(0.2)
        try:
            server.bind(("127.0.0.1", 53))
        except OSError:
            yield None
        else:
            yield server


def draw_all(made: Iterator[str], drawings: list[DrawingProcess], end: float) -> Counter[str]:
    """Draw all bodies, each drawing process in a thread, until the time ends; return how many were drawn and failed."""
    counted: Counter[str] = Counter()
    taken = iter(enumerate(list(made)))  # Its next() is one step of the interpreter, so threads may share it.

    def work(drawing: DrawingProcess) -> None:
        for number, body in taken:
            if time.monotonic() > end:
                return
            html = document(as_mail(body)).html if number % 3 == 0 else body
            try:
                drawing.draw(html, SECONDS)
                counted["drawn"] += 1
            except RenderFailed as error:
                counted["failed"] += 1
                counted[f"failed: {error}"] += 1
            if number and number % 500 == 0:
                _say(f"{number} bodies")

    with ThreadPoolExecutor(len(drawings)) as threads:
        list(threads.map(work, drawings))
    return counted


def as_mail(body: str) -> bytes:
    """Return a message with this HTML."""
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + body.encode("utf-8", "replace")


def hits_of(birds: list[Canary], names: socket.socket | None) -> list[str]:
    """Return what the canaries and the name server were asked."""
    hits = [hit for bird in birds for hit in bird.hits]
    hits += [f"datagram at {bird.udp_address}" for bird in birds for _number in range(bird.udp_hits())]
    with suppress(TimeoutError):
        while names:
            hits.append(f"lookup {names.recv(2048)[:60]!r}")
    return hits


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
