"""Parse the API's response envelope, and validate its result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from pydantic import TypeAdapter, ValidationError

from api_client.errors import ResponseInvalid
from api_client.models import ApiMessage

T = TypeVar("T")

JSON: TypeAdapter[Any] = TypeAdapter(Any)


@dataclass(frozen=True, slots=True)
class ParsedEnvelope:
    """A parsed envelope. `messages` are notices, not errors. `result` and `result_info` are not validated yet."""

    success: bool
    errors: list[ApiMessage]
    messages: list[ApiMessage]
    result: Any
    result_info: Any


def open_envelope(body: bytes) -> ParsedEnvelope | None:
    """Parse an envelope. Return None if the bytes are not one."""
    try:
        content = JSON.validate_json(body)
    except ValueError:
        return None
    if not isinstance(content, dict) or not isinstance(content.get("success"), bool):
        return None
    return ParsedEnvelope(
        success=content["success"],
        errors=_entries(content.get("errors")),
        messages=_entries(content.get("messages")),
        result=content.get("result"),
        result_info=content.get("result_info"),
    )


class _Parted(msgspec.Struct):
    """An envelope whose result is a list. Its entries are not parsed: each is a part of the body."""

    success: bool
    errors: msgspec.Raw = msgspec.Raw(b"[]")
    messages: msgspec.Raw = msgspec.Raw(b"[]")
    result: list[msgspec.Raw] | None = None
    result_info: msgspec.Raw = msgspec.Raw(b"null")


_PARTED = msgspec.json.Decoder(_Parted)


def open_parted(body: memoryview) -> ParsedEnvelope | None:
    """Parse an envelope, but not the entries of its result, which stay raw JSON. They share the memory of `body`.

    Return None if the bytes are no envelope. A result that is not a list is parsed as by `open_envelope`.
    """
    try:
        found = _PARTED.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return open_envelope(bytes(body))
    return ParsedEnvelope(
        success=found.success,
        errors=_entries(JSON.validate_json(bytes(found.errors))),
        messages=_entries(JSON.validate_json(bytes(found.messages))),
        result=found.result,
        result_info=JSON.validate_json(bytes(found.result_info)),
    )


def is_whole_json(body: bytes) -> bool:
    """Return whether the bytes are a complete JSON document, rather than a truncated one."""
    try:
        JSON.validate_json(body)
    except ValueError:
        return False
    return True


def _entries(raw: Any) -> list[ApiMessage]:
    # Accept malformed error entries, since their message is more important than their form.
    entries = []
    for part in raw if isinstance(raw, list) else []:
        try:
            entries.append(ApiMessage.model_validate(part))
        except ValidationError:
            said = part.get("message") if isinstance(part, dict) else part
            entries.append(ApiMessage(code=0, message=str(said)[:500]))
    return entries


def read_result(adapter: TypeAdapter[T], value: Any, *, operation: str, write: bool) -> T:
    """Validate a `result` as its model. Raise ResponseInvalid that names up to five missing or invalid fields."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(step) for step in part['loc']) or 'result'}: {part['msg']}" for part in error.errors()[:5]
        )
        raise ResponseInvalid(
            f"The answer is not what the contract says ({wrong}).", operation=operation, outcome_unknown=write
        ) from error
