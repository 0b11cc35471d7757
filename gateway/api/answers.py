"""API responses: successes and errors in the envelope that every operation returns."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from pydantic import BaseModel

from api_client.models import ApiMessage, ResultInfo, Source
from gateway.api.deprecated import left_out
from gateway.api.problems import Problem


def wire(model: BaseModel) -> dict[str, Any]:
    """Return a model of the API as JSON data, without deprecated fields if they are not served."""
    return model.model_dump(mode="json", by_alias=True, exclude=left_out(type(model)))


def answer(
    result: Any,
    *,
    status: int = 200,
    result_info: ResultInfo | None = None,
    headers: Mapping[str, str] | None = None,
    messages: Sequence[ApiMessage] = (),
) -> HttpResponse:
    """Return a success response. `result` is a model of the API, a list of models, or plain data."""
    said = [wire(message) for message in messages]
    body: dict[str, Any] = {"success": True, "errors": [], "messages": said, "result": _plain(result)}
    if result_info is not None:
        body["result_info"] = wire(result_info)
    return JsonResponse(body, status=status, headers=dict(headers or {}))


def streamed(
    parts: Iterable[Sequence[BaseModel]], *, result_info: ResultInfo, messages: Sequence[ApiMessage] = ()
) -> StreamingHttpResponse:
    """Return a success response whose result is a list, sent part by part. So a long list takes little memory."""
    said = json.dumps([wire(message) for message in messages])
    return StreamingHttpResponse(_pieces(parts, said, json.dumps(wire(result_info))), content_type="application/json")


def _pieces(parts: Iterable[Sequence[BaseModel]], messages: str, result_info: str) -> Iterator[str]:
    yield f'{{"success": true, "errors": [], "messages": {messages}, "result": ['
    separator = ""
    for part in parts:
        for entry in part:
            yield separator + json.dumps(wire(entry))
            separator = ", "
    yield f'], "result_info": {result_info}}}'


def _plain(result: Any) -> Any:
    if isinstance(result, BaseModel):
        return wire(result)
    if isinstance(result, Sequence) and not isinstance(result, str):
        return [_plain(entry) for entry in result]
    return result


def refusal(problems: Sequence[Problem]) -> HttpResponse:
    """Return the error response for one or several problems of the same status, without duplicates."""
    told = {(problem.code, problem.message, problem.pointer): None for problem in problems}
    errors = [
        wire(ApiMessage(code=code, message=message, source=Source(pointer=pointer) if pointer else None))
        for code, message, pointer in told
    ]
    headers = {name: value for problem in problems for name, value in problem.headers.items()}
    body = {"success": False, "errors": errors, "messages": [], "result": None}
    return JsonResponse(body, status=problems[0].status, headers=headers)
