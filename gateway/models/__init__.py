"""The gateway's Django models. All tables are in the database `gateway`."""

from gateway.models.actions import ActionLog
from gateway.models.bulk import BulkJob, BulkJobMessage
from gateway.models.content import ContentPolicy, UrlIgnorePattern
from gateway.models.delivery import Bounce, Delivery
from gateway.models.domain import Domain
from gateway.models.feeds import Feed, FeedEntry
from gateway.models.history import Correspondence, NameHistory, RecipientHour, SenderHistory
from gateway.models.impersonation import RegistryEntry
from gateway.models.learning import LearningExample, LearningState, LearntVersion
from gateway.models.message import Message, MessageDetail, MessageIndex
from gateway.models.notification_request import NotificationRequest
from gateway.models.phishguard import PhishGuardMark, PhishGuardReport
from gateway.models.raw import RawMail
from gateway.models.restriction import SendingDomainRestriction
from gateway.models.retention import LegalHold, RawRemoval, RetentionMark
from gateway.models.retro_scan import RetroFinding, RetroScan
from gateway.models.search_run import SearchRun
from gateway.models.senders import AllowPolicy, BlockedSender, TrustedDomain
from gateway.models.setting import PolicyVersion
from gateway.models.submission import Submission
from gateway.models.token import CountedWrite, Token
from gateway.models.trace import TraceLine
from gateway.models.unread import UnreadMessage
from gateway.models.write_request import WriteRequest

__all__ = [
    "ActionLog",
    "AllowPolicy",
    "BlockedSender",
    "Bounce",
    "BulkJob",
    "BulkJobMessage",
    "ContentPolicy",
    "Correspondence",
    "CountedWrite",
    "Delivery",
    "Domain",
    "Feed",
    "FeedEntry",
    "LearningExample",
    "LearningState",
    "LearntVersion",
    "LegalHold",
    "Message",
    "MessageDetail",
    "MessageIndex",
    "NameHistory",
    "NotificationRequest",
    "PhishGuardMark",
    "PhishGuardReport",
    "PolicyVersion",
    "RawMail",
    "RawRemoval",
    "RecipientHour",
    "RegistryEntry",
    "RetentionMark",
    "RetroFinding",
    "RetroScan",
    "SearchRun",
    "SenderHistory",
    "SendingDomainRestriction",
    "Submission",
    "Token",
    "TraceLine",
    "TrustedDomain",
    "UnreadMessage",
    "UrlIgnorePattern",
    "WriteRequest",
]
