"""What the API's reference has deprecated: without GATEWAY_DEPRECATED it is neither served nor accepted.

A deprecated field of an answer, and a deprecated parameter or field of a request, is marked with `Ended` where it is
declared. A request's earlier name for a field is in `ENDED` of its model.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeAlias, get_args, get_origin

from django.conf import settings
from pydantic import BaseModel

from api_client.models import Ended

Exclusions: TypeAlias = dict[str, Any]
"""Which fields are left out, as pydantic's `exclude` takes it: by name, and `__all__` for each entry of a list."""


def is_served() -> bool:
    """Return whether deprecated fields and parameters are still served."""
    return bool(settings.GATEWAY_DEPRECATED)


def left_out(model: type[BaseModel]) -> Exclusions | None:
    """Return what is to be left out of an answer of this model, or None if nothing is."""
    return None if is_served() else _deprecated_in(model)


@cache
def _deprecated_in(model: type[BaseModel]) -> Exclusions | None:
    found: Exclusions = {}
    for name, field in model.model_fields.items():
        if any(isinstance(mark, Ended) for mark in field.metadata):
            found[name] = True
        elif inner := _deprecated_within(field.annotation):
            found[name] = inner
    return found or None


def _deprecated_within(annotation: Any) -> Exclusions | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _deprecated_in(annotation)
    parts = [inner for part in get_args(annotation) if (inner := _deprecated_within(part))]
    if not parts:
        return None
    return {"__all__": parts[0]} if get_origin(annotation) is list else parts[0]


def refused_in(model: type[BaseModel], data: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield what may no longer be sent: its place in `data`, and why. Nothing while deprecated fields are served."""
    if not is_served():
        yield from _used(model, data)


def _used(model: type[BaseModel], data: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if not isinstance(data, dict):
        return
    for name, mark in ended_inputs(model).items():
        if data.get(name) is not None:
            yield (name,), _why(mark)
    for name, field in model.model_fields.items():
        for at, part, kind in _nested(field.annotation, data.get(name)):
            for place, why in _used(kind, part):
                yield (name, *at, *place), why


def _nested(annotation: Any, value: Any) -> Iterator[tuple[tuple[int, ...], Any, type[BaseModel]]]:
    """Yield the parts of a value that are models by its type: its index in a list, the part, and the model."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield (), value, annotation
        return
    for part in get_args(annotation):
        if get_origin(annotation) is list and isinstance(value, list):
            for number, entry in enumerate(value):
                yield from ((((number, *at)), inner, kind) for at, inner, kind in _nested(part, entry))
        elif get_origin(annotation) is not list:
            yield from _nested(part, value)


@cache
def ended_inputs(model: type[BaseModel]) -> dict[str, Ended]:
    """Return the deprecated parameters or fields of a request, by the name under which they are sent."""
    marked = {
        name: mark for name, field in model.model_fields.items() for mark in field.metadata if isinstance(mark, Ended)
    }
    earlier: dict[str, Ended] = getattr(model, "ENDED", {})
    return marked | earlier


def _why(mark: Ended) -> str:
    ended = f"ended on {mark.on.day} {mark.on:%B %Y}" if mark.on else "is deprecated"
    use = f"; use {mark.instead}" if mark.instead else ""
    return f"{ended}, and this gateway serves nothing that is deprecated (GATEWAY_DEPRECATED){use}"


def without_deprecated(schema: Any) -> Any:
    """Return an OpenAPI document, or a part of it, without what it marks as deprecated."""
    if isinstance(schema, list):
        kept = (entry for entry in schema if not _is_deprecated_parameter(entry))
        return [without_deprecated(entry) for entry in kept]
    if not isinstance(schema, dict):
        return schema
    gone: set[str] = set()
    properties = schema.get("properties")
    if isinstance(properties, dict):
        gone = {name for name, value in properties.items() if isinstance(value, dict) and value.get("deprecated")}
    found = {}
    for key, value in schema.items():
        if key == "properties" and gone:
            found[key] = without_deprecated({name: part for name, part in value.items() if name not in gone})
        elif key == "required" and isinstance(value, list):
            found[key] = [name for name in value if name not in gone]
        elif key == "anyOf" and gone:
            # One of several spellings was required. Without the earlier ones, the newest is.
            left = [part for part in value if not gone & set(part.get("required", ()))]
            found[key] = without_deprecated(left)
        else:
            found[key] = without_deprecated(value)
    return found


def _is_deprecated_parameter(entry: Any) -> bool:
    return isinstance(entry, dict) and "in" in entry and bool(entry.get("schema", {}).get("deprecated"))
