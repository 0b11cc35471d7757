"""Links and attachments of threats on backends that give no features: read one by one, few at a time."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from api_client import ApiError, NotFound
from api_client.errors import BadRequest, Forbidden
from api_client.models import Detections
from dashboard.backend import api_client_for_background
from dashboard.mail_text import domain_of
from investigate.campaigns.grouping.traits import LONGEST_VALUE, MOST_VALUES, is_within, several
from investigate.campaigns.keys import mine
from investigate.campaigns.models import CampaignMessage, Keeping
from investigate.display.registered_domains import registered_domain

AT_ONCE = 5
"""Calls in one run, of which there are three in a minute: a sixteenth of the vendor's budget of calls."""
DETAILED = "detailed"
KINDS = ("hosts", "paths", "files", "file_names", DETAILED)
"""What the detail adds to the stored traits of a message. DETAILED says that it was read, or can't be."""

_LINKS_AT_MOST = 100
_NUMBER = re.compile(r"\d+")


def details_read() -> int:
    """Read the details of a few threats that lack them, newest first, and return how many.

    It stops at the first call that may succeed later. If the process dies, the rest is read at the next run.
    """
    rows = mine(CampaignMessage).filter(needs_detail=True).order_by("-scanned_at")[:AT_ONCE]
    client, number = api_client_for_background(), 0
    for row in rows:
        try:
            found = _traits(client.investigate.detections.get(row.investigate_id), row.sender)
        except (BadRequest, Forbidden, NotFound):
            found = {}
        except ApiError:
            break
        _keep(row, found)
        number += 1
    return number


def _keep(row: CampaignMessage, found: dict[str, Any]) -> None:
    with transaction.atomic():
        traits = {**row.traits, **found, DETAILED: True}
        CampaignMessage.objects.filter(pk=row.pk).update(traits=traits, needs_detail=False)
        if found:
            mine(Keeping).update(changed_at=timezone.now())


def _traits(detail: Detections, sender: str) -> dict[str, Any]:
    """Return the traits that links and attachments give, those that are empty left out."""
    addresses = [_split(link.href) for link in (detail.links or ())[:_LINKS_AT_MOST]]
    files = (detail.attachments or ())[:MOST_VALUES]
    domain = domain_of(sender)
    hosts = [registered_domain(host) or host for host, _path in addresses]
    digests = [file.sha256 or file.sha1 or file.md5 or "" for file in files]
    names = [file.filename or file.name or "" for file in files]
    found = {
        "hosts": several(host for host in hosts if not is_within(domain, host)),
        "paths": several(_NUMBER.sub("#", path) for _host, path in addresses if len(path) > 1),
        "files": several(iter(digests)),
        "file_names": several(_NUMBER.sub("#", name) for name in names),
    }
    return {kind: list(values) for kind, values in found.items() if values}


def _split(address: str) -> tuple[str, str]:
    """Return the host and the path of an address, both empty if it can't be read."""
    try:
        parts = urlsplit(address[: 10 * LONGEST_VALUE])
        return parts.hostname or "", parts.path
    except ValueError:
        return "", ""
