"""The ways that mail takes: through a stack to Maildirs, through a stack to Dovecot, through Postfix to Dovecot."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.benchmarks.mail_flow import processors
from tests.benchmarks.mail_flow.arrivals import Arrivals
from tests.benchmarks.mail_flow.figures import Figures, figures, share
from tests.benchmarks.mail_flow.mails import DOMAIN, Mail, pool
from tests.benchmarks.mail_flow.sending import send_all
from tests.mail_servers import dovecot, postfix
from tests.stack.running import Stack

WARM_UP = 60
"""Messages that are sent before anything is measured: connections, parsers and Maildirs are made then."""
_HELD = """
from gateway.models import Message
rows = Message.objects.using("gateway").filter(is_quarantined=True)
print(" ".join(rows.values_list("postfix_id", flat=True)))
"""


def measure(ways: Sequence[str], rates: Sequence[float], options: argparse.Namespace) -> int:
    """Measure the ways one after the other and print what they came to. Return the exit status."""
    mails, found = pool(), dict[str, Figures]()
    for way in ways:
        if why_not := _missing(way):
            _say(f"{way}: left out, {why_not}")
            continue
        runs = (
            _through_postfix(mails, rates, options) if way == "postfix" else _through_stack(way, mails, rates, options)
        )
        for run in runs:
            _tell(way, run)
            found[way] = run
    _compare(found)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    _say(f"{os.cpu_count()} cores; load over 1, 5 and 15 minutes: {load}")
    return 0 if all(run.holds for way, run in found.items() if way != "postfix") else 1


def _missing(way: str) -> str:
    if way != "maildir" and not dovecot.PROGRAM:
        return "Dovecot is not installed"
    if way == "postfix" and not (postfix.PROGRAM and postfix.IS_ROOT):
        return "Postfix is not installed, or this is not root"
    return ""


def _through_stack(
    way: str, mails: list[Mail], rates: Sequence[float], options: argparse.Namespace
) -> Iterator[Figures]:
    with ExitStack() as kept:
        home = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="gatehouse-flow-"))) / "home"
        stack = Stack(home, {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEWAY_SMTP_CONNECTIONS_PER_PEER": "200"})
        folder = home / "mailboxes"
        if way == "lmtp":
            server = kept.enter_context(dovecot.dovecot())
            folder = server.folder / "mail"
            routes = home.with_name("routes.toml")
            routes.write_text(f'[default]\ndeliver = "lmtp"\nto = "127.0.0.1:{server.lmtp}"\ntls = "none"\n')
            stack.environment["GATEWAY_ROUTES"] = str(routes)
        if options.servers:
            stack.use_servers()
        kept.callback(stack.close)
        stack.start(wait=False).wait_until_ready(300)
        protect(stack)
        send_all(stack.smtp_port, mails, rate=rates[0], count=WARM_UP, first=900_000_000)
        idle = _idle(stack, options.idle)
        yield from _runs(stack, folder, mails, rates, options, idle)


def protect(stack: Stack) -> None:
    """Protect the recipients' domain, so that it is judged as one's own, and held for is what is held by default."""
    run = stack.run
    answer = httpx.post(
        f"{run['api_base_url']}/accounts/{run['account_id']}/email-security/settings/domains",
        json={
            "domain": DOMAIN,
            "allowed_delivery_modes": ["DIRECT"],
            "drop_dispositions": ["MALICIOUS", "SPOOF", "SPAM"],
            "ip_restrictions": [],
            "regions": [],
        },
        headers={"Authorization": f"Bearer {run['api_token']}"},
        timeout=30,
    )
    # It is there already if the stack has sample mail.
    assert answer.status_code in (201, 409), answer.text


def _idle(stack: Stack, seconds: float) -> dict[str, float]:
    """Return what each part uses in a second with nothing to do, after what the first messages left behind."""
    time.sleep(20)
    before, begun = processors.of_stack(stack), time.monotonic()
    time.sleep(seconds)
    return _per_second(processors.between(before, processors.of_stack(stack)), time.monotonic() - begun)


def _runs(
    stack: Stack,
    folder: Path,
    mails: list[Mail],
    rates: Sequence[float],
    options: argparse.Namespace,
    idle: dict[str, float],
) -> Iterator[Figures]:
    first, arrivals = 0, Arrivals(folder)
    for rate in rates:
        count = int(rate * 60 * options.minutes)
        before = processors.of_stack(stack)
        run = send_all(stack.smtp_port, mails, rate=rate, count=count, first=first)
        arrivals.wait(60)
        used = processors.between(before, processors.of_stack(stack))
        came = figures(run, arrivals.times, held_transactions(stack), processors=used, idle=idle)
        yield came
        if not came.holds:
            return
        first += count


def held_transactions(stack: Stack) -> frozenset[str]:
    """Return the transactions, as replies name them, whose messages are held and are not to arrive."""
    return frozenset(stack.manage("shell", "-c", _HELD).stdout.split())


def _through_postfix(mails: list[Mail], rates: Sequence[float], options: argparse.Namespace) -> Iterator[Figures]:
    with dovecot.dovecot() as server, _postfix(server.lmtp) as front:
        send_all(front.port, mails, rate=rates[0], count=WARM_UP, first=900_000_000)
        time.sleep(5)
        first, arrivals = 0, Arrivals(server.folder / "mail")
        for rate in rates:
            count = int(rate * 60 * options.minutes)
            files = {
                "postfix": front.folder / "queue" / "pid" / "master.pid",
                "dovecot": server.folder / "run/master.pid",
            }
            before = {name: processors.of_pid_file(file) for name, file in files.items()}
            run = send_all(front.port, mails, rate=rate, count=count, first=first)
            arrivals.wait(60)
            used = {name: processors.of_pid_file(file) for name, file in files.items()}
            came = figures(run, arrivals.times, (), processors=processors.between(before, used))
            yield came
            if not came.holds:
                return
            first += count


@contextmanager
def _postfix(lmtp: int) -> Iterator[postfix.Postfix]:
    settings = {
        "relayhost": "",
        "default_transport": f"lmtp:inet:[127.0.0.1]:{lmtp}",
        "smtpd_client_connection_count_limit": "0",
        "smtpd_client_connection_rate_limit": "0",
    }
    with postfix.postfix(relay_port=lmtp, settings=settings) as server:
        yield server


def _per_second(used: dict[str, float], seconds: float) -> dict[str, float]:
    return {name: value / seconds for name, value in used.items()}


def _tell(way: str, run: Figures) -> None:
    queue = run.queue
    quarter = max(1, len(queue) // 4)
    parts = [round(sum(queue[at : at + quarter]) / quarter, 1) for at in range(0, quarter * 4, quarter)]
    _say(
        f"\n{way}: {run.count:,} messages at {run.rate:g} a second: {'holds' if run.holds else 'DOES NOT HOLD'}\n"
        f"  DATA's end to mailbox, {len(run.delivered):,}: {_times(run.delivered)}\n"
        f"  DATA's end to the verdict, {len(run.held):,} held: {_times(run.held)}\n"
        f"  under way, mean of each quarter: {parts}, at most {max(queue)}{', growing' if run.is_growing else ''}\n"
        f"  latest end of DATA {run.late_starts:.2f} s after it was due; missing {run.missing}, surplus {run.surplus},"
        f" errors {run.errors or 'none'}\n"
        f"  processor time a message: {_costs(run.milliseconds_each)}"
    )
    if run.idle:
        _say(f"  idle, in a second: {_costs({name: 1000 * used for name, used in run.idle.items()})}")


def _compare(found: dict[str, Figures]) -> None:
    alone = found.get("postfix")
    if alone is None:
        return
    cost = sum(alone.milliseconds_each.values())
    for way, run in found.items():
        if run is not alone:
            _say(
                f"{way} beside Postfix alone: p50 {_ratio(run, alone, 50)}, p95 {_ratio(run, alone, 95)},"
                f" processor time {sum(run.milliseconds_each.values()) / cost:.1f} ×"
            )


def _ratio(run: Figures, alone: Figures, percent: int) -> str:
    return f"{share(run.delivered, percent) / max(share(alone.delivered, percent), 0.001):.1f} ×"


def _times(values: list[float]) -> str:
    if not values:
        return "none"
    return f"p50 {share(values, 50):.3f} s, p95 {share(values, 95):.3f} s, at most {max(values):.3f} s"


def _costs(values: dict[str, float]) -> str:
    parts = ", ".join(f"{name} {value:.1f}" for name, value in sorted(values.items(), key=lambda pair: -pair[1]))
    return f"{sum(values.values()):.1f} ms ({parts})"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
