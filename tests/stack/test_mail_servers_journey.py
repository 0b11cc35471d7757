"""The whole way with real servers: Postfix, STARTTLS, Gatehouse, Dovecot by LMTP and SMTP, an IMAP client, a browser.

It is slow, since it starts two Postfix, a Dovecot and a whole Gatehouse. LAB_MESSAGES says how many of the sample
messages go the whole way (12); 0 sends them all.
"""

import csv
import os
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from playwright.sync_api import expect

from gateway.samples.collection import sample_messages
from tests.accessibility import faults, prepare
from tests.gateway.mails import mail
from tests.mail_servers.lab import IS_THERE, MISSING, mail_lab
from tests.mail_servers.round_trip import round_trip
from tests.stack.browser import tab_of
from tests.stack.held_mail import held_message
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow, pytest.mark.skipif(not IS_THERE, reason=MISSING)]
MESSAGES = int(os.environ.get("LAB_MESSAGES", "12"))
BO, DEE = "bo@acme.example", "dee@acme.example"
"""Whose mail Dovecot gets by LMTP."""
CY, EVE = "cy@sales.example", "eve@sales.example"
"""Whose mail a Postfix gets by SMTP, and hands on to Dovecot."""
ZOE = "zoe@elsewhere.example"
LATER = 60_000
"""Milliseconds that a job may take on a busy machine."""


@pytest.fixture(scope="module")
def lab():
    quick = {"GATEHOUSE_PROOF_DELAY": "0", "GATEHOUSE_JOB_LEASE": "4", "GATEHOUSE_REAUTHENTICATION_MINUTES": "600"}
    with mail_lab(environment=quick, use_servers=True) as running:
        yield running


def found(lab, words):
    """Return the only message that the API finds by these words, once it is there."""
    with api_of(lab.stack) as api:
        (row,) = wait_for(lambda: [*api.search(query=words)], 60, f"{words}\n{lab.logs()}")
    return row


def arrived(lab, address, raw, folder="INBOX"):
    """Wait until an IMAP client sees a message in a folder, byte for byte beneath its trace fields."""
    there = lambda: any(one.endswith(raw) for one in lab.mailboxes.messages(address, folder))  # noqa: E731
    wait_for(there, 60, f"the message in {folder} of {address}\n{lab.logs()}")


def test_sample_mail_goes_the_whole_way_byte_for_byte(lab, tmp_path):
    for sample in sample_messages(datetime.now(UTC)):
        (tmp_path / f"{sample.name}.eml").write_bytes(sample.raw)
    said = []
    report = round_trip(lab, tmp_path, at_most=MESSAGES, say=said.append)
    assert report.is_good, report
    assert not report.not_sent
    assert report.same["LMTP"] == report.same["SMTP"] >= (MESSAGES or 40)
    assert "Verified TLS connection established" in lab.front.log
    assert "TLS connection established from" in lab.next_hop.log


def test_a_held_message_reaches_its_mailboxes_once_it_is_released(lab, browser):
    held = held_message("labword", 1)
    lab.send(held.raw, BO, CY)
    assert found(lab, "labword")["is_quarantined"]
    assert lab.mailboxes.messages(BO) == lab.mailboxes.messages(CY) == []
    with tab_of(browser, lab.stack, "analyst") as tab:
        page = tab.page
        tab.visit("/investigate/?query=labword")
        page.locator(".message-row").get_by_role("checkbox").check()
        page.get_by_role("button", name="Release").click()
        page.get_by_label("Reason").fill("A parcel that people wait for")
        page.get_by_role("button", name="Release 1 message").click()
        expect(page.locator("#job-progress-title")).to_contain_text("Completed", timeout=LATER)
    arrived(lab, BO, held.raw)
    arrived(lab, CY, held.raw)


def seen_by_its_recipients(lab, raw, message_id):
    """Let Bo read the message, Cy answer it, and Dee forward it and file it away; Eve has not opened it."""
    with lab.mailboxes.client(BO) as owner:
        mark(owner, message_id, "\\Seen")
    with lab.mailboxes.client(CY) as owner:
        mark(owner, message_id, "\\Seen \\Answered")
    with lab.mailboxes.client(DEE) as owner:
        number = mark(owner, message_id, "\\Seen")
        owner.create("Projects")
        owner.copy(number, "Projects")
        owner.store(number, "+FLAGS", "(\\Deleted)")
        owner.expunge()
        forward = mail(sender=DEE, to=ZOE, subject="Fwd: journeyletter", extra=f"References: {message_id}")
        assert owner.append("Sent", "(\\Seen)", None, forward)[0] == "OK"
    lab.send(forward, ZOE, sender=DEE)
    arrived(lab, ZOE, forward)
    arrived(lab, DEE, raw, "Projects")


