"""Several who change settings at the same time."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.db import connections

from gateway.models import BlockedSender, PolicyVersion
from gateway.transport import InProcessTransport
from tests.gateway.conftest import ACCOUNT, BASE

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "gateway"])


def test_of_many_who_block_the_same_sender_at_once_one_does(write_token):
    body = {"pattern": "evil@bad.example", "pattern_type": "EMAIL", "is_regex": False}

    def block(number):
        try:
            with httpx.Client(
                transport=InProcessTransport(), headers={"Authorization": f"Bearer {write_token}"}
            ) as http:
                url = f"{BASE}/accounts/{ACCOUNT}/email-security/settings/block_senders"
                return [http.post(url, json=body | {"comments": str(number)}).status_code for _ in range(2)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        statuses = [status for found in pool.map(block, range(6)) for status in found]
    assert sorted(statuses) == [201] + [409] * 11
    assert BlockedSender.objects.using("gateway").count() == 1
    # What was refused has changed nothing, the counter included.
    assert PolicyVersion.objects.using("gateway").get(pk=ACCOUNT).number == 1
