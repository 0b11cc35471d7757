"""All environment variables that configure Gatehouse, and functions that read and validate them.

A test checks that `docs/settings.md` documents all of `VARIABLES`. Nothing else in the project reads its configuration
from the environment.
"""

import ipaddress
import os
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, its default in words, and its purpose."""

    name: str
    default: str
    purpose: str


VARIABLES: dict[str, Variable] = {}


def _declare(name: str, default: str, purpose: str) -> None:
    VARIABLES[name] = Variable(name, default, purpose)


_declare("GATEHOUSE_HOME", "./var", "Folder for all state: databases, raw mail, mailboxes, keys, run.json.")
_declare("GATEHOUSE_FREE_BYTES", "268435456", "Free space on the disk below which mail is put off, in bytes.")
_declare("PORT", "8000", "TCP port of the console and of the API.")
_declare("GATEHOUSE_BIND", "127.0.0.1", "Address that the web server listens on.")
_declare("SMTP_PORT", "PORT + 25", "TCP port of the mail intake (SMTP), on SMTP_BIND.")
_declare("LMTP_PORT", "0", "TCP port of the mail intake by LMTP, on SMTP_BIND; 0 is none.")
_declare("SMTP_BIND", "127.0.0.1", "Address that the mail intake listens on.")
_declare("DATABASE_URL", "SQLite in GATEHOUSE_HOME", "The console's database: people, audit trail, jobs.")
_declare("GATEWAY_DATABASE_URL", "SQLite in GATEHOUSE_HOME", "The gateway's database: messages, deliveries, tokens.")
_declare("GATEWAY_REPLICA_DATABASE_URL", "", "A streaming replica of the gateway's PostgreSQL, for searches.")
_declare("GATEWAY_REPLICA_WAIT", "100", "Milliseconds that a search waits for the replica to have all that is written.")
_declare("REDIS_URL", "a Redis of its own on a unix socket", "Broker of the jobs and pipe to the renderer.")
_declare(
    "GATEWAY_S3_BUCKET", "", "Bucket of an S3-compatible server that keeps raw mail and previews; else GATEHOUSE_HOME."
)
_declare("GATEWAY_S3_ENDPOINT", "Amazon's", "URL of that server, such as https://s3.example.")
_declare("GATEWAY_S3_REGION", "us-east-1", "Region of the bucket.")
_declare(
    "GATEWAY_S3_ACCESS_KEY", "keys/s3_access_key, else the machine's role", "Name of the key that it is asked with."
)
_declare("GATEWAY_S3_SECRET_KEY", "keys/s3_secret_key, else the machine's role", "Secret of that key.")
_declare("GATEWAY_S3_AUTHORITIES", "those of certifi", "File of the authorities of that server's certificate, in PEM.")
_declare("GATEWAY_S3_SECONDS", "10", "Seconds that the server has for each step of an answer; it is asked three times.")
_declare("CLOUDFLARE_BASE_URL", "the embedded gateway", "Base URL of the API, ending in /client/v4.")
_declare("CLOUDFLARE_API_TOKEN", "made on the first start", "Bearer token of the API.")
_declare("CLOUDFLARE_ACCOUNT_ID", "made on the first start", "Account whose mail is shown: 32 hexadecimal digits.")
_declare("GATEHOUSE_ADMIN_PASSWORD", "random", "Password of the user `admin`, read on the first start.")
_declare("GATEHOUSE_ANALYST_PASSWORD", "random", "Password of the user `analyst`, read on the first start.")
_declare("GATEHOUSE_REVIEWER_PASSWORD", "random", "Password of the user `reviewer`, read on the first start.")
_declare("GATEHOUSE_SAMPLE_MAIL", "1", "0 skips the import of sample mail on the first start.")
_declare("SECRET_KEY", "made on the first start", "Key that signs sessions; keep it the same on every host.")
_declare("SECRET_KEY_FALLBACKS", "", "Earlier values of SECRET_KEY whose links in mail stay good, comma separated.")
_declare("DEBUG", "0", "1 shows tracebacks in the browser. Never where others can reach it.")
_declare("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "Host names that the console answers to, comma separated.")
_declare("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8,::1", "Proxies whose header fields are believed, comma separated.")
_declare("GATEHOUSE_TLS", "0", "1 behind a TLS proxy that sets X-Forwarded-Proto: Secure cookies, HSTS, redirects.")
_declare("GATEHOUSE_HSTS", "31536000", "Seconds for which browsers use HTTPS alone for this host, with GATEHOUSE_TLS.")
_declare("GATEHOUSE_PLAIN_HTTP", "", "A phrase that permits plain HTTP beyond the loopback address, for laboratories.")
_declare("CSRF_TRUSTED_ORIGINS", "", "Origins such as https://gatehouse.example, comma separated.")
_declare("GATEHOUSE_API_TIMEOUT", "30", "Timeout of a call to the API, in seconds.")
_declare(
    "GATEHOUSE_API_BUDGET",
    "1200/300, off with the embedded gateway",
    "API calls allowed for all processes together, as calls/seconds; a quarter is reserved for people.",
)
_declare("GATEHOUSE_JOB_CHUNK", "200", "Messages in one API call of a job, 1 to 1000.")
_declare("GATEHOUSE_PROOF_DELAY", "60", "Seconds before a job is proven, for another backend to show what it did.")
_declare("GATEHOUSE_JOB_LEASE", "60", "Seconds after which the items of a lost worker are claimed again.")
_declare("GATEHOUSE_REVIEW_HOURS", "24", "Hours after which an open submission is overdue.")
_declare("GATEHOUSE_SEND_NETWORKS", "", "Private networks that webhooks and events may be sent to, comma separated.")
_declare("GATEHOUSE_SELFCHECK_MINUTES", "0", "Minutes between self-checks of the mail's way. 0 runs none.")
_declare("GATEHOUSE_SELFCHECK_ADDRESS", "", "Mailbox that self-checks send to and from.")
_declare("GATEHOUSE_OUTBOX_HOURS", "72", "Hours for which mail, webhooks and event lines are tried.")
_declare("GATEHOUSE_DIGEST_DAYS", "30", "Days for which held mail is told of in digests and may be asked for.")
_declare("GATEHOUSE_REQUESTS_PER_DAY", "20", "Requests that a recipient may make in 24 hours.")
_declare("GATEHOUSE_REQUEST_OPEN_DAYS", "14", "Days after which a recipient's request expires that nobody decided on.")
_declare("GATEHOUSE_REQUEST_DAYS", "365", "Days after which recipients' requests are deleted. 0 keeps them.")
_declare("GATEHOUSE_URL", "http://GATEHOUSE_BIND:PORT", "URL of the console in mail that it sends.")
_declare("GATEHOUSE_MAIL_FROM", "gatehouse@localhost", "Sender of the console's mail.")
_declare(
    "EMAIL_URL",
    "no mail",
    "Mail server: smtp://host:25, submission://user:password@host:587 (STARTTLS), smtps://user:password@host:465.",
)
_declare("GATEHOUSE_APPROVALS", "purge:1", "Jobs that need a second person, as kind:messages, comma separated; or off.")
_declare(
    "GATEHOUSE_APPROVAL_WINDOW_HOURS", "24", "Hours over which a person's jobs add up towards GATEHOUSE_APPROVALS."
)
_declare("GATEHOUSE_PREVIEWS_PER_MINUTE", "120", "Previews that a person may ask for in a minute.")
_declare("GATEHOUSE_APPROVAL_HOURS", "24", "Hours after which an approval request expires.")
_declare("GATEHOUSE_SESSION_IDLE_MINUTES", "60", "Minutes without use after which a session ends.")
_declare("GATEHOUSE_SESSION_HOURS", "12", "Hours after which a session ends, however much it is used.")
_declare("GATEHOUSE_REAUTHENTICATION_MINUTES", "15", "Minutes until what is dangerous asks for the password again.")
_declare("GATEHOUSE_REQUIRE_SECOND_FACTOR", "", "Roles that need a second factor, comma separated.")
_declare(
    "GATEHOUSE_OIDC_ISSUER", "", "Issuer of single sign-on by OpenID Connect, such as https://login.example/realms/soc."
)
_declare("GATEHOUSE_OIDC_CLIENT_ID", "", "Client id that the issuer has given.")
_declare("GATEHOUSE_OIDC_CLIENT_SECRET", "", "Client secret that the issuer has given.")
_declare("GATEHOUSE_OIDC_NAME", "your organisation", "Name of the issuer on the sign-in page.")
_declare("GATEHOUSE_OIDC_GROUPS_CLAIM", "groups", "Claim with the groups of a person.")
_declare("GATEHOUSE_OIDC_ROLES", "", "Roles that groups give, as group=role, separated by semicolons.")
_declare("GATEHOUSE_OIDC_ONLY", "0", "1 lets people in by single sign-on only.")
_declare("GATEHOUSE_PASSWORD_WORDS", "", "Words that passwords are not made of, such as the organisation's name.")
_declare("GATEHOUSE_FIRST_PASSWORDS", "keep", "keep or change: what happens to first passwords on this machine alone.")
_declare("GATEHOUSE_ASK_REASON", "0", "1 asks for a reason before the content of a message is shown.")
_declare("GATEHOUSE_AUDIT_KEY", "made on the first start", "Key of the audit trail's digests; the same on every host.")
_declare("GATEHOUSE_TRUST_REQUEST_ID", "0", "1 uses the X-Request-ID that a proxy sets on every request.")
_declare("GATEHOUSE_LOG_FORMAT", "json", "json or text: how a line of the logs is written.")
_declare("GATEWAY_RETRO_SCAN_DAYS", "7", "How many days of mail are judged again when verdicts change.")
_declare("GATEWAY_MAIL_DAYS", "0", "Days after which messages are deleted. 0 keeps them.")
_declare("GATEWAY_PREVIEW_DAYS", "30", "Days after which previews are deleted. 0 keeps them.")
_declare("GATEHOUSE_JOB_DAYS", "365", "Days after their end after which jobs are deleted. 0 keeps them.")
_declare("GATEHOUSE_EXPORT_DAYS", "7", "Days after which exports and counts of searches are deleted.")
_declare("GATEHOUSE_AUTOMATION_DAYS", "180", "Days after which acts of automations are deleted here. 0 keeps them.")
_declare("GATEHOUSE_REVIEW_DAYS", "365", "Days after which submissions and reports are deleted here. 0 keeps them.")
_declare("GATEHOUSE_CAMPAIGN_DAYS", "60", "Days after which mail leaves its campaign. 0 keeps it.")
_declare("GATEHOUSE_POLICY_RUN_DAYS", "365", "Days after which runs over policies are deleted. 0 keeps them.")
_declare("GATEHOUSE_OUTBOX_DAYS", "30", "Days after which what was sent is deleted from the outbox. 0 keeps it.")
_declare("GATEHOUSE_EVENT_DAYS", "14", "Days after which events that leave are deleted here, 8 or more. 0 keeps them.")
_declare("GATEHOUSE_EVENT_FOLDER", "events in GATEHOUSE_HOME", "Folder of the files that events are written to.")
_declare("GATEHOUSE_EVENT_FILE_BYTES", "67108864", "Size at which a file of events is put aside, in bytes.")
_declare("GATEHOUSE_AUDIT_DAYS", "0", "Days after which audit entries are deleted. 0 keeps them.")
_declare("GATEHOUSE_LOG_BYTES", "20971520", "Size at which a log is compressed and begun anew, in bytes.")
_declare("GATEHOUSE_LOG_DAYS", "30", "Days after which compressed logs are deleted. 0 keeps them.")
_declare("GATEHOUSE_METRICS_PORT", "0", "TCP port of the metrics for Prometheus; 0 is off.")
_declare("GATEHOUSE_METRICS_BIND", "127.0.0.1", "Address that the metrics are served on.")
_declare("WEB_WORKERS", "2", "Processes of the web server.")
_declare("WEB_THREADS", "8", "Threads in each process of the web server.")
_declare("WEB_CONNECTIONS", "400", "Connections in each process of the web server.")
_declare("JOB_WORKERS", "2", "Processes of the worker that takes jobs and upkeep.")
_declare("SHORT_WORKERS", "2", "Processes of the worker that takes what people and mail wait for.")
_declare("GATEWAY_TRUSTED_AUTHSERV_IDS", "", "Servers whose Authentication-Results are trusted, comma separated.")
_declare("GATEWAY_TRUSTED_ARC_SEALERS", "", "Domains whose ARC seals are believed, comma separated.")
_declare("GATEWAY_DNS", "auto", "auto, system, off or ADDRESS:PORT: which name server SPF, DKIM and DMARC ask.")
_declare("GATEWAY_DNS_SECONDS", "6", "Seconds that all DNS queries about one message may take.")
_declare("GATEWAY_REPORT_ADDRESSES", "report-phish@ each protected domain", "Report addresses, comma separated.")
_declare("GATEWAY_ROUTES", "GATEHOUSE_HOME/routes.toml", "File that says where the mail of each domain goes.")
_declare("GATEWAY_SIMULATION_HEADERS", "", "Fields of the team's phishing simulations, NAME=VALUE, comma separated.")
_declare("GATEWAY_SIMULATION_NETWORKS", "", "Networks that these simulations are sent from, comma separated.")
_declare("GATEWAY_RELAY_NETWORKS", "", "Networks of the organisation's own mail servers, comma separated.")
_declare("GATEWAY_JOURNAL_ADDRESSES", "", "Addresses that journal reports are sent to, comma separated.")
_declare("GATEWAY_BCC_ADDRESSES", "", "Addresses that blind copies of all mail are sent to, comma separated.")
_declare("GATEWAY_XCLIENT_NETWORKS", "", "Networks whose XCLIENT and XFORWARD are believed, comma separated.")
_declare("GATEWAY_PROXY_NETWORKS", "", "Networks of proxies that speak the PROXY protocol by SMTP, comma separated.")
_declare("GATEWAY_SMTP_CONNECTIONS", "200", "SMTP connections at a time.")
_declare("GATEWAY_SMTP_CONNECTIONS_PER_PEER", "20", "SMTP connections of one peer at a time.")
_declare("GATEWAY_SMTP_SPOOL_BYTES", "536870912", "Unfinished messages together, in bytes.")
_declare("GATEWAY_SMTP_CERTIFICATE", "", "File of the SMTP intake's certificate with its chain, in PEM.")
_declare("GATEWAY_SMTP_KEY", "", "File of the private key of GATEWAY_SMTP_CERTIFICATE, in PEM.")
_declare("GATEWAY_SMTP_NAME", "this machine's name", "Name that the gateway calls itself in front of next hops.")
_declare("GATEWAY_QUEUE_DAYS", "5", "Days for which mail is tried that a next hop doesn't take.")
_declare("GATEWAY_QUEUE_PAUSE", "60", "Seconds until mail that was put off is tried again, at first.")
_declare("GATEWAY_NEXT_HOP_SECONDS", "120", "Seconds that a next hop has for each command and each block.")
_declare("GATEWAY_NEXT_HOP_ANSWER_SECONDS", "600", "Seconds that a next hop has to answer the end of a message.")
_declare("GATEWAY_QUEUE_LEASE", "60", "Seconds after which the mail of a lost delivery process is sent by another.")
_declare("GATEWAY_NEW_MAILBOXES", "2000", "New mailboxes of a domain in a day.")
_declare("GATEWAY_OPEN_BENIGN_RAW", "1", "0 refuses raw and GET preview of benign messages, as the vendor's API does.")
_declare("GATEWAY_HOLD_UNREAD", "1", "0 delivers mail that could not be read whole; it is SUSPICIOUS all the same.")
_declare("GATEWAY_MAX_MESSAGE_BYTES", "52428800", "Largest message that is accepted, in bytes.")
_declare("GATEWAY_RATE_LIMIT", "1200/300", "Calls allowed for a token, as calls/seconds; or off.")
_declare(
    "GATEWAY_API_APPROVALS", "refuse", "refuse, wait or off: what happens to API writes that GATEHOUSE_APPROVALS rules."
)
_declare("GATEWAY_DEPRECATED", "1", "0 serves nothing that the API's reference has deprecated, and refuses it.")
_declare("GATEWAY_SEARCH_SECONDS", "5", "Seconds until a search is answered with 202 and continues in the worker.")
_declare("GATEWAY_PREVIEW_SECONDS", "10", "Time limit of drawing one preview, in seconds.")
_declare("CHROMIUM", "found on PATH", "Chromium binary that renders previews.")


def text(name: str, default: str = "") -> str:
    """Return the variable's value without surrounding whitespace, or `default` if it is unset or blank.

    Raise LookupError if the variable is not declared.
    """
    if name not in VARIABLES:
        raise LookupError(f"{name} is not declared in dashboard/environment.py")
    return os.environ.get(name, "").strip() or default


def integer(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    """Return the variable as an integer in [low, high]. Raise ValueError with the variable's name otherwise."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {value!r}") from None
    if not low <= number <= high:
        raise ValueError(f"{name} must be from {low} to {high}, not {number}")
    return number


