"""JSON bodies of the operations on tokens."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

Name = Annotated[str, Field(min_length=1, max_length=50)]
ScopeName = Literal["read", "write"]
Rights = Annotated[list[Annotated[str, Field(max_length=20)]], Field(max_length=20)]
Networks = Annotated[list[Annotated[str, Field(max_length=50)]], Field(max_length=100)]


class CreateToken(BaseModel):
    """`POST /gatehouse/tokens`. Without rights the token has all of its scope, without networks it works anywhere."""

    name: Name
    scope: ScopeName
    rights: Rights | None = None
    networks: Networks = []
    expires_at: AwareDatetime | None = None
    created_by: Annotated[str, Field(max_length=150)] = ""


class NarrowToken(BaseModel):
    """`PATCH /gatehouse/tokens/{id}`: what is absent or null stays as it is."""

    scope: ScopeName | None = None
    rights: Rights | None = None
    networks: Networks | None = None
    expires_at: AwareDatetime | None = None


class RotateToken(BaseModel):
    """`POST /gatehouse/tokens/{id}/rotate`: for how many hours the old secret stays valid, and who asks."""

    grace_hours: Annotated[int, Field(ge=0, le=720)] = 24
    rotated_by: Annotated[str, Field(max_length=150)] = ""
