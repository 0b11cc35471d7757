"""A disk that fills up and is freed: mail is put off, changes get a clear page, and everything goes on by itself.

Slow, since the disk stays full for longer than the supervisor once had patience.
"""

import smtplib
import time

import httpx
import pytest

from tests.stack.over_http import api_of
from tests.stack.running import Stack, wait_for
from tests.stack.small_disk import fill, small_disk

pytestmark = [pytest.mark.stack, pytest.mark.slow]
# Long enough for processes that a full disk ends to end more often than the supervisor once had patience for.
FULL_SECONDS = 75


def sent(stack, subject):
    """Hand in a message; return the code of the refusal, or 250."""
    raw = f"Subject: {subject}\r\nFrom: <a@partner.example>\r\n\r\nHello.\r\n".encode()
    try:
        with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=30) as smtp:
            smtp.sendmail("a@partner.example", ["bo@acme.example"], raw)
    except smtplib.SMTPResponseException as refused:
        return refused.smtp_code
    except (smtplib.SMTPException, OSError):
        return 0
    return 250


def subjects(stack):
    with api_of(stack) as api:
        return {row["subject"] for row in api.get("/investigate", detections_only="false", per_page=100)["result"]}


@pytest.mark.timeout(600)
def test_a_full_disk_stops_intake_and_changes_and_everything_goes_on_when_there_is_room(tmp_path):
    with small_disk(tmp_path / "home", 160) as home:
        stack = Stack(home, {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEHOUSE_FREE_BYTES": str(16 * 1024 * 1024)})
        try:
            stack.start()
            assert sent(stack, "before") == 250
            filler = fill(home)
            accepted, deadline = [], time.monotonic() + FULL_SECONDS
            while time.monotonic() < deadline:
                code = sent(stack, f"full {len(accepted)}")
                assert code in {452, 451, 421, 0}, code
                time.sleep(1)
            health = httpx.get(f"{stack.url}/healthz", timeout=20)
            assert health.status_code == 503
            assert "disk" in health.json()["missing"]
            with httpx.Client(base_url=stack.url, timeout=30) as browser:
                page = browser.get("/accounts/login/")
                form = {"login": "admin", "password": stack.run["users"][0]["password"]}
                form["csrfmiddlewaretoken"] = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
                answer = browser.post("/accounts/login/", data=form)
            assert answer.status_code == 507
            assert "has to free space" in answer.text
            assert stack.process.poll() is None, stack.output
            filler.unlink()
            wait_for(lambda: stack.health() == 200, 90, f"health\n{stack.output}")
            assert sent(stack, "after") == 250
            assert subjects(stack) == {"before", "after"}
            box = stack.manage("mailbox", "bo@acme.example").stdout.strip()
            wait_for(lambda: len(list((home / box / "new").iterdir())) == 2, 60, "two copies")
        finally:
            stack.close()
