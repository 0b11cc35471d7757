"""Lines of the vendor's log formats, checked by the documentation of the data sets, and OCSF made of them."""

import json
import time
from datetime import UTC, datetime

import pytest

from api_client.models import Detections, Message
from investigate.event_export.formats.addresses import addresses_in
from investigate.event_export.formats.alerts import alert_fields, alert_id_of
from investigate.event_export.formats.ocsf import ocsf_fields
from investigate.event_export.formats.post_delivery import Action, Mail, Operation, post_delivery_fields
from investigate.event_export.formats.values import line_of
from tests.hostile_texts import TEXTS
from tests.investigate.event_export.log_format_checker import faults_of
from tests.investigate.fake_api import detections, held, message

ALERTS, POST = "email_security_alerts", "email_security_post_delivery_events"
AT = datetime(2026, 11, 27, 9, 15, 59, 999999, tzinfo=UTC)


def alert(found=None, told=None) -> dict:
    """Return the fields of an alert's line, after the line has passed the checker."""
    fields = alert_fields(Message.model_validate(found or held()), Detections.model_validate(told) if told else None)
    assert faults_of(line_of(fields), ALERTS) == []
    return fields


def test_a_line_has_each_documented_field_and_no_other():
    told = detections(
        attachments=[
            {"size": 9, "filename": "a.zip", "content_type": "application/zip", "md5": "d" * 32, "sha256": "e" * 64}
        ],
        links=[{"href": "https://pay.other.example/1", "text": "Pay"}],
        headers=[
            {"name": "Cc", "value": '"Ortiz, J." <j@team.example>, (x) k@team.example'},
            {"name": "Reply-To", "value": "=?utf-8?q?J=C3=B6rg?= <joerg@other.example>"},
        ],
        sender_info={"ip": "192.0.2.7", "as_name": "Example Net", "as_number": 64500, "geo": "DE/BE/Berlin"},
        threat_categories=[{"id": 1, "name": "CredentialHarvester"}],
    )
    fields = alert(held(from_name="Acme", delivery_mode="RETRO_SCAN", scanned_at=AT.replace(microsecond=0)), told)
    assert fields["FinalDisposition"] == "malicious"
    assert fields["Timestamp"] == "2026-11-27T09:15:59Z"
    assert fields["CC"] == ["j@team.example", "k@team.example"]
    assert fields["CCName"] == ["Ortiz, J.", ""]
    assert (fields["ReplyTo"], fields["ReplyToName"]) == ("joerg@other.example", "Jörg")
    assert fields["MessageDeliveryMode"] == "retroScan"
    assert fields["SMTPHeloServerIPAsNumber"] == "64500"
    assert fields["ThreatCategories"] == ["CredentialHarvester"]
    assert fields["Links"] == ["https://pay.other.example/1"]
    assert fields["Attachments"][0]["Name"] == "a.zip"
    assert fields["Attachments"][0]["Encrypted"] is None


def test_what_the_api_does_not_tell_is_empty_and_never_guessed():
    bare = {"id": "x", "client_recipients": [], "detection_reasons": [], "is_phish_submission": False}
    fields = alert(bare | {"is_quarantined": False, "properties": {}})
    assert fields["Timestamp"] is None
    assert {name for name, value in fields.items() if value not in ("", [], None)} == {
        *("AlertID", "FinalDisposition", "MessageDeliveryMode", "Origin")
    }


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("MALICIOUS-BEC", "malicious"),
        ("SUSPICIOUS", "suspicious"),
        ("SPOOF", "spoof"),
        ("SPAM", "spam"),
        ("BULK", "bulk"),
        ("NONE", "unset"),
        ("ENCRYPTED", "unset"),
        ("A-NEW-ONE", "unset"),
        (None, "unset"),
    ],
)
def test_verdicts_are_in_the_vendors_words(verdict, word):
    assert alert(held(final_disposition=verdict))["FinalDisposition"] == word


def test_the_alert_id_stays_the_same():
    assert alert_id_of("4Njp3P0STMz2c02Q-2024-01-05T10:00:00-12345678") == "4Njp3P0STMz2c02Q-2024-01-05T10:00:00"
    assert alert_id_of("something else") == "something else"
    assert alert_id_of("x", "as the API says") == "as the API says"


def test_links_and_everything_else_have_a_bound():
    told = detections(
        links=[{"href": f"https://other.example/{number}/{'x' * 9000}"} for number in range(5000)],
        attachments=[{"size": 1, "filename": "n" * 9000} for _ in range(5000)],
        headers=[{"name": "Cc", "value": "a@b.example," * 90_000}],
    )
    found = held(subject="s" * 900_000, to=["a@team.example"] * 9000, to_name=["A"] * 9000)
    assert len(line_of(alert(found, told))) < 2_000_000
    assert len(alert(found, told)["Links"]) == 100


