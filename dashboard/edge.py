"""What is refused at start where others than this machine's own people reach the console.

On the loopback address Gatehouse is tried out, and starts with what it is given. Beyond it, each weak setting is
refused with a sentence that says what to set.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings

_LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]", "::1", ".localhost"}
_LONG_ENOUGH = 50
_DISTINCT_ENOUGH = 10
PLAIN_HTTP_WORDS = "everybody-on-the-way-can-read-it"
"""The value of GATEHOUSE_PLAIN_HTTP that permits plain HTTP: nobody sets it by accident."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The settings that say who reaches the console, and how. `secrets` are those that the environment gives."""

    bind: str = "127.0.0.1"
    tls: bool = False
    debug: bool = False
    allowed_hosts: Collection[str] = ()
    trusted_origins: Collection[str] = ()
    plain_http: str = ""
    secrets: tuple[tuple[str, str], ...] = ()
    passwords: tuple[tuple[str, str], ...] = ()

    @property
    def is_beyond_loopback(self) -> bool:
        """Whether others than this machine reach the console: by its address, through a proxy, or by a host name."""
        hosts = {host.lower() for host in self.allowed_hosts}
        return self.tls or not is_loopback(self.bind) or bool(hosts - _LOCAL_HOSTS - {"*"})


def is_loopback(address: str) -> bool:
    """Return whether the address is one that only this machine reaches."""
    try:
        return ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def edge() -> Edge:
    """Return the edge of this installation."""
    return Edge(
        bind=settings.GATEHOUSE_BIND,
        tls=settings.GATEHOUSE_TLS,
        debug=settings.DEBUG,
        allowed_hosts=settings.ALLOWED_HOSTS,
        trusted_origins=settings.CSRF_TRUSTED_ORIGINS,
        plain_http=settings.GATEHOUSE_PLAIN_HTTP,
        secrets=(("SECRET_KEY", settings.SECRET_KEY), ("GATEHOUSE_AUDIT_KEY", settings.GATEHOUSE_AUDIT_KEY)),
        passwords=settings.GIVEN_FIRST_PASSWORDS,
    )


def refusals(found: Edge, is_weak_password: Callable[[str], bool] = lambda _password: False) -> list[str]:
    """Return a sentence for each setting with which the console may not be reached from beyond this machine."""
    if not found.is_beyond_loopback:
        return []
    return [*_transport(found), *_names(found), *_secrets(found, is_weak_password)]


def warnings(found: Edge) -> list[str]:
    """Return what is worth a word where the console is tried out: what would be refused beyond the loopback address."""
    return [] if found.is_beyond_loopback else [*_names(found), *_secrets(found, lambda _password: False)]


def _transport(found: Edge) -> list[str]:
    if found.tls or found.plain_http == PLAIN_HTTP_WORDS:
        return []
    what = (
        f"GATEHOUSE_BIND={found.bind} is reached from other machines"
        if not is_loopback(found.bind)
        else f"ALLOWED_HOSTS={','.join(found.allowed_hosts)} names hosts beyond this machine"
    )
    return [
        f"{what}, and passwords and mail would travel over plain HTTP. Put a TLS proxy in front and set"
        f" GATEHOUSE_TLS=1. For a laboratory alone: GATEHOUSE_PLAIN_HTTP={PLAIN_HTTP_WORDS}."
    ]


def _names(found: Edge) -> list[str]:
    said = []
    if found.debug:
        said.append("DEBUG=1 shows settings and mail to whoever causes an error. Set DEBUG=0.")
    if "*" in found.allowed_hosts:
        said.append(
            "ALLOWED_HOSTS=* answers to any name, so a link for a new password may lead elsewhere."
            " Set ALLOWED_HOSTS to the console's own, such as gatehouse.example."
        )
    if found.tls:
        said += [
            f"CSRF_TRUSTED_ORIGINS has {origin}, which anybody on the way can pretend to be. Use its https:// address."
            for origin in found.trusted_origins
            if origin.startswith("http://")
        ]
    return said


def _secrets(found: Edge, is_weak_password: Callable[[str], bool]) -> list[str]:
    how = "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'` makes one"
    said = [
        f"{name} has {len(value)} characters, of which {len(set(value))} are different: it can be guessed."
        f" Leave it unset, so that one is made and kept, or set {_LONG_ENOUGH} random characters; {how}."
        for name, value in found.secrets
        if len(value) < _LONG_ENOUGH or len(set(value)) < _DISTINCT_ENOUGH or value.startswith("django-insecure-")
    ]
    return said + [
        f"{name} is short, common or a number: it can be guessed. Leave it unset, so that a random one is made."
        for name, value in found.passwords
        if value and is_weak_password(value)
    ]


def is_weak_password(password: str) -> bool:
    """Return whether the rules for people's passwords refuse it."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError:
        return True
    return False


def keeps_first_passwords() -> bool:
    """Return whether run.json keeps the first users' passwords: on loopback, where Gatehouse is tried out."""
    return not edge().is_beyond_loopback


def require_safe_edge(raised: type[Exception]) -> None:
    """Raise an exception of the given type, with all sentences, if the console may not start with these settings."""
    if said := refusals(edge(), is_weak_password):
        text = "\n".join(f"- {sentence}" for sentence in said)
        raise raised(f"Gatehouse doesn't start where others can reach it with these settings:\n{text}")
