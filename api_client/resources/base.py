"""Base class of all resources, with helpers that send requests and read results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter

from api_client.addressing import ParameterValue, query_pairs
from api_client.envelope import read_result
from api_client.transport import Answer, Call, Transport

T = TypeVar("T")


class Resource:
    """A group of operations below `email-security/`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _get(
        self, path: str, params: Mapping[str, ParameterValue] | None = None, *, accept: str = "application/json"
    ) -> Answer:
        return self._send("GET", path, params=params, write=False, accept=accept)

    def _post(self, path: str, body: BaseModel, *, write: bool = True) -> Answer:
        return self._send("POST", path, json=body.model_dump(mode="json", exclude_none=True), write=write)

    def _send(
        self,
        method: str,
        path: str,
        *,
        write: bool,
        params: Mapping[str, ParameterValue] | None = None,
        json: Mapping[str, Any] | Sequence[Any] | None = None,
        accept: str = "application/json",
        is_parted: bool = False,
    ) -> Answer:
        url = self._transport.scope.url(f"email-security/{path}")
        return self._transport.send(
            Call(
                method=method,
                url=url,
                name=f"{method} {url.path}",
                write=write,
                params=tuple(query_pairs(params or {})),
                json=json,
                accept=accept,
                is_parted=is_parted,
            )
        )

    def _read(self, adapter: TypeAdapter[T], answer: Answer) -> T:
        return read_result(adapter, answer.envelope.result, operation=answer.call.name, write=answer.call.write)
