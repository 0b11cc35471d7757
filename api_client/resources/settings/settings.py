"""Access to the resources of all kinds of settings."""

from __future__ import annotations

from api_client.resources.settings.allow_policies import AllowPoliciesResource
from api_client.resources.settings.block_senders import BlockSendersResource
from api_client.resources.settings.content_policies import ContentPoliciesResource
from api_client.resources.settings.domains import DomainsResource
from api_client.resources.settings.impersonation_registry import ImpersonationRegistryResource
from api_client.resources.settings.sending_domain_restrictions import SendingDomainRestrictionsResource
from api_client.resources.settings.trusted_domains import TrustedDomainsResource
from api_client.resources.settings.url_ignore_patterns import UrlIgnorePatternsResource
from api_client.transport import Transport


class Settings:
    """The resources of all kinds of settings."""

    def __init__(self, transport: Transport) -> None:
        self.allow_policies = AllowPoliciesResource(transport)
        self.block_senders = BlockSendersResource(transport)
        self.content_policies = ContentPoliciesResource(transport)
        self.domains = DomainsResource(transport)
        self.impersonation_registry = ImpersonationRegistryResource(transport)
        self.sending_domain_restrictions = SendingDomainRestrictionsResource(transport)
        self.trusted_domains = TrustedDomainsResource(transport)
        self.url_ignore_patterns = UrlIgnorePatternsResource(transport)
