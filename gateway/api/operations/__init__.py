"""The API operations, one module for each group of the reference."""

from gateway.api.operations import (
    actions,
    bulk,
    content,
    delivery_queue,
    holds,
    investigate,
    marks,
    phishguard,
    settings,
    submissions,
    tokens,
    write_requests,
)

__all__ = [
    "actions",
    "bulk",
    "content",
    "delivery_queue",
    "holds",
    "investigate",
    "marks",
    "phishguard",
    "settings",
    "submissions",
    "tokens",
    "write_requests",
]
