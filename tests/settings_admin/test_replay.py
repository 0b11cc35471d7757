"""What an entry would have done: the same as a scan of every message, on either backend, before it is saved."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest

from api_client.models import Message
from dashboard.audit.models import AuditEntry
from dashboard.walking.running import walk_run
from gateway.models import Message as StoredMessage
from settings_admin.entries.api import Policies
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, CONTENT_POLICIES, TRUSTED_DOMAINS
from settings_admin.replay.models import Replay, ReplayHit
from settings_admin.replay.policy_matching import Effect, touching
from tests.gateway.mails import GTUBE, stored
from tests.gateway.settings.test_expression_places import PLACES, STRANGER
from tests.investigate.fake_api import message
from tests.settings_admin.test_entry_edit import form_of

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
ALLOW = {"is_trusted_sender": True, "is_acceptable_sender": False, "is_exempt_recipient": False, "verify_sender": False}


def text(answer) -> str:
    return unescape(answer.content.decode())


def wire(number=1, **fields) -> Message:
    return Message.model_validate(message(number, **fields))


def work(replay: Replay) -> Replay:
    label = "settings_admin.sampledreplay" if replay.is_sample else "settings_admin.replay"
    while walk_run(label, replay.pk) == 0.0:
        pass
    return Replay.everything.get(pk=replay.pk)


def effect(kind, values, **fields) -> str | None:
    found = touching(kind, values)(wire(**fields))
    return None if found is None else found.effect.value


def sender(pattern, kind="EMAIL", **more):
    return {"pattern": pattern, "pattern_type": kind, "is_regex": False} | more


@pytest.mark.parametrize(
    ("values", "fields", "expected"),
    [
        (sender("Bad@Evil.example"), {"from": "bad@evil.EXAMPLE"}, "stopped"),
        (sender("bad@evil.example"), {"envelope_from": "<bad@evil.example>"}, "stopped"),
        (sender("bad@evil.example"), {"replyto": "bad@evil.example"}, None),
        (sender("evil.example", "DOMAIN"), {"from": "x@mail.evil.example"}, "stopped"),
        (sender("evil.example", "DOMAIN"), {"from": "x@notevil.example"}, None),
        (sender("münchen.example", "DOMAIN"), {"from": "x@xn--mnchen-3ya.example"}, "stopped"),
        (sender("198.51.100.0/24", "IP"), {"smtp_helo_server_ip": "198.51.100.9"}, "stopped"),
        (sender("198.51.100.0/24", "IP"), {"smtp_helo_server_ip": "::ffff:198.51.100.9"}, "stopped"),
        (sender("198.51.100.0/24", "IP"), {"smtp_helo_server_ip": "198.51.101.9"}, None),
        (sender(".*@evil.example", is_regex=True), {"from": "ANY@evil.example"}, "stopped"),
        (sender("evil", is_regex=True), {"from": "x@evil.example"}, None),
        (sender(r"(.+\.)?evil\.example", "DOMAIN", is_regex=True), {"from": "x@a.evil.example"}, "stopped"),
        (sender("bad@evil.example"), {"from": "bad@evil.example", "final_disposition": "MALICIOUS-BEC"}, ""),
        (sender("bad@evil.example"), {"from": "bad@evil.example", "final_disposition": "SPAM"}, "stopped"),
        (sender("x", "UNKNOWN"), {"from": "x@evil.example"}, None),
        (sender(".*", "UNKNOWN", is_regex=True), {"from": "x@evil.example"}, None),
    ],
)
def test_a_block_stops_what_its_pattern_matches(values, fields, expected):
    assert effect(BLOCK_SENDERS, values, **fields) == expected


@pytest.mark.parametrize(("kind", "pattern", "parts", "is_found"), PLACES)
def test_an_expression_is_tried_on_the_places_that_the_gateway_tries_it_on(kind, pattern, parts, is_found):
    given = STRANGER | parts
    fields = {
        "from": given["sender"].partition("<")[2].strip(">") or given["sender"],
        "envelope_from": given["mail_from"],
        "replyto": given["extra"].removeprefix("Reply-To: "),
        "smtp_helo_server_ip": given["client_ip"],
        "smtp_helo_server_name": given["helo"],
    }
    values = sender(pattern, kind, is_regex=True)
    assert (effect(BLOCK_SENDERS, values, **fields) == "stopped") is is_found
    assert (effect(ALLOW_POLICIES, values | ALLOW, final_disposition="SPAM", **fields) == "passed") is is_found


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"replyto": "a@partner.example", "validation": {"spf": "pass", "dkim": "pass", "dmarc": "none"}}, ""),
        ({"replyto": "a@mail.evil.example", "validation": {"spf": "none", "dkim": "none", "dmarc": "pass"}}, "passed"),
        ({"smtp_helo_server_name": "mx.partner.example", "validation": {"spf": "pass", "dkim": "pass"}}, ""),
        ({"smtp_helo_server_name": "mx.evil.example", "validation": {"spf": "pass", "dkim": "none"}}, "passed"),
    ],
)
def test_what_the_sender_writes_counts_for_its_own_domain_when_verified(fields, expected):
    values = sender(r"(a@.*|mx\..*)", is_regex=True) | ALLOW | {"verify_sender": True}
    assert effect(ALLOW_POLICIES, values, **(FROM_BAD | fields)) == expected


FROM_BAD = {"from": "bad@evil.example", "envelope_from": "bounce@evil.example", "final_disposition": "MALICIOUS"}
NO = {"spf": "fail", "dkim": "none", "dmarc": "fail"}


@pytest.mark.parametrize(
    ("flags", "fields", "expected"),
    [
        ({}, {}, "passed"),
        ({"is_trusted_sender": False, "is_acceptable_sender": True}, {}, ""),
        ({"is_trusted_sender": False, "is_acceptable_sender": True}, {"final_disposition": "SPOOF"}, "passed"),
        ({}, {"final_disposition": "NONE"}, ""),
        ({}, {"properties": {"blocklisted_message": True}}, ""),
        ({"verify_sender": True}, {"validation": NO}, ""),
        ({"verify_sender": True}, {"validation": {"spf": "pass", "dkim": "none", "dmarc": "none"}}, "passed"),
        (
            {"verify_sender": True},
            {"validation": {"spf": "pass", "dkim": "none", "dmarc": "none"}, "envelope_from": "x@other.example"},
            "",
        ),
        ({"verify_sender": True}, {"validation": {"spf": "none", "dkim": "pass", "dmarc": "fail"}}, ""),
    ],
)
def test_an_allow_policy_passes_what_it_exempts_from_and_verifies(flags, fields, expected):
    assert effect(ALLOW_POLICIES, sender("bad@evil.example") | ALLOW | flags, **(FROM_BAD | fields)) == expected


def test_an_exempt_recipient_passes_everything_for_them():
    values = sender("anna@team.example") | ALLOW | {"is_trusted_sender": False, "is_exempt_recipient": True}
    assert effect(ALLOW_POLICIES, values, final_disposition="MALICIOUS") == "passed"
    assert (
        effect(
            ALLOW_POLICIES, values, final_disposition="MALICIOUS", client_recipients=["b@team.example"], envelope_to=[]
        )
        is None
    )


@pytest.mark.parametrize(
    ("flags", "disposition", "expected"),
    [
        ({"is_similarity": True}, "SPOOF", "passed"),
        ({"is_similarity": True}, "MALICIOUS", ""),
        ({"is_recent": True}, "SUSPICIOUS", "passed"),
        ({"is_recent": True}, "SPAM", ""),
    ],
)
def test_a_trusted_domain_passes_what_it_is_trusted_for(flags, disposition, expected):
    values = {"pattern": "acrne.example", "is_regex": False, **flags}
    for place in ({"from": "x@mail.acrne.example"}, {"replyto": "Ann <ann@acrne.example>"}):
        assert effect(TRUSTED_DOMAINS, values, final_disposition=disposition, **place) == expected


def test_a_content_policy_looks_anywhere_in_the_subject():
    values = {"pattern": r"gift\s+card", "targets": ["SUBJECT"], "enabled": True}
    assert effect(CONTENT_POLICIES, values, subject="Your GIFT  CARD waits") == "stopped"
    assert effect(CONTENT_POLICIES, values, subject="Your voucher waits") is None
    assert effect(CONTENT_POLICIES, values | {"enabled": False}, subject="gift card") is None


@pytest.fixture
def mail(api):
    """Mail of the last weeks from several senders, some of it spam."""
    now = datetime.now(UTC)
    for number in range(40):
        spam = {"body": GTUBE} if number % 4 == 0 else {}
        stored(
            mail_from=f"s{number % 5}@evil.example",
            sender=f"S <s{number % 5}@evil.example>",
            subject=f"Offer {number}",
            scanned_at=now - timedelta(days=number),
            **spam,
        )
    return StoredMessage.objects.using("gateway")


def test_counts_and_list_equal_a_scan_of_every_message(admin, mail):
    fields = {"pattern": "s1@evil.example", "pattern_type": "EMAIL", "days": "30"}
    answer = admin.post("/policies/blocked-senders/look/", fields)
    replay = work(Replay.everything.get())
    assert answer["Location"] == f"/policies/replays/{replay.pk}/"
    since = datetime.now(UTC) - timedelta(days=30)
    scanned = [row for row in mail.all() if row.from_address == "s1@evil.example" and row.scanned_at >= since]
    assert replay.state == "done"
    assert replay.touched_count == len(scanned) == 6
    by_disposition = {}
    for row in scanned:
        by_disposition[row.final_disposition] = by_disposition.get(row.final_disposition, 0) + 1
    assert replay.touched == by_disposition
    assert set(ReplayHit.objects.values_list("message_id", flat=True)) == {row.investigate_id for row in scanned}
    page = text(admin.get(answer["Location"]))
    assert "messages of the last 30 days were looked at: complete" in page
    assert "It would have stopped" in page
    assert list(Policies(BLOCK_SENDERS).everything()) == []
    saved = admin.post(f"/policies/replays/{replay.pk}/save/")
    made = next(Policies(BLOCK_SENDERS).everything())
    assert saved["Location"] == f"/policies/blocked-senders/entries/{made.id}/"
    assert admin.post(f"/policies/replays/{replay.pk}/save/").status_code == 302
    assert len(list(Policies(BLOCK_SENDERS).everything())) == 1


def test_what_an_allow_policy_would_have_passed_is_said_with_the_number(admin, mail):
    fields = sender("evil.example", "DOMAIN") | {"is_trusted_sender": "on", "days": "90"}
    admin.post("/policies/allow-policies/look/", {k: v for k, v in fields.items() if v is not False})
    replay = work(Replay.everything.get())
    assert replay.touched_count == 40
    spam = [row for row in mail.all() if row.final_disposition != "NONE"]
    assert replay.effect_count == len(spam) > 0
    page = text(admin.get(f"/policies/replays/{replay.pk}/"))
    assert "It would have passed" in page
    assert spam[0].subject in page


def test_bodies_are_read_of_the_newest_and_called_a_sample(admin, mail, api, monkeypatch):
    monkeypatch.setattr("settings_admin.replay.walk_consumer.BODIES_AT_MOST", 10)
    stored(subject="plain", body="please buy gift cards today", scanned_at=datetime.now(UTC))
    fields = {"name": "gifts", "pattern": "gift cards?", "targets": ["BODY"], "enabled": "on", "days": "90"}
    admin.post("/policies/content-policies/look/", fields)
    replay = work(Replay.everything.get())
    assert replay.is_sample
    assert (replay.state, replay.read + replay.unread, replay.touched_count) == ("done", 10, 1)
    page = text(admin.get(f"/policies/replays/{replay.pk}/"))
    assert "A sample: the bodies of the newest 10 messages were read" in page
    assert len([one for one in api.requests if one.url.path.endswith("/raw")]) == 10


def test_an_edit_is_tried_and_saved_over_what_was_seen(admin, mail, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    fields = form_of(admin.get(address)) | {"pattern": ["s2@evil.example"], "days": ["30"], "why": ["a typo"]}
    admin.post(f"{address}look/", fields)
    replay = work(Replay.everything.get())
    assert replay.touched_count > 0
    assert 'value="s2@evil.example"' in text(admin.get(f"{address}?tried={replay.pk}"))
    assert admin.post(f"/policies/replays/{replay.pk}/save/")["Location"] == address
    assert Policies(BLOCK_SENDERS).get(made.id).values["pattern"] == "s2@evil.example"


def test_an_edit_that_somebody_else_made_meanwhile_is_not_written_over(admin, make):
    made = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{made.id}/"
    admin.post(f"{address}look/", form_of(admin.get(address)) | {"comments": ["mine"], "days": ["30"]})
    Policies(BLOCK_SENDERS).edit(made.id, {"comments": "theirs"}, whole={})
    answer = admin.post(f"/policies/replays/{Replay.everything.get().pk}/save/")
    assert answer.status_code == 409
    assert "Somebody else changed it while you did" in text(answer)


def test_what_is_wrong_is_not_tried(admin):
    answer = admin.post("/policies/blocked-senders/look/", {"pattern": "x", "pattern_type": "EMAIL", "days": "30"})
    assert answer.status_code == 422
    answer = admin.post("/policies/blocked-senders/look/", sender("a@b.example") | {"days": "10000"})
    assert answer.status_code == 422
    assert Replay.everything.count() == 0


def test_a_refusal_of_the_api_leads_back_to_the_form_with_everything(admin, make):
    fields = {"pattern": "a@b.example", "pattern_type": "EMAIL", "comments": "typed", "days": "30"}
    admin.post("/policies/blocked-senders/look/", fields)
    Policies(BLOCK_SENDERS).create(sender("a@b.example"))
    answer = admin.post(f"/policies/replays/{Replay.everything.get().pk}/save/")
    assert answer.status_code == 409
    assert "exists already" in text(answer)
    assert "typed" in text(answer)


def test_a_look_can_be_stopped_and_leaves_an_audit_row(admin, mail):
    admin.post("/policies/blocked-senders/look/", sender("a@b.example") | {"days": "30", "is_regex": ""})
    replay = Replay.everything.get()
    assert "Looking at the last 30 days" in text(admin.get(f"/policies/replays/{replay.pk}/"))
    admin.post(f"/policies/replays/{replay.pk}/cancel/")
    assert admin.get(f"/policies/replays/{replay.pk}/progress/").status_code == 286
    assert AuditEntry.objects.get(action="policy_replay").detail["days"] == 30


def test_an_analyst_sees_replays_of_blocks_and_no_others(browse, admin):
    person = browse("analyst")
    admin.post("/policies/blocked-senders/look/", sender("a@b.example") | {"days": "30", "is_regex": ""})
    block = Replay.everything.get()
    assert person.get(f"/policies/replays/{block.pk}/").status_code == 200
    assert person.post("/policies/blocked-senders/look/", {}).status_code == 403
    fields = {"pattern": "a@b.example", "pattern_type": "EMAIL", "is_trusted_sender": "on", "days": "30"}
    admin.post("/policies/allow-policies/look/", fields)
    allow = Replay.everything.exclude(pk=block.pk).get()
    assert person.get(f"/policies/replays/{allow.pk}/").status_code == 403
    assert person.post(f"/policies/replays/{allow.pk}/save/").status_code == 403
    assert browse("reviewer").get(f"/policies/replays/{block.pk}/").status_code == 403


def test_the_tester_tries_any_pattern_on_recent_mail(admin, mail, api):
    assert "Tester" in text(admin.get("/policies/tester/"))
    api.requests.clear()
    page = text(admin.get("/policies/tester/?what=EMAIL&pattern=s3@evil.example"))
    assert "<strong>6</strong> of the newest 30 messages match" in page
    assert len(api.requests) == 1
    page = text(admin.get("/policies/tester/?what=subject&pattern=offer [78]$"))
    assert "<strong>2</strong> of the newest 30" in page
    page = text(admin.get("/policies/tester/?what=recipient-domain&pattern=acme.example"))
    assert "<strong>30</strong> of the newest 30" in page
    page = text(admin.get("/policies/tester/?what=EMAIL&pattern=a(b&is_regex=on"))
    assert "missing ), at character 2" in page
    assert "read in the background" in text(admin.get("/policies/tester/?what=body&pattern=x"))


def test_the_tester_goes_further_back_without_offering_to_save(admin, mail):
    answer = admin.post("/policies/tester/", {"what": "EMAIL", "pattern": "s3@evil.example", "days": "60"})
    replay = work(Replay.everything.get())
    assert replay.touched_count == 8
    page = text(admin.get(answer["Location"]))
    assert "/save/" not in page


def test_effects_are_words_of_the_list():
    assert {effect.value for effect in Effect} == {"", "stopped", "passed"}


def test_what_no_database_takes_is_replaced_in_the_list(admin, mail, api):
    odd = message(1, **{"from": "s1@evil.example", "subject": "a\x00b"})
    info = {"count": 1, "per_page": 1000}
    answer = {"success": True, "errors": [], "messages": [], "result": [odd], "result_info": info}
    api.fail("GET", "/investigate$", lambda _request: httpx.Response(200, content=json.dumps(answer).encode()))
    admin.post("/policies/blocked-senders/look/", sender("s1@evil.example") | {"days": "30", "is_regex": ""})
    done = work(Replay.everything.get())
    assert (done.touched_count, done.error) == (1, "")
    assert ReplayHit.objects.get().subject == "a\ufffdb"


def test_results_of_long_ago_are_thrown_away(admin, mail):
    for _ in range(2):
        admin.post("/policies/blocked-senders/look/", sender("s1@evil.example") | {"days": "30", "is_regex": ""})
    old, new = Replay.everything.order_by("created_at")
    work(old)
    Replay.everything.filter(pk=old.pk).update(finished_at=datetime.now(UTC) - timedelta(days=31))
    work(new)
    assert Replay.everything.get().pk == new.pk
    assert set(ReplayHit.objects.values_list("replay_id", flat=True)) == {new.pk}
