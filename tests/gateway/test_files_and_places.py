"""The API says of each link whether it is seen and where it was found, and of each file which one it was found in."""

import io
import json
import zipfile

import pytest
import zstandard

from api_client.models import Detections
from gateway.mail.parts import attachment_bytes
from gateway.models import MessageDetail
from gateway.store.message_detail import Detail
from tests.contract.sdk import sdk_with
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mail.letters_with_files import PROGRAM, mixed, part
from tests.gateway.mails import stored

PAGE = b"""<a href="https://shown.example/">Shown</a><p style="display:none"><a href="https://unseen.example/">No</a></p>
<a href="HTTP://Spelled.example:80/a/../b">Spelled</a>
<!--[if mso]><a href="https://outlook.example/">Outlook</a><![endif]-->"""


def archive(*entries: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name, data in entries:
            target.writestr(name, data)
    return made.getvalue()


INNER = archive(("run.exe", PROGRAM))
OUTER = archive(("inner.zip", INNER), ("page.html", b'<a href="https://in-file.example/">Sign in</a>'))
RAW = mixed(
    b"Content-Type: text/html\r\n\r\n" + PAGE,
    part(OUTER, "outer.zip"),
    part(b"%PDF-1.4", "plain.pdf", "application/pdf"),
)


@pytest.fixture
def message():
    return stored(RAW)


def test_links_say_whether_they_are_seen_how_they_are_written_and_where_they_are(client, message):
    links = client.investigate.detections.get(message.investigate_id).links
    assert {link.href: (link.hidden, link.written, link.place) for link in links} == {
        "https://shown.example/": (False, "", ""),
        "https://unseen.example/": (True, "", ""),
        "http://spelled.example/b": (False, "HTTP://Spelled.example:80/a/../b", ""),
        "https://outlook.example/": (False, "", "only in Outlook"),
        "https://in-file.example/": (False, "", "page.html"),
    }


def test_files_name_their_container_and_the_messages_own_come_first(client, message):
    files = client.investigate.detections.get(message.investigate_id).attachments
    assert [(file.name, file.container) for file in files] == [
        ("outer.zip", None),
        ("plain.pdf", None),
        ("inner.zip", 0),
        ("page.html", 0),
        ("run.exe", 2),
    ]
    assert [attachment_bytes(RAW, index) for index in range(3)] == [OUTER, b"%PDF-1.4", None]


def test_a_file_within_a_file_is_found_by_its_name_and_its_hash(client, message):
    stored()
    (program,) = (
        file for file in client.investigate.detections.get(message.investigate_id).attachments if file.name == "run.exe"
    )
    for asked in ("run.exe", program.md5, program.sha1, program.sha256):
        found = client.investigate.list(query=asked, detections_only=False).items
        assert [one.id for one in found] == [message.investigate_id]


def test_the_official_sdk_reads_them_strictly(message, write_token):
    sdk = sdk_with(write_token).email_security
    found = sdk.investigate.detections.get(message.investigate_id, account_id=ACCOUNT)
    assert [file.name for file in found.attachments][:2] == ["outer.zip", "plain.pdf"]
    assert found.links[1].to_dict()["hidden"] is True


def test_details_of_an_earlier_release_are_read_without_them(client, message):
    row = MessageDetail.objects.using("gateway").get(message=message)
    data = json.loads(zstandard.decompress(bytes(row.payload)))
    data["links"] = [{"href": link["href"], "text": link["text"]} for link in data["links"]]
    for file in data["attachments"]:
        del file["container"]
    row.payload = Detail(**data).packed()
    row.save()
    found = client.investigate.detections.get(message.investigate_id)
    assert {(link.hidden, link.written, link.place) for link in found.links} == {(None, None, None)}
    assert {file.container for file in found.attachments} == {None}


def test_answers_of_a_server_that_does_not_know_them_are_read():
    found = Detections.model_validate(
        {
            "action": "QUARANTINED",
            "attachments": [{"size": 1}],
            "headers": [],
            "links": [{"href": "https://plain.example/", "text": "Home"}],
            "sender_info": {},
            "threat_categories": [],
            "validation": {},
        }
    )
    assert (found.links[0].hidden, found.links[0].written, found.links[0].place) == (None, None, None)
    assert found.attachments[0].container is None
