"""How well and how fast campaigns are found: 60 known ones among 100,000 made-up messages.

    python -m tests.benchmarks.campaigns [--messages 100000] [--campaigns 60] [--seed 1]

It stores the rows as the worker does, page by page, groups them, lets the newest join, and adds late ones. It ends
with status 1 if fewer than 95 % of the pairs that belong together are together, or more than 1 % of those that are
together don't belong so.
"""

import argparse
import base64
import os
import resource
import sys
import tempfile
import time
from typing import Any

SECONDS_AT_MOST = 600
PAGE = 1000
NEWEST = 3000
"""Messages that arrive while the rest is grouped, AT_ONCE at a time."""
AT_ONCE = 100


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.campaigns", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--campaigns", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gatehouse-benchmarks-") as home:
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"GATEHOUSE_HOME": home, "DJANGO_SETTINGS_MODULE": "dashboard.settings", "GATEWAY_DNS": "off"}
        return measure(options)


def measure(options: argparse.Namespace) -> int:
    # Settings read the environment, so what imports them comes after it is set.
    import django

    django.setup()
    from django.core.management import call_command

    from investigate.campaigns.keeping import campaigns_group
    from tests.investigate.campaigns.made_store import store
    from tests.investigate.campaigns.scoring import score

    call_command("migrate", "--database", "default", verbosity=0)
    made = store(messages=options.messages, campaigns=options.campaigns, seed=options.seed)
    rows = [_row(one.traits) for one in made]
    late, newest = rows[-len(rows) // 50 :], sorted(rows[: -len(rows) // 50], key=lambda row: row.scanned_at)
    newest, begun = newest[-NEWEST:], newest[:-NEWEST]
    seconds = _store(begun)
    print(f"{len(begun):,} messages stored in {seconds:,.0f} s")  # noqa: T201
    seconds += _grouped(f"{len(begun):,} messages")
    times = []
    for start in range(0, len(newest), AT_ONCE):
        seconds += _store(newest[start : start + AT_ONCE])
        clock = time.monotonic()
        campaigns_group()
        times.append(time.monotonic() - clock)
    seconds += sum(times)
    print(f"{AT_ONCE} new ones joined in {sorted(times)[len(times) // 2]:.1f} s, {max(times):.1f} s at most")  # noqa: T201
    joined = score(made, _groups())
    print(f"after {len(newest):,} joined: {joined.recall:.2%} together, {joined.wrong:.2%} wrong")  # noqa: T201
    seconds += _store(late)
    seconds += _grouped(f"{len(late):,} late ones")
    groups = _groups()
    result = score(made, groups)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201
        f"together of what belongs together: {result.recall:.2%}, campaigns with less than 80 %: {result.poor}\n"
        f"wrong of what is together: {result.wrong:.2%}, of pairs with a campaign in them {result.campaign_wrong:.2%}\n"
        f"{len(groups):,} groups, {seconds:,.0f} s together, {memory:,.0f} MB"
    )
    is_good = result.recall >= 0.95 and max(result.wrong, result.campaign_wrong) <= 0.01
    return 0 if is_good and seconds <= SECONDS_AT_MOST else 1


def _grouped(what: str) -> float:
    from investigate.campaigns.keeping import campaigns_group

    start = time.monotonic()
    campaigns_group(now_due=True)
    seconds = time.monotonic() - start
    print(f"grouped with {what} in {seconds:,.0f} s")  # noqa: T201
    return seconds


def _groups() -> list[list[str]]:
    from investigate.campaigns.models import CampaignMessage

    groups: dict[int, list[str]] = {}
    found = CampaignMessage.objects.exclude(campaign=None).values_list("campaign_id", "investigate_id")
    for campaign, name in found.iterator():
        groups.setdefault(campaign, []).append(name)
    return list(groups.values())


def _store(rows: list[Any]) -> float:
    from investigate.campaigns.reading import messages_store

    start = time.monotonic()
    for begin in range(0, len(rows), PAGE):
        messages_store(rows[begin : begin + PAGE])
    return time.monotonic() - start


def _row(traits: Any) -> Any:
    """Return the message as a search gives it."""
    from api_client.models import Message, MessageFeatures, MessageProperties

    features = MessageFeatures(
        text_minhash=base64.b64encode(traits.minhash).decode(),
        link_domains=list(traits.hosts),
        link_paths=list(traits.paths),
        attachment_hashes=list(traits.files),
        attachment_names=list(traits.file_names),
    )
    return Message(
        id=traits.id,
        client_recipients=[f"{traits.id[:4]}@acme.example"],
        detection_reasons=[],
        is_phish_submission=False,
        is_quarantined=False,
        properties=MessageProperties(),
        scanned_at=traits.at,
        final_disposition="MALICIOUS" if traits.is_threat else "NONE",
        subject=traits.subject,
        replyto=traits.reply_to,
        from_name=traits.name,
        smtp_helo_server_ip=traits.ip,
        edf_hash=traits.text,
        htmltext_structure_hash=traits.structure,
        gatehouse_features=features,
        **{"from": traits.sender},
    )


if __name__ == "__main__":
    sys.exit(main())
