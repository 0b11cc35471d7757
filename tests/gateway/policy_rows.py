"""Settings that tests put into the database themselves."""

from django.utils import timezone

from gateway.models import BlockedSender, Domain
from gateway.policies.patterns import PatternType
from gateway.store import policy_cache
from tests.gateway.conftest import ACCOUNT


def protect(domain: str) -> None:
    """Make a domain one of the account's own."""
    now = timezone.now()
    Domain(
        account_id=ACCOUNT,
        domain=domain,
        allowed_delivery_modes=["DIRECT"],
        drop_dispositions=["MALICIOUS", "SPAM", "SPOOF"],
        regions=["GLOBAL"],
        created_at=now,
        modified_at=now,
    ).keyed().save(using="gateway")
    policy_cache.forget()


def block(domain: str) -> None:
    """Block a domain: its mail is malicious from now on."""
    now = timezone.now()
    BlockedSender(
        account_id=ACCOUNT,
        pattern=domain,
        pattern_type=PatternType.DOMAIN,
        is_regex=False,
        created_at=now,
        modified_at=now,
    ).keyed().save(using="gateway")
    policy_cache.forget()
