"""Retro-scans: what is judged again and when, what comes of it, and what happens if the worker dies in the middle."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from gateway.models import Delivery, PhishGuardReport, RetroFinding, RetroScan
from gateway.rejudging import retro_scan
from gateway.rejudging.retro_scan import go_on
from gateway.rejudging.tasks import scan_again
from gateway.store import policy_cache
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import GTUBE, stored
from tests.gateway.policy_rows import block
from tests.gateway.test_delivery import contents


@pytest.fixture(autouse=True)
def known_so_far():
    """What verdicts are made of now is what the mail was judged by."""
    go_on(ACCOUNT)


def change():
    """Let a policy make mail of partner.example a threat."""
    block("partner.example")
    policy_cache.changing(ACCOUNT)
    policy_cache.forget()


def scanned():
    """Scan without waiting, and return the scan."""
    scan_again()
    RetroScan.objects.using("gateway").filter(ended_at=None).update(begins_at=timezone.now())
    scan_again()
    return RetroScan.objects.using("gateway").order_by("-pk").first()


def test_without_a_change_nothing_is_judged_again(mailboxes):
    stored()
    assert scanned().judged == 0
    assert RetroScan.objects.using("gateway").count() == 1


def test_a_new_threat_is_reported_and_nothing_is_moved(mailboxes, client):
    message = stored(subject="Invoice")
    change()
    scan = scanned()
    assert (scan.judged, scan.failed) == (1, 0)
    assert scan.ended_at is not None
    assert client.investigate.get(message.investigate_id).final_disposition == "MALICIOUS"
    (report,) = PhishGuardReport.objects.using("gateway").all()
    assert report.title == "Threat found after delivery: Invoice"
    assert len(contents(mailboxes)) == 1
    assert Delivery.objects.using("gateway").get().status == "delivered"


def test_what_became_cleaner_is_only_listed(mailboxes, capsys):
    change()
    message = stored()
    assert message.final_disposition == "MALICIOUS"
    scanned()
    from gateway.models import BlockedSender

    BlockedSender.objects.using("gateway").all().delete()
    policy_cache.changing(ACCOUNT)
    policy_cache.forget()
    scan = scanned()
    finding = RetroFinding.objects.using("gateway").get(scan=scan)
    assert (finding.kind, finding.before, finding.after) == ("cleaner", "MALICIOUS", "NONE")
    message.refresh_from_db()
    assert message.final_disposition == "MALICIOUS"
    assert message.is_quarantined
    call_command("retro_scan")
    assert f"cleaner  MALICIOUS to NONE: {message.investigate_id}" in capsys.readouterr().out


def test_graver_without_being_a_threat_is_listed_and_not_reported(mailboxes, monkeypatch):
    message = stored(body=GTUBE)
    message.final_disposition = "BULK"
    message.save(update_fields=["final_disposition"])
    change_nothing_but_ask()
    finding = RetroFinding.objects.using("gateway").get()
    assert (finding.kind, finding.before, finding.after) == ("graver", "BULK", "SPAM")
    assert not PhishGuardReport.objects.using("gateway").exists()


def change_nothing_but_ask():
    call_command("retro_scan", "--now", verbosity=0)


def test_it_waits_until_settings_have_settled_but_not_for_ever(mailboxes):
    stored()
    change()
    scan_again()
    first = RetroScan.objects.using("gateway").get(ended_at=None)
    assert first.begins_at > timezone.now() + timedelta(minutes=4)
    assert first.judged == 0
    RetroScan.objects.using("gateway").update(asked_at=timezone.now() - timedelta(minutes=58))
    policy_cache.changing(ACCOUNT)
    scan_again()
    again = RetroScan.objects.using("gateway").get(ended_at=None)
    assert again.knowledge != first.knowledge
    assert again.begins_at < timezone.now() + timedelta(minutes=3)


def test_a_slice_ends_in_time_and_the_next_goes_on_after_it(mailboxes, monkeypatch):
    for number in range(5):
        stored(subject=str(number))
    change()
    monkeypatch.setattr(retro_scan, "SECONDS", 0.0)
    assert scanned().judged == 0
    monkeypatch.setattr(retro_scan, "SECONDS", 30.0)
    assert scanned().judged == 5
    assert RetroFinding.objects.using("gateway").count() == 5


def test_a_worker_that_dies_loses_nothing_and_reports_nothing_twice(mailboxes, monkeypatch):
    for number in range(4):
        stored(subject=str(number))
    change()
    real, seen = retro_scan.report_late_threat, []

    def dying(message, disposition):
        real(message, disposition)
        seen.append(message.pk)
        if len(seen) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(retro_scan, "report_late_threat", dying)
    with pytest.raises(KeyboardInterrupt):
        scanned()
    scan = RetroScan.objects.using("gateway").get(ended_at=None)
    assert scan.judged == 1
    scan_again()
    assert RetroScan.objects.using("gateway").get(pk=scan.pk).judged == 1, "another worker may still be at it"
    RetroScan.objects.using("gateway").update(leased_until=timezone.now())
    scan_again()
    scan.refresh_from_db()
    assert (scan.judged, scan.ended_at is not None) == (4, True)
    assert PhishGuardReport.objects.using("gateway").count() == 4
    assert RetroFinding.objects.using("gateway").count() == 4


def test_a_message_that_can_not_be_judged_is_counted_and_the_others_are(mailboxes):
    stored(subject="one")
    lost = stored(subject="two")
    lost.raw.file = "nowhere"
    lost.raw.save()
    change()
    scan = scanned()
    assert (scan.judged, scan.failed) == (2, 1)
    assert RetroFinding.objects.using("gateway").count() == 1


def test_older_mail_is_left_alone(mailboxes, settings):
    stored(scanned_at=timezone.now() - timedelta(days=8))
    change()
    assert scanned().judged == 0


def test_it_can_be_switched_off(settings, mailboxes):
    settings.GATEWAY_RETRO_SCAN_DAYS = 0
    stored()
    change()
    scan_again()
    assert RetroScan.objects.using("gateway").count() == 1
    with pytest.raises(CommandError, match="nothing is judged again"):
        call_command("retro_scan")


def test_only_one_scan_is_asked_for_at_a_time(mailboxes):
    stored()
    change()
    for _time in range(3):
        scan_again()
    assert RetroScan.objects.using("gateway").filter(ended_at=None).count() == 1
