"""JSON request bodies of the operations. Both current and older field names are accepted."""

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator, model_validator

from api_client.models import DECEMBER_2026, NOVEMBER_2026, Ended, MailboxDestination, SubmissionDisposition

MOST_MESSAGES = 1000
Ids = Annotated[list[str], Field(max_length=MOST_MESSAGES)]


def _also(name: str, earlier: str) -> Callable[[dict[str, Any]], None]:
    """Return what adds the earlier spelling of a field to a model's JSON schema."""

    def extend(schema: dict[str, Any]) -> None:
        schema["properties"][earlier] = schema["properties"][name] | {"deprecated": True}
        others = [required for required in schema.pop("required") if required != name]
        schema["anyOf"] = [{"required": [*others, spelling]} for spelling in (name, earlier)]

    return extend


def _or_bare_array(schema: dict[str, Any]) -> None:
    """Add the bare array that older clients send to the JSON schema of a model whose one field is `ids`."""
    whole = {key: schema.pop(key) for key in ("type", "properties", "required")}
    schema["anyOf"] = [whole, whole["properties"]["ids"]]


class MoveBody(BaseModel):
    """`POST /investigate/{id}/move`."""

    ENDED: ClassVar = {"expected_disposition": Ended(DECEMBER_2026)}

    destination: MailboxDestination


class BulkMoveBody(BaseModel):
    """`POST /investigate/move`: `ids`, or `postfix_ids` as they were called before."""

    model_config = ConfigDict(json_schema_extra=_also("ids", "postfix_ids"))
    ENDED: ClassVar = {"postfix_ids": Ended(NOVEMBER_2026, "ids"), "expected_disposition": Ended(DECEMBER_2026)}

    destination: MailboxDestination
    ids: Ids = Field(validation_alias=AliasChoices("ids", "postfix_ids"))


class ReleaseBody(BaseModel):
    """`POST /investigate/release`: `{"ids": […]}`, or a bare array up to SDK 5.8."""

    model_config = ConfigDict(json_schema_extra=_or_bare_array)

    ids: Ids

    @model_validator(mode="before")
    @classmethod
    def _either_spelling(cls, data: Any) -> Any:
        return {"ids": data} if isinstance(data, list) else data


class ReleaseCopyBody(BaseModel):
    """`POST /gatehouse/release_copy`: one message, and the one recipient who gets it."""

    id: str
    recipient: Annotated[str, Field(min_length=3, max_length=320)]


class PreviewBody(BaseModel):
    """`POST /investigate/preview`: `id`, or `postfix_id` up to SDK 5.8."""

    model_config = ConfigDict(json_schema_extra=_also("id", "postfix_id"))
    ENDED: ClassVar = {"postfix_id": Ended(NOVEMBER_2026, "id")}

    id: str = Field(validation_alias=AliasChoices("id", "postfix_id"))


class ReclassifyBody(BaseModel):
    """`POST /investigate/{id}/reclassify`."""

    expected_disposition: SubmissionDisposition
    eml_content: str | None = None
    escalated_submission_id: Annotated[str, Field(max_length=64)] | None = None

    @field_validator("eml_content")
    @classmethod
    def _base64(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                base64.b64decode(value, validate=True)
            except (binascii.Error, ValueError):
                raise ValueError("must be the message in base64") from None
        return value

    @property
    def eml(self) -> bytes | None:
        """The uploaded message's bytes, if there is one."""
        return base64.b64decode(self.eml_content) if self.eml_content is not None else None
