"""Enumerations of the settings. Wire models contain plain strings; compare those with these members."""

from __future__ import annotations

from enum import StrEnum


class PatternType(StrEnum):
    """What a pattern is compared with. UNKNOWN occurs in old entries only and can't be set."""

    EMAIL = "EMAIL"
    DOMAIN = "DOMAIN"
    IP = "IP"
    UNKNOWN = "UNKNOWN"


class DomainStatus(StrEnum):
    """Status of a protected domain. It is in lower case before SDK 5.7."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    FAILED = "FAILED"
    TIMEOUT = "TIMEOUT"


class Region(StrEnum):
    """Where a domain's mail is processed."""

    GLOBAL = "GLOBAL"
    AU = "AU"
    DE = "DE"
    IN = "IN"
    US = "US"


class MailFolder(StrEnum):
    """Which folder of a mailbox is scanned."""

    ALL_ITEMS = "AllItems"
    INBOX = "Inbox"


class Provenance(StrEnum):
    """Source of an entry of the impersonation registry."""

    A1S_INTERNAL = "A1S_INTERNAL"
    SNOOPY_CASB_OFFICE_365 = "SNOOPY-CASB_OFFICE_365"
    SNOOPY_OFFICE_365 = "SNOOPY-OFFICE_365"
    SNOOPY_GOOGLE_DIRECTORY = "SNOOPY-GOOGLE_DIRECTORY"


class ContentTarget(StrEnum):
    """The part of a message that a content policy searches."""

    SUBJECT = "SUBJECT"
    BODY = "BODY"
