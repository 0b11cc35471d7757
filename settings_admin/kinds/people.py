"""Description of the impersonation registry: people whose display names attackers may impersonate."""

from __future__ import annotations

from collections.abc import Iterator

from settings_admin.kinds.description import Batch, Fault, Field, Filter, Input, Kind, Values
from settings_admin.kinds.shared_fields import COMMENTS
from settings_admin.patterns.checking import address_flaws
from settings_admin.patterns.flaws import expression_flaws

HERE = "A1S_INTERNAL"
_PROVENANCES = (
    (HERE, "Added by hand"),
    ("SNOOPY-OFFICE_365", "Microsoft 365 directory"),
    ("SNOOPY-CASB_OFFICE_365", "Microsoft 365 directory (CASB)"),
    ("SNOOPY-GOOGLE_DIRECTORY", "Google directory"),
)


def _faults(values: Values) -> Iterator[Fault]:
    email = str(values.get("email") or "")
    flaws = expression_flaws(email) if values.get("is_email_regex") else address_flaws(email)
    for flaw in flaws:
        message = flaw.message.partition(" For a whole domain")[0]
        yield Fault("email", message, flaw.at)


def _identity(values: Values) -> tuple[str, ...]:
    is_regex, email = bool(values.get("is_email_regex")), str(values.get("email") or "")
    return str(values.get("name") or "").casefold(), str(is_regex), email if is_regex else email.casefold()


def _locked(values: Values) -> str:
    provenance = values.get("provenance")
    if not provenance or provenance == HERE:
        return ""
    where = dict(_PROVENANCES).get(str(provenance), str(provenance))
    return f"This entry comes from a directory ({where}) and is synchronised from there. Change it in the directory."


def _says(values: Values) -> str:
    what = "an address that matches" if values.get("is_email_regex") else "the address"
    return f"Mail in the name of {values.get('name')} that does not come from {what} {values.get('email')} is flagged."


IMPERSONATION_REGISTRY = Kind(
    slug="impersonation-registry",
    resource="impersonation_registry",
    title="Impersonation registry",
    is_inbound=False,
    noun="protected person",
    about="People whose names attackers borrow. Mail in their name from another address is flagged.",
    empty="Nobody's name is protected yet. Start with those who can order payments: board, finance, human resources.",
    fields=(
        Field("name", "Display name", Input.LINE, "The name as it stands in mail.", required=True),
        Field(
            "email",
            "Email",
            Input.PATTERN,
            "The person's own address: mail in their name is expected from here.",
            required=True,
        ),
        Field(
            "is_email_regex",
            "Regular expression",
            Input.CHECK,
            "Read the email as an RE2 expression, for people with several addresses.",
            initial=False,
        ),
        COMMENTS,
    ),
    named_by="name",
    faults=_faults,
    identity=_identity,
    explain=_says,
    orders=("name", "email", "created_at"),
    filters=(Filter("provenance", "Comes from", _PROVENANCES),),
    batch=Batch.NONE,
    locked=_locked,
    reported=("provenance",),
    listed=(("provenance", "Comes from"),),
    columns=(("Display Name", "name"), ("Email", "email")),
)
