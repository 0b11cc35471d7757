"""Compares what reading and judging costs with an earlier commit, message by message.

    python -m tests.benchmarks.compare_reading COMMIT [--mail FOLDER] [--rounds 3]

Both trees run in turn, in processes of their own, with the libraries of this environment. The mail is the samples of
the project, or all files of a folder.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
TIMES = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.compare_reading", description=__doc__)
    parser.add_argument("commit", help="that this tree is compared with")
    parser.add_argument("--mail", type=Path, help="a folder of messages (the samples)")
    parser.add_argument("--rounds", type=int, default=3, help="in each of three processes, of which the fastest counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gatehouse-reading-") as folder:
        before = Path(folder) / "before"
        git("worktree", "add", "--quiet", "--detach", str(before), options.commit)
        try:
            names = files(options.mail) if options.mail else written_samples(Path(folder) / "mail")
            report(*measured((before, ROOT), names, options.rounds, Path(folder)))
        finally:
            git("worktree", "remove", "--force", str(before))


def git(*arguments: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *arguments], check=True)


def files(folder: Path) -> list[str]:
    """Return all files of a folder and the folders in it."""
    return sorted(str(path.resolve()) for path in folder.rglob("*") if path.is_file())


def written_samples(folder: Path) -> list[str]:
    """Write the sample mail to a folder, and return its files."""
    from gateway.samples import sample_messages

    folder.mkdir()
    for sample in sample_messages(datetime.now(UTC)):
        (folder / f"{sample.name}.eml").write_bytes(sample.raw)
    return files(folder)


def measured(trees: tuple[Path, Path], names: list[str], rounds: int, home: Path) -> tuple[list[float], list[float]]:
    """Return the milliseconds of each message in both trees, which take turns."""
    fastest: list[dict[str, float]] = [{}, {}]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "GATEWAY_DNS": "off",
        "GATEHOUSE_HOME": str(home / "home"),
    }
    script = [sys.executable, str(Path(__file__).with_name("read_mail.py")), str(rounds)]
    for _time in range(TIMES):
        for tree, found in zip(trees, fastest, strict=True):
            answer = subprocess.run(
                script, cwd=tree, env=environment, input="\n".join(names), capture_output=True, text=True, check=True
            )
            for name, took in json.loads(answer.stdout).items():
                found[name] = min(took, found.get(name, took))
    before, after = ([found[name] for name in names] for found in fastest)
    return before, after


def report(before: list[float], after: list[float]) -> None:
    """Print totals and percentiles of both, and how many times the earlier tree's they are."""
    sys.stdout.write(f"| {len(after)} messages | before | now | ratio |\n| --- | --- | --- | --- |\n")
    for what, figure in (("p50", statistics.median), ("p99", p99), ("longest", max), ("total", sum)):
        earlier, now = figure(before), figure(after)
        sys.stdout.write(f"| {what} | {earlier:.2f} ms | {now:.2f} ms | {now / earlier:.2f} × |\n")


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[-1]


if __name__ == "__main__":
    main()
