"""Metrics have no path and no person in them, and one scrape tells of all processes."""

import os
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from prometheus_client import REGISTRY, generate_latest

from dashboard.jobs.models import Job
from dashboard.metrics.serving import application, forget_metrics
from dashboard.metrics.state import StateCollector
from dashboard.metrics.wsgi_server import MetricsServer

ROOT = Path(__file__).parents[2]
COUNTS = "from dashboard.metrics.requests import count_answer as c; c(route='r', method='GET', status=200, seconds=0.2)"


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_answers_are_counted_by_route_and_status(client, db):
    told = {"route": "account_login", "method": "GET", "status": "200"}
    before = value("gatehouse_requests_total", **told)
    client.get("/accounts/login/?next=/secret-place/")
    client.get("/there/is/nothing/secret-place")
    assert value("gatehouse_requests_total", **told) == before + 1
    assert value("gatehouse_requests_total", route="none", method="GET", status="404") >= 1
    assert value("gatehouse_request_seconds_count", route="account_login") >= 1
    assert b"secret-place" not in generate_latest(REGISTRY)


@pytest.mark.django_db(databases=["default", "gateway"])
def test_the_api_is_counted_by_operation(client, settings):
    base = f"/client/v4/accounts/{settings.GATEWAY_ACCOUNT_ID}/email-security"
    client.get(f"{base}/investigate/secret-id/raw")
    route = "email_security_get_message_raw"
    assert value("gatehouse_requests_total", route=route, method="GET", status="401") >= 1


def test_jobs_are_told_by_state_and_what_does_not_answer_is_named(db):
    Job.objects.create(action="move", account_id="a", backend="b", state="running")
    found = {family.name: family for family in StateCollector().collect()}
    (sample,) = found["gatehouse_jobs"].samples
    assert (sample.labels, sample.value) == ({"state": "running"}, 1)
    failed = {sample.labels["part"]: sample.value for sample in found["gatehouse_scrape_failed"].samples}
    # The tests have no Redis.
    assert failed == {"jobs": 0, "queue": 1, "audit": 0, "outbox": 0}


def test_one_scrape_has_what_two_processes_counted(settings, tmp_path, db):
    settings.GATEHOUSE_HOME = tmp_path
    settings.METRICS_COLLECTORS = []
    folder = tmp_path / "metrics"
    folder.mkdir()
    for _ in range(2):
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        subprocess.run([sys.executable, "-c", COUNTS], env=environment, cwd=ROOT, check=True)
    server = make_server("127.0.0.1", 0, application(), server_class=MetricsServer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/metrics") as answer:
            told = answer.read().decode()
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert 'gatehouse_requests_total{method="GET",route="r",status="200"} 2.0' in told
    forget_metrics()
    assert list(folder.glob("*.db")) == []
