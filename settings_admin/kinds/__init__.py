"""All kinds of policies, in the order in which the console shows them."""

from settings_admin.kinds.content import CONTENT_POLICIES, SENDING_DOMAIN_RESTRICTIONS, URL_IGNORE_PATTERNS
from settings_admin.kinds.description import Batch, Fault, Field, Filter, Input, Kind, Values
from settings_admin.kinds.domains import DOMAINS
from settings_admin.kinds.people import IMPERSONATION_REGISTRY
from settings_admin.kinds.senders import ALLOW_POLICIES, BLOCK_SENDERS, TRUSTED_DOMAINS

KINDS = (
    ALLOW_POLICIES,
    BLOCK_SENDERS,
    TRUSTED_DOMAINS,
    IMPERSONATION_REGISTRY,
    DOMAINS,
    CONTENT_POLICIES,
    SENDING_DOMAIN_RESTRICTIONS,
    URL_IGNORE_PATTERNS,
)
KIND_BY_SLUG = {kind.slug: kind for kind in KINDS}

__all__ = [
    "ALLOW_POLICIES",
    "BLOCK_SENDERS",
    "CONTENT_POLICIES",
    "DOMAINS",
    "IMPERSONATION_REGISTRY",
    "KINDS",
    "KIND_BY_SLUG",
    "SENDING_DOMAIN_RESTRICTIONS",
    "TRUSTED_DOMAINS",
    "URL_IGNORE_PATTERNS",
    "Batch",
    "Fault",
    "Field",
    "Filter",
    "Input",
    "Kind",
    "Values",
]
