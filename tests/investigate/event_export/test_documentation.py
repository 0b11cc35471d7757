"""docs/events.md: its example verifies our webhooks, and it names every field of each format."""

import json
import re
from pathlib import Path

from django.conf import settings

from dashboard.audit.chain.sealing import seal_pending
from dashboard.audit.models import AuditEntry
from investigate.event_export.formats.audit import audit_fields
from investigate.event_export.secrets import new_secret
from tests.investigate.event_export.log_format_checker import ATTACHMENT, FORMATS
from tests.investigate.event_export.sending_events import SECRET, add, send

TEXT = (Path(settings.BASE_DIR) / "docs" / "events.md").read_text()


def example():
    """Return the function of the documented example, as a reader would paste it."""
    found: dict = {}
    exec(re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)[1], found)
    return found["is_genuine"]


def test_the_documented_example_verifies_a_real_delivery(receiver, to):
    to(address=receiver.url())
    add(1)
    send()
    got = receiver.got[0]
    is_genuine = example()
    assert is_genuine(SECRET, got.headers, got.body)
    assert not is_genuine(SECRET, got.headers, got.body + b" ")
    assert not is_genuine(new_secret(), got.headers, got.body)
    assert not is_genuine(SECRET, got.headers | {"webhook-id": "another"}, got.body)
    assert not is_genuine(SECRET, got.headers | {"webhook-timestamp": "1700000000"}, got.body)


def test_every_field_is_documented(db, browse):
    browse("admin").post("/accounts/logout/")
    seal_pending()  # On PostgreSQL that follows the commit, which a test has none of.
    trail = audit_fields(AuditEntry.objects.exclude(position=None)[0])
    for name in [*ATTACHMENT, *trail, *(field for fields in FORMATS.values() for field in fields)]:
        assert f"`{name}`" in TEXT, name
    assert json.dumps(trail)
