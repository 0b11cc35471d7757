"""What a walk over very many messages takes: calls, time and memory, beside a bare loop over the same pages.

    python -m tests.benchmarks.walk [--rows 1000000] [--refuse-large]

Each is measured in a process of its own, against a small server on loopback that makes its rows up.
"""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.benchmarks.timing import Table, stopwatch

ACCOUNT = "0123456789abcdef0123456789abcdef"
WANTED_MB = 150
NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
START = NEWEST - timedelta(days=400)


def row(number: int) -> dict[str, Any]:
    """Return message `number`, newest first, as large as real ones are: about 2 KB."""
    scanned_at = NEWEST - timedelta(seconds=number * 10)
    return {
        "id": f"4Nx{number:013d}-{scanned_at:%Y-%m-%dT%H:%M:%S}-{number:08x}",
        "postfix_id": f"4Nx{number:013d}",
        "alert_id": f"4Nx{number:013d}-alert",
        "client_recipients": [f"person{number % 5000}@acme.example", f"person{number % 77}@acme.example"],
        "detection_reasons": ["The sender's domain was first seen today", "A link leads to another host than it shows"],
        "is_phish_submission": False,
        "is_quarantined": number % 7 == 0,
        "properties": {"allowlisted_pattern": None, "blocklisted_message": False},
        "delivery_mode": "DIRECT",
        "delivery_status": ["delivered", "moved"],
        "envelope_from": f"bounce+{number}@lists.partner.example",
        "envelope_to": [f"person{number % 5000}@acme.example"],
        "final_disposition": "SUSPICIOUS",
        "from": f"sender{number % 900}@partner.example",
        "from_name": "Accounts receivable, Partner Company of Example",
        "htmltext_structure_hash": f"{number:064x}",
        "edf_hash": f"{number * 3:064x}",
        "message_id": f"<{number}.{number * 17}@mail.partner.example>",
        "post_delivery_operations": ["MOVE"],
        "scanned_at": scanned_at.isoformat(),
        "sent_at": scanned_at.isoformat(),
        "smtp_helo_server_ip": "192.0.2.7",
        "subject": f"Invoice {number} is overdue: please look at the attached statement of account",
        "threat_categories": ["CredentialHarvester"],
        "to": [f"person{number % 5000}@acme.example"],
        "to_name": ["A. Person"],
        "validation": {"comment": "x" * 200, "dkim": "pass", "dmarc": "pass", "spf": "pass"},
        "x_originating_ip": None,
    }


def serve(rows: int, most: int, ready: Any) -> None:
    """Serve a search over so many rows, in pages of up to `most`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            size = int(query["per_page"])
            if size > most:
                self._answer(400, {"success": False, "errors": [], "messages": [], "result": None})
                return
            end = datetime.fromisoformat(query["end"])
            first = int(query.get("cursor", max(0, (NEWEST - end).total_seconds() // 10)))
            last = min(first + size, rows)
            info = {"count": last - first, "per_page": size, "next": str(last) if last < rows else None}
            result = [row(number) for number in range(first, last)]
            self._answer(200, {"success": True, "errors": [], "messages": [], "result": result, "result_info": info})

        def _answer(self, status: int, content: Any) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ready.send(server.server_address[1])
    server.serve_forever()


def measured(kind: str, port: int, rows: int, found: Any) -> None:
    """Walk or loop over everything, and send back seconds, calls, and megabytes before and at most."""
    import psutil

    os.environ |= {
        "CLOUDFLARE_BASE_URL": f"http://127.0.0.1:{port}/client/v4",
        "CLOUDFLARE_ACCOUNT_ID": ACCOUNT,
        "CLOUDFLARE_API_TOKEN": "a-token-for-nobody",
        "GATEHOUSE_API_BUDGET": "off",
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
    }
    import django

    django.setup()
    from dashboard.backend import api_client_for_background
    from dashboard.walking.page_size import largest_page
    from dashboard.walking.walk import PER_PAGE, walk

    process, client = psutil.Process(), api_client_for_background()
    before = peak = process.memory_info().rss
    count = calls = 0
    with stopwatch() as seconds:
        if kind == "walk":
            for leaf in walk(client, {"detections_only": False}, start=START, end=NEWEST, largest=largest_page()):
                count, calls = count + len(leaf.messages), calls + leaf.ends_page
                peak = max(peak, process.memory_info().rss)
                del leaf
        else:
            cursor, size = None, int(kind)
            while calls == 0 or cursor is not None:
                page = client.investigate.list(
                    cursor=cursor, detections_only=False, start=START, end=NEWEST, per_page=size
                )
                count, calls, cursor = count + len(page.items), calls + 1, page.next
                peak = max(peak, process.memory_info().rss)
    assert count == rows, (count, rows, PER_PAGE)
    found.send((seconds(), calls, before // 2**20, peak // 2**20))


def in_a_process(target: Callable[..., None], *arguments: Any) -> tuple[multiprocessing.Process, Any]:
    """Start a process that has a pipe to answer through."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(*arguments, theirs), daemon=True)
    process.start()  # type: ignore[attr-defined]
    return process, ours  # type: ignore[return-value]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.walk", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="that the search finds (1000000)")
    parser.add_argument("--refuse-large", action="store_true", help="have the server refuse pages of more than 1000")
    options = parser.parse_args()
    table = Table()
    with tempfile.TemporaryDirectory(prefix="gatehouse-walk-") as home:
        os.environ |= {"GATEHOUSE_HOME": home, "REDIS_URL": "redis://127.0.0.1:1/0"}
        server, said = in_a_process(serve, options.rows, 1000 if options.refuse_large else 10_000)
        port = said.recv()
        results = {}
        kinds = ["1000"] if options.refuse_large else ["1000", "10000"]
        for kind in ["walk", *kinds]:
            process, said = in_a_process(measured, kind, port, options.rows)
            results[kind] = said.recv()
            process.join()
        server.terminate()
    floor = results[kinds[-1]][0]
    for kind, (seconds, calls, before, peak) in results.items():
        name = "walk, kept in parts" if kind == "walk" else f"bare loop, pages of {int(kind):,}"
        wanted = f"; wanted: under {WANTED_MB} MB" if kind == "walk" else ""
        table.add(
            f"{name}: {options.rows:,} messages",
            f"{seconds:.0f} s, {calls:,} calls, {before} MB before, {peak} MB at most",
            f"{seconds / floor:.2f} × the time of the bare loop{wanted}",
        )
    sys.exit(results["walk"][3] >= WANTED_MB)


if __name__ == "__main__":
    main()
