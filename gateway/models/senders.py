"""What is blocked, allowed and trusted: settings that name senders by a pattern."""

from django.db import models

from gateway.models.setting import Setting
from gateway.policies.patterns import PatternType, same


class _ByPattern(Setting):
    """A setting that matches an address, a domain or an IP, literally or by a regular expression."""

    pattern = models.CharField(max_length=1024)
    pattern_type = models.CharField(max_length=7, choices=[(kind.value, kind.value) for kind in PatternType])
    is_regex = models.BooleanField()
    comments = models.TextField(null=True)  # noqa: DJ001 - the contract tells null from an empty comment

    class Meta(Setting.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.pattern

    def identity(self) -> tuple[str, ...]:
        """Return the pattern in the spelling that all its spellings share."""
        kind = PatternType(self.pattern_type)
        return kind, str(self.is_regex), same(self.pattern, kind, is_regex=self.is_regex)


class BlockedSender(_ByPattern):
    """A sender whose mail is malicious, whatever the detectors say."""


class AllowPolicy(_ByPattern):
    """A sender or a recipient that is exempt from detections; `verify_sender` asks for authentication first."""

    is_acceptable_sender = models.BooleanField()
    is_exempt_recipient = models.BooleanField()
    is_trusted_sender = models.BooleanField()
    verify_sender = models.BooleanField()


class TrustedDomain(Setting):
    """A domain that may look like one of ours (`is_similarity`), or be newly registered (`is_recent`)."""

    pattern = models.CharField(max_length=1024)
    is_regex = models.BooleanField()
    is_recent = models.BooleanField()
    is_similarity = models.BooleanField()
    comments = models.TextField(null=True)  # noqa: DJ001 - the contract tells null from an empty comment

    def __str__(self) -> str:
        return self.pattern

    def identity(self) -> tuple[str, ...]:
        """Return the domain in the spelling that all its spellings share."""
        return str(self.is_regex), same(self.pattern, PatternType.DOMAIN, is_regex=self.is_regex)
