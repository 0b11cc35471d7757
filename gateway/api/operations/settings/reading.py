"""Query parameters and request bodies that are common to all kinds of settings."""

from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, StringConstraints

from api_client import models as contract

MOST_ENTRIES = 1000
LONGEST_TEXT = 10_000

Created = TypeVar("Created", bound=BaseModel)
Patched = TypeVar("Patched", bound=BaseModel)
Replaced = TypeVar("Replaced", bound=BaseModel)
Shown = TypeVar("Shown", bound=BaseModel)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


def omitted(alias: AliasChoices | None = None) -> Any:
    """Return the default of a field of a PATCH that may also be sent under another name."""
    return Field(default=None, json_schema_extra=_without_default, validation_alias=alias)


# Default of a PATCH field. Whether the field was sent is read from `model_fields_set`, never from this value.
OMITTED: Any = omitted()


def _whole(value: Any) -> Any:
    # JSON does not distinguish integers from floats, so 2.0 is accepted as an integer.
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Line = Annotated[str, StringConstraints(max_length=1024)]
Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True), BeforeValidator(_whole)]
Number = Annotated[Whole, Field(ge=-(2**53), le=2**53)]


class ListQuery(BaseModel):
    """Parameters of every list. `page` counts from 1; past the end it is empty."""

    page: Annotated[int, Field(ge=1, le=2**31)] = 1
    per_page: Annotated[int, Field(ge=1, le=1000)] = 20


class SearchQuery(ListQuery):
    """Parameters of a list that is searched and sorted; newest first, unless an order is asked for."""

    direction: Literal["asc", "desc"] | None = None
    search: str | None = None


class Named(BaseModel):
    """An entry of a batch that names a setting."""

    id: UUID


class Batch(BaseModel, Generic[Created, Patched, Replaced]):
    """The four lists of a batch. They are carried out as deletes, patches, puts, posts: all or nothing."""

    deletes: Annotated[list[Named], Field(max_length=MOST_ENTRIES)]
    patches: Annotated[list[Patched], Field(max_length=MOST_ENTRIES)]
    puts: Annotated[list[Replaced], Field(max_length=MOST_ENTRIES)]
    posts: Annotated[list[Created], Field(max_length=MOST_ENTRIES)]


class BatchAnswer(BaseModel, Generic[Shown]):
    """What a batch answers with: ids of what is gone, and the entries as they are now."""

    deletes: list[contract.Deleted]
    patches: list[Shown]
    puts: list[Shown]
    posts: list[Shown]


def page_info(query: ListQuery, *, count: int, total: int) -> contract.ResultInfo:
    """Return the place of a page in its list."""
    return contract.ResultInfo(count=count, page=query.page, per_page=query.per_page, total_count=total)
