"""Change the team's settings of answers to reporters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from dashboard.audit.actions import AuditAction, Outcome
from dashboard.audit.actor import Actor
from dashboard.audit.services import record
from dashboard.backend import backend_account_id, backend_fingerprint
from investigate.reporter_answers.models import AnswerDomain, AnswerSettings
from investigate.reporter_answers.selectors import answer_settings, domains_on


@dataclass(frozen=True, slots=True)
class Wanted:
    """Settings as somebody wants them. `domains` maps each domain that is on to its language."""

    domains: Mapping[str, str]
    delay_minutes: int
    per_day: int
    sentence_en: str
    sentence_de: str


def settings_save(wanted: Wanted, *, known: set[str], actor: Actor) -> bool:
    """Save the settings. Return False if nothing is changed by them.

    `known` are the protected domains: others are not switched on, and what is on of others is switched off. A domain
    that is switched on gets answers to what is reported from now on.
    """
    with transaction.atomic():
        answer_settings()
        row = AnswerSettings.objects.select_for_update().get(
            account_id=backend_account_id(), backend=backend_fingerprint()
        )
        before = _told(row)
        _save_domains({domain: language for domain, language in wanted.domains.items() if domain in known})
        for name in ("delay_minutes", "per_day", "sentence_en", "sentence_de"):
            setattr(row, name, getattr(wanted, name))
        after = _told(row)
        changes = {name: f"{before[name]} → {value}" for name, value in after.items() if before[name] != value}
        if not changes:
            return False
        row.changed_by_name, row.changed_at = actor.username, timezone.now()
        row.save()
        record(
            actor=actor,
            action=AuditAction.REPORTER_SETTINGS,
            outcome=Outcome.DONE,
            object_kind="settings",
            object_id="reporter answers",
            detail=changes,
        )
    return True


def _save_domains(wanted: Mapping[str, str]) -> None:
    domains_on().exclude(domain__in=list(wanted)).delete()
    for domain, language in wanted.items():
        row, made = AnswerDomain.objects.get_or_create(
            account_id=backend_account_id(),
            backend=backend_fingerprint(),
            domain=domain,
            defaults={"language": language, "since": timezone.now()},
        )
        if not made and row.language != language:
            row.language = language
            row.save(update_fields=["language"])


def _told(row: AnswerSettings) -> dict[str, str]:
    """Return the settings as the audit trail tells them."""
    on = ", ".join(f"{domain.domain} ({domain.language})" for domain in domains_on())
    return {
        "domains": on or "none",
        "delay_minutes": str(row.delay_minutes),
        "per_day": str(row.per_day),
        "sentence_en": row.sentence_en,
        "sentence_de": row.sentence_de,
    }
