"""The API operations below /settings, one module for each kind of setting."""

from gateway.api.operations.settings import (
    allow_policies,
    block_senders,
    content_policies,
    domains,
    impersonation_registry,
    sending_domain_restrictions,
    trusted_domains,
    url_ignore_patterns,
)

__all__ = [
    "allow_policies",
    "block_senders",
    "content_policies",
    "domains",
    "impersonation_registry",
    "sending_domain_restrictions",
    "trusted_domains",
    "url_ignore_patterns",
]
