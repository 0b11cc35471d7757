"""The official TypeScript SDK on the gateway, over HTTP: every method that it has, with every parameter.

`make typescript-sdk` installs the SDK and runs this file. Its name keeps it out of `make test`, which needs no Node.
The SDK checks nothing when it runs, so typescript/ compares what is sent (tsc) and what comes (shapes.mjs) with the
SDK's own .d.ts files.
"""

import json
import os
import shutil
import subprocess
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connections

from gateway.bulk.running import run
from gateway.phishguard.campaigns import detect_campaigns
from gateway.rejudging.review import review_waiting
from gateway.store.raw_mail import read_raw
from tests.contract.foreign_server import PNG
from tests.contract.test_four_backends import keep_pictures
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.policy_rows import block, protect
from tests.gateway.submissions.conftest import report

SOURCES = Path(__file__).parent / "typescript"
INSTALLED = Path(os.environ["TYPESCRIPT_SDK"]).resolve()
BOTH = ("a@acme.example", "b@acme.example")
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])


@pytest.fixture(scope="module", autouse=True)
def sources():
    """Put the sources beside the installed packages: Node looks for packages from where a module is."""
    for pattern in ("*.mjs", "*.mts", "tsconfig.json"):
        for source in SOURCES.glob(pattern):
            shutil.copy(source, INSTALLED)


def node(*command):
    return subprocess.run(["node", *command], cwd=INSTALLED, capture_output=True, text=True, timeout=200, check=False)


def rich():
    """A held message with an archive, a link and plain reasons."""
    archive = BytesIO()
    with ZipFile(archive, "w") as made:
        made.writestr("invoice.pdf.exe", b"MZ")
    message = EmailMessage()
    message["From"], message["To"] = "Ann Reed <ann@partner.example>", "Bo Lund <bo@acme.example>"
    message["Subject"], message["Message-ID"] = "Your invoice", "<invoice@partner.example>"
    message["Date"], message["Reply-To"] = "Sun, 01 Mar 2026 09:30:00 +0000", "Ann <ann@elsewhere.example>"
    message.set_content(f"Pay at https://x.test/login.php\n{GTUBE}\n")
    message.add_alternative('<p>Pay at <a href="https://x.test/login.php">acme.example</a></p>', subtype="html")
    message.add_attachment(archive.getvalue(), maintype="application", subtype="zip", filename="invoice.zip")
    return stored(bytes(message))


def job(http, subject, **fields):
    """The id of a bulk action job on the messages with a subject, which the worker has carried out."""
    body = {"search_params": {"detections_only": False, "subject": subject}} | fields
    job_id = http.post("/investigate/bulk", json=body).json()["result"]["job_id"]
    run(UUID(job_id))
    return job_id


def mails(store):
    """Messages to be read and acted upon, none of them touched yet."""
    waiting, whole, pictured = held(recipients=",".join(BOTH)), held(subject="Whole"), stored(subject="Pictured")
    keep_pictures(store, [whole, pictured])
    delivered = [stored(recipients=BOTH), stored(), stored()]
    quarantined = held(subject="Everything at once")
    return {
        "paged": [stored(subject=f"paging {number}").investigate_id for number in range(5)],
        "held": {
            "id": quarantined.investigate_id,
            "postfix_id": quarantined.postfix_id,
            "alert_id": quarantined.investigate_id.rpartition("-")[0],
            "message_id": quarantined.message_id,
        },
        "whole": whole.investigate_id,
        "picture": PNG,
        "pictured": pictured.investigate_id,
        "rich": rich().investigate_id,
        "delivered": [message.investigate_id for message in delivered],
        "delivered_postfix_ids": [message.postfix_id for message in delivered],
        "waiting": waiting.investigate_id,
    }


def work_of_the_worker(http):
    """Submissions that were judged again, reports of PhishGuard, and jobs that have ended."""
    message, spam = stored(subject="Bank details"), held(subject="Bargains")
    told = report(read_raw(message.raw), client_ip="", from_own_peer=True)
    assert http.post(f"/investigate/{spam.investigate_id}/reclassify", json={"expected_disposition": "SPAM"}).is_success
    review_waiting()
    user, judged = (http.get("/submissions", params={"type": kind}).json()["result"][0] for kind in ("USER", "TEAM"))
    stored(subject="Parcel", recipients=BOTH), held(subject="Voucher", recipients=",".join(BOTH))
    jobs = {
        "moved_job": job(http, "Parcel", action="MOVE", destination="JunkEmail"),
        "released_job": job(http, "Voucher", action="RELEASE"),
    }
    block("offers.example")
    for number in range(3):
        offer = mail(subject=f"Offer {number}", sender="Jo <jo@offers.example>")
        stored(offer, mail_from="jo@offers.example", recipients=("jo@acme.example",))
    detect_campaigns(ACCOUNT)
    return jobs | {
        "reported": {"id": message.investigate_id, "submission_id": user["submission_id"]},
        "report": told.investigate_id,
        "judged": judged["submission_id"],
        "phishguard_reports": len(http.get("/phishguard/reports").json()["result"]),
    }


@pytest.fixture
def stage(live_server, write_token, read_token, http, store, tmp_path, monkeypatch):
    """The file that tells the calls what they play on, and what it holds."""
    monkeypatch.setattr(WSGIRequestHandler, "disable_nagle_algorithm", True)
    protect("acme.example")
    prepared = {
        "base_url": f"{live_server.url}/client/v4",
        "account_id": ACCOUNT,
        "write_token": write_token,
        "read_token": read_token,
        "gone": False,
        **mails(store),
        **work_of_the_worker(http),
    }
    file = tmp_path / "stage.json"
    file.write_text(json.dumps(prepared))
    yield file, prepared
    connections.close_all()


def test_the_calls_have_the_types_that_the_sdk_declares():
    done = node("node_modules/typescript/bin/tsc", "--project", ".")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("served", [True, False], ids=["deprecated served", "deprecated gone"])
def test_every_method_is_called_and_what_comes_has_the_declared_type(stage, settings, served):
    settings.GATEWAY_DEPRECATED = served
    file, prepared = stage
    file.write_text(json.dumps(prepared | {"gone": not served}))
    done = node("run.mjs", str(file))
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def test_too_many_calls_have_the_sdks_type(stage, settings, redis_server):
    settings.GATEWAY_RATE_LIMIT = (1, 3600)
    done = node("run.mjs", str(stage[0]), "limited")
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
