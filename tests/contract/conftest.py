"""The contract's tests run on the gateway's store."""

from tests.gateway.conftest import client, http, mailboxes, read_token, redis_server, redis_url, store, write_token

__all__ = ["client", "http", "mailboxes", "read_token", "redis_server", "redis_url", "store", "write_token"]
