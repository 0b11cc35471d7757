"""Where files lie: static files in the home; raw mail and pictures there too, or on a server that speaks S3."""

from typing import Any

from dashboard import environment
from dashboard.settings.installation import GATEHOUSE_HOME

GATEWAY_S3_BUCKET = environment.text("GATEWAY_S3_BUCKET")
_ENDPOINT = environment.server_url("GATEWAY_S3_ENDPOINT")
_ACCESS_KEY = environment.secret("GATEWAY_S3_ACCESS_KEY", GATEHOUSE_HOME / "keys" / "s3_access_key")
_SECRET_KEY = environment.secret("GATEWAY_S3_SECRET_KEY", GATEHOUSE_HOME / "keys" / "s3_secret_key")
if bool(_ACCESS_KEY) != bool(_SECRET_KEY):
    raise ValueError("GATEWAY_S3_ACCESS_KEY and GATEWAY_S3_SECRET_KEY go together: one of them is missing")
_S3_OPTIONS: dict[str, Any] = {
    "bucket_name": GATEWAY_S3_BUCKET,
    "endpoint_url": _ENDPOINT or None,
    # Servers of one's own rarely have names for buckets, as Amazon's have.
    "path_style": bool(_ENDPOINT),
    "region_name": environment.text("GATEWAY_S3_REGION", "us-east-1"),
    "access_key": _ACCESS_KEY or None,
    "secret_key": _SECRET_KEY or None,
    "verify": environment.text("GATEWAY_S3_AUTHORITIES") or None,
    "seconds": environment.integer("GATEWAY_S3_SECONDS", 10, low=1, high=120),
}


def _kept(name: str, *, file_overwrite: bool) -> dict[str, Any]:
    """Return the storage of a folder of the home, or of that part of the bucket."""
    if not GATEWAY_S3_BUCKET:
        options: dict[str, Any] = {"location": GATEHOUSE_HOME / name}
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    options = _S3_OPTIONS | {"location": name, "file_overwrite": file_overwrite}
    return {"BACKEND": "gateway.store.s3_storage.ObjectStorage", "OPTIONS": options}


STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": GATEHOUSE_HOME}},
    "staticfiles": {"BACKEND": "dashboard.static_urls.StaticFiles"},
    "raw_mail": _kept("raw", file_overwrite=False),
    "previews": _kept("previews", file_overwrite=True),
}
