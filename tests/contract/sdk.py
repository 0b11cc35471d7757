"""The official SDK on the gateway in this process."""

from typing import Any

import httpx
import pytest
from cloudflare import Cloudflare
from django.conf import settings

from gateway.transport import InProcessTransport
from tests.gateway.conftest import BASE

of_deprecated = pytest.mark.skipif(not settings.GATEWAY_DEPRECATED, reason="about what GATEWAY_DEPRECATED=0 takes away")


def while_served(**deprecated: Any) -> dict[str, Any]:
    """Return the arguments while the gateway serves what is deprecated, else none."""
    return deprecated if settings.GATEWAY_DEPRECATED else {}


def sdk_with(token: str) -> Cloudflare:
    """The SDK, which neither retries nor forgives.

    It is in strict validation mode, except where the gateway serves nothing deprecated: the SDK's types require that.
    """
    return Cloudflare(
        api_token=token,
        base_url=BASE,
        http_client=httpx.Client(transport=InProcessTransport()),
        _strict_response_validation=settings.GATEWAY_DEPRECATED,
        max_retries=0,
    )
