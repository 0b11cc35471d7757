"""Wire format of the API's settings, which include all policies."""

from api_client.models.settings.content import ContentPolicy, SendingDomainRestriction, UrlIgnorePattern
from api_client.models.settings.deleted import Deleted
from api_client.models.settings.domain import Domain, DomainAuthorization, DomainVerification, EmailsProcessed
from api_client.models.settings.impersonation import RegistryEntry
from api_client.models.settings.senders import AllowPolicy, BlockedSender, TrustedDomain
from api_client.models.settings.values import (
    ContentTarget,
    DomainStatus,
    MailFolder,
    PatternType,
    Provenance,
    Region,
)

__all__ = [
    "AllowPolicy",
    "BlockedSender",
    "ContentPolicy",
    "ContentTarget",
    "Deleted",
    "Domain",
    "DomainAuthorization",
    "DomainStatus",
    "DomainVerification",
    "EmailsProcessed",
    "MailFolder",
    "PatternType",
    "Provenance",
    "Region",
    "RegistryEntry",
    "SendingDomainRestriction",
    "TrustedDomain",
    "UrlIgnorePattern",
]
