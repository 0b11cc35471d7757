"""Read and group what the API has, as the worker does."""

from django.utils import timezone

from dashboard.walking.running import walk_run
from investigate.campaigns.keeping import campaigns_group
from investigate.campaigns.models import Campaign, CampaignMessage
from investigate.campaigns.reading import keeping_of, reading_start

LABEL = "campaigns.campaignwalk"


def read(walks=31):
    """Run the walks that are due, at most so many. Return how many there were."""
    for number in range(walks):
        walk = reading_start()
        if walk is None:
            return number
        while walk_run(LABEL, walk.pk) is not None:
            pass
    return walks


def kept(walks=31):
    """Read what is due and group it."""
    read(walks)
    return campaigns_group(now_due=True)


def partition():
    """Return the messages of each campaign, as sets of ids."""
    found = {}
    for row in CampaignMessage.objects.exclude(campaign=None):
        found.setdefault(row.campaign_id, set()).add(row.investigate_id)
    return {frozenset(names) for names in found.values()}


def the_campaign():
    """Return the only campaign."""
    return Campaign.objects.get()


def change_everything():
    """Have the next grouping begin at once."""
    keeping = keeping_of()
    keeping.changed_at = timezone.now()
    keeping.save()
