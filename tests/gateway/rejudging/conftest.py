"""Somebody who reports mail."""

from tests.gateway.submissions.conftest import own_domain

__all__ = ["own_domain"]
