"""Routes to next hops of the tests' own."""

import json

import pytest

from gateway.delivery.next_hop.connection import TimeLimits
from gateway.routes import current

QUICK = TimeLimits(connect=2, greeting=1, command=1, block=1, message=2, end=1, quit=0.2)


@pytest.fixture
def route(settings, tmp_path):
    """Write routes: `route({"acme.example": server})`; the default is Maildirs."""
    path = tmp_path / "routes.toml"
    settings.GATEWAY_ROUTES = str(path)
    settings.GATEWAY_SMTP_NAME = "gate.acme.example"

    def write(domains, *, smart_host=None, outbound=()):
        lines = []
        for name, server in domains.items():
            lines += [f'[domains."{name}"]', f'deliver = "{"lmtp" if server.lmtp else "smtp"}"']
            lines += [f"to = {json.dumps(f'127.0.0.1:{server.port}')}", 'tls = "none"']
            lines += ["outbound = true"] if name in outbound else []
        lines += [
            line for name in outbound if name not in domains for line in (f'[domains."{name}"]', "outbound = true")
        ]
        if smart_host:
            lines += ["[smart_host]", f"to = {json.dumps(f'127.0.0.1:{smart_host.port}')}", 'tls = "none"']
        path.write_text("\n".join(lines) + "\n")
        current._kept.__init__()  # The file's time may be the same as that of the one before.

    yield write
    current._kept.__init__()
