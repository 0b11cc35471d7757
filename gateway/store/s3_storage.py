"""Storage on servers that speak S3's protocol. A process that keeps mail in folders never imports this file.

django-storages reads the options and names the objects. Requests go by one client for each process, which its threads
share: they are fewer than django-storages makes, their time and number are bounded, and what fails says whether an
object is missing or the store could not be asked.
"""

import base64
import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from gateway.store.object_store import ObjectFacts, StorageUnreachable

ATTEMPTS: Final = 3
_CONNECTIONS: Final = 32
_MISSING: Final = {"NoSuchKey", "404"}
_BEYOND_THE_END: Final = "InvalidRange"


class ObjectStorage(S3Storage):  # type: ignore[misc] # django-storages has no types
    """A Django storage on S3, and an `ObjectStore` (gateway/store/object_store.py).

    `seconds` is how long the server has for each step of an answer. A request is tried three times.
    """

    def __init__(self, *, seconds: int, path_style: bool, **options: Any) -> None:
        self._seconds, self._path_style = seconds, path_style
        self._lock = threading.Lock()
        self._known: tuple[int, Any] | None = None
        super().__init__(**options)

    # --- an ObjectStore

    def put(self, name: str, content: bytes) -> None:
        """Write an object. The server compares what arrived with its MD5."""
        digest = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode("ascii")
        with _told_apart(name):
            self._client().put_object(**self._named(name), Body=content, ContentMD5=digest)

    def read(self, name: str, offset: int = 0, length: int | None = None) -> bytes:
        """Return a part of an object by one request."""
        part = {}
        if offset or length is not None:
            part["Range"] = f"bytes={offset}-{'' if length is None else offset + length - 1}"
        with _told_apart(name):
            try:
                return bytes(self._client().get_object(**self._named(name), **part)["Body"].read())
            except ClientError as error:
                if _code(error) == _BEYOND_THE_END:
                    return b""
                raise

    def facts(self, name: str) -> ObjectFacts | None:
        """Ask for the object's first byte: the answer to HEAD doesn't tell a missing object from a missing bucket."""
        try:
            with _told_apart(name):
                found = self._client().get_object(**self._named(name), Range="bytes=0-0")
                found["Body"].close()
        except FileNotFoundError:
            return None
        return ObjectFacts(name, int(found["ContentRange"].rpartition("/")[2]), found["LastModified"])

    def copy(self, source: str, target: str) -> None:
        """Copy an object by the server, without its bytes coming here."""
        with _told_apart(source):
            self._client().copy_object(**self._named(target), CopySource=self._named(source))

    def delete(self, name: str) -> None:
        """Delete an object."""
        with _told_apart(name):
            self._client().delete_object(**self._named(name))

    def below(self, prefix: str, *, after: str = "") -> Iterator[ObjectFacts]:
        """List objects, a thousand with each request."""
        root = self._key("")
        more: dict[str, str] = {"StartAfter": self._key(after)} if after else {}
        while True:
            with _told_apart(prefix):
                page = self._client().list_objects_v2(Bucket=self.bucket_name, Prefix=root + prefix, **more)
            for entry in page.get("Contents", ()):
                yield ObjectFacts(entry["Key"].removeprefix(root), int(entry["Size"]), entry["LastModified"])
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def ping(self, seconds: int) -> None:
        """Ask whether the bucket is there."""
        with _told_apart(self.bucket_name):
            self._made(seconds=seconds, attempts=1).head_bucket(Bucket=self.bucket_name)

    # --- a Django storage

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """Return a name that nothing has, without asking: two who ask at once would get the same one."""
        if self.file_overwrite:
            return name
        path = PurePosixPath(name)
        return str(path.with_name(f"{path.stem}-{secrets.token_hex(8)}{path.suffix}"))[:max_length]

    def _save(self, name: str, content: "File[bytes]") -> str:
        self.put(name, content.read())
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        if mode != "rb":
            raise ValueError(f"objects are read as bytes and written whole, not opened with {mode!r}")
        return ContentFile(self.read(name), name)

    def exists(self, name: str) -> bool:
        """Return whether there is an object of this name."""
        return self.facts(name) is not None

    # --- requests

    def _key(self, name: str) -> str:
        return f"{self.location.strip('/')}/{name}"

    def _named(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._key(name)}

    def _client(self) -> Any:
        """Return the client of this process. One that was made before a fork has sockets of its parent."""
        known, process = self._known, os.getpid()
        if known is None or known[0] != process:
            with self._lock:
                known = self._known
                if known is None or known[0] != process:
                    known = self._known = (process, self._made(seconds=self._seconds, attempts=ATTEMPTS))
        return known[1]

    @cached_property
    def _session(self) -> Any:
        return self._create_session()

    def _made(self, *, seconds: int, attempts: int) -> Any:
        config = Config(
            connect_timeout=min(seconds, 3),
            read_timeout=seconds,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            max_pool_connections=_CONNECTIONS,
            signature_version="s3v4",
            s3={"addressing_style": "path" if self._path_style else "auto"},
            # Servers other than Amazon's may not know the newer checksums. MD5, which `put` gives, all know.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        return self._session.client(
            "s3", endpoint_url=self.endpoint_url, region_name=self.region_name, verify=self.verify, config=config
        )


@contextmanager
def _told_apart(name: str) -> Iterator[None]:
    """Raise FileNotFoundError for an object that is not there, and StorageUnreachable for anything else."""
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING and error.operation_name != "HeadBucket":
            raise FileNotFoundError(f"there is no object {name}") from error
        raise StorageUnreachable(f"the object store refused {error.operation_name}: {_code(error)}") from error
    except BotoCoreError as error:
        raise StorageUnreachable(f"the object store doesn't answer: {type(error).__name__}") from error


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
