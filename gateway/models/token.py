"""API credentials: tokens with their scope and rights, and what they did that counts towards approval."""

from datetime import datetime

from django.db import models


class Token(models.Model):
    """A credential of one account. Only the SHA-256 of its secret is stored.

    `rights` narrow the scope: an operation needs its scope and its right. After a rotation, `previous_sha256` is valid
    until `previous_until`. `networks` are the addresses (CIDR) that it may be used from, empty for all. `last_used_…`
    are written once a minute at most. `email` is set for X-Auth-Email with X-Auth-Key. Revoked tokens stay, so that a
    name in the audit trail is that of one token for ever.

    `is_console` marks the console's own token: it has no rate limit in the same process, and the console applies the
    rules of approval itself. `needs_approval` is false for tokens that an operator exempted from them. `known_to` are
    those to whom its secret was ever told, when it was made or rotated: none of them approves what it asks for.
    """

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"

    class Right(models.TextChoices):
        """What a token may be used for. A purge needs `move` and `purge`; a bulk job also what it does."""

        SEARCH = "search", "Search, list and read what is known of messages"
        CONTENT = "content", "Look at content: raw, preview, detections, trace"
        MOVE = "move", "Move messages"
        PURGE = "purge", "Move messages to the purged items"
        RELEASE = "release", "Release held messages"
        RECLASSIFY = "reclassify", "Ask for another verdict"
        POLICIES = "policies", "Read policies and domains, and change them with the scope write"
        SUBMISSIONS = "submissions", "Read submissions and PhishGuard reports"
        BULK = "bulk", "Read bulk jobs, and start them with the scope write"
        HOLDS = "holds", "Set and lift legal holds"
        TOKENS = "tokens", "Manage tokens; for the console's own alone"
        APPROVALS = "approvals", "Decide on writes that wait; for the console's own alone"

    account_id = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=254)
    sha256 = models.CharField(max_length=64, unique=True)
    previous_sha256 = models.CharField(max_length=64, default="", db_index=True)
    previous_until = models.DateTimeField(null=True)
    scope = models.CharField(max_length=5, choices=Scope.choices)
    rights = models.JSONField(default=list)
    networks = models.JSONField(default=list)
    expires_at = models.DateTimeField(null=True)
    is_console = models.BooleanField(default=False)
    needs_approval = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150, default="")
    known_to = models.JSONField(default=list)
    rotated_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_address = models.CharField(max_length=45, default="")
    last_used_program = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "name"], name="one_token_of_a_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"

    def state(self, now: datetime) -> str:
        """Return active, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


class CountedWrite(models.Model):
    """A write of a token that nobody approved: on how many messages, and when. What is too old is deleted."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="counted_writes")
    kind = models.CharField(max_length=10)
    messages = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["token", "kind", "at"], name="counted_write_recent")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.messages} by {self.token_id}"
