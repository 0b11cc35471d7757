"""Explanations of a message's SPF, DKIM and DMARC results."""

from collections.abc import Iterator
from dataclasses import dataclass

from api_client.models import Validation
from api_client.models.values import ValidationResult


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check (SPF, DKIM or DMARC) with its explanation. `kind` is good, bad or open."""

    name: str
    result: str
    kind: str
    meaning: str


_KINDS = {ValidationResult.PASS: "good", ValidationResult.FAIL: "bad", ValidationResult.ERROR: "bad"}

_MEANINGS: dict[str, dict[ValidationResult, str]] = {
    "SPF": {
        ValidationResult.PASS: "The sending server may send for the envelope sender's domain.",
        ValidationResult.FAIL: "The envelope sender's domain does not let this server send for it.",
        ValidationResult.NEUTRAL: "The envelope sender's domain says nothing about this server.",
        ValidationResult.ERROR: "The domain's SPF record could not be read.",
        ValidationResult.NONE: "No result: no SPF record, or nobody checked it.",
    },
    "DKIM": {
        ValidationResult.PASS: "A signature is valid: the signing domain vouches for the content.",
        ValidationResult.FAIL: "The signature does not fit: the content was changed, or the signature is forged.",
        ValidationResult.NEUTRAL: "There is a signature, and it proves nothing.",
        ValidationResult.ERROR: "The signature could not be checked.",
        ValidationResult.NONE: "No result: nobody signed it, or nobody checked it.",
    },
    "DMARC": {
        ValidationResult.PASS: "SPF or DKIM speaks for the very domain that the reader sees as sender.",
        ValidationResult.FAIL: "Neither SPF nor DKIM speaks for the domain that the reader sees as sender.",
        ValidationResult.NEUTRAL: "The sender's domain has a policy, and it decided nothing here.",
        ValidationResult.ERROR: "The domain's DMARC record could not be read.",
        ValidationResult.NONE: "No result: no DMARC policy, or nobody checked it.",
    },
}


def checks_of(validation: Validation | None) -> list[Check]:
    """Return the SPF, DKIM and DMARC checks with explanations. Missing or unknown results are named as such."""
    return list(_checks(validation or Validation()))


def _checks(validation: Validation) -> Iterator[Check]:
    for name, result in (("SPF", validation.spf), ("DKIM", validation.dkim), ("DMARC", validation.dmarc)):
        if not result:
            yield Check(name, "not told", "open", "The API does not tell the result.")
            continue
        try:
            known = ValidationResult(result.lower())
        except ValueError:
            yield Check(name, result, "open", "This version of Gatehouse does not know this result.")
            continue
        yield Check(name, known.value, _KINDS.get(known, "open"), _MEANINGS[name][known])
