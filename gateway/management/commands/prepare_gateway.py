"""`manage.py prepare_gateway`: makes the tokens of console and run.json, and imports the sample mail once."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from gateway.detect import Envelope
from gateway.management.sample_activity import create_sample_activity
from gateway.models import Domain, Message, RegistryEntry, Token
from gateway.pipeline import accept
from gateway.policies.compiled_policy import HELD
from gateway.samples import SAMPLE_POLICY, sample_messages
from gateway.store.policy_cache import changing, forget
from gateway.tokens.services import run_token_ensure, token_ensure

DATABASE = "gateway"


class Command(BaseCommand):
    """Prepare the gateway for the console. Safe to run again: it completes a first start that was interrupted."""

    help = "Creates the API tokens of the console and of run.json, and imports the sample mail on the first start."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --tokens-only, for what has to be there before run.json is written."""
        parser.add_argument("--tokens-only", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        token_ensure(
            account_id=settings.GATEWAY_ACCOUNT_ID,
            name="console",
            scope=Token.Scope.WRITE,
            secret=settings.CLOUDFLARE_API_TOKEN,
            email="console@gatehouse.invalid",
            is_console=True,
            needs_approval=False,
        )
        run_token_ensure(account_id=settings.GATEWAY_ACCOUNT_ID)
        if options["tokens_only"]:
            return
        marker = Path(settings.GATEHOUSE_HOME) / "sample_mail"
        started, finished = _read(marker)
        if finished or not settings.GATEHOUSE_SAMPLE_MAIL:
            return
        # The start time is written to the marker, so that a retry creates the same messages, which are stored once.
        marker.write_text(f"{started.isoformat()} started\n")
        _seed_policy()
        samples = list(sample_messages(started))
        messages: dict[str, Message] = {}
        for sample in tqdm(samples, desc="sample mail", unit=" messages", disable=not sys.stderr.isatty()):
            messages[sample.name] = accept(
                sample.raw,
                # The samples are handed over by the sample company's own server.
                Envelope(mail_from=sample.mail_from, recipients=tuple(sample.recipients), from_own_peer=True),
                scanned_at=sample.received_at,
                imported=True,
                authserv_ids=SAMPLE_POLICY.trusted_authserv_ids,
                # Nobody has ever published anything for the domains of the samples.
                asks_dns=False,
            ).message
        create_sample_activity(messages)
        marker.write_text(f"{started.isoformat()} finished\n")


def _read(marker: Path) -> tuple[datetime, bool]:
    try:
        moment, _, state = marker.read_text().strip().partition(" ")
        return datetime.fromisoformat(moment), state == "finished"
    except (FileNotFoundError, ValueError):
        return datetime.now(UTC), False


def _seed_policy() -> None:
    account, now = settings.GATEWAY_ACCOUNT_ID, timezone.now()
    domains = [
        Domain(
            account_id=account,
            domain=domain,
            allowed_delivery_modes=["DIRECT"],
            drop_dispositions=sorted(HELD),
            regions=["GLOBAL"],
            created_at=now,
            modified_at=now,
        ).keyed()
        for domain in sorted(SAMPLE_POLICY.protected_domains)
    ]
    people = [
        RegistryEntry(
            account_id=account,
            name=name,
            email=email,
            is_email_regex=False,
            provenance=RegistryEntry.Provenance.INTERNAL,
            created_at=now,
            modified_at=now,
        ).keyed()
        for name, email in SAMPLE_POLICY.impersonation_registry
    ]
    with transaction.atomic(using=DATABASE):
        changing(account)
        Domain.objects.using(DATABASE).bulk_create(domains, ignore_conflicts=True)
        RegistryEntry.objects.using(DATABASE).bulk_create(people, ignore_conflicts=True)
    forget()
