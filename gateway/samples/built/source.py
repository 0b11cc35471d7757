"""The form of a built sample: the same text that the files of samples have."""


def source(journey: dict[str, str], fields: dict[str, str], body: str) -> str:
    """Return a sample's source. `body` begins with its Content-Type."""
    head = "\n".join(f"{name}: {value}" for name, value in journey.items())
    defaults = {"Date": "{{date}}", "Message-ID": "{{id}}", "MIME-Version": "1.0"}
    header = "\n".join(f"{name}: {value}" for name, value in (fields | defaults).items())
    return f"{head}\n---\n{header}\n{body}"


def journey(
    kind: str, expected: str, days: int, at: str, mail_from: str, recipients: str, host: str, ip: str, auth: str
) -> dict[str, str]:
    """Return the lines about a sample's way."""
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
