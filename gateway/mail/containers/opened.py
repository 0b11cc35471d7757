"""What an opened container holds."""

from dataclasses import dataclass, field

from gateway.mail.message import Link
from gateway.mail.mime import Part


@dataclass(frozen=True, slots=True)
class Member:
    """A file in a container, with its name as the container gives it.

    `part` is its MIME part, where it has one. `inline` says that the message shows it as a picture of its own.
    """

    name: str
    data: bytes
    declared_type: str = ""
    content_id: str = ""
    inline: bool = False
    part: Part | None = None


@dataclass(slots=True)
class Opened:
    """The files and links of a container, its features, and whether any of it needs a password.

    `media_type` is the type of the container itself if opening it tells more than its signature. `names` are all names
    that it lists, those of files without content included. `text` and `html` are the bodies of a message that was
    wrapped whole, and that the mail program shows as if it was not.
    """

    media_type: str = ""
    encrypted: bool = False
    names: list[str] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
