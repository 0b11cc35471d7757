"""The in-process transport leaves the caller's world as it was."""

import threading

import pytest
from django.core.signals import request_finished, request_started
from django.db import connections, transaction
from django.urls import get_script_prefix, get_urlconf, reverse, set_script_prefix

from api_client import NotFound
from dashboard.audit.models import AuditEntry
from gateway.models import Token
from tests.gateway.mails import stored


def test_no_request_signal_fires_and_nothing_of_the_caller_changes(client):
    seen = []

    def note(**_facts):
        seen.append(1)

    request_started.connect(note)
    request_finished.connect(note)
    set_script_prefix("/gate/")
    try:
        before = (get_script_prefix(), get_urlconf(), connections["default"].connection)
        stored()
        assert client.investigate.list(detections_only=False).items
        assert before == (get_script_prefix(), get_urlconf(), connections["default"].connection)
        assert reverse("healthz") == "/gate/healthz"
    finally:
        set_script_prefix("/")
        request_started.disconnect(note)
        request_finished.disconnect(note)
    assert seen == []


@pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
def test_a_console_rollback_leaves_what_the_api_did(client):
    message = stored()
    with pytest.raises(RuntimeError), transaction.atomic():
        AuditEntry.objects.create(action="x")
        client.investigate.move.create(message.investigate_id, destination="JunkEmail")
        raise RuntimeError
    assert not AuditEntry.objects.exists()
    assert client.investigate.action_log.list(message.investigate_id)


def test_an_error_of_the_api_leaves_the_callers_transaction_usable(client):
    with transaction.atomic():
        with pytest.raises(NotFound):
            client.investigate.get("nothing")
        AuditEntry.objects.create(action="x")
    assert AuditEntry.objects.filter(action="x").exists()


@pytest.mark.django_db(transaction=True, databases=["default", "gateway"])
def test_many_threads_call_at_once(client):
    stored()
    failures = []

    def call():
        try:
            for _ in range(10):
                assert len(client.investigate.list(detections_only=False).items) == 1
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Token.objects.using("gateway").exists()
