"""Validates query parameters and JSON bodies with pydantic models, and converts their errors for the envelope."""

import json
from collections.abc import Sequence
from itertools import islice
from typing import Any, TypeVar, get_origin

from django.http import HttpRequest
from pydantic import BaseModel, ValidationError

from gateway.api import deprecated
from gateway.api.json_limits import TooComplex, check_json
from gateway.api.problems import BAD_BODY, BAD_REQUEST, TOO_LARGE, Problem, bad_parameter

Model = TypeVar("Model", bound=BaseModel)
_MOST_PROBLEMS = 1000


class Refused(Exception):
    """One or several problems of one request."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


def query(request: HttpRequest, model: type[BaseModel]) -> BaseModel:
    """Return the query parameters as `model`.

    Unknown parameters are ignored. Repeated ones are collected if the field is a list, else the last one counts.
    """
    data: dict[str, Any] = {}
    for name, values in request.GET.lists():
        if name not in model.model_fields:
            continue
        for value in values:
            if not _storable(str(value)):
                raise bad_parameter(name, "holds a character that can't be searched for")
        annotation = model.model_fields[name].annotation
        data[name] = values if get_origin(annotation) in {list, tuple} else values[-1]
    return validated(model, data, code=BAD_REQUEST, prefix="")


def body(request: HttpRequest, model: type[BaseModel], *, largest: int) -> BaseModel:
    """Return the JSON body of at most `largest` bytes as `model`.

    :raises Problem: 413 if the body is too large, 400 if it can't be read, is not JSON, or can't be stored.
    :raises Refused: 400 if it is not valid for `model`.
    """
    try:
        raw = request.read(largest + 1)
    except OSError as error:
        raise Problem(400, BAD_BODY, "The body could not be read") from error
    if len(raw) > largest:
        raise Problem(413, TOO_LARGE, f"The body is too large: at most {largest:,} bytes are taken here")
    try:
        check_json(raw)
    except TooComplex as error:
        raise Problem(400, BAD_BODY, f"The body {error}") from error
    try:
        # Only UTF-8: the check above reads bytes, and other encodings of JSON would pass it unread.
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Problem(400, BAD_BODY, "The body is not JSON") from error
    if not _all_storable(data):
        raise Problem(400, BAD_BODY, "The body holds a character that can't be stored")
    return validated(model, data, code=BAD_BODY, prefix="/")


def validated(model: type[Model], data: Any, *, code: int, prefix: str) -> Model:
    """Return `data` as `model`. The pointer of an error is `prefix` and the place in `data`.

    :raises Refused: 400 if `data` is not valid, or uses what is deprecated and not served.
    """
    ended = [
        _problem(code, place, why, prefix) for place, why in islice(deprecated.refused_in(model, data), _MOST_PROBLEMS)
    ]
    if ended:
        raise Refused(ended)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)[:_MOST_PROBLEMS]
        problems = [_problem(code, entry["loc"], entry["msg"].removeprefix("Value error, "), prefix) for entry in found]
        raise Refused(problems) from error


def _problem(code: int, steps: Sequence[str | int], message: str, prefix: str) -> Problem:
    place = "/".join(str(part) for part in steps) if prefix else str((steps or ("",))[0])
    return Problem(400, code, f"{place}: {message}" if place else message, prefix + place or None)


def _storable(text: str) -> bool:
    """Return whether the databases can store `text`. PostgreSQL can't store NUL, and neither a lone surrogate."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _all_storable(data: Any) -> bool:
    if isinstance(data, str):
        return _storable(data)
    if isinstance(data, list):
        return all(_all_storable(entry) for entry in data)
    if isinstance(data, dict):
        return all(_storable(key) and _all_storable(value) for key, value in data.items())
    return True
