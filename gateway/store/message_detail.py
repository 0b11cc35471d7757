"""Message detail: the data that only a message's own page needs, packed as zstd-compressed JSON."""

import json
from dataclasses import dataclass, field
from typing import Any

import zstandard

_LARGEST = 64 * 1024 * 1024


@dataclass(slots=True)
class Detail:
    """The data of `GET …/detections` and `GET …/trace`, in the shapes of the API.

    `trace` contains the lines of the intake: [direction, seconds since scanning, text]. `link_spellings` are addresses
    of links as the message wrote them, where `links` has them in other words. In details stored by earlier releases,
    links lack `hidden`, `written` and `place`, attachments lack `container`, and `authentication` is None; it has the
    results that were found when the message arrived, as `AuthResult` has them.
    """

    headers: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    threat_categories: list[dict[str, Any]] = field(default_factory=list)
    sender_info: dict[str, Any] = field(default_factory=dict)
    trace: list[tuple[str, float, str]] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)
    link_hosts: list[str] = field(default_factory=list)
    cc_names: list[str] = field(default_factory=list)
    link_spellings: list[str] = field(default_factory=list)
    authentication: list[dict[str, Any]] | None = None
    insights: list[str] = field(default_factory=list)

    def packed(self) -> bytes:
        """Return the detail as zstd-compressed JSON."""
        data = {name: getattr(self, name) for name in self.__slots__ if _is_kept(name, getattr(self, name))}
        return zstandard.ZstdCompressor(level=3).compress(json.dumps(data, separators=(",", ":")).encode())

    @classmethod
    def unpacked(cls, payload: bytes | memoryview) -> "Detail":
        """Return the detail that `packed` encoded."""
        text = zstandard.ZstdDecompressor().decompress(bytes(payload), max_output_size=_LARGEST)
        return cls(**json.loads(text))


def _is_kept(name: str, value: Any) -> bool:
    # That nothing was found by an authentication is told apart from that there was none.
    return bool(value) or (name == "authentication" and value is not None)
