"""Searches over the same mail on SQLite, on PostgreSQL and by notmuch's library, by turns, at sizes that grow.

    python -m tests.benchmarks.searches [--sizes 10000,100000] [--rounds 40] [--postgres URL] [--svg FILE]

The stores grow from one size to the next, in a temporary folder. PostgreSQL takes part if `--postgres` names a server,
as `postgres://postgres@127.0.0.1:5432`: a database is made there and dropped again. notmuch takes part where Debian's
notmuch and python3-notmuch2 are installed. A ratio says how many times notmuch's time ours is.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.searches.growth import growth_svg
from tests.benchmarks.searches.questions import questions, rare_word
from tests.benchmarks.searches.sides import Side, gateway_side, has_notmuch, notmuch_side, running
from tests.benchmarks.timing import Table, p50, p95, stopwatch

if TYPE_CHECKING:
    from collections.abc import Iterator

WARM_UP = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.searches", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000", help="messages in the stores (10000,100000)")
    parser.add_argument("--rounds", type=int, default=40, help="runs of each search by each side (40)")
    parser.add_argument("--postgres", default="", help="a PostgreSQL server, without a database's name")
    parser.add_argument("--svg", type=Path, help="draw the growth into this file")
    options = parser.parse_args()
    sizes = sorted(int(size) for size in options.sizes.split(","))
    with tempfile.TemporaryDirectory(prefix="gatehouse-benchmarks-") as folder:
        compare(Path(folder), sizes, options)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"\n{os.cpu_count()} cores; load over 1, 5 and 15 minutes: {load}\n")


def compare(folder: Path, sizes: list[int], options: argparse.Namespace) -> None:
    table = Table()
    table.add("what", "figure", "compared with")
    table.add("---", "---", "---")
    growth: dict[str, dict[str, list[tuple[int, float]]]] = {}
    with ExitStack() as stack:
        sides = {"SQLite": stack.enter_context(running(gateway_side(), _environment(folder / "sqlite", "")))}
        if options.postgres:
            url = stack.enter_context(_database(options.postgres))
            environment = _environment(folder / "postgresql", url)
            sides["PostgreSQL"] = stack.enter_context(running(gateway_side(), environment))
        for size in sizes:
            _fill(table, sides, size)
            with ExitStack() as while_of_this_size:
                asked = dict(sides)
                if has_notmuch():
                    _index(table, sides["SQLite"], folder / "notmuch", size)
                    asked["notmuch"] = while_of_this_size.enter_context(
                        running(
                            notmuch_side(folder / "notmuch"), {"NOTMUCH_CONFIG": str(folder / "notmuch" / "config")}
                        )
                    )
                _ask(table, asked, size, options.rounds, growth)
    if options.svg:
        options.svg.write_text(growth_svg(growth))


def _environment(home: Path, database: str) -> dict[str, str]:
    """Return what names a store: nothing that the caller's environment names is used."""
    return {
        "GATEHOUSE_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "GATEWAY_DNS": "off",
        "DATABASE_URL": "",
        "GATEWAY_DATABASE_URL": database,
        "REDIS_URL": "",
        "CLOUDFLARE_BASE_URL": "",
        "CLOUDFLARE_API_TOKEN": "",
    }


@contextmanager
def _database(server: str) -> Iterator[str]:
    import psycopg

    name = f"gatehouse_benchmark_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _fill(table: Table, sides: dict[str, Side], size: int) -> None:
    for name, side in sides.items():
        filled = side.tell({"work": "fill", "count": size})
        rate = filled["made"] / max(filled["seconds"], 0.001)
        table.add(f"{size:,} messages, {name}: make_mail", f"{rate:,.0f}/s")


def _index(table: Table, side: Side, home: Path, size: int) -> None:
    """Write the mail as files, and have notmuch index what it does not know yet."""
    side.tell({"work": "files", "folder": str(home), "count": size})
    config = home / "config"
    config.write_text(
        f"[database]\npath={home}/mail\n[user]\nname=A\nprimary_email=a@acme.example\n[new]\ntags=inbox\nignore=\n"
    )
    with stopwatch() as seconds:
        subprocess.run(
            ["notmuch", "new", "--quiet"],
            check=True,
            env={"NOTMUCH_CONFIG": str(config), "PATH": os.environ["PATH"], "HOME": str(home)},
        )
    table.add(f"{size:,} messages, notmuch new", f"{seconds():.0f} s for those that were not there yet")


def _ask(
    table: Table,
    sides: dict[str, Side],
    size: int,
    rounds: int,
    growth: dict[str, dict[str, list[tuple[int, float]]]],
) -> None:
    rare = rare_word(sides["SQLite"].tell({"work": "subjects", "count": 2000})["subjects"])
    for question in questions(rare):
        spent: dict[str, list[float]] = {name: [] for name in sides}
        found: dict[str, int] = {}
        for number in range(WARM_UP + rounds):
            for name, side in sides.items():
                milliseconds, found[name] = side.ask(question)
                if number >= WARM_UP:
                    spent[name].append(milliseconds)
        compared = p50(spent["notmuch"]) if "notmuch" in spent else None
        for name, times in spent.items():
            growth.setdefault(question.name, {}).setdefault(name, []).append((size, p50(times)))
            ratio = f"{p50(times) / compared:.2f} × notmuch" if compared and name != "notmuch" else ""
            figure = f"{p50(times):.2f} ms p50, {p95(times):.2f} ms p95, {found[name]} found"
            table.add(f"{size:,} messages, {question.name}: {name}", figure, ratio)


if __name__ == "__main__":
    main()
