"""Description of protected domains: delivery modes, held dispositions and the other settings of a domain."""

from __future__ import annotations

from collections.abc import Iterator

from settings_admin.kinds.description import Fault, Field, Filter, Input, Kind, Values
from settings_admin.patterns.checking import domain_flaws, host_key, network_key

MODES = (
    ("DIRECT", "Direct (MX or inline)"),
    ("BCC", "BCC"),
    ("JOURNAL", "Journaling"),
    ("API", "API"),
    ("RETRO_SCAN", "Retro scan"),
)
_STATUSES = (("PENDING", "Pending"), ("ACTIVE", "Active"), ("FAILED", "Failed"), ("TIMEOUT", "Timed out"))
_DISPOSITIONS = (
    ("MALICIOUS", "Malicious"),
    ("MALICIOUS-BEC", "Malicious (business email compromise)"),
    ("SUSPICIOUS", "Suspicious"),
    ("SPOOF", "Spoof"),
    ("SPAM", "Spam"),
    ("BULK", "Bulk"),
    ("ENCRYPTED", "Encrypted"),
    ("EXTERNAL", "External"),
    ("UNKNOWN", "Unknown"),
    ("NONE", "None"),
)


def _faults(values: Values) -> Iterator[Fault]:
    for flaw in domain_flaws(str(values.get("domain") or "")):
        yield Fault("domain", flaw.message.partition(" For one address")[0], flaw.at)
    for number, text in enumerate(values.get("ip_restrictions") or (), 1):
        if network_key(text) is None:
            yield Fault("ip_restrictions", f"Line {number}: {text} is no IPv4 or IPv6 address or CIDR block.")


def _says(values: Values) -> str:
    names = dict(_DISPOSITIONS)
    held = ", ".join(names.get(name, name) for name in values.get("drop_dispositions") or ())
    return f"Mail to {values.get('domain')} is judged; held: {held or 'nothing'}."


DOMAINS = Kind(
    slug="domains",
    resource="domains",
    title="Domains",
    is_inbound=False,
    noun="domain",
    about="The domains that are protected: how their mail comes, and what is held for them.",
    empty="No domain is protected. Mail is judged all the same, and held by the defaults.",
    fields=(
        Field("domain", "Domain", Input.LINE, "The domain of your mailboxes.", required=True, longest=253, fixed=True),
        Field(
            "allowed_delivery_modes",
            "Delivery modes",
            Input.CHOICES,
            "Ways in which mail for this domain may reach the service.",
            choices=MODES,
            initial=["DIRECT"],
        ),
        Field(
            "drop_dispositions",
            "Held",
            Input.CHOICES,
            "Mail with one of these dispositions is held instead of delivered. Malicious includes its one named kind.",
            choices=_DISPOSITIONS,
            initial=["MALICIOUS", "MALICIOUS-BEC", "SPOOF", "SPAM"],
        ),
        Field(
            "ip_restrictions",
            "IP restrictions",
            Input.LINES,
            "Servers that may hand mail over for this domain, one address or CIDR block in a line. The intake refuses "
            "others, but for the organisation's own servers. Nothing named means every server.",
            initial=[],
            is_listed=False,
        ),
        Field(
            "regions",
            "Regions",
            Input.CHOICES,
            "Where mail is processed.",
            choices=(
                ("GLOBAL", "Global"),
                ("AU", "Australia"),
                ("DE", "Germany"),
                ("IN", "India"),
                ("US", "United States"),
            ),
            initial=["GLOBAL"],
            not_applied="Mail is processed where the gateway runs.",
            is_listed=False,
        ),
        Field(
            "folder",
            "Folder",
            Input.CHOICE,
            "Which folder of each mailbox is scanned, for the modes that read mailboxes.",
            choices=(("", "Not set"), ("AllItems", "All items"), ("Inbox", "Inbox")),
            not_applied="The gateway reads no mailboxes.",
            is_listed=False,
        ),
        Field(
            "lookback_hops",
            "Lookback hops",
            Input.NUMBER,
            "How many servers of your own stand before this one; the sender's address is looked for behind them.",
            lowest=1,
            highest=20,
            is_listed=False,
        ),
        Field(
            "require_tls_inbound",
            "TLS inbound",
            Input.MAYBE,
            "Refuse mail that comes without TLS. The gateway offers TLS if it has a certificate "
            "(GATEWAY_SMTP_CERTIFICATE); without one, only your own servers can still hand mail over.",
            is_listed=False,
        ),
        Field(
            "require_tls_outbound",
            "TLS outbound",
            Input.MAYBE,
            "Deliver over TLS only.",
            not_applied="Mail is delivered to Maildirs on this machine.",
            is_listed=False,
        ),
        Field(
            "transport",
            "Transport",
            Input.LINE,
            "The server that delivered mail is handed to.",
            longest=253,
            not_applied="Mail is delivered to Maildirs on this machine.",
            is_listed=False,
        ),
        Field(
            "integration_id",
            "Integration",
            Input.LINE,
            "Id of the integration that the domain belongs to.",
            longest=64,
            is_listed=False,
            not_applied="Kept, and found by the list's filter. The gateway has no integrations.",
        ),
    ),
    named_by="domain",
    faults=_faults,
    identity=lambda values: (host_key(str(values.get("domain") or "")),),
    explain=_says,
    orders=("domain", "created_at"),
    filters=(
        Filter("status", "Status", _STATUSES),
        Filter("allowed_delivery_mode", "Allowed mode", MODES),
        Filter("active_delivery_mode", "Active mode", MODES),
    ),
    listed=(("status", "Status"), ("spf_status", "SPF"), ("dmarc_status", "DMARC")),
    reported=("status", "spf_status", "dmarc_status", "inbox_provider", "authorization", "emails_processed"),
)
