"""Submitting a message that somebody has as a file."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.audit.models import AuditEntry
from tests.investigate.fake_api import message, refusal

pytestmark = pytest.mark.django_db
EML = b"Message-ID: <1@other.example>\r\nSubject: Subject 1\r\n\r\nHello.\r\n"


def submit(client, content=EML, disposition="MALICIOUS"):
    upload = SimpleUploadedFile("reported.eml", content, "message/rfc822")
    return client.post("/submissions/submit/", {"eml": upload, "disposition": disposition})


def test_the_message_is_found_by_its_id_and_sent_along(reviews, browse):
    reviews.add(message(1))
    response = submit(browse("reviewer"))
    assert response.status_code == 302
    assert reviews.asked == [
        {
            "id": message(1)["id"],
            "expected_disposition": "MALICIOUS",
            "eml_content": base64.b64encode(EML).decode(),
        }
    ]
    assert AuditEntry.objects.get(action="reclassify", follows=None).final_outcome == "done"


@pytest.mark.parametrize("content", [b"no headers at all", b"Subject: x\r\n\r\nHello.\r\n", b"\xff\xfe\x00"])
def test_a_file_that_names_no_message_is_refused_with_the_reason(reviews, browse, content):
    response = submit(browse("reviewer"), content)
    assert response.status_code == 422
    assert "knows no message with this file" in response.content.decode()
    assert reviews.asked == []


def test_an_empty_file_and_an_unknown_verdict_are_refused(reviews, browse):
    assert submit(browse("reviewer"), b"").status_code == 422
    assert submit(browse("reviewer"), disposition="UNKNOWN").status_code == 422
    assert reviews.asked == []


def test_an_api_that_refuses_is_told(reviews, browse):
    reviews.broken["GET "] = refusal(403, "Not for you.")
    response = submit(browse("reviewer"))
    assert response.status_code == 403
    assert reviews.asked == []
