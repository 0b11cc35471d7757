"""What operators are told of an object store: in /healthz, by backups, and of settings that don't fit together."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from dashboard import health
from dashboard.backup.sources import part_files, raw_folder
from gateway.store.raw_mail import write_raw
from tests.gateway.object_storage.test_storing import closed_port, elsewhere

ROOT = Path(__file__).resolve().parents[3]


def raw_mail_part() -> str:
    health._answer.at = 0.0
    answer = Client().get("/healthz").json()
    health._answer.at = 0.0
    assert ("raw_mail" in answer["missing"]) is (answer["parts"]["raw_mail"] != "ok")
    return answer["parts"]["raw_mail"]


def test_healthz_asks_the_store(settings):
    assert raw_mail_part() == "ok"
    elsewhere(settings, f"http://127.0.0.1:{closed_port()}")
    assert raw_mail_part() == "missing: StorageUnreachable"


def test_healthz_names_a_bucket_that_is_not_there(settings, s3):
    settings.STORAGES = settings.STORAGES | {
        "raw_mail": s3.options("raw", file_overwrite=False, bucket_name="another"),
    }
    assert raw_mail_part() == "missing: StorageUnreachable"


def test_a_backup_leaves_out_what_lies_in_the_store():
    write_raw(b"Subject: one\r\n\r\n")
    assert raw_folder() is None
    assert list(part_files("raw")) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"GATEWAY_S3_ACCESS_KEY": "a"}, "go together"),
        ({"GATEWAY_S3_ENDPOINT": "s3.example:9000"}, "GATEWAY_S3_ENDPOINT must be"),
        ({"GATEWAY_S3_ENDPOINT": "https://key:secret@s3.example"}, "GATEWAY_S3_ENDPOINT must be"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(tmp_path, given, said):
    done = settings_with(tmp_path, "pass", GATEWAY_S3_BUCKET="mail", **given)
    assert done.returncode
    assert said in done.stderr


def test_keys_are_read_from_files_of_the_home(tmp_path):
    (tmp_path / "home" / "keys").mkdir(parents=True)
    for name in ("s3_access_key", "s3_secret_key"):
        (tmp_path / "home" / "keys" / name).write_text(f"the {name}\n")
    script = "o = settings.STORAGES['raw_mail']['OPTIONS']; print(o['access_key'], '-', o['secret_key'])"
    assert settings_with(tmp_path, script, GATEWAY_S3_BUCKET="mail").stdout.strip() == (
        "the s3_access_key - the s3_secret_key"
    )


def test_who_keeps_mail_in_folders_loads_no_client_of_s3(tmp_path):
    script = "import sys, django; django.setup(); import gateway.store.raw_mail; print('botocore' in sys.modules)"
    assert settings_with(tmp_path, script).stdout.strip() == "False"


def settings_with(tmp_path: Path, script: str, **given: str) -> subprocess.CompletedProcess[str]:
    """Run a script with the project's settings in an environment of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    code = f"from django.conf import settings; settings.STORAGES; {script}"
    return subprocess.run(
        [sys.executable, "-c", code],
        env=environment | {"GATEHOUSE_HOME": str(tmp_path / "home")} | given,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
