"""A real S3 server for tests: moto's, in a process of its own, with a bucket."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

KEYS = {"access_key": "a test's key", "secret_key": "no secret"}
BUCKET = "mail"


@dataclass
class S3Server:
    """The server's address, and a client that looks at it past the code under test."""

    url: str
    client: Any = field(repr=False)

    def names(self, prefix: str = "") -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def empty(self) -> None:
        for name in self.names():
            self.client.delete_object(Bucket=BUCKET, Key=name)

    def options(self, location: str, *, file_overwrite: bool, **changed: Any) -> dict[str, Any]:
        """Return what STORAGES has for a part of the bucket."""
        options = {
            "bucket_name": BUCKET,
            "endpoint_url": self.url,
            "region_name": "us-east-1",
            "path_style": True,
            "seconds": 5,
            "location": location,
            "file_overwrite": file_overwrite,
            **KEYS,
        }
        return {"BACKEND": "gateway.store.s3_storage.ObjectStorage", "OPTIONS": options | changed}


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run a server on the loopback address until the end of the block."""
    address = "127.0.0.1"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", address, "-p", str(port)]
    environment = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME") if name in os.environ}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield S3Server(f"http://{address}:{port}", client_with_bucket(f"http://{address}:{port}", process))
    finally:
        process.kill()
        process.wait()


def client_with_bucket(url: str, process: subprocess.Popen[bytes]) -> Any:
    """Return a client of the server, once it answers and has its bucket."""
    client = boto3.session.Session(KEYS["access_key"], KEYS["secret_key"], region_name="us-east-1").client(
        "s3", endpoint_url=url, config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    )
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the S3 server ended"
        try:
            client.create_bucket(Bucket=BUCKET)
            return client
        except BotoCoreError:
            assert time.monotonic() < deadline, "the S3 server did not start"
            time.sleep(0.05)
