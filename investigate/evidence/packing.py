"""Write an evidence pack: the files, a manifest with their hashes, and the script that checks both."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from dashboard.audit.chain import canonical
from investigate.evidence import verify_pack
from investigate.evidence.verify_pack import MANIFEST, SEAL, write_member

_IN_MEMORY = 8 * 2**20
_README = """An evidence pack of Gatehouse.

Check it without unpacking it by hand: take verify.py and audit_canonical.py out of it into one folder, and run
    python3 verify.py PACK.zip
Then compare the SHA-256 of the manifest with the audit trail's entry about this pack, and that of verify.py with one
that you trust.

message-*.eml is mail as it was stored. It may be dangerous: don't open it with a mail program.
audit/entries.csv is to be read: who looked and did what, when and why. audit/entries.jsonl has the same entries to be
checked, audit/chain.jsonl the links of the chain between them. Values that were erased by law are empty, and their
digests remain.
"""


class Pack:
    """A pack under way, in a temporary file that is in memory while it is small."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
        self.messages: dict[str, str] = {}
        self._zip = zipfile.ZipFile(self.file, "w")
        self._files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes | str) -> None:
        """Add a file."""
        data = content.encode() if isinstance(content, str) else content
        self._files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
        write_member(self._zip, name, io.BytesIO(data))

    def add_lines(self, name: str, lines: Iterable[str]) -> None:
        """Add a file of lines."""
        self.add(name, "".join(lines))

    def add_json(self, name: str, value: Any) -> None:
        """Add a file with a JSON value."""
        self.add(name, json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False, default=str) + "\n")

    def add_message(self, name: str, content: bytes) -> None:
        """Add a message's source. The manifest names its SHA-256 as that of the message."""
        self.messages[name] = hashlib.sha256(content).hexdigest()
        self.add(name, content)

    @property
    def size(self) -> int:
        """The size of the files so far, in bytes."""
        return sum(int(told["bytes"]) for told in self._files.values())

    def discard(self) -> None:
        """Close and remove an unfinished pack."""
        self._zip.close()
        self.file.close()

    def finish(self, facts: dict[str, Any]) -> str:
        """Add script, manifest and its hash, and return the hash: 64 hexadecimal digits. The file is at its start."""
        script = Path(verify_pack.__file__).read_text().replace("dashboard.audit.chain.canonical", "audit_canonical")
        self.add("README.txt", _README)
        self.add("verify.py", script)
        self.add("audit_canonical.py", Path(canonical.__file__).read_text())
        manifest = {"format": "gatehouse-evidence-1", "files": self._files, "messages": self.messages, **facts}
        text = (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()
        digest = hashlib.sha256(text).hexdigest()
        write_member(self._zip, MANIFEST, io.BytesIO(text))
        write_member(self._zip, SEAL, io.BytesIO(f"{digest}  {MANIFEST}\n".encode()))
        self._zip.close()
        self.file.seek(0)
        return digest
