"""Processor time of reading and judging mail: the samples and the cases of detectors, or a folder of messages."""

import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from gateway.importing.envelope import imported_envelope
from gateway.judging.cases import read_case
from gateway.mail.parser import parse
from gateway.pipeline import evaluate
from gateway.policies.compiled_policy import Policy
from gateway.samples import sample_messages
from tests.benchmarks.timing import Table

CASES = Path(__file__).parents[1] / "gateway" / "detect" / "cases"
ROUNDS = 3
WANTED = "wanted: 10 ms p50 and 50 ms p99 at most"


def judging(table: Table, folder: Path | None) -> None:
    """Measure the fastest of three rounds for each message, in this process and without DNS."""
    mail = own_mail() if folder is None else [path.read_bytes() for path in sorted(folder.rglob("*.eml"))]
    read_and_judged, judged = [], []
    for raw in mail:
        times = [once(raw) for _round in range(ROUNDS)]
        read_and_judged.append(min(whole for whole, _judging in times))
        judged.append(min(judging for _whole, judging in times))
    table.add(f"read and judge, {len(mail)} messages", figures(read_and_judged), WANTED)
    table.add("of that judge", figures(judged))


def own_mail() -> list[bytes]:
    samples = [sample.raw for sample in sample_messages(datetime.now(UTC))]
    return samples + [read_case(path.read_bytes())[1] for path in sorted(CASES.rglob("*.eml"))]


def once(raw: bytes) -> tuple[float, float]:
    """Return the milliseconds of processor time that reading and judging took, and those of judging."""
    began = time.process_time()
    message = parse(raw)
    read = time.process_time()
    evaluate(message, imported_envelope(message), Policy())
    ended = time.process_time()
    return (ended - began) * 1000, (ended - read) * 1000


def figures(times: list[float]) -> str:
    p99 = statistics.quantiles(times, n=100)[-1]
    return f"{statistics.median(times):.1f} ms p50, {p99:.1f} ms p99, {max(times):.1f} ms at most, of processor time"