def choice(name: str, default: str, known: Collection[str]) -> str:
    """Return the variable if it is one of `known`. Raise ValueError with the variable's name otherwise."""
    value = text(name, default).lower()
    if value not in known:
        raise ValueError(f"{name} must be {' or '.join(known)}, not {value!r}")
    return value


def name_server(name: str, default: str) -> str | tuple[str, int]:
    """Return the variable if it is auto, system or off, else as the (address, port) of a name server.

    The port is 53 unless `192.0.2.1:5353` or `[2001:db8::1]:5353` names another. Raise ValueError for anything else.
    """
    value = text(name, default).lower()
    if value in {"auto", "system", "off"}:
        return value
    has_port = value.count(":") == 1 or "]:" in value
    address, port = value.rsplit(":", 1) if has_port else (value, "53")
    try:
        found = str(ipaddress.ip_address(address.strip("[]"))), int(port)
    except ValueError:
        found = ("", 0)
    if not 0 < found[1] < 65536:
        raise ValueError(f"{name} must be auto, system, off or ADDRESS:PORT, not {value!r}")
    return found


def rate(name: str, default: str = "off") -> tuple[int, int] | None:
    """Return the variable as (calls, seconds), or None for off. Raise ValueError if it is neither."""
    value = text(name, default).lower()
    if value in {"off", "0"}:
        return None
    calls, slash, seconds = value.partition("/")
    if not (slash and calls.isdecimal() and seconds.isdecimal() and int(calls) > 0 and int(seconds) > 0):
        raise ValueError(f"{name} must be off or calls/seconds, such as 1200/300, not {value!r}")
    return int(calls), int(seconds)


