"""Session engine: rows hold the SHA-256 of a session's key, and sessions end when idle and at an absolute age.

Whoever reads the database finds no key that opens a session. The limits are SESSION_IDLE_SECONDS since the last use,
and SESSION_COOKIE_AGE since the sign-in. The key of a session changes at sign-in, so its age counts from there.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from dashboard.people.models import PersonSession

ORIGIN = "origin"
"""Key of the session's data with the address and program of the sign-in."""
TOUCH_SECONDS = 60
"""The time of the last use is written at most this often."""
_SLICE = 500


def digest_of(session_key: str) -> str:
    """Return what is stored of a key. A key has 165 bits of randomness, so that a plain hash can't be reversed."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def oldest_use() -> datetime:
    """Return the time before which a session that wasn't used since has ended."""
    return timezone.now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS)


class SessionStore(SessionBase):
    """Sessions as rows of PersonSession. The asynchronous methods of SessionBase call these."""

    last_used_at: datetime | None = None

    def load(self) -> dict[str, Any]:
        """Return the data of the session, or nothing if there is no such session or it has ended."""
        row = (
            PersonSession.objects.filter(
                key_digest=digest_of(self.session_key),
                expires_at__gt=timezone.now(),
                last_used_at__gt=oldest_use(),
            ).first()
            if self.session_key
            else None
        )
        if row is None:
            self._session_key = None
            return {}
        self.last_used_at = row.last_used_at
        data: dict[str, Any] = self.decode(row.data)
        return data

    def exists(self, session_key: str) -> bool:
        """Return whether there is a session with the key."""
        return PersonSession.objects.filter(key_digest=digest_of(session_key)).exists()

    def create(self) -> None:
        """Create a session with a new key and save it."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]  # not in the stubs
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the session. Raise UpdateError if it has been ended meanwhile, so that it does not come back."""
        if self.session_key is None:
            self.create()
            return
        digest, values = digest_of(self.session_key), self._values(self._data(no_load=must_create))
        if not must_create:
            if not PersonSession.objects.filter(key_digest=digest).update(**values):
                raise UpdateError
            return
        now = timezone.now()
        times = {"created_at": now, "last_used_at": now, "expires_at": now + timedelta(seconds=self.get_session_age())}
        try:
            with transaction.atomic(using="default"):
                PersonSession.objects.create(key_digest=digest, **values, **times)
        except IntegrityError:
            raise CreateError from None

    def _data(self, *, no_load: bool) -> dict[str, Any]:
        return dict(self._get_session(no_load=no_load))  # type: ignore[attr-defined]  # not in the stubs

    @staticmethod
    def get_session_age() -> int:
        """Return the absolute limit in seconds."""
        return int(settings.SESSION_COOKIE_AGE)

    def _values(self, data: dict[str, Any]) -> dict[str, Any]:
        person, origin = str(data.get(SESSION_KEY, "")), data.get(ORIGIN) or {}
        return {
            "data": self.encode(data),
            "user_id": int(person) if person.isdecimal() else None,
            "ip": origin.get("ip"),
            "program": str(origin.get("program", ""))[:200],
        }

    def delete(self, session_key: str | None = None) -> None:
        """Delete the session, or the one with the key."""
        key = session_key or self.session_key
        if key is not None:
            PersonSession.objects.filter(key_digest=digest_of(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Delete the sessions that have ended, in slices."""
        for ended in ({"expires_at__lte": timezone.now()}, {"last_used_at__lte": oldest_use()}):
            while keys := list(PersonSession.objects.filter(**ended).values_list("pk", flat=True)[:_SLICE]):
                PersonSession.objects.filter(pk__in=keys).delete()

    def touch(self) -> None:
        """Write that the session is used now, unless that was written within TOUCH_SECONDS."""
        now = timezone.now()
        if self.session_key is None or self.last_used_at is None:
            return
        if now - self.last_used_at >= timedelta(seconds=TOUCH_SECONDS):
            PersonSession.objects.filter(key_digest=digest_of(self.session_key)).update(last_used_at=now)
