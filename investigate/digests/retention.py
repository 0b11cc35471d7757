"""What digests told of grows old: held copies, digests, and people for whom nothing is left and who chose nothing."""

from datetime import datetime

from dashboard.retention.registry import AT_ONCE, Rule, register_rule
from investigate.digests.models import Digest, HeldCopy, Person


def _delete_slice(before: datetime) -> tuple[int, bool]:
    copies = list(
        HeldCopy.objects.filter(received_at__lt=before).order_by("received_at").values_list("pk", flat=True)[:AT_ONCE]
    )
    if copies:
        HeldCopy.objects.filter(pk__in=copies).delete()
        return len(copies), len(copies) == AT_ONCE
    digests = list(Digest.objects.filter(made_at__lt=before).order_by("made_at").values_list("pk", flat=True)[:AT_ONCE])
    if digests:
        Digest.objects.filter(pk__in=digests).delete()
        return len(digests), len(digests) == AT_ONCE
    idle = Person.objects.filter(last_at__lt=before, frequency="", language="", time_zone="", copies=None)
    people = list(idle.values_list("pk", flat=True)[:AT_ONCE])
    Person.objects.filter(pk__in=people).delete()
    return len(people), len(people) == AT_ONCE


register_rule(Rule("held copies and digests", "GATEHOUSE_DIGEST_DAYS", _delete_slice, is_evidence=False))
