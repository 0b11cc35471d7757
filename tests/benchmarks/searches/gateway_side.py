"""Makes the mail and answers questions through the API in this process. The environment names the database.

The store is filled by `make_mail`; the same messages are written as files of a Maildir if a folder is asked for.
"""

import io
import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

PER_PAGE = 50
DAYS = 30
SEED = 1


def main() -> None:
    django.setup()
    answers = {"fill": fill, "files": files, "subjects": subjects}
    for line in sys.stdin:
        request = json.loads(line)
        work = answers.get(request.pop("work", ""))
        print(json.dumps(work(**request) if work else search(request)), flush=True)  # noqa: T201 - its answer


def fill(count: int) -> dict[str, Any]:
    """Make messages until there are `count` of them."""
    from django.core.management import call_command
    from django.db import connections

    from gateway.models import Message

    nowhere = io.StringIO()
    call_command("migrate", database="gateway", verbosity=0)
    call_command("prepare_gateway", tokens_only=True, stdout=nowhere)
    there = Message.objects.using("gateway").count()
    began = time.perf_counter()
    if count > there:
        options = {"count": count - there, "seed": SEED + there, "no_mailboxes": True, "days": DAYS}
        call_command("make_mail", stdout=nowhere, **options)
    seconds = time.perf_counter() - began
    with connections["gateway"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"made": count - there, "seconds": seconds}


def files(folder: str, count: int) -> dict[str, Any]:
    """Write as much of the same mail as the store has into a Maildir of notmuch's."""
    from gateway.models import Message
    from gateway.store.raw_mail import read_raw

    target = Path(folder) / "mail" / "cur"
    target.mkdir(parents=True, exist_ok=True)
    for name in ("new", "tmp"):
        target.with_name(name).mkdir(exist_ok=True)
    rows = Message.objects.using("gateway").select_related("raw").only("raw")
    for message in rows.iterator(chunk_size=2000):
        path = target / f"{message.pk}.gatehouse:2,S"
        if not path.exists():
            path.write_bytes(read_raw(message.raw))
    return {"written": count}


def subjects(count: int) -> dict[str, Any]:
    """Return the subjects of some messages from the middle of the store."""
    from gateway.models import Message

    rows = Message.objects.using("gateway").order_by("-pk").values_list("subject", flat=True)
    middle = rows.count() // 2
    return {"subjects": list(rows[middle : middle + count])}


def search(question: dict[str, Any]) -> dict[str, Any]:
    """Ask the API for a page of 50 as the console does, and tell how long it took."""
    client, now = _client(), datetime.now(UTC)
    page = {"page": question["page"]} if question["page"] > 1 else {}
    began = time.perf_counter()
    found = client.investigate.list(
        detections_only=False,
        start=now - timedelta(days=DAYS + 30),
        end=now,
        per_page=PER_PAGE,
        **page,
        **question["filters"],
    )
    spent = (time.perf_counter() - began) * 1000
    return {"ms": spent, "found": len(found.items)}


_clients: list[Any] = []


def _client() -> Any:
    if not _clients:
        from dashboard.backend import api_client_for_console

        _clients.append(api_client_for_console())
    return _clients[0]


if __name__ == "__main__":
    main()
