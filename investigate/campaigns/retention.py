"""The rows of campaigns that retention looks after."""

from datetime import datetime

from dashboard.retention.registry import AT_ONCE, Rule, register_rule
from investigate.campaigns.models import CampaignMessage
from investigate.campaigns.reading import DAYS


def _messages(before: datetime) -> tuple[int, bool]:
    pks = list(
        CampaignMessage.objects.filter(scanned_at__lt=before)
        .order_by("scanned_at")
        .values_list("pk", flat=True)[:AT_ONCE]
    )
    CampaignMessage.objects.filter(pk__in=pks).delete()
    return len(pks), len(pks) == AT_ONCE


def register_rules() -> None:
    """Have retention look after these rows."""
    # They are copies of rows that the API has. Younger ones would be read from it again.
    register_rule(
        Rule("messages of campaigns", "GATEHOUSE_CAMPAIGN_DAYS", _messages, is_evidence=False, at_least=DAYS + 1)
    )
