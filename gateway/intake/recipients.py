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
from gateway.intake.peers import lies_in_network
from gateway.mail.domains import domain_of
from gateway.policies.compiled_policy import Policy
from gateway.policies.patterns import host_key
from gateway.routes.current import routes
from gateway.store.policy_cache import policy

logger = logging.getLogger(__name__)

SAMPLE_DOMAINS: Final = frozenset({"acme.example"})
"""What is accepted before any domain is protected: the domain of the sample mail (RFC 2606 reserves it)."""

UNKNOWN_DOMAIN: Final = "550 5.7.1 this server takes no mail for that domain"
MAY_NOT_LEAVE: Final = "550 5.7.1 the sender's domain sends nothing to others by this server"
NO_SMART_HOST: Final = "550 5.7.1 that domain is neither protected nor routed here, and no smart host sends to others"
NOT_A_NAMED_SERVER: Final = "550 5.7.1 that domain takes mail from named servers only"
TLS_NEEDED: Final = "530 5.7.0 that mail has to come over TLS: use STARTTLS first"
TOO_MANY_NEW: Final = "450 4.2.1 that domain got too many new mailboxes today, try again tomorrow"
_SECONDS: Final = 5.0


class Recipients:
    """The recipients of one intake. Its methods read the database and the disk: call them in a thread."""

    def __init__(self, today: Callable[[], date] = date.today) -> None:
        self._today = today
        self._lock = threading.Lock()
        self._domains: frozenset[str] = frozenset()
        self._policy = Policy()
        self._read_at = 0.0
        self._day = today()
        self._new: dict[str, set[str]] = {}

    def refusal(self, address: str, *, peer: str = "", sender: str = "", is_tls: bool = False) -> str | None:
        """Return the reply that refuses a stranger's recipient, or None if mail to it is accepted.

        `peer` is the stranger's IP address, `sender` the envelope sender, `is_tls` whether the session is encrypted.

        :raises django.db.Error: the domains can't be read.
        """
        with self._lock:
            domain = host_key(domain_of(address))
            # RFC 5321 4.5.1: mail to postmaster, without a domain, is always accepted.
            if domain and not lies_in(domain, self._accepted()):
                return UNKNOWN_DOMAIN
            refused = self._unlike_agreed(address, peer, sender, is_tls=is_tls)
            if refused is not None:
                return refused
            return None if self._has_room(address, domain) else TOO_MANY_NEW

    def refusal_to_leave(self, address: str, *, sender: str) -> str | None:
        """Return the reply that refuses an own peer's recipient, or None if mail to it is accepted.

        Mail to other people's domains leaves by the smart host, from senders whose domain may. Without one it has no
        way, unless the default route has a next hop, or copies of it are only looked at (journals, blind copies).
        """
        known = routes()
        if known.smart_host is not None and known.of(sender).outbound:
            return None
        if known.smart_host is None and (known.default.next_hop is not None or _is_copy_address(address)):
            return None
        with self._lock:
            domain = host_key(domain_of(address))
            is_ours = not domain or domain in known.by_domain or lies_in(domain, self._accepted())
        if is_ours:
            return None
        return NO_SMART_HOST if known.smart_host is None else MAY_NOT_LEAVE

    def _unlike_agreed(self, address: str, peer: str, sender: str, *, is_tls: bool) -> str | None:
        """Return the reply if the mail does not come as the recipient's domain, or the sender's, has to use."""
        known = self._policy
        receiving = known.receiving_of(address)
        if receiving.networks and not lies_in_network(peer, receiving.networks):
            return NOT_A_NAMED_SERVER
        if (receiving.needs_tls or known.sender_needs_tls(sender)) and not is_tls:
            return TLS_NEEDED
        return None

    def _accepted(self) -> frozenset[str]:
        if not self._domains or time.monotonic() - self._read_at > _SECONDS:
            close_old_connections()
            try:
                self._policy = policy(settings.GATEWAY_ACCOUNT_ID)
                self._domains = self._policy.context.protected_domains or SAMPLE_DOMAINS
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


def _is_copy_address(address: str) -> bool:
    named = (*settings.GATEWAY_JOURNAL_ADDRESSES, *settings.GATEWAY_BCC_ADDRESSES)
    return address.casefold() in {one.casefold() for one in named}
