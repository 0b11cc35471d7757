"""Compose the source of a built sample, in the same format as the sample files."""


def source(journey: dict[str, str], fields: dict[str, str], body: str) -> str:
    """Return a sample's source: its journey, header fields and body.

    `body` begins with the Content-Type field.
    """
    head = "\n".join(f"{name}: {value}" for name, value in journey.items())
    defaults = {"Date": "{{date}}", "Message-ID": "{{id}}", "MIME-Version": "1.0"}
    header = "\n".join(f"{name}: {value}" for name, value in (fields | defaults).items())
    return f"{head}\n---\n{header}\n{body}"


def journey(
    kind: str, expected: str, days: int, at: str, mail_from: str, recipients: str, host: str, ip: str, auth: str
) -> dict[str, str]:
    """Return the fields of a sample's journey as text (see `Journey`)."""
    return {
        "kind": kind,
        "expected": expected,
        "days": str(days),
        "at": at,
        "mail_from": mail_from,
        "recipients": recipients,
        "host": host,
        "ip": ip,
        "auth": auth,
    }
