"""What came of the load, in words, and whether it is good."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final

from tests.benchmarks.mail_flow.figures import Figures, share

P95_MILLISECONDS: Final = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """Milliseconds and failures of pages by name, how mail flowed, and what else went on for `seconds`.

    `waiting` is how many tasks waited for a worker, every few seconds. `trouble` are lines of the log.
    """

    pages: dict[str, dict[str, Any]]
    failures: list[str]
    flow: Figures
    waiting: list[int]
    trouble: list[str]
    letters: int
    seconds: float
    job_size: int
    job_done: int
    job_failed: int
    has_replayed: bool
    processors: dict[str, float]

    @property
    def is_good(self) -> bool:
        """Whether pages are quick, nothing failed, mail came through once, and no queue grows."""
        total, flow = self.pages["Aggregated"], self.flow
        is_whole = not (total["failed"] or self.trouble or self.job_failed or flow.errors or flow.missing)
        is_steady = not (flow.surplus or flow.is_growing or self.is_growing)
        return is_whole and is_steady and total["p95"] < P95_MILLISECONDS

    @property
    def is_growing(self) -> bool:
        """Whether many more tasks wait in the last quarter than in the second."""
        part = len(self.waiting) // 4
        if part < 1:
            return False
        second, last = self.waiting[part : 2 * part], self.waiting[-part:]
        return sum(last) / part > 2 * sum(second) / part + 20

    def told(self) -> str:
        """Return the report."""
        flow = self.flow
        lines = ["", "| page | asked | p50 | p95 | longest | failed |", "| --- | --- | --- | --- | --- | --- |"]
        lines += [
            f"| {name} | {one['count']:,} | {one['p50']:.0f} ms | {one['p95']:.0f} ms | {one['longest']:.0f} ms "
            f"| {one['failed']} |"
            for name, one in self.pages.items()
        ]
        load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
        parts = sorted(self.processors.items(), key=lambda pair: -pair[1])
        return "\n".join(
            [
                *lines,
                "",
                f"job: {self.job_done:,} of {self.job_size:,} in {self.seconds:.0f} s "
                f"({self.job_done / self.seconds:.0f}/s), {self.job_failed:,} failed",
                f"replay {'ended' if self.has_replayed else 'goes on'}; {self.letters:,} mails sent to people",
                f"mail: {flow.count:,} at {flow.rate:g} a second; p50 {share(flow.delivered, 50):.3f} s, "
                f"p95 {share(flow.delivered, 95):.3f} s, at most {max(flow.delivered, default=0):.1f} s; missing "
                f"{flow.missing}, surplus {flow.surplus}, errors {flow.errors or 'none'}"
                f"{'; its queue grows' if flow.is_growing else ''}",
                f"tasks that waited: at most {max(self.waiting, default=0)}, in the end {self.waiting[-3:]}"
                f"{'; they grow' if self.is_growing else ''}",
                f"processors, of {self.seconds * (os.cpu_count() or 1):.0f} s: "
                + ", ".join(f"{name} {used:.0f}" for name, used in parts),
                f"log: {len(self.trouble)} lines of trouble",
                *(f"    {line}" for line in self.trouble[:20]),
                *(f"failed: {line}" for line in self.failures),
                f"{os.cpu_count()} cores; load over 1, 5 and 15 minutes: {load}",
                "holds" if self.is_good else "DOES NOT HOLD",
                "",
            ]
        )
