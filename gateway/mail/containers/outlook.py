"""Messages that Outlook saves as files ([MS-OXMSG]): rewritten as MIME, and opened like any other message."""

import base64
import io
import re
import struct
from dataclasses import dataclass
from typing import Final

import olefile

from gateway.mail.charsets import decode
from gateway.mail.containers.budget import Budget
from gateway.mail.containers.compressed_rtf import decompress_rtf
from gateway.mail.containers.messages import open_tree
from gateway.mail.containers.opened import Opened
from gateway.mail.mime import split_message

_SUBJECT, _HEADERS, _BODY, _RTF, _HTML = "0037", "007D", "1000", "1009", "1013"
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP, _SHOWN_TO = "0C1A", "0C1F", "5D01", "0E04"
_DATA, _LONG_NAME, _SHORT_NAME, _SHOWN_NAME, _MIME_TYPE, _CONTENT_ID = "3701", "3707", "3704", "3001", "370E", "3712"
_MESSAGE_ID: Final = "1035"
_CODE_PAGE: Final = 0x3FDE
_OWN_FIELDS: Final = re.compile(r"(?:Content-[A-Za-z-]{1,40}|MIME-Version):", re.IGNORECASE)
_FIELD: Final = re.compile(r"[!-9;-~]{1,80}:")
_DEEPEST: Final = 8
_MOST_FILES: Final = 500
_EDGE: Final = "=_a_message_saved_by_outlook_%d"


def open_outlook(data: bytes, _name: str, budget: Budget) -> Opened:
    """Open a message file; raise OSError if it is none."""
    opened = open_tree(split_message(as_mime(data, budget)), budget)
    opened.media_type = "application/vnd.ms-outlook"
    return opened


def as_mime(data: bytes, budget: Budget) -> bytes:
    """Return the message as MIME: its transport header, its bodies, and its files.

    Raise OSError if the bytes are no compound file.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        streams = {"/".join(path).upper(): path for path in ole.listdir()}
        return _message(_Storage(ole, streams, "", budget), 0)


@dataclass(frozen=True, slots=True)
class _Storage:
    """The properties below one storage of the file."""

    ole: olefile.OleFileIO
    streams: dict[str, list[str]]
    prefix: str
    budget: Budget

    def raw(self, tag: str) -> bytes:
        """Return a property of variable length, or no bytes."""
        path = self.streams.get(f"{self.prefix}__SUBSTG1.0_{tag}")
        if path is None:
            return b""
        if not self.budget.take(self.ole.get_size(path)):
            self.budget.leave_out("A file in an attached message is too large to be opened.")
            return b""
        with self.ole.openstream(path) as stream:
            return bytes(stream.read())

    def text(self, number: str) -> str:
        """Return a text property, which is in UTF-16, or in the code page of the message."""
        wide = self.raw(number + "001F")
        return wide.decode("utf-16-le", "replace") if wide else decode(self.raw(number + "001E"), self.charset)

    @property
    def charset(self) -> str:
        """The charset of the message's code page, or an empty string."""
        properties = self.raw_properties()
        for place in range(len(properties) % 16, len(properties) - 15, 16):
            kind, number = struct.unpack_from("<HH", properties, place)
            if number == _CODE_PAGE and kind == 3:
                (page,) = struct.unpack_from("<I", properties, place + 8)
                return "utf-8" if page == 65001 else f"cp{page}"
        return ""

    def raw_properties(self) -> bytes:
        """Return the stream of properties with fixed length."""
        path = self.streams.get(f"{self.prefix}__PROPERTIES_VERSION1.0")
        if path is None or self.ole.get_size(path) > 1_000_000:
            return b""
        with self.ole.openstream(path) as stream:
            return bytes(stream.read())

    def files(self) -> list["_Storage"]:
        """Return the storages of the attached files."""
        start = f"{self.prefix}__ATTACH_VERSION1.0_"
        names = {path[len(start) :].partition("/")[0] for path in self.streams if path.startswith(start)}
        return [_Storage(self.ole, self.streams, f"{start}{name}/", self.budget) for name in sorted(names)]


