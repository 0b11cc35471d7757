"""Status checks of a domain: SPF, DMARC, verification and authorization, with the TXT records to publish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api_client import ApiError
from api_client.models.settings import DomainAuthorization, DomainVerification, EmailsProcessed
from dashboard.backend import api_client_for_console, backend_is_embedded
from settings_admin.entries.entry import Entry


@dataclass(frozen=True, slots=True)
class Record:
    """A TXT record to publish."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Check:
    """One status check of a domain.

    `says` explains the state and what to do about it. `is_good` is None if the state is unknown. `record` is the TXT
    record to publish.
    """

    label: str
    state: str
    is_good: bool | None
    says: str
    record: Record | None = None


_SPF = {
    "good": (True, "Servers that may send for the domain are named, and all others are refused."),
    "none": (False, "There is no SPF record: any server may send in the domain's name, as far as SPF goes."),
    "neutral": (False, "The record ends in ?all: it says nothing about servers that it does not name. End it in -all."),
    "open": (
        False,
        "The record allows every server, with +all or a range as wide. Name your servers, and end in -all.",
    ),
    "invalid": (False, "The record can't be read, or needs more than ten lookups, so receivers ignore it."),
}
_DMARC = {
    "good": (True, "Receivers are told what to do with mail that only claims to come from the domain."),
    "none": (False, "There is no DMARC record: receivers decide for themselves about mail that claims the domain."),
    "invalid": (False, "The record can't be read, so receivers ignore it."),
}
_STATUS = {
    "ACTIVE": (True, "Mail for the domain is judged."),
    "PENDING": (None, "The domain is being set up. It becomes active once its ownership is proven."),
    "FAILED": (False, "Setting the domain up failed. Check the verification below, then save the domain again."),
    "TIMEOUT": (False, "The proof of ownership did not show up in time. Publish the record below, then save again."),
}
_NOT_LOOKED_UP = "The gateway has not looked yet, or asks no name server (GATEWAY_DNS). This is a record that would do:"


def checks_of(entry: Entry) -> list[Check]:
    """Return the status checks of a domain. This requests the ownership verification from the API."""
    reported, name = entry.reported, entry.name
    return [
        _status(str(reported.get("status") or "").upper()),
        _of_record("SPF", reported.get("spf_status"), _SPF, Record(name, "v=spf1 mx -all")),
        _of_record(
            "DMARC",
            reported.get("dmarc_status"),
            _DMARC,
            Record(f"_dmarc.{name}", f"v=DMARC1; p=reject; rua=mailto:dmarc@{name}"),
        ),
        _verification(entry.id),
        *_authorization(reported.get("authorization")),
    ]


def facts_of(entry: Entry) -> list[tuple[str, str]]:
    """Return further facts that the service reports about a domain, as (label, text)."""
    facts = []
    if provider := entry.reported.get("inbox_provider"):
        facts.append(("Mailboxes", str(provider)))
    processed = entry.reported.get("emails_processed")
    if isinstance(processed, EmailsProcessed):
        before = processed.total_emails_processed_previous
        facts.append(("Messages", f"{processed.total_emails_processed:,}, and {before:,} in the time before"))
    return facts


def _status(status: str) -> Check:
    is_good, says = _STATUS.get(status, (None, "The service did not say how the domain stands."))
    return Check("Status", status.capitalize() or "Unknown", is_good, says)


def _of_record(label: str, state: Any, known: dict[str, tuple[bool, str]], record: Record) -> Check:
    if not state:
        says = (
            _NOT_LOOKED_UP
            if backend_is_embedded()
            else "The service has not looked yet. This is a record that would do:"
        )
        return Check(label, "Unknown", None, says, record)
    is_good, says = known.get(str(state).lower(), (False, "This state is new to the console."))
    return Check(label, str(state).capitalize(), is_good, says, None if is_good else record)


def _verification(domain_id: str) -> Check:
    label = "Verification"
    try:
        found: DomainVerification | None = api_client_for_console().settings.domains.verification(domain_id)
    except ApiError as error:
        return Check(label, "Unknown", None, f"It could not be asked for: {error.reason}")
    if found is None:
        return Check(label, "Not asked for", True, "The domain was there before its ownership had to be proven.")
    state = (found.status or "").capitalize()
    is_good = True if state.lower() in {"active", "verified"} else None if not state or state == "Pending" else False
    looked = f" It was last looked for {found.last_checked_at:%Y-%m-%d %H:%M} UTC." if found.last_checked_at else ""
    record = Record(found.txt_record_name, found.txt_record_value)
    if backend_is_embedded():
        says = f"This record shows others that the domain is yours. Mail for it is judged in either case.{looked}"
        return Check(label, "Found" if is_good else "Not found" if looked else "Not looked up", is_good, says, record)
    return Check(label, state or "Unknown", is_good, f"This record proves that the domain is yours.{looked}", record)


def _authorization(found: Any) -> list[Check]:
    if not isinstance(found, DomainAuthorization):
        return []
    if backend_is_embedded():
        # The mailboxes are the gateway's own. What DNS shows of the ownership is all that there is to authorise.
        state = "Given" if found.authorized else "Not proven"
        return [Check("Authorisation", state, found.authorized or None, found.status_message or "")]
    if found.authorized:
        return [Check("Authorisation", "Given", True, "The service may act on the domain's mailboxes.")]
    why = found.status_message or "The mail provider gave no reason."
    return [Check("Authorisation", "Missing", False, f"The service may not act on the domain's mailboxes. {why}")]
