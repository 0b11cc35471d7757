"""Blocked senders, allow policies and trusted domains: settings that identify senders by a pattern."""

from django.db import models

from gateway.models.setting import Setting
from gateway.policies.patterns import PatternType, canonical_pattern


class _ByPattern(Setting):
    """A setting that matches an email address, a domain or an IP, literally or by a regular expression."""

    pattern = models.CharField(max_length=1024)
    pattern_type = models.CharField(max_length=7, choices=[(kind.value, kind.value) for kind in PatternType])
    is_regex = models.BooleanField()
    comments = models.TextField(null=True)  # noqa: DJ001 - the API distinguishes null from an empty comment

    class Meta(Setting.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.pattern

    def identity(self) -> tuple[str, ...]:
        """Return the pattern's type and its canonical form."""
        kind = PatternType(self.pattern_type)
        return kind, str(self.is_regex), canonical_pattern(self.pattern, kind, is_regex=self.is_regex)


class BlockedSender(_ByPattern):
    """A sender whose mail is malicious, regardless of what the detectors find."""


class AllowPolicy(_ByPattern):
    """A sender or a recipient that is exempt from detections.

    With `verify_sender`, the policy applies only to mail whose sender is authenticated.
    """

    is_acceptable_sender = models.BooleanField()
    is_exempt_recipient = models.BooleanField()
    is_trusted_sender = models.BooleanField()
    verify_sender = models.BooleanField()


class TrustedDomain(Setting):
    """A domain that may resemble a protected one (`is_similarity`) or be newly registered (`is_recent`)."""

    pattern = models.CharField(max_length=1024)
    is_regex = models.BooleanField()
    is_recent = models.BooleanField()
    is_similarity = models.BooleanField()
    comments = models.TextField(null=True)  # noqa: DJ001 - the API distinguishes null from an empty comment

    def __str__(self) -> str:
        return self.pattern

    def identity(self) -> tuple[str, ...]:
        """Return the domain in canonical form, and whether it is a regular expression."""
        return str(self.is_regex), canonical_pattern(self.pattern, PatternType.DOMAIN, is_regex=self.is_regex)
