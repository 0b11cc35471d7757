"""The official SDK on the gateway in this process."""

import httpx
from cloudflare import Cloudflare

from gateway.transport import InProcessTransport
from tests.gateway.conftest import BASE


def sdk_with(token: str) -> Cloudflare:
    """The SDK in strict validation mode, which neither retries nor forgives."""
    return Cloudflare(
        api_token=token,
        base_url=BASE,
        http_client=httpx.Client(transport=InProcessTransport()),
        _strict_response_validation=True,
        max_retries=0,
    )
