"""An evidence pack proves what it holds, offline, with Python's standard library alone."""

import io
import json
import subprocess
import sys
import zipfile

import pytest

from dashboard.audit.chain.erasing import person_erase
from dashboard.audit.chain.rows import chain_key
from dashboard.audit.chain.verifying import verify
from dashboard.audit.models import AuditEntry
from investigate.evidence.packing import Pack
from investigate.evidence.verify_pack import Wrong, check
from tests.investigate.fake_api import held
from tests.investigate.message.test_content_access import SOURCE

WHY = {"why": "a case for the lawyers"}


@pytest.fixture
def letter(api):
    made = held(1)
    api.add(made)
    api.raws[made["id"]] = SOURCE
    return made


@pytest.fixture
def take(analyst, letter, tmp_path):
    def taken():
        analyst.get(f"/investigate/messages/{letter['id']}/links/")
        answer = analyst.post(f"/investigate/evidence/message/{letter['id']}/", WHY)
        assert answer.status_code == 200
        path = tmp_path / "pack.zip"
        path.write_bytes(b"".join(answer.streaming_content))
        # Not close(), which would end the request's connection to the test's database.
        for close in answer._resource_closers:
            close()
        return path, answer

    return taken


def test_a_pack_holds_and_is_on_record(take, letter):
    path, answer = take()
    found = check(str(path))
    with zipfile.ZipFile(path) as pack:
        names = set(pack.namelist())
        assert {"message.eml", "message-headers.txt", "trace.json", "decisions.json", "audit/entries.jsonl"} <= names
        rows = [json.loads(line)["row"] for line in io.StringIO(pack.read("audit/entries.jsonl").decode())]
        assert chain_key() not in b"".join(pack.read(name) for name in names)
    assert [row["action"] for row in rows][:2] == ["links_view", "evidence_export"]
    kept = AuditEntry.objects.get(action="evidence_export", follows=None)
    assert kept.final_outcome == "done"
    assert kept.final_detail["manifest"] == found["digest"] == answer["X-Manifest-SHA256"]
    assert kept.detail == WHY
    assert verify().broken is None


def test_the_script_in_it_checks_it_without_the_project(take, tmp_path):
    path, _answer = take()
    alone = tmp_path / "alone"
    with zipfile.ZipFile(path) as pack:
        for name in ("verify.py", "audit_canonical.py"):
            pack.extract(name, alone)
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(alone)!r}); import verify; sys.argv = "
               f"['verify.py', {str(path)!r}]; sys.exit(verify.main())"]  # fmt: skip
    good = subprocess.run(command, cwd=alone, capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    assert "The pack holds" in good.stdout
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    bad = subprocess.run(command, cwd=alone, capture_output=True, text=True)
    assert bad.returncode == 1
    assert "NOT GENUINE" in bad.stderr


def test_each_changed_byte_is_found(take):
    path, _answer = take()
    content = path.read_bytes()
    # Every byte would take minutes: a prime step meets all files and what lies between them.
    places = [*range(0, len(content), 1009), *range(30), *range(len(content) - 300, len(content))]
    for place in places:
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(Wrong):
            check(str(path))


def test_an_entry_that_was_changed_with_all_hashes_of_the_pack_made_anew_is_found(take, tmp_path):
    path, _answer = take()
    forged = Pack()
    with zipfile.ZipFile(path) as pack:
        for name in pack.namelist():
            if name in {"README.txt", "verify.py", "audit_canonical.py", "manifest.json", "manifest.sha256"}:
                continue
            forged.add(name, pack.read(name).replace(b"a-analyst", b"a-nobody!"))
    forged.finish({"subject": {}})
    path.write_bytes(forged.file.read())
    forged.discard()
    with pytest.raises(Wrong, match="was changed: username"):
        check(str(path))


def test_a_pack_of_an_erased_person_holds(take):
    take()
    person_erase("a-analyst", why="by law", by="root")
    path, _answer = take()
    assert check(str(path))["entries"] > 2


def test_it_takes_a_reason_and_the_right_to_see_raw_mail(analyst, browse, letter):
    address = f"/investigate/evidence/message/{letter['id']}/"
    assert analyst.get(address).status_code == 200
    assert analyst.post(address, {"why": " "}).status_code == 422
    assert browse("reviewer").post(address, WHY).status_code == 403
    assert analyst.post("/investigate/evidence/job/00000000-0000-0000-0000-000000000000/", WHY).status_code == 404
    kept = AuditEntry.objects.get(action="evidence_export", follows=None)
    assert (kept.object_kind, kept.final_outcome) == ("job", "failed")