def looks_well(page, name, part):
    """Try the page with axe, light and dark, wide and on a phone. LAB_PICTURES names a folder to take pictures into."""
    prepare(page)
    for width, height in ((1366, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert faults(page) == [], (name, width, scheme)
            if folder := os.environ.get("LAB_PICTURES"):
                part.scroll_into_view_if_needed()
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 800})


def mark(client, message_id, flags):
    client.select("INBOX")
    number = client.search(None, f'HEADER Message-ID "{message_id}"')[1][0].split()[-1]
    client.store(number, "+FLAGS", f"({flags})")
    return number


def test_what_was_read_answered_and_forwarded_is_told_and_the_message_moved_from_where_it_lies(lab, browser):
    message_id = "<journeyletter@partner.example>"
    raw = mail(subject="journeyletter", message_id=message_id, to=f"{BO}, {DEE}", cc=f"{CY}, {EVE}")
    lab.send(raw, BO, DEE, CY, EVE)
    for address in (BO, DEE, CY, EVE):
        arrived(lab, address, raw)
    seen_by_its_recipients(lab, raw, message_id)
    with api_of(lab.stack) as api:
        (row,) = (one for one in api.search(query="journeyletter") if one["message_id"] == message_id)
    with tab_of(browser, lab.stack, "analyst") as tab:
        page = tab.page
        tab.visit(f"/investigate/messages/{row['id']}/")
        page.get_by_role("link", name="Look into the mailboxes").scroll_into_view_if_needed()
        expect(page.get_by_text("3 read it, 1 answered, 1 forwarded it. 1 has not read it.")).to_be_visible()
        dee = page.locator(".seen-copies li").filter(has_text="dee@")
        expect(dee).to_contain_text(
            re.compile(r"read, forwarded in a folder of their own\s*forwarded to zoe@elsewhere")
        )

        looks_well(page, "message", page.locator(".seen-copies"))

        page.goto(f"{lab.stack.url}/jobs/selections/new/")
        page.get_by_label("Ids, one a line").fill(row["id"])
        page.get_by_role("button", name="Look them up").click()
        page.get_by_role("link", name="Move…").click(timeout=LATER)
        page.get_by_label("Move to").select_option(label="Deleted items")
        page.get_by_label("Reason").fill("It asked for passwords")
        page.get_by_role("button", name=re.compile("1 message$")).click()
        expect(page.locator("#job-progress-title")).to_contain_text("Completed", timeout=LATER)
        before = page.locator(".job-seen")
        expect(before).to_contain_text("3 copies had been read, 1 answered and 1 forwarded")
        expect(page.locator(".job-outcome").filter(has_text="dee@")).to_contain_text("had read, forwarded it to zoe@")
        looks_well(page, "job", before)
        before.get_by_role("link", name="Who had read it").click()
        expect(page.get_by_role("heading", name="Messages: Read by somebody")).to_be_visible()
        expect(page.locator(".job-outcome")).to_have_count(3)
        looks_well(page, "readers", page.locator(".job-outcomes"))
        job = page.url.partition("?")[0].removeprefix(lab.stack.url)
    for address in (BO, DEE, CY, EVE):
        arrived(lab, address, raw, "Trash")
        assert not any(one.endswith(raw) for one in lab.mailboxes.messages(address))
    assert lab.mailboxes.messages(DEE, "Projects") == []
    with signed_in(lab.stack, "analyst") as analyst:
        lines = list(csv.DictReader(StringIO(analyst.get(f"{job}outcomes.csv").text, newline="")))
    told = {one["recipient"]: (one["had_read"], one["had_answered"], one["forwarded_to"]) for one in lines}
    assert told == {BO: ("yes", "no", ""), CY: ("yes", "yes", ""), DEE: ("yes", "no", ZOE), EVE: ("no", "no", "")}
