"""Search: every parameter, both ways of paging, against a scan of everything.

What is slow asks 300 generated searches, page by page.
"""

import json
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_client import BadRequest
from gateway.api.operations import investigate
from tests.gateway.conftest import ACCOUNT
from tests.gateway.mail.letters_with_files import mixed, part
from tests.gateway.mail.test_open_archives import zipped
from tests.gateway.mails import GTUBE, held, mail, stored
from tests.gateway.naive_scan import matches

START = datetime(2026, 2, 1, tzinfo=UTC)
WORDS = [
    "invoice",
    "4471",
    "überfällig",
    "Ihr Paket wartet",
    "re: lunch",
    "发票 逾期",
    "🎉 winner",
    "<b>hi</b>",
    "acme-pay",
]
SENDERS = [
    ("Ann Reed <ann@partner.example>", "ann@partner.example"),
    ("ACME Billing <billing@acme-pay.example>", "bounce+77@mailer.example"),
    ("发件人 <fa@pay.example>", "fa@pay.example"),
    ('"Reed, Ann" <Ann.Reed@Partner.Example>', ""),
]
RECIPIENTS = ["bo@acme.example", "jo@acme.example", "Team@ACME.example", "ops@sub.acme.example"]
BODIES = [
    "Nothing to see.",
    "Look at http://login.acme-pay.example/x?y=1 now",
    "https://www.partner.example. and http://192.0.2.99/a",
    GTUBE,
]


@pytest.fixture
def corpus(client):
    """Eighty messages of many kinds, some of them moved, released or looked at; as the API shows them."""
    chance = random.Random(7)
    for number in range(80):
        header, envelope_from = chance.choice(SENDERS)
        to = chance.sample(RECIPIENTS, chance.randint(1, 3))
        cc = "Cy Dee <cy@third.example>" if chance.random() < 0.3 else ""
        raw = mail(
            subject=" ".join(chance.sample(WORDS, chance.randint(1, 3))),
            sender=header,
            to=", ".join(to),
            cc=cc,
            body=chance.choice(BODIES),
            extra="Reply-To: other@reply.example" if chance.random() < 0.2 else "X-Nothing: 1",
        )
        row = stored(
            raw,
            recipients=tuple(to),
            mail_from=envelope_from,
            scanned_at=START + timedelta(hours=number // 2, microseconds=number % 2),
            client_ip=f"192.0.2.{number % 5}",
        )
        if number % 7 == 0:
            client.investigate.move.create(row.investigate_id, destination="JunkEmail")
        if number % 9 == 0:
            client.investigate.release.bulk(ids=[row.investigate_id])
    everything = list(client.investigate.iterate(detections_only=False, start=START, per_page=1000))
    assert len(everything) == 80
    return [(message, client.investigate.detections.get(message.id)) for message in everything]


def cc_of(detections):
    found = [header.value for header in detections.headers if header.name.lower() == "cc"]
    return [("Cy Dee", "cy@third.example")] if found else []


terms = st.sampled_from(
    [
        *(
            "invoice",
            "INVOICE",
            "4471",
            "überfällig",
            "ÜBERFÄLLIG",
            "paket",
            "发票",
            "票",
            "🎉",
            "lunch",
            "re",
            "b",
            "zz",
        ),
        *("partner.example", "ann@partner.example", "ann", "reed,", "acme-pay", "pay.acme", "192.0.2.3", "2.0", "cy"),
        *("2026-02-01", "2026-02-01T03:00:00", "malicious", "spam", "other@reply.example", "!!!", "test", "gtube"),
    ]
)
texts = st.lists(terms, min_size=1, max_size=3).map(" ".join)
addresses = st.sampled_from(
    [
        *("ann@partner.example", "PARTNER.example", "acme-pay.example", "bo@acme.example", "acme.example"),
        *("sub.acme.example", "cy@third.example", "third.example", "mailer.example", "nobody@x.example", "example"),
        *("login.acme-pay.example", "www.partner.example", "192.0.2.99", "pay.example"),
    ]
)
asked = st.fixed_dictionaries(
    {},
    optional={
        "query": texts,
        "subject": texts,
        "sender": addresses,
        "recipient": addresses,
        "domain": addresses,
        "smtp_helo_ip": st.sampled_from(["192.0.2.1", "192.0.2.4", "198.51.100.1"]),
        "exact_subject": st.sampled_from(["invoice", "Invoice 4471", "4471"]),
        "final_disposition": st.lists(
            st.sampled_from(["MALICIOUS", "SPAM", "SUSPICIOUS", "NONE", "BULK"]), min_size=1, max_size=3, unique=True
        ),
        "delivery_status": st.lists(
            st.sampled_from(["delivered", "quarantined", "moved", "move_failed", "queued"]), min_size=1, max_size=2
        ),
        "message_action": st.lists(
            st.sampled_from(["MOVED", "QUARANTINE_RELEASED", "PREVIEW"]), min_size=1, max_size=2
        ),
        "detections_only": st.booleans(),
        "start": st.integers(0, 30).map(lambda hours: START + timedelta(hours=hours)),
        "end": st.integers(31, 45).map(lambda hours: START + timedelta(hours=hours)),
    },
)


@pytest.mark.slow
def test_search_agrees_with_a_scan_of_everything(client, corpus):
    found_something = 0

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(asked, st.integers(1, 30))
    def agree(parameters, per_page):
        nonlocal found_something
        parameters = {"start": START, "detections_only": False} | parameters
        expected = [m.id for m, d in corpus if matches(m, d, cc_of(d), parameters)]
        found = [m.id for m in client.investigate.iterate(**parameters, per_page=per_page)]
        assert found == expected
        found_something += bool(found)

    agree()
    assert found_something > 60


def test_page_numbers_give_the_same_messages_and_end_with_an_empty_page(client, corpus):
    expected = [message.id for message, _ in corpus]
    found, page = [], 1
    while items := client.investigate.list(detections_only=False, start=START, per_page=30, page=page).items:
        found += [message.id for message in items]
        page += 1
    assert found == expected
    assert page == 4


def test_the_previous_cursor_leads_back(client, corpus):
    expected = [message.id for message, _ in corpus]
    search = {"detections_only": False, "start": START, "per_page": 25}
    first = client.investigate.list(**search)
    second = client.investigate.list(**search, cursor=first.next)
    third = client.investigate.list(**search, cursor=second.next)
    back = client.investigate.list(**search, cursor=third.previous)
    assert [m.id for m in back.items] == [m.id for m in second.items] == expected[25:50]
    assert first.previous is None
    assert [m.id for m in client.investigate.list(**search, cursor=back.previous).items] == expected[:25]


def test_mail_that_arrives_does_not_shift_a_cursor(client, corpus):
    search = {"detections_only": False, "start": START, "per_page": 10}
    first = client.investigate.list(**search)
    stored(subject="arrived meanwhile")
    second = client.investigate.list(**search, cursor=first.next)
    assert [m.id for m in second.items] == [message.id for message, _ in corpus][10:20]


def test_by_default_only_detections_of_the_last_thirty_days_are_found(client):
    now = datetime.now(UTC)
    stored(scanned_at=now)
    old = held(subject="old")
    recent = held(subject="recent")
    assert [m.id for m in client.investigate.list().items] == [recent.investigate_id, old.investigate_id]
    stored(mail(body=GTUBE), scanned_at=now - timedelta(days=31))
    assert len(client.investigate.list().items) == 2


def test_mail_is_found_by_what_lies_in_a_file(client):
    attached = part(zipped("forms/order.exe"), "order.zip")
    row = stored(mixed(attached))
    listed = client.investigate.detections.get(row.investigate_id).attachments
    (inside,) = (entry for entry in listed if entry.name == "forms/order.exe")
    for query in ("order.exe", inside.sha256, inside.md5):
        found = client.investigate.list(query=query).items
        assert [entry.id for entry in found] == [row.investigate_id]
    assert inside.detection == "MALICIOUS"


def test_words_of_two_fields_make_no_phrase(client):
    stored(subject="red", sender="Green <green@x.example>")
    search = {"detections_only": False}
    assert len(client.investigate.list(query="red green", **search).items) == 1
    assert client.investigate.list(query="red-green", **search).items == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"per_page": 0},
        {"per_page": 10_001},
        {"page": 0},
        {"cursor": "rubbish"},
        {"cursor": "eDE"},
        {"detections_only": "maybe"},
        {"start": "yesterday"},
        {"start": "2999-01-01T00:00:00Z"},
        {"start": "2026-02-02T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
        {"final_disposition": "NICE"},
        {"delivery_status": "lost"},
        {"message_action": "EATEN"},
        {"query": "a\0b"},
    ],
)
def test_a_bad_parameter_is_refused_and_named(http, parameters):
    answer = http.get("/investigate", params=parameters)
    assert answer.status_code == 400
    body = answer.json()
    assert body["success"] is False
    assert body["errors"][0]["message"]
    if len(parameters) == 1 and parameters != {"start": "2999-01-01T00:00:00Z"}:
        assert body["errors"][0]["source"]["pointer"] == next(iter(parameters))