def hsts(name: str, default: str) -> dict[str, int | bool]:
    """Return Django's settings of HSTS for seconds and, where they are asked for, `subdomains` and `preload`.

    Raise ValueError for anything else.
    """
    seconds, *words = (part.lower() for part in listing(name, default))
    if not seconds.isdecimal() or set(words) - {"subdomains", "preload"}:
        raise ValueError(f"{name} must be seconds, then subdomains and preload if wanted, not {text(name)!r}")
    return {
        "SECURE_HSTS_SECONDS": int(seconds),
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": "subdomains" in words,
        "SECURE_HSTS_PRELOAD": "preload" in words,
    }


def mail_server(name: str) -> dict[str, str | int | bool]:
    """Return Django's EMAIL_* settings for the variable's URL. If it is unset, no mail is sent.

    Raise ValueError for an unknown scheme or a URL without a host.
    """
    url = urlsplit(text(name))
    if not url.scheme:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    ports = {"smtp": 25, "submission": 587, "smtps": 465}
    if url.scheme not in ports or not url.hostname:
        raise ValueError(f"{name} must be smtp://, submission:// or smtps:// with a host")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or ports[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "submission",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


def thresholds(name: str, default: str, kinds: Collection[str]) -> dict[str, int]:
    """Return the variable as a number of messages by kind, empty for off. Raise ValueError if it is invalid."""
    found: dict[str, int] = {}
    for part in [] if text(name, default).lower() == "off" else listing(name, default):
        kind, _, number = (piece.strip() for piece in part.partition(":"))
        if kind not in kinds or not number.isdecimal() or int(number) < 1:
            raise ValueError(f"{name} must be off or kind:messages of {', '.join(kinds)}, not {part!r}")
        found[kind] = int(number)
    return found


def choices(name: str, allowed: Collection[str]) -> frozenset[str]:
    """Return the variable's list as a set. Raise ValueError for what is not in `allowed`."""
    found = frozenset(listing(name))
    if unknown := sorted(found - set(allowed)):
        raise ValueError(f"{name} must be of {', '.join(allowed)}, not {', '.join(unknown)}")
    return found


def mapping(name: str, allowed: Collection[str]) -> dict[str, str]:
    """Return the variable as a mapping from group=value pairs, separated by semicolons.

    A group may hold commas and equals signs, as names of directories do. Raise ValueError for a pair without a value
    of `allowed`.
    """
    found = {}
    for part in filter(None, (part.strip() for part in text(name).split(";"))):
        group, _, value = (piece.strip() for piece in part.rpartition("="))
        if not group or value not in allowed:
            raise ValueError(f"{name} must be group=role; …, with roles of {', '.join(allowed)}, not {part!r}")
        found[group] = value
    return found


def secure_url(name: str) -> str:
    """Return the variable's URL without a slash at its end, or an empty string if it is unset.

    Raise ValueError unless it is https, or http to this machine: who answers there says who somebody is.
    """
    value = text(name).rstrip("/")
    url = urlsplit(value)
    is_here = url.scheme == "http" and url.hostname in {"localhost", "127.0.0.1", "::1"}
    if value and not (url.hostname and (url.scheme == "https" or is_here)):
        raise ValueError(f"{name} must be an https:// URL, not {value!r}")
    return value


def server_url(name: str) -> str:
    """Return the variable's http or https URL of a server, without a slash at its end; an empty string if it is unset.

    Raise ValueError for anything else, such as a path or a password in it.
    """
    value = text(name).rstrip("/")
    url = urlsplit(value)
    if value and not (url.scheme in {"http", "https"} and url.hostname and url.netloc.count("@") == 0 and not url.path):
        raise ValueError(f"{name} must be http:// or https:// with a host, and a port if need be")
    return value


def secret(name: str, file: Path) -> str:
    """Return the variable, or what the file holds, without surrounding whitespace; an empty string for neither."""
    try:
        return text(name) or file.read_text().strip()
    except FileNotFoundError:
        return ""


def networks(name: str, default: str = "") -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the variable as networks: addresses and CIDR blocks. Raise ValueError for anything else."""
    try:
        return tuple(ip_network(part, strict=False) for part in listing(name, default))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def flag(name: str, default: bool) -> bool:
    """Return the variable as a boolean: 1, true, yes, on or 0, false, no, off. Raise ValueError otherwise."""
    value = text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ValueError(f"{name} must be 0 or 1, not {value!r}")


def listing(name: str, default: str = "") -> list[str]:
    """Return the variable as a list, split at commas, without surrounding whitespace and empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def share_metrics(folder: Path) -> None:
    """Have prometheus_client keep what this process counts in the folder, where the metrics' server reads it.

    The library takes the folder from the environment when it is first imported, so the settings call this.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
