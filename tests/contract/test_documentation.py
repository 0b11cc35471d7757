"""docs/api.md is what the code says, and every operation has its method and its test by the SDK."""

import pytest

from api_client import Client
from gateway.api.registry import OPERATIONS
from tests.contract import documentation, test_official_sdk, test_official_sdk_settings
from tests.gateway.conftest import ACCOUNT, BASE


def test_the_document_is_up_to_date():
    assert documentation.FILE.read_text() == documentation.document(), "run `make docs`"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_operation_has_a_client_method(operation):
    if operation.name in documentation.OURS:
        return
    place = Client(base_url=BASE, account_id=ACCOUNT, token="x")
    for name in documentation.client_method(operation).split("."):
        place = getattr(place, name)
    assert callable(place)


def test_what_the_sdk_does_not_call_is_what_its_tests_say():
    not_called = test_official_sdk.NOT_IN_THE_SDK | test_official_sdk_settings.NOT_IN_THE_SDK
    assert not_called == documentation.NOT_IN_THE_SDK | documentation.OURS
    assert {o.name for o in OPERATIONS if "/gatehouse/" in o.path} == documentation.EXTENSIONS