def test_a_search_that_nothing_can_match_is_no_error(client):
    stored()
    assert client.investigate.list(query="!!!", detections_only=False).items == []
    with pytest.raises(BadRequest):
        client.investigate.list(cursor="x" * 3000)


def test_a_mail_to_very_many_people_is_found_by_its_attachment_and_by_each_of_them(client):
    people = [f"person{number}.of.a.long.name@staff.acme.example" for number in range(1_500)]
    part = "--b\r\nContent-Type: application/pdf; name=manypeople.pdf\r\n\r\nx\r\n--b--"
    raw = mail(to=", ".join(people), body=part).replace(b"text/plain; charset=utf-8", b"multipart/mixed; boundary=b")
    row = stored(raw, recipients=tuple(people))
    for query in ("manypeople.pdf", people[0], people[-1], f"<{people[-1]}>", f"manypeople {people[700]}"):
        found = client.investigate.list(query=query, detections_only=False).items
        assert [message.id for message in found] == [row.investigate_id], query
    for query in ("!@.!", f"{people[-1]} nobody@else.example", "manypeople.pdf nobody@else.example"):
        with suppress(BadRequest):
            assert client.investigate.list(query=query, detections_only=False).items == [], query


def test_a_page_of_more_than_a_thousand_is_sent_in_parts_and_is_the_same(client, write_token, monkeypatch):
    rows = [stored(subject=f"number {number}").investigate_id for number in range(7)]
    path = f"/client/v4/accounts/{ACCOUNT}/email-security/investigate"
    asked = {"detections_only": "false", "start": START.isoformat(), "per_page": 6}
    headers = {"authorization": f"Bearer {write_token}"}
    whole = Browser().get(path, asked, headers=headers)
    monkeypatch.setattr(investigate, "_AT_ONCE", 2)
    parted = Browser().get(path, asked, headers=headers)
    assert (whole.streaming, parted.streaming, parted["Content-Type"]) == (False, True, "application/json")
    assert json.loads(parted.getvalue()) == whole.json()
    page = client.investigate.list_parted(detections_only=False, start=START, per_page=10_000)
    assert [[one.id for one in part] for part in page.parts(3)] == [rows[:3:-1], rows[3:0:-1], rows[:1]]
    assert (len(page), page.next) == (7, None)
