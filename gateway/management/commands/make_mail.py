"""`manage.py make_mail`: generates and stores synthetic mail for tests at scale."""

import multiprocessing
import os
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from tqdm import tqdm

from gateway.models import Domain
from gateway.synthetic.bulk_store import Chunk, store
from gateway.synthetic.child import prepare

_CHUNK = 1000
_DOMAIN = "acme.example"


class Command(BaseCommand):
    """Generate, judge and store synthetic messages in one process for each core."""

    help = "Fills the store with varied synthetic mail, for trying things at scale. The same seed makes the same mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--count", type=int, required=True, help="how many messages")
        parser.add_argument("--seed", type=int, required=True, help="another seed makes other messages")
        parser.add_argument("--days", type=int, default=30, help="spread over so many days before now (30)")
        parser.add_argument(
            "--no-mailboxes", action="store_true", help="write no Maildir copies: moves then find nothing there"
        )

    def handle(self, *_args: Any, count: int, seed: int, days: int, no_mailboxes: bool, **_options: Any) -> None:
        if count < 1 or days < 1 or seed < 0:
            raise CommandError("--count and --days must be at least 1, --seed at least 0")
        started = time.monotonic()
        chunks = list(_chunks(count, seed, days, mailboxes=not no_mailboxes))
        with tqdm(total=count, unit=" messages", disable=not sys.stderr.isatty()) as progress:
            for done in _stored(chunks):
                progress.update(done)
        seconds = time.monotonic() - started
        self.stdout.write(f"{count:,} messages in {seconds:.1f} s: {count / seconds:,.0f} a second")


def _chunks(count: int, seed: int, days: int, *, mailboxes: bool) -> Iterator[Chunk]:
    own = Domain.objects.using("gateway").filter(account_id=settings.GATEWAY_ACCOUNT_ID).order_by("created_at").first()
    domain = own.domain if own is not None else _DOMAIN
    start = datetime.now(UTC) - timedelta(days=days)
    step = timedelta(days=days) / count
    for first in range(0, count, _CHUNK):
        yield Chunk(seed, first, min(first + _CHUNK, count), start, step, domain, mailboxes)


def _stored(chunks: list[Chunk]) -> Iterator[int]:
    processes = min(len(chunks), len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
    if processes == 1:
        yield from map(store, chunks)
        return
    connections.close_all()
    with multiprocessing.get_context("spawn").Pool(processes, initializer=prepare) as pool:
        yield from pool.imap_unordered(store, chunks)
