"""The first tables knew domains and people only: what was in them is kept."""

import json
import os
import subprocess
import sys

SCRIPT = """
import json, django
django.setup()
from django.core.management import call_command
from django.db import connections
from gateway.models import Domain, RegistryEntry
from gateway.store.policy_cache import context

call_command("migrate", "gateway", "0003", database="gateway", verbosity=0)
with connections["gateway"].cursor() as cursor:
    for domain in ("acme.example", "Acme.example.", "other.example"):
        cursor.execute("INSERT INTO gateway_protecteddomain (account_id, domain) VALUES ('a', %s)", [domain])
    for email in ("p@acme.example", "P@Acme.example"):
        cursor.execute(
            "INSERT INTO gateway_impersonationentry (account_id, name, email) VALUES ('a', 'Priya Nair', %s)", [email]
        )
call_command("migrate", "gateway", database="gateway", verbosity=0)
domains = Domain.objects.using("gateway").order_by("domain")
people = RegistryEntry.objects.using("gateway")
print(json.dumps({
    "domains": [[row.domain, row.status, row.txt_value, row.drop_dispositions] for row in domains],
    "people": [[row.name, row.email, row.provenance] for row in people],
    "same_keys": all(row.key == type(row)(**{
        name: getattr(row, name) for name in ("domain",)
    }).keyed().key for row in domains) and all(row.key == RegistryEntry(
        name=row.name, email=row.email, is_email_regex=False
    ).keyed().key for row in people),
    "known": sorted(context("a").protected_domains),
}))
"""


def test_domains_and_people_are_taken_over(tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "GATEWAY_DATABASE_URL"}
    }
    environment |= {"GATEHOUSE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.strip().splitlines()[-1])
    held = ["MALICIOUS", "MALICIOUS-BEC", "SPAM", "SPOOF"]
    assert found == {
        "domains": [["acme.example", "ACTIVE", "", held], ["other.example", "ACTIVE", "", held]],
        "people": [["Priya Nair", "p@acme.example", "A1S_INTERNAL"]],
        "same_keys": True,
        "known": ["acme.example", "other.example"],
    }
