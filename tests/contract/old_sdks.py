"""An earlier version of the official SDK, in strict validation mode: every method that it has is called.

`make old-sdks` runs this file once for each version, with that version before the locked one on the path. Its name
keeps it out of `make test`, where only one version is installed.
"""

import inspect
import os
from collections.abc import Iterator
from pathlib import Path

import cloudflare
import pytest
from cloudflare._resource import SyncAPIResource

from tests.contract.old_sdk_calls import CALLS, Method, Stage, mismatch
from tests.contract.old_sdk_settings import create
from tests.contract.sdk import sdk_with
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mails import held

NOWHERE = "f174e90a-fafe-4643-bbbc-4a0ed4fc8415"


def methods(resource: SyncAPIResource) -> Iterator[str]:
    """The dotted names of all methods below a resource."""
    for name in dir(type(resource)):
        if name.startswith(("_", "with_")):
            continue
        if inspect.isfunction(inspect.getattr_static(type(resource), name)):
            yield name
        elif isinstance(below := getattr(resource, name), SyncAPIResource):
            yield from (f"{name}.{method}" for method in methods(below))


METHODS = sorted(methods(sdk_with("nobody's").email_security))


@pytest.fixture
def stage(write_token, http, store):
    return Stage(sdk_with(write_token).email_security, http, store)


def test_the_version_is_the_one_that_was_asked_for():
    folder = Path(os.environ["OLD_SDK"]).resolve()
    assert Path(cloudflare.__file__).resolve().is_relative_to(folder)
    assert folder.name == f"sdk-{cloudflare.__version__}"
    assert len(METHODS) > 30


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_called_with_every_parameter_that_it_has(stage, name):
    assert name in CALLS, f"nothing here calls {name}"
    method = Method(stage.find(name))
    CALLS[name](method, stage)
    assert method.parameters - method.given == set()


def test_the_status_of_a_failed_move_is_the_one_thing_too_new_in_a_message(stage):
    """`move_failed` came after these versions. The gateway says it all the same: what failed was not delivered anew."""
    message = held()
    (moved,) = stage.sdk.investigate.move.create(message.investigate_id, account_id=ACCOUNT, destination="Inbox")
    assert moved.success is False
    places, result = mismatch(lambda: stage.sdk.investigate.get(message.investigate_id, account_id=ACCOUNT))
    assert result["delivery_status"] == ["quarantined", "move_failed"]
    assert places == [(("result", "delivery_status", 1), "move_failed")]
    places, _ = mismatch(lambda: stage.sdk.investigate.list(account_id=ACCOUNT))
    assert places == [(("result", 0, "delivery_status", 1), "move_failed")]


def test_errors_have_the_sdks_types(stage, read_token):
    create("allow_policies", Method(stage.sdk.settings.allow_policies.create), stage, number=1)
    with pytest.raises(cloudflare.ConflictError):
        create("allow_policies", Method(stage.sdk.settings.allow_policies.create), stage, number=1)
    with pytest.raises(cloudflare.NotFoundError) as not_found:
        stage.sdk.settings.domains.get(NOWHERE, account_id=ACCOUNT)
    assert not_found.value.errors[0].code
    with pytest.raises(cloudflare.BadRequestError):
        stage.sdk.investigate.list(account_id=ACCOUNT, per_page=10_001)
    with pytest.raises(cloudflare.AuthenticationError):
        sdk_with("wrong").email_security.submissions.list(account_id=ACCOUNT)
    with pytest.raises(cloudflare.PermissionDeniedError):
        sdk_with(read_token).email_security.investigate.release.bulk(account_id=ACCOUNT, body=["x"])


def test_too_many_calls_have_the_sdks_type(stage, settings, redis_server):
    settings.GATEWAY_RATE_LIMIT = (1, 3600)
    assert stage.sdk.submissions.list(account_id=ACCOUNT).result == []
    with pytest.raises(cloudflare.RateLimitError):
        stage.sdk.submissions.list(account_id=ACCOUNT)
