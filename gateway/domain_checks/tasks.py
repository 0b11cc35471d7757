"""Celery task that looks up the records of protected domains."""

from celery import shared_task

from gateway.domain_checks.checking import check_domains


@shared_task(name="gateway.domain_checks.tasks.look_up_domains")
def look_up_domains() -> None:
    """Look up SPF, DMARC and the proof of ownership of the domains that are due."""
    check_domains()
