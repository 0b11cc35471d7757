"""A bulk action job of the gateway lives through kill -9 of its worker: each copy is moved, and moved once.

Slow, since a whole stack moves thousands of messages, and killed workers have to come back.
"""

import os
import re
import time
from random import Random

import httpx
import pytest

from tests.stack.over_http import Api, api_of, signed_in
from tests.stack.running import Stack, kill_family, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
FOLDER, PURGED = "DeletedItems", "RecoverableItemsPurges"


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("bulk") / "home")
    made.use_servers()
    made.environment |= {"GATEHOUSE_SAMPLE_MAIL": "0", "GATEHOUSE_JOB_LEASE": "4", "GATEWAY_API_APPROVALS": "wait"}
    try:
        made.start()
        made.manage("make_mail", "--count", "2500", "--seed", "7")
        yield made
    finally:
        made.close()


@pytest.fixture
def chance():
    """Decides when to kill; a run can be had again with its seed, as far as processes repeat themselves."""
    seed = int(os.environ.get("KILL_SEED") or Random().randrange(10**6))
    print(f"KILL_SEED={seed}")  # noqa: T201 - pytest shows it when the test fails
    return Random(seed)


def posted(stack: Stack, path: str, **body) -> httpx.Response:
    run = stack.run
    return httpx.post(
        f"{run['api_base_url']}/accounts/{run['account_id']}/email-security{path}",
        headers={"Authorization": f"Bearer {run['api_token']}"},
        json=body,
        timeout=60,
    )


def started(stack: Stack) -> str:
    search = {"detections_only": False, "delivery_status": "delivered"}
    answer = posted(stack, "/investigate/bulk", action="MOVE", destination=FOLDER, search_params=search)
    assert answer.status_code == 201, answer.text
    return answer.json()["result"]["job_id"]


def job_of(api: Api, job_id: str) -> dict:
    job = api.get(f"/investigate/bulk/{job_id}")["result"]
    parts = ("pending", "successful", "failed", "skipped", "cancelled")
    assert job["total_messages_discovered"] == sum(job[f"messages_{part}"] for part in parts)
    return job


def survived(stack: Stack, api: Api, chance: Random, job_id: str, copies: int) -> dict:
    """Kill the worker twice while the job runs, and return the job at its end."""
    for share in (chance.uniform(0, 0.3), chance.uniform(0.3, 0.8)):
        wait_for(lambda share=share: job_of(api, job_id)["messages_successful"] >= share * copies, 60, "progress")
        time.sleep(chance.uniform(0, 0.2))  # Not to wait for anything: the kill shall come at any moment.
        victim = stack.child("celery", "long@")
        kill_family(victim)
        wait_for(lambda victim=victim: stack.pid_of("celery", "long@") not in (None, victim.pid), 60, "a worker")
    return wait_for(lambda: (j := job_of(api, job_id))["completed_at"] and j, 120, "the end of the job")


def test_a_bulk_job_survives_its_worker(stack, chance):
    with api_of(stack) as api:
        messages = list(api.search(delivery_status="delivered"))
        copies = sum(len(message["client_recipients"]) for message in messages)
        job_id = started(stack)
        job = survived(stack, api, chance, job_id, copies)
        assert (job["status"], job["messages_successful"], job["messages_failed"]) == ("COMPLETED", copies, 0)
        seen = {message["id"]: message for message in api.search(message_action="MOVED")}
        assert seen.keys() == {message["id"] for message in messages}
        for message in seen.values():
            assert [entry["properties"]["folder"] for entry in message["action_log"]] == [FOLDER], message["id"]
        for message in messages[:: len(messages) // 40]:
            # What was begun and never ended would show only here.
            assert len(api.get(f"/investigate/{message['id']}/action_log")["result"]) == 1
    assert len(list((stack.home / "mailboxes").glob(f"*/.{FOLDER}/new/*"))) == copies
    assert list((stack.home / "mailboxes").glob("*/new/*")) == []


def test_a_write_that_a_person_approved_is_done_once_by_workers_that_die(stack, chance):
    with api_of(stack) as api, signed_in(stack, "analyst") as analyst:
        messages = list(api.search(delivery_status="delivered"))[:1000]
        copies = sum(len(message["client_recipients"]) for message in messages)
        asked = {"destination": PURGED, "ids": [message["id"] for message in messages]}
        answers = [posted(stack, "/investigate/move", **asked) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [202, 202]
        assert {row["status"] for row in answers[0].json()["result"]} == {"waits_for_approval"}
        (job_id,) = {answer.headers["Location"].rpartition("/")[2] for answer in answers}
        (waiting,) = set(re.findall(r"/jobs/api-writes/[0-9a-f-]{36}/", analyst.get("/jobs/api-writes/").text))
        assert job_of(api, job_id)["status"] == "PENDING"
        assert "carries it out now" in analyst.post(f"{waiting}approve/").text
        job = survived(stack, api, chance, job_id, copies)
        assert (job["status"], job["messages_successful"], job["messages_failed"]) == ("COMPLETED", copies, 0)
        wait_for(lambda: "Carried out" in analyst.get(waiting).text, 30, "the outcome on the page")
        for message in messages[:: len(messages) // 100]:
            log = api.get(f"/investigate/{message['id']}/action_log")["result"]
            assert [entry["properties"]["folder"] for entry in log].count(PURGED) == 1
    assert len(list((stack.home / "mailboxes").glob(f"*/.{PURGED}/new/*"))) == copies