def _message(storage: _Storage, depth: int) -> bytes:
    parts = [_text_part("plain", storage.text(_BODY).encode("utf-8", "replace"))]
    html = storage.raw(_HTML + "0102")
    parts.append(_part(["Content-Type: text/html"], html) if html else _text_part("html", _wide(storage, _HTML)))
    if rtf := storage.raw(_RTF + "0102"):
        head = ["Content-Type: application/rtf", 'Content-Disposition: attachment; filename="body.rtf"']
        parts += [_part(head, decompress_rtf(rtf))] if not html else []
    files = storage.files()
    if len(files) > _MOST_FILES:
        storage.budget.leave_out(f"An attached message holds more than {_MOST_FILES} files: the rest was not read.")
    for file in files[:_MOST_FILES]:
        parts.append(_file(file, depth))
    edge = _EDGE % depth
    lines = "\r\n".join(
        [*_head(storage), "MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{edge}"', "", ""]
    )
    joined = b"".join(f"--{edge}\r\n".encode() + part + b"\r\n" for part in parts if part)
    return lines.encode("utf-8", "replace") + joined + f"--{edge}--\r\n".encode()


def _wide(storage: _Storage, number: str) -> bytes:
    return storage.text(number).encode("utf-8", "replace")


def _head(storage: _Storage) -> list[str]:
    """Return the lines of the transport header that don't describe the content, or a header made of properties."""
    kept: list[str] = []
    keeps = False
    for line in storage.text(_HEADERS).splitlines():
        if line[:1] not in {" ", "\t"}:
            keeps = bool(_FIELD.match(line)) and not _OWN_FIELDS.match(line)
        if keeps:
            kept.append(line)
    if kept:
        return kept
    address = storage.text(_SENDER_SMTP) or storage.text(_SENDER_ADDRESS)
    made = {
        "From": f"{storage.text(_SENDER_NAME)} <{address}>" if "@" in address else storage.text(_SENDER_NAME),
        "To": storage.text(_SHOWN_TO),
        "Subject": storage.text(_SUBJECT),
        "Message-ID": storage.text(_MESSAGE_ID),
    }
    return [f"{name}: {' '.join(value.replace(chr(0), '').split())}" for name, value in made.items() if value]


def _file(storage: _Storage, depth: int) -> bytes:
    name = next(filter(None, map(storage.text, (_LONG_NAME, _SHORT_NAME, _SHOWN_NAME))), "").strip("\x00")
    inner = f"{storage.prefix}__SUBSTG1.0_{_DATA}000D/"
    if any(path.startswith(inner) for path in storage.streams):
        if depth >= _DEEPEST:
            storage.budget.leave_out(f"Messages nested deeper than {_DEEPEST} levels were not opened.")
            return b""
        content = _message(_Storage(storage.ole, storage.streams, inner, storage.budget), depth + 1)
        return _part(["Content-Type: message/rfc822", _disposition(name)], content)
    kind = storage.text(_MIME_TYPE).strip("\x00")
    head = [
        f"Content-Type: {kind}"
        if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", kind)
        else "Content-Type: application/octet-stream"
    ]
    if content_id := re.sub(r"[\x00-\x20<>]", "", storage.text(_CONTENT_ID))[:200]:
        head.append(f"Content-ID: <{content_id}>")
    return _part([*head, _disposition(name)], storage.raw(_DATA + "0102"))


def _disposition(name: str) -> str:
    """Return the field with the name by RFC 2231, in percent codes."""
    coded = "".join(f"%{byte:02X}" for byte in name.encode("utf-8", "replace")[:2_000])
    return f"Content-Disposition: attachment; filename*=utf-8''{coded}"


def _text_part(subtype: str, content: bytes) -> bytes:
    return _part([f"Content-Type: text/{subtype}; charset=utf-8"], content) if content.strip(b"\x00\r\n ") else b""


def _part(head: list[str], content: bytes) -> bytes:
    lines = "\r\n".join([*head, "Content-Transfer-Encoding: base64", "", ""])
    return lines.encode("utf-8", "replace") + base64.encodebytes(content)
