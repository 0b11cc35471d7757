"""Writing messages in tests, and having them judged."""

from email.message import EmailMessage
from typing import Any

from gateway.detect import Context, Envelope, Verdict, judge
from gateway.mail.parser import parse

GATEWAY = "gw.acme.example"
CONTEXT = Context(
    protected_domains=frozenset({"acme.example"}),
    trusted_domains=frozenset({"fabrikam.test"}),
    impersonation_registry=(("Anna Weber", "anna.weber@acme.example"), ("Tom Ortega", "t.ortega@acme.example")),
)
OUTSIDE = f"from mx.sender.test (mx.sender.test [203.0.113.9]) by {GATEWAY}; Tue, 3 Mar 2026 10:00:05 +0000"


def letter(
    text: str = "",
    *,
    html: str = "",
    sender: str = "Sam Sender <sam@sender.test>",
    subject: str = "Hello",
    results: str = "",
    files: tuple[tuple[str, bytes], ...] = (),
    **fields: str,
) -> bytes:
    """Return a message from outside; further fields by name, with _ for -."""
    message = EmailMessage()
    if results:
        message["Authentication-Results"] = f"{GATEWAY}; {results}"
    message["Received"] = OUTSIDE
    message["From"] = sender
    message["To"] = "Bob Builder <bob@acme.example>"
    message["Subject"] = subject
    message["Date"] = "Tue, 3 Mar 2026 10:00:00 +0000"
    message["Message-ID"] = "<1@sender.test>"
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def verdict(raw: bytes, context: Context = CONTEXT, **envelope: Any) -> Verdict:
    """Parse and judge a message that its sender handed over from outside, at a gateway that is trusted."""
    parsed = parse(raw, trusted_authserv_ids={GATEWAY})
    sent = Envelope(**{"mail_from": parsed.from_address, "recipients": ("bob@acme.example",), **envelope})
    return judge(parsed, sent, context)


def names(found: Verdict) -> set[str]:
    """Return the names of the findings."""
    return {finding.name for finding in found.findings}
