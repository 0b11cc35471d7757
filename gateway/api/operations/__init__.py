"""The API operations, one module for each group of the reference."""

from gateway.api.operations import actions, bulk, content, investigate, phishguard, settings, submissions, tokens

__all__ = ["actions", "bulk", "content", "investigate", "phishguard", "settings", "submissions", "tokens"]
