"""Samples built in code: messages with attachments, malformed messages and very large ones."""

from gateway.samples.built.registry import BUILT

__all__ = ["BUILT"]
