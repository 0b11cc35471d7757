"""Models of the envelope that wraps every response."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, StrictBool, model_serializer

from api_client.models.base import WireModel


class Source(WireModel):
    """The part of the request that caused an error, as a JSON pointer or a parameter's name."""

    pointer: str | None = None


class ApiMessage(WireModel):
    """One entry of the envelope's `errors` or `messages`."""

    code: int
    message: str
    documentation_url: str | None = None
    source: Source | None = None

    @property
    def pointer(self) -> str | None:
        """The part of the request that the entry refers to, or None."""
        return self.source.pointer if self.source else None

    @model_serializer(mode="wrap")
    def _without_absent_parts(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        # In the contract these two fields are optional, but never null.
        return {name: value for name, value in handler(self).items() if value is not None}


class ResultInfo(WireModel):
    """Pagination data of a response.

    `page` and `total_count` are deprecated for search, where they are always 0. Lists with page numbers still use
    them. `next` and `previous` are opaque cursors.
    """

    count: int
    per_page: int
    page: int = 0
    total_count: int = 0
    next: str | None = None
    previous: str | None = None


class Envelope(WireModel):
    """The envelope of every response. The type of `result` depends on the operation."""

    success: StrictBool
    errors: list[ApiMessage] = Field(default_factory=list)
    messages: list[ApiMessage] = Field(default_factory=list)
    result: Any = None
    result_info: ResultInfo | None = None
