"""Detector for credential phishing: mail that asks the reader to sign in, confirm or open something."""

from collections.abc import Iterator

from gateway.detect.defang import defang
from gateway.detect.evidence import Evidence
from gateway.detect.hosts import Target
from gateway.detect.verdict import MALICIOUS, SUSPICIOUS, Finding


def detect(evidence: Evidence) -> Iterator[Finding]:
    """Find wording of credential phishing together with a place to enter the credentials."""
    if evidence.is_internal:
        return
    yield from _forms(evidence)
    if evidence.is_discussion:
        return
    account, delivery, document = evidence.count("account"), evidence.count("delivery"), evidence.count("document")
    lures = account + delivery + document
    phrases = sum(len(evidence.hits.get(subject, ())) for subject in ("account", "delivery", "document"))
    if not lures or (not phrases and evidence.claims_to_be_discussion):
        # Pairs of words alone say little where people talk.
        return
    risky = [target for target in evidence.foreign_targets if is_risky(target)]
    foreign = risky or list(evidence.foreign_targets)
    if not foreign and not evidence.message.attachments:
        # Without a foreign link or an attachment nothing can be stolen: this is mail about the reader's own account.
        return
    score = min(0.2 + 0.12 * lures, 0.6)
    score += 0.1 if evidence.count("urgent") else 0
    score += 0.1 if evidence.count("sign-in") else 0
    score += 0.2 if risky else 0
    if not foreign or (evidence.is_authenticated and evidence.context.is_trusted(evidence.from_domain)):
        # Attackers authenticate their own domains too, so authentication lowers the score only for trusted domains.
        score *= 0.6
    if not phrases:
        score *= 0.7
    kind = "account" if account else "delivery" if delivery else "document"
    where = f" and leads to {defang(foreign[0].host)}" if foreign else ""
    yield Finding(
        f"{kind}-lure",
        MALICIOUS if score >= 0.5 else SUSPICIOUS,
        round(min(score, 0.85), 2),
        f"The text presses the reader ({evidence.example('account', 'delivery', 'document', 'urgent')}){where}.",
        "Body",
        "body",
        foreign[0].link.href if foreign else None,
    )


def is_risky(target: Target) -> bool:
    """Return whether a link leads to an IP address, a URL shortener, free hosting or a redirect."""
    return target.is_ip or target.is_shortener or target.is_free_hosting or bool(target.redirects_to())


def _forms(evidence: Evidence) -> Iterator[Finding]:
    markup = evidence.message.markup
    if "password-input" in markup:
        yield Finding(
            "password-form",
            MALICIOUS,
            0.85,
            "The message itself asks for a password in a form.",
            "Body",
            "body",
        )
        return
    if "form" not in markup or not evidence.hits.get("account"):
        return
    posts = next((target for target in evidence.foreign_targets if target.link.kind == "form"), None)
    if posts is not None:
        yield Finding(
            "foreign-form",
            MALICIOUS,
            0.6,
            f"A form in the message sends what is entered to {defang(posts.host)}.",
            "Body",
            "links",
            posts.link.href,
        )
