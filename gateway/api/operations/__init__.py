"""The API operations, one module for each group of the reference."""

from gateway.api.operations import (
    actions,
    bulk,
    content,
    holds,
    investigate,
    phishguard,
    settings,
    submissions,
    tokens,
)

__all__ = ["actions", "bulk", "content", "holds", "investigate", "phishguard", "settings", "submissions", "tokens"]
