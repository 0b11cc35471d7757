"""`manage.py retro_scan`: tells what judging stored mail again has found, and begins it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from gateway.models import RetroFinding, RetroScan
from gateway.rejudging.retro_scan import go_on

DATABASE = "gateway"
_LISTED = 200


class Command(BaseCommand):
    """Exit status 1 and a reason on standard error if something was refused."""

    help = (
        "Lists the latest retro-scans, and what the last one found. Mail of GATEWAY_RETRO_SCAN_DAYS days is judged "
        "again by the worker when detectors, feeds, the learnt model or policies have changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to do."""
        parser.add_argument("--now", action="store_true", help="judge the mail again now, whatever has changed")

    def handle(self, *_args: Any, now: bool, **_options: Any) -> None:
        """Tell, or scan first."""
        if not settings.GATEWAY_EMBEDDED:
            raise CommandError("There is no embedded gateway: mail is judged where it is stored.")
        if not settings.GATEWAY_RETRO_SCAN_DAYS:
            raise CommandError("GATEWAY_RETRO_SCAN_DAYS is 0: nothing is judged again.")
        if now:
            self._scan()
        scans = RetroScan.objects.using(DATABASE).filter(account_id=settings.GATEWAY_ACCOUNT_ID).exclude(judged=0)
        newest = list(scans.order_by("-pk")[:10])
        for scan in newest:
            self.stdout.write(_line(scan))
        if not newest:
            self.stdout.write("Nothing was judged again so far.")
            return
        found = RetroFinding.objects.using(DATABASE).filter(scan=newest[0]).select_related("message")
        for finding in found.order_by("kind", "-message_id")[:_LISTED]:
            subject = "".join(letter for letter in finding.message.subject[:80] if letter.isprintable())
            identity = finding.message.investigate_id
            self.stdout.write(f"{finding.kind:8} {finding.before} to {finding.after}: {identity} {subject}")
        if found.count() > _LISTED:
            self.stdout.write(f"… and {found.count() - _LISTED:,} more")

    def _scan(self) -> None:
        scan = go_on(settings.GATEWAY_ACCOUNT_ID, at_once=True)
        while scan is not None and scan.ended_at is None:
            before = scan.judged
            scan = go_on(settings.GATEWAY_ACCOUNT_ID)
            if scan is not None and scan.ended_at is None and scan.judged == before:
                raise CommandError("A worker is at it already: look again in a while.")


def _line(scan: RetroScan) -> str:
    ended = f"ended {scan.ended_at:%Y-%m-%d %H:%M} UTC" if scan.ended_at else "going on"
    kinds = {kind: scan.found.filter(kind=kind).count() for kind in RetroFinding.Kind.values}
    told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
    asked = f"asked {scan.asked_at:%Y-%m-%d %H:%M} UTC"
    return f"{asked}, {ended}: {scan.judged:,} judged, {scan.failed:,} could not be; {told}"
