"""Which recipients a stranger may write to: those of protected domains, with a bound on new mailboxes."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import close_old_connections

from gateway.delivery import maildir
from gateway.detect.context import lies_in
from gateway.mail.domains import domain_of
from gateway.policies.patterns import host_key
from gateway.store.policy_cache import policy

logger = logging.getLogger(__name__)

SAMPLE_DOMAINS: Final = frozenset({"acme.example"})
"""What is accepted before any domain is protected: the domain of the sample mail (RFC 2606 reserves it)."""

UNKNOWN_DOMAIN: Final = "550 5.7.1 this server takes no mail for that domain"
TOO_MANY_NEW: Final = "450 4.2.1 that domain got too many new mailboxes today, try again tomorrow"
_SECONDS: Final = 5.0


class Recipients:
    """The recipients of one intake. Its methods read the database and the disk: call them in a thread."""

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self._today = today
        self._lock = threading.Lock()
        self._domains: frozenset[str] = frozenset()
        self._read_at = 0.0
        self._day = today()
        self._new: dict[str, set[str]] = {}

    def refusal(self, address: str) -> str | None:
        """Return the reply that refuses a stranger's recipient, or None if mail to it is accepted.

        :raises django.db.Error: the domains can't be read.
        """
        with self._lock:
            domain = host_key(domain_of(address))
            # RFC 5321 4.5.1: mail to postmaster, without a domain, is always accepted.
            if domain and not lies_in(domain, self._accepted()):
                return UNKNOWN_DOMAIN
            return None if self._has_room(address, domain) else TOO_MANY_NEW

    def _accepted(self) -> frozenset[str]:
        if not self._domains or time.monotonic() - self._read_at > _SECONDS:
            close_old_connections()
            try:
                self._domains = policy(settings.GATEWAY_ACCOUNT_ID).context.protected_domains or SAMPLE_DOMAINS
            finally:
                close_old_connections()
            self._read_at = time.monotonic()
        return self._domains

    def _has_room(self, address: str, domain: str) -> bool:
        """Return whether the mailbox exists, or may be made today. The count starts anew with the process."""
        if maildir.mailbox(Path(settings.GATEWAY_MAILBOXES), address).exists():
            return True
        if self._today() != self._day:
            self._day, self._new = self._today(), {}
        new = self._new.setdefault(domain, set())
        if address.casefold() in new:
            return True
        if len(new) >= settings.GATEWAY_NEW_MAILBOXES:
            logger.warning("%s got %s new mailboxes today; further ones are put off", domain, len(new))
            return False
        new.add(address.casefold())
        return True
