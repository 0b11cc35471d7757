"""Enumerations of the API's contract.

Wire models contain plain strings, because a server may return values that are not listed here. Compare those strings
with these members.
"""

from __future__ import annotations

from enum import StrEnum


class Disposition(StrEnum):
    """The verdict on a message. ENCRYPTED, EXTERNAL and UNKNOWN exist in the contract only."""

    MALICIOUS = "MALICIOUS"
    MALICIOUS_BEC = "MALICIOUS-BEC"
    SUSPICIOUS = "SUSPICIOUS"
    SPOOF = "SPOOF"
    SPAM = "SPAM"
    BULK = "BULK"
    ENCRYPTED = "ENCRYPTED"
    EXTERNAL = "EXTERNAL"
    UNKNOWN = "UNKNOWN"
    NONE = "NONE"


class SubmissionDisposition(StrEnum):
    """The verdicts that a search filters by and that a reclassification may ask for."""

    MALICIOUS = "MALICIOUS"
    SUSPICIOUS = "SUSPICIOUS"
    SPOOF = "SPOOF"
    SPAM = "SPAM"
    BULK = "BULK"
    NONE = "NONE"


class DeliveryStatus(StrEnum):
    """Delivery status of a message."""

    DELIVERED = "delivered"
    MOVED = "moved"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    QUEUED = "queued"
    MOVE_FAILED = "move_failed"


class DeliveryMode(StrEnum):
    """How a message reached the service."""

    DIRECT = "DIRECT"
    BCC = "BCC"
    JOURNAL = "JOURNAL"
    REVIEW_SUBMISSION = "REVIEW_SUBMISSION"
    DMARC_UNVERIFIED = "DMARC_UNVERIFIED"
    DMARC_FAILURE_REPORT = "DMARC_FAILURE_REPORT"
    DMARC_AGGREGATE_REPORT = "DMARC_AGGREGATE_REPORT"
    THREAT_INTEL_SUBMISSION = "THREAT_INTEL_SUBMISSION"
    SIMULATION_SUBMISSION = "SIMULATION_SUBMISSION"
    API = "API"
    RETRO_SCAN = "RETRO_SCAN"


class MailboxDestination(StrEnum):
    """The mailbox folders that a message can be moved to."""

    INBOX = "Inbox"
    JUNK_EMAIL = "JunkEmail"
    DELETED_ITEMS = "DeletedItems"
    RECOVERABLE_ITEMS_DELETIONS = "RecoverableItemsDeletions"
    RECOVERABLE_ITEMS_PURGES = "RecoverableItemsPurges"


class MessageAction(StrEnum):
    """Values of the search filter `message_action`. SUBMITTED is in the earlier API reference only."""

    PREVIEW = "PREVIEW"
    QUARANTINE_RELEASED = "QUARANTINE_RELEASED"
    MOVED = "MOVED"
    SUBMITTED = "SUBMITTED"


class ActionOperation(StrEnum):
    """Operation of an action log entry. RELEASE and RECLASSIFY are in the deprecated embedded log only."""

    PREVIEW = "PREVIEW"
    QUARANTINE_RELEASE = "QUARANTINE_RELEASE"
    SUBMISSION = "SUBMISSION"
    MOVE = "MOVE"
    RELEASE = "RELEASE"
    RECLASSIFY = "RECLASSIFY"


class AllowlistPatternType(StrEnum):
    """Kind of the allow entry that a message matched."""

    QUARANTINE_RELEASE = "quarantine_release"
    ACCEPTABLE_SENDER = "acceptable_sender"
    ALLOWED_SENDER = "allowed_sender"
    ALLOWED_RECIPIENT = "allowed_recipient"
    DOMAIN_SIMILARITY = "domain_similarity"
    DOMAIN_RECENCY = "domain_recency"
    MANAGED_ACCEPTABLE_SENDER = "managed_acceptable_sender"
    OUTBOUND_NDR = "outbound_ndr"


class ValidationResult(StrEnum):
    """The result of an SPF, DKIM or DMARC check."""

    PASS = "pass"  # noqa: S105 -- the result of a check, not a password
    NEUTRAL = "neutral"
    FAIL = "fail"
    ERROR = "error"
    NONE = "none"


class BulkAction(StrEnum):
    """What a bulk action job does to each message."""

    MOVE = "MOVE"
    RELEASE = "RELEASE"


class BulkJobStatus(StrEnum):
    """Where a bulk action job stands; the last three are ends."""

    PENDING = "PENDING"
    DISCOVERING = "DISCOVERING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class BulkMessageStatus(StrEnum):
    """Where one recipient's copy stands in a bulk action job."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    SKIPPED = "SKIPPED"


class SubmissionType(StrEnum):
    """Who made a submission, as the filter value. Responses contain Team and User instead."""

    TEAM = "TEAM"
    USER = "USER"


class SubmissionStatus(StrEnum):
    """Review status of a submission."""

    ESCALATED = "escalated"
    REVIEWED = "reviewed"
    UNREVIEWED = "unreviewed"
