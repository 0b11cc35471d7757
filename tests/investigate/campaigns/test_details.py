"""Links and attachments of threats, where the backend gives no features with its rows."""

import pytest

from api_client.models import Message
from investigate.campaigns.details import AT_ONCE, details_read
from investigate.campaigns.keeping import campaigns_group
from investigate.campaigns.models import CampaignDay, CampaignMessage
from investigate.campaigns.reading import messages_store
from tests.investigate.campaigns.keeping import kept, partition, read
from tests.investigate.fake_api import message, refusal

pytestmark = pytest.mark.django_db


def threats(reviews, number, **fields):
    made = [message(one, final_disposition="MALICIOUS", **fields) for one in range(1, number + 1)]
    reviews.add(*made)
    for one in made:
        reviews.details[one["id"]] = {
            "action": "QUARANTINED",
            "attachments": [],
            "headers": [],
            "links": [{"href": f"https://login.evil.example/kit/{one['id'][-3:]}/", "text": "here"}],
            "sender_info": {},
            "threat_categories": [],
            "validation": {"spf": "pass", "dkim": "pass", "dmarc": "pass"},
        }
    return [one["id"] for one in made]


def test_links_of_threats_tie_them_together(reviews):
    names = threats(reviews, 3, htmltext_structure_hash="d" * 32)
    kept(1)
    assert partition() == set()
    assert details_read() == 3
    assert campaigns_group(now_due=True)
    assert partition() == {frozenset(names)}
    assert details_read() == 0
    row = CampaignMessage.objects.get(investigate_id=names[0])
    assert row.traits["hosts"] == ["evil.example"]
    assert row.traits["paths"] == ["/kit/#/"]


def test_what_was_read_stays_when_the_row_is_read_again(reviews):
    names = threats(reviews, 2, htmltext_structure_hash="d" * 32)
    kept(1)
    details_read()
    campaigns_group(now_due=True)
    CampaignDay.objects.all().delete()
    read(2)
    assert not campaigns_group(now_due=True)
    assert not CampaignMessage.objects.filter(needs_detail=True).exists()
    assert partition() == {frozenset(names)}


def test_few_are_read_at_once_and_clean_mail_never(reviews):
    threats(reviews, AT_ONCE + 2)
    reviews.add(message(8), message(9, final_disposition="SPAM"))
    kept(1)
    reviews.requests.clear()
    assert [details_read() for _ in range(3)] == [AT_ONCE, 2, 0]
    assert len(reviews.requests) == AT_ONCE + 2


def test_a_detail_that_can_not_be_had_is_not_asked_for_again_and_one_that_may_come_is(reviews):
    names = threats(reviews, 2)
    kept(1)
    reviews.broken = {f"GET {names[0]}/detections": refusal(404), f"GET {names[1]}/detections": refusal(400)}
    assert details_read() == 2
    assert details_read() == 0
    CampaignMessage.objects.update(needs_detail=True)
    reviews.broken = {"GET detections": refusal(500)}
    assert details_read() == 0
    assert CampaignMessage.objects.filter(needs_detail=True).count() == 2


def test_what_no_database_holds_is_left_out_and_nothing_fails(reviews):
    rows = [
        message(1, subject="a\0b \ud800", **{"from": "x\0@evil.example"}),
        message(2, id="n\0"),
        message(3, id="i" * 300),
    ]
    messages_store([Message.model_construct(**Message.model_validate(row).__dict__) for row in rows])
    (kept_row,) = CampaignMessage.objects.all()
    assert (kept_row.subject, kept_row.sender) == ("ab ?", "x@evil.example")
