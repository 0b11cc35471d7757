"""API credentials: tokens and keys, with their scope."""

from django.db import models


class Token(models.Model):
    """A credential of one account. Only its SHA-256 is stored. `email` is set for X-Auth-Email with X-Auth-Key."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"

    account_id = models.CharField(max_length=32)
    name = models.CharField(max_length=100)
    email = models.CharField(max_length=254)
    sha256 = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=5, choices=Scope.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "name"], name="one_token_of_a_name")]

    def __str__(self) -> str:
        return f"{self.name} ({self.scope})"
