"""Mail and pictures on a real S3 server, emptied for each test."""

import pytest

from gateway.store import policy_cache
from tests.gateway.conftest import ACCOUNT
from tests.s3_server import s3_server


@pytest.fixture(scope="session")
def s3_process():
    with s3_server() as server:
        yield server


@pytest.fixture
def s3(s3_process):
    s3_process.empty()
    return s3_process


@pytest.fixture(autouse=True)
def store(settings, tmp_path, s3):
    """In the place of the gateway's other tests' fixture of this name."""
    settings.GATEWAY_ACCOUNT_ID = ACCOUNT
    settings.GATEWAY_MAILBOXES = tmp_path / "mailboxes"
    settings.GATEWAY_S3_BUCKET = "mail"
    settings.STORAGES = settings.STORAGES | {
        "raw_mail": s3.options("raw", file_overwrite=False),
        "previews": s3.options("previews", file_overwrite=True),
    }
    policy_cache.forget()
    return tmp_path
