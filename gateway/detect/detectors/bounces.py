"""Detector for delivery notices: real ones report what failed, false ones want the reader to open a link."""

from collections.abc import Iterator
from typing import Final

from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.folding import fold
from gateway.detect.verdict import SUSPICIOUS, Finding

_SCORE: Final = 0.45
_SENDERS: Final = frozenset({"mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster"})
_NAMES: Final = ("mail delivery", "mailer daemon", "mail administrator", "delivery subsystem", "mailzustellung")
_SUBJECTS: Final = tuple(
    fold(phrase)
    for phrase in (
        *("undelivered mail", "undeliverable", "delivery status notification", "delivery failure", "returned mail"),
        *("mail delivery failed", "delivery has failed", "messages are pending", "pending messages", "emails on hold"),
        *("unzustellbar", "nicht zugestellt", "non remis", "échec de remise", "no entregado", "non consegnata"),
        *("não entregue", "niet bezorgd", "nie dostarczono", "не доставлено", "teslim edilemedi", "配信不能", "未送達"),
    )
)
_REPORTS: Final = frozenset({"message/delivery-status", "text/rfc822-headers", "message/rfc822", "message/global"})


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find a notice of failed delivery that reports nothing and leads elsewhere."""
    if evidence.is_internal or evidence.is_discussion or not claims_failure(evidence) or has_report(evidence):
        return
    targets = evidence.foreign_targets
    if targets:
        yield Finding(
            "false-bounce",
            SUSPICIOUS,
            _SCORE,
            f"It says that mail was not delivered, reports no mail, and leads to {defang(targets[0].host)}.",
            "Subject",
            "header",
        )


def claims_failure(evidence: Evidence) -> bool:
    """Return whether a message presents itself as the notice of a mail server."""
    local = evidence.message.from_address.partition("@")[0].lower()
    by_sender = local in _SENDERS or any(f" {name} " in evidence.name for name in _NAMES)
    subject = fold(evidence.message.subject[:200])
    return any(phrase.strip() in subject for phrase in _SUBJECTS) and (by_sender or bool(evidence.foreign_targets))


def has_report(evidence: Evidence) -> bool:
    """Return whether the parts of a delivery report (RFC 3464) are there, or the mail that came back."""
    types = {kind for file in evidence.message.attachments for kind in (file.declared_type, file.detected_type)}
    return bool(types & _REPORTS) or any(file.is_message for file in evidence.message.attachments)
