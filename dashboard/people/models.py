"""What is stored of people beside Django's users: their sessions, known addresses, and what is due at sign-in."""

from django.conf import settings
from django.db import models


class PersonSession(models.Model):
    """One session of a browser. The key itself is only in the browser's cookie; here is its SHA-256.

    `user`, `ip` and `program` are copies from the session's data, so that sessions can be listed without decoding it.
    """

    key_digest = models.CharField(max_length=64, unique=True)
    data = models.TextField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    ip = models.GenericIPAddressField(null=True, blank=True)
    program = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-last_used_at"]

    def __str__(self) -> str:
        return f"Session {self.pk} of {self.user_id or 'nobody'}"


class KnownAddress(models.Model):
    """An address that a person has signed in from. Attempts by others from elsewhere don't lock it out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_addresses")
    network = models.CharField(max_length=50)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "network"], name="one_row_per_known_address")]

    def __str__(self) -> str:
        return f"{self.network} of {self.user_id}"


class FirstPassword(models.Model):
    """A password that somebody else has chosen for the user. The row goes away when they choose their own."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="first_password")
    given_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"First password of {self.user_id}"
