"""Events of a running stack, from mail and from a job, to a webhook and to files, in the documented formats.

Slow, since a whole stack looks at what others did only every few minutes.
"""

import json
import re
import time
from pathlib import Path

import pytest

from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.event_export.receivers import http_receiver
from tests.stack.held_mail import held_message, send
from tests.stack.over_http import api_of, signed_in
from tests.stack.running import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
ALERTS, POST = "email_security_alerts", "email_security_post_delivery_events"
WORD = "eventword"


def made(admin, way: str, name: str, **fields) -> str:
    """Make a destination of all kinds, and return its page."""
    page = admin.post(
        f"/events/new/{way}/", name=name, kinds=[ALERTS, POST, "gatehouse_audit"], alert_format="vendor", **fields
    )
    assert name in page.text, page.text
    return re.search(r"/events/\d+/", page.text)[0]


def test_a_held_message_and_its_release_reach_a_webhook_and_a_file(stack):
    with http_receiver() as receiver, signed_in(stack, "admin") as admin, api_of(stack) as api:
        made(admin, "webhook", "Hook of the journey", address=receiver.url())
        made(admin, "file", "Files of the journey")
        send(stack, [held_message(WORD, 3)])
        found = wait_for(lambda: next(iter(api.search(query=WORD)), None), 60, "the message")

        def told(kind: str) -> list[dict]:
            bodies = [json.loads(got.body) for got in receiver.got]
            return [one["data"] for one in bodies if one["type"] == kind and WORD in one["data"].get("Subject", "")]

        alert = wait_for(lambda: told(ALERTS), 60, "the alert")[0]
        assert faults_of(json.dumps(alert), ALERTS) == []
        assert alert["AlertID"] == found["alert_id"]
        assert alert["FinalDisposition"] == found["final_disposition"].lower()
        assert alert["AlertReasons"]

        with signed_in(stack, "analyst") as analyst:
            job = analyst.create_job([found["id"]], action="release", reason="The journey of events")
            wait_for(lambda: analyst.progress(job)[1], 60, "the end of the job")
        done = wait_for(lambda: len(told(POST)) == 2 and told(POST), 90, "a line for each recipient")
        assert [fault for one in done for fault in faults_of(json.dumps(one), POST)] == []
        assert {one["Operation"] for one in done} == {"quarantineRelease"}
        assert {one["AlertID"] for one in done} == {alert["AlertID"]}
        assert sorted(one["Recipient"] for one in done) == [f"{WORD}3@acme.example", f"{WORD}3b@acme.example"]
        assert all(one["Success"] for one in done)
        # What the action log tells of the same release is no other event.
        now = time.time()
        wait_for(lambda: looked_at_what_others_did(stack, now), 200, "a look at what others did")
        assert len(told(POST)) == 2

        folders = list((Path(stack.home) / "events").glob("destination-*"))
        for kind in (ALERTS, POST):
            lines = [line for folder in folders for line in (folder / f"{kind}.ndjson").read_bytes().splitlines()]
            assert [fault for line in lines for fault in faults_of(line, kind)] == []
            assert any(WORD in json.loads(line)["Subject"] for line in lines)
        trail = [json.loads(got.body)["data"] for got in receiver.got if b'"gatehouse_audit"' in got.body[:40]]
        positions = [one["Position"] for one in trail]
        assert positions == list(range(positions[0], positions[0] + len(positions)))


def looked_at_what_others_did(stack: Stack, since: float) -> bool:
    """Return whether action logs were read up to after this time, in seconds since 1970."""
    asked = (
        "from investigate.event_export.models import Source;"
        "print(Source.objects.get(place='actions').read_until.timestamp())"
    )
    return float(stack.manage("shell", "--verbosity", "0", "-c", asked).stdout.split()[-1]) > since
