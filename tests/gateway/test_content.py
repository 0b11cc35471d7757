"""What the API shows of a message: detail, detections, raw, trace, reclassify."""

import base64

import pytest

from api_client import Forbidden, NotFound, ServerError
from gateway.models import Submission
from gateway.store.raw_mail import RawMailMissing, read_raw
from tests.gateway.mails import GTUBE, held, mail, stored


def test_a_message_is_found_by_both_ids(client):
    message = stored(subject="Both ids")
    by_id = client.investigate.get(message.investigate_id)
    assert by_id == client.investigate.get(message.postfix_id)
    assert by_id.subject == "Both ids"
    assert by_id.ts
    with pytest.raises(NotFound):
        client.investigate.get(message.investigate_id, submission=True)


def test_raw_is_text_or_the_exact_bytes(client):
    raw = mail(body="caf\xe9").replace("é".encode(), b"\xe9")
    message = stored(raw)
    assert "caf\ufffd" in client.investigate.raw.get(message.investigate_id).raw
    download = client.investigate.raw.download(message.investigate_id)
    assert (download.content, download.exact) == (raw, True)


def test_raw_of_benign_mail_can_be_closed(client, settings):
    benign, spam = stored(), held()
    settings.GATEWAY_OPEN_BENIGN_RAW = False
    with pytest.raises(Forbidden, match="GATEWAY_OPEN_BENIGN_RAW"):
        client.investigate.raw.get(benign.investigate_id)
    with pytest.raises(Forbidden, match="preview"):
        client.investigate.preview.get(benign.investigate_id)
    assert client.investigate.raw.get(spam.investigate_id).raw


def test_a_raw_file_that_is_gone_or_changed_is_an_error_and_no_other_mail(client, store):
    message = stored()
    path = store / "raw" / message.raw.file
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(RawMailMissing):
        read_raw(message.raw)
    with pytest.raises(ServerError):
        client.investigate.raw.get(message.investigate_id)


def test_a_half_written_raw_file_is_written_again(store):
    raw = mail()
    first = stored(raw)
    path = store / "raw" / first.raw.file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    second = stored(raw)
    assert second.raw_id == first.raw_id
    assert read_raw(second.raw) == raw


def test_detections_tell_headers_links_attachments_and_reasons(client):
    message = stored(mail(body=f"Visit http://example.test/x now {GTUBE}"))
    found = client.investigate.detections.get(message.investigate_id)
    assert found.action == "QUARANTINED"
    assert found.final_disposition == "SPAM"
    assert [header.value for header in found.headers if header.name == "Subject"] == ["Lunch on Friday"]
    assert any("example.test" in link.href for link in found.links)
    assert found.findings
    assert client.investigate.get(message.investigate_id).detection_reasons


def test_the_trace_tells_the_way_of_a_message_in_and_out(client):
    message = held()
    client.investigate.release.bulk(ids=[message.investigate_id])
    trace = client.investigate.trace.get(message.investigate_id)
    inbound = "\n".join(line.message for line in trace.inbound.lines)
    outbound = "\n".join(line.message for line in trace.outbound.lines)
    assert "connect from mx.partner.example [192.0.2.7]" in inbound
    assert "disposition SPAM" in inbound
    assert outbound.index("held in quarantine") < outbound.index("released") < outbound.index("delivered to")
    assert [line.lineno for line in trace.outbound.lines] == list(range(1, len(trace.outbound.lines) + 1))
    assert not trace.outbound.pending


def test_a_reclassification_is_kept_with_its_upload(client):
    message = stored()
    eml = mail(subject="as I got it")
    client.investigate.reclassify.create(
        message.investigate_id, expected_disposition="SPAM", eml_content=base64.b64encode(eml).decode()
    )
    submission = Submission.objects.using("gateway").get()
    assert (submission.requested_disposition, submission.original_disposition) == ("SPAM", "NONE")
    assert read_raw(submission.eml) == eml
    (entry,) = client.investigate.action_log.list(message.investigate_id)
    assert (entry.operation, entry.properties.requested_disposition) == ("SUBMISSION", "SPAM")
    assert client.investigate.get(message.investigate_id).post_delivery_operations == ["SUBMISSION"]


def test_a_preview_without_a_renderer_says_so(client, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    message = stored()
    with pytest.raises(ServerError, match="Redis"):
        client.investigate.preview.create(id=message.investigate_id)
