"""Forms of campaigns: the filters of the list, and the campaign to merge into."""

from __future__ import annotations

from django import forms

from investigate.campaigns.selectors import ORDERS
from investigate.reviews.forms import RangeForm

ORDER_LABELS = {
    "newest": "Newest first",
    "largest": "Most messages first",
    "widest": "Most recipients first",
    "threats": "Largest share of threats first",
}


class CampaignFilterForm(RangeForm):
    """Filters of the list. The words are looked for in the subject of the oldest message."""

    size = forms.IntegerField(label="Messages, at least", required=False, min_value=1, max_value=1_000_000)
    order = forms.ChoiceField(label="Order", required=False, choices=[(name, ORDER_LABELS[name]) for name in ORDERS])


class MergeForm(forms.Form):
    """The key or the address of the campaign to merge into."""

    into = forms.CharField(
        label="Merge into the campaign",
        max_length=200,
        strip=True,
        help_text="Its address or its key, which stands on its page.",
    )

    def clean_into(self) -> str:
        """Return the key; of an address, the part that is one."""
        given = str(self.cleaned_data["into"]).lower().rstrip("/")
        return given.rpartition("/")[2]
