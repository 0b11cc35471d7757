"""Measures one stack in a temporary home, and prints a table.

    python -m tests.benchmarks [--messages 100000] [--files 1000] [--job 5000] [--only-job]
                         [--mail FOLDER] [--only-judging] [--only-import]

It runs on SQLite and a Redis of its own, whatever the environment names.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

OTHERS = ("DATABASE_URL", "GATEWAY_DATABASE_URL", "REDIS_URL", "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000, help="in the store that is searched (100000)")
    parser.add_argument("--files", type=int, default=1000, help="that are imported (1000)")
    parser.add_argument("--job", type=int, default=5000, help="messages that a job moves (5000)")
    parser.add_argument("--only-job", action="store_true", help="leave out what has nothing to do with jobs")
    parser.add_argument("--mail", type=Path, help="a folder of messages to read and judge (samples and cases)")
    parser.add_argument("--only-judging", action="store_true", help="measure only how long reading and judging take")
    parser.add_argument("--only-import", action="store_true", help="measure only how long importing files takes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gatehouse-benchmarks-") as folder:
        for name in OTHERS:
            os.environ.pop(name, None)
        home = Path(folder) / "home"
        os.environ |= {
            "GATEHOUSE_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
            "GATEWAY_DNS": "off",
        }
        measure(home, options)


def measure(home: Path, options: argparse.Namespace) -> None:
    # Settings read the environment, so what imports them comes after it is set.
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tests.benchmarks.importing import import_files
    from tests.benchmarks.jobs import job_overhead
    from tests.benchmarks.judging import judging
    from tests.benchmarks.overview import overview
    from tests.benchmarks.pages import pages
    from tests.benchmarks.previews import previews
    from tests.benchmarks.searching import searches_in_process, searches_over_http
    from tests.benchmarks.storing import fill
    from tests.benchmarks.timing import Table
    from tests.stack.running import Stack

    table = Table()
    table.add("what", "figure", "compared with")
    table.add("---", "---", "---")
    if not options.only_job and not options.only_import:
        judging(table, options.mail)
    if options.only_judging:
        return
    call_command("migrate", database="gateway", verbosity=0)
    if options.only_import:
        import_files(table, home.with_name("files"), options.files)
        _tell_load()
        return
    fill(table, options.messages)
    if not options.only_job:
        import_files(table, home.with_name("files"), options.files)
    stack = Stack(home, {"GATEHOUSE_SAMPLE_MAIL": "0"})
    try:
        stack.start()
        if not options.only_job:
            searches_in_process(table, settings.CLOUDFLARE_ACCOUNT_ID)
            searches_over_http(table, stack)
            pages(table)
            overview(table, stack, options.messages)
            previews(table, stack)
        job_overhead(table, stack, options.job)
    finally:
        stack.close()
    _tell_load()


def _tell_load() -> None:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    sys.stdout.write(f"\n{os.cpu_count()} cores; load over 1, 5 and 15 minutes: {load}\n")


if __name__ == "__main__":
    main()
