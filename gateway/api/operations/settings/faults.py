"""Validation errors of settings."""

from dataclasses import dataclass

from gateway.api.problems import Problem

DUPLICATE = 1009
BAD_VALUE = 1010
SYNCHRONISED = 1011


@dataclass(frozen=True, slots=True)
class Fault:
    """One validation error of a setting: the field and a sentence. For a list's entry, `/` and its index follow."""

    field: str
    message: str
    code: int = BAD_VALUE


def problem(fault: Fault, place: str) -> Problem:
    """Return the refusal for `fault` in the entry at `place`, which is empty or a JSON pointer."""
    return Problem(400, fault.code, f"{fault.field}: {fault.message}", f"{place}/{fault.field}")


def duplicate(noun: str, field: str, place: str) -> Problem:
    """Return the refusal for an entry that is there already."""
    return Problem(409, DUPLICATE, f"{field}: this {noun} exists already", f"{place}/{field}")