@pytest.mark.parametrize("hostile", TEXTS)
def test_hostile_text_stays_one_line_of_ascii(hostile):
    told = detections(
        headers=[{"name": "Cc", "value": hostile + "<c@team.example>"}], links=[{"href": hostile}], findings=[]
    )
    fields = alert(held(subject=hostile, from_name=hostile, detection_reasons=[hostile]), told)
    line = line_of(fields)
    assert "\\u0000" not in line
    assert json.loads(line)["Subject"] == hostile[:2000].replace("\0", "\ufffd")
    mail = Mail(subject=hostile, sender_name=hostile, recipients=[hostile], alert_id=hostile)
    event = Action(Operation.MOVE, recipient=hostile, status=hostile, requested_by=hostile)
    assert faults_of(line_of(post_delivery_fields(mail, event)), POST) == []


@pytest.mark.parametrize("field", ["a@" + ":" * 200_000, '"' * 100_000, "(" * 100_000, "<" * 100_000, "a@b," * 100_000])
def test_fields_made_to_take_long_are_read_at_once(field):
    begun = time.process_time()
    addresses_in(field)
    assert time.process_time() - begun < 0.5


def test_a_group_and_quoted_commas_are_read_as_they_are_written():
    field = r'Team: "Last, \"Q\"" <a@x.example>; b@x.example (was, c@x.example)'
    assert [address for _, address in addresses_in(field)] == ["a@x.example", "b@x.example"]


def test_a_moved_copy_says_where_to_and_a_failed_one_does_not():
    mail = Mail("alert", "<1@x.example>", "4N", "Hello", "a@x.example", "A", ["b@team.example"], "NONE", AT, ["why"])
    moved = Action(Operation.MOVE, "b@team.example", AT, AT, "ann", "", "JunkEmail", "JunkEmail", "OK", True)
    fields = post_delivery_fields(mail, moved)
    assert faults_of(line_of(fields), POST) == []
    assert (fields["Destination"], fields["Folder"], fields["FinalDisposition"]) == ("JunkEmail", "JunkEmail", "none")
    failed = Action(Operation.MOVE, "b@team.example", destination="JunkEmail", folder="JunkEmail", success=False)
    assert post_delivery_fields(mail, failed)["Folder"] == ""
    assert post_delivery_fields(Mail(), failed)["FinalDisposition"] == "unset"


def test_a_submission_says_the_requested_verdict():
    asked = Action(Operation.SUBMISSION, requested_disposition="NONE", success=True, destination="no folder")
    fields = post_delivery_fields(Mail(), asked)
    assert (fields["RequestedDisposition"], fields["Destination"]) == ("none", "")


def test_ocsf_says_class_version_and_what_the_alert_says():
    told = detections(attachments=[{"size": 1, "filename": "a.zip", "sha256": "e" * 64}], links=[{"href": "http://x/"}])
    event = ocsf_fields(alert(held(), told), event_id="gh_1", found_at=AT)
    assert (event["category_uid"], event["class_uid"], event["type_uid"]) == (4, 4009, 400903)
    assert event["metadata"]["version"] == "1.5.0"
    assert event["metadata"]["product"]["vendor_name"]
    assert event["severity_id"] == 4
    assert event["email"]["files"][0]["hashes"] == [{"algorithm_id": 3, "algorithm": "SHA-256", "value": "e" * 64}]
    assert event["email"]["urls"] == [{"url_string": "http://x/"}]
    assert event["src_endpoint"] == {"ip": "192.0.2.7"}
    assert event["direction_id"] == 0


def test_the_checker_finds_what_is_wrong():
    fields = alert()
    assert faults_of(line_of(fields | {"Extra": 1}), ALERTS) == ["Extra is not documented"]
    assert faults_of(line_of(fields | {"FinalDisposition": "MALICIOUS"}), ALERTS)
    assert faults_of(line_of(fields | {"Timestamp": "2026-11-27 09:15:59"}), ALERTS)
    assert faults_of(line_of(fields | {"Links": ["x"] * 101}), ALERTS) == ["Links: more than 100"]
    assert faults_of(line_of(fields | {"Attachments": [{}]}), ALERTS)
    assert faults_of(line_of({name: value for name, value in fields.items() if name != "CC"}), ALERTS)
    assert faults_of(line_of(fields) + "\n" + line_of(fields), ALERTS)
    assert message()["final_disposition"] == "NONE"
