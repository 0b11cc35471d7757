"""How fast synthetic mail is made and stored in bulk."""

import resource
from io import StringIO

from django.core.management import call_command

from tests.benchmarks.timing import Table, stopwatch

WANTED = 2000


def fill(table: Table, count: int) -> None:
    """Make the mail that the searches look through."""
    spent = _processor_seconds()
    with stopwatch() as seconds:
        call_command("make_mail", "--count", str(count), "--seed", "1", "--no-mailboxes", stdout=StringIO())
    rate, busy = count / seconds(), count / (_processor_seconds() - spent)
    figure = f"{rate:,.0f}/s, {busy:,.0f} in a second of one core"
    table.add(f"make_mail, {count:,} messages", figure, f"{rate / WANTED:.1f} × the wanted {WANTED:,}/s")


def _processor_seconds() -> float:
    """Return what this process and its ended children have used: a busy machine doesn't change it."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
