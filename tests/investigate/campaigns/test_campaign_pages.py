"""Pages of campaigns: the list, one campaign, its text, and what people do with it."""

import pytest
from selectolax.lexbor import LexborHTMLParser

from dashboard.audit.models import AuditEntry
from dashboard.jobs.selections.models import SelectedMessage, Selection
from investigate.campaigns.models import Campaign, CampaignMessage, HandChange, Keeping
from investigate.reviews.mirror import mirror_refresh
from investigate.reviews.models import MirrorKind
from tests.investigate.campaigns.conftest import LURE
from tests.investigate.campaigns.keeping import kept, partition, read, the_campaign
from tests.investigate.fake_api import NOW, message, refusal
from tests.investigate.reviews.reviews_api import submission

pytestmark = pytest.mark.django_db
RAW = "Subject: x\r\nContent-Type: text/plain\r\n\r\nDear {}, pay {} euros <b>today</b> at www.evil.example please\r\n"


@pytest.fixture
def campaign(lures):
    kept(1)
    return the_campaign()


def url(campaign, more=""):
    return f"/investigate/campaigns/{campaign.key}/{more}"


def page(client, address):
    return LexborHTMLParser(client.get(address).content.decode())


def text(node):
    return " ".join(node.text(separator=" ").split())


def subjects(client, query=""):
    return [text(link) for link in page(client, f"/investigate/campaigns/{query}").css(".review-subject a")]


def test_the_list_shows_threats_and_other_groups_if_asked(reviews, lures, analyst):
    bulk = {"edf_hash": "a" * 32, "htmltext_structure_hash": "b" * 32, "final_disposition": "BULK"}
    reviews.add(*(message(number, subject="Our news", **bulk) for number in (6, 7)))
    kept(1)
    assert subjects(analyst) == ["Invoice 3 is overdue"]
    assert subjects(analyst, "?view=all") == ["Invoice 3 is overdue", "Our news"]
    assert subjects(analyst, "?view=all&order=largest&size=3") == ["Invoice 3 is overdue"]
    assert subjects(analyst, "?view=all&query=news") == ["Our news"]
    assert subjects(analyst, "?view=left") == ["Invoice 3 is overdue"]
    assert subjects(analyst, "?view=all&from_day=2000-01-01&to_day=2000-01-02") == []
    assert analyst.get("/investigate/campaigns/?view=none").status_code == 404
    assert analyst.get("/investigate/campaigns/?size=none").status_code == 422


def test_a_newsletter_with_one_reported_copy_is_no_campaign_of_threats(reviews, lures, analyst):
    bulk = {"edf_hash": "a" * 32, "htmltext_structure_hash": "b" * 32, "final_disposition": "BULK"}
    letters = [message(number, subject="Our news", scanned_at=NOW, **bulk) for number in range(10, 31)]
    letters[0]["final_disposition"] = "MALICIOUS"
    reviews.add(*letters)
    report = submission(1, type="User", requested_by="anna@team.example")
    report["original_postfix_id"] = letters[1]["postfix_id"]
    reviews.submissions = [report]
    mirror_refresh(MirrorKind.SUBMISSIONS)
    kept(1)
    assert subjects(analyst) == ["Invoice 3 is overdue"]
    assert subjects(analyst, "?view=reported") == ["Our news"]
    assert "5 % threats" in text(page(analyst, "/investigate/campaigns/?view=reported").body)
    assert subjects(analyst, "?view=all&order=threats") == ["Invoice 3 is overdue", "Our news"]


def test_a_group_that_a_user_reported_is_a_campaign(reviews, lures, analyst):
    for one in reviews.messages:
        one["final_disposition"] = "NONE"
    reviews.submissions = [submission(1, type="User", requested_by="anna@team.example")]
    mirror_refresh(MirrorKind.SUBMISSIONS)
    kept(1)
    assert subjects(analyst) == ["Invoice 3 is overdue"]
    assert the_campaign().reported == 1
    assert "anna@team.example" in text(page(analyst, url(the_campaign())).body)


def test_a_campaign_says_why_each_message_is_in_it(campaign, analyst):
    shown = page(analyst, url(campaign))
    why = [text(cell) for cell in shown.css(".campaign-why")]
    assert len(why) == 3
    assert sum("The others are tied to this one." in reason for reason in why) == 1
    assert sum("the same text HTML of the same structure" in reason for reason in why) == 2
    assert [text(mark) for mark in shown.css(".campaign-template .varying")] == ["varies: 3 | 2 | 1"]
    assert len(shown.css(".campaign-bars .bar-threat")) >= 1


def test_messages_that_joined_last_are_marked(reviews, campaign, lures, analyst):
    assert not page(analyst, url(campaign)).css("td .tag")
    reviews.add(message(6, subject="Invoice 6 is overdue", **LURE))
    Keeping.objects.update(tail_at=None)
    kept(1)
    shown = page(analyst, url(campaign))
    assert [text(tag) for tag in shown.css("td .tag")] == ["New"]
    assert "+1 " in text(page(analyst, "/investigate/campaigns/?view=growing").css_first("tbody tr"))


def test_the_navigation_marks_campaigns_alone(lures, analyst):
    current = page(analyst, "/investigate/campaigns/").css('nav a[aria-current="page"]')
    assert [text(link) for link in current] == ["Campaigns", "Threats"]


def test_the_message_links_to_its_campaign(campaign, lures, analyst):
    own = page(analyst, f"/investigate/messages/{lures[0]}/")
    assert text(own.css_first(f'a[href="{url(campaign)}"]')) == "Campaign (3)"
    other = CampaignMessage.objects.get(campaign=None, subject="Lunch on Monday")
    assert "Campaign (" not in text(page(analyst, f"/investigate/messages/{other.investigate_id}/").body)


def test_all_messages_are_selected_for_a_job(campaign, lures, analyst):
    answer = analyst.post(url(campaign, "select/"))
    selection = Selection.objects.get()
    assert answer["Location"].startswith(f"/jobs/selections/{selection.pk}/")
    assert set(SelectedMessage.objects.values_list("investigate_id", flat=True)) == set(lures)


def test_a_store_without_mail_is_not_called_still_being_read(reviews, analyst):
    assert "No mail has been read yet." in text(page(analyst, "/investigate/campaigns/").body)
    read(1)
    assert "Mail is being read for the first time." in text(page(analyst, "/investigate/campaigns/").body)
    read(100)
    shown = text(page(analyst, "/investigate/campaigns/").body)
    assert "There is no mail of the last 30 days." in shown
    assert "still being read" not in shown


def test_a_split_is_made_shown_and_undone(campaign, lures, analyst):
    analyst.post(url(campaign, "split/"), {"id": lures[:1]})
    assert partition() == {frozenset(lures[:1]), frozenset(lures[1:])}
    made = Campaign.objects.exclude(pk=campaign.pk).get()
    assert "By hand: split by a-analyst" in text(page(analyst, url(made)).body)
    Keeping.objects.update(grouped_at=None)
    kept()
    assert partition() == {frozenset(lures[:1]), frozenset(lures[1:])}
    answer = analyst.post(url(made, f"undo/{HandChange.objects.get().pk}/"), follow=True)
    assert "The split is undone." in answer.content.decode()
    assert partition() == {frozenset(lures)}
    entries = AuditEntry.objects.filter(object_kind="campaign").order_by("id")
    assert list(entries.values_list("action", "object_id")) == [
        ("campaign_split", campaign.key),
        ("campaign_undo", made.key),
    ]
    assert "Split a campaign" in text(page(analyst, url(campaign)).body)


def test_campaigns_are_merged_and_later_mail_follows(reviews, campaign, lures, analyst):
    other = {"edf_hash": "a" * 32, "htmltext_structure_hash": "b" * 32, "final_disposition": "SPAM"}
    reviews.add(*(message(number, subject="You won", **other) for number in (6, 7)))
    Keeping.objects.update(tail_at=None)
    kept(1)
    won = Campaign.objects.exclude(pk=campaign.pk).get()
    answer = analyst.post(url(won, "merge/"), {"into": f"https://testserver{url(campaign)}"})
    assert answer["Location"] == url(campaign)
    assert {len(names) for names in partition()} == {5}
    reviews.add(message(8, subject="You won again", **other))
    Keeping.objects.update(tail_at=None)
    kept(1)
    assert {len(names) for names in partition()} == {6}
    assert analyst.get(url(won)).status_code == 404
    analyst.post(url(campaign, f"undo/{HandChange.objects.get().pk}/"))
    assert {len(names) for names in partition()} == {3}


@pytest.mark.parametrize(
    ("what", "given", "said"),
    [
        ("split/", {}, "Choose the messages to take out."),
        ("split/", {"id": ["none"]}, "not in this campaign any more"),
        ("split/", {"id": "all"}, "Leave at least one message"),
        ("split/", {"id": [str(number) for number in range(501)]}, "At most 500 messages"),
        ("merge/", {"into": "none"}, "There is no campaign with this key."),
        ("merge/", {"into": "own"}, "merged into itself"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(campaign, lures, analyst, what, given, said):
    given = {"id": lures} if given.get("id") == "all" else given
    given = {"into": campaign.key} if given.get("into") == "own" else given
    answer = analyst.post(url(campaign, what), given, follow=True)
    assert said in answer.content.decode()
    assert not HandChange.objects.exists()
    assert partition() == {frozenset(lures)}


def test_a_campaign_whose_messages_have_just_gone_opens_and_refuses_acts(reviews, campaign, lures, analyst):
    columns = ("account_id", "backend", "first_at", "last_at", "grown_at")
    other = Campaign.objects.create(key="b" * 16, **{name: getattr(campaign, name) for name in columns})
    CampaignMessage.objects.all().delete()
    assert analyst.get(url(campaign)).status_code == 200
    assert analyst.get(url(campaign, "text/")).status_code == 200
    for act, given in (("select/", {}), ("merge/", {"into": other.key})):
        assert "are gone" in analyst.post(url(campaign, act), given, follow=True).content.decode()


def test_a_change_during_a_grouping_waits_for_it(campaign, lures, analyst):
    kept()
    Keeping.objects.update(lease_until="2999-01-01T00:00Z")
    answer = analyst.post(url(campaign, "split/"), {"id": lures[:1]}, follow=True)
    assert "It is noted" in answer.content.decode()
    assert partition() == {frozenset(lures)}
    Keeping.objects.update(lease_until=None)
    assert kept(0)
    assert partition() == {frozenset(lures[:1]), frozenset(lures[1:])}


def test_the_shared_text_is_escaped_marked_and_on_record(reviews, campaign, lures, analyst):
    for name, sum_ in zip(lures, (10, 20, 30), strict=True):
        reviews.raws[name] = RAW.format(f"Name{sum_}", sum_).encode()
    shown = analyst.get(url(campaign, "text/"))
    template = LexborHTMLParser(shown.content.decode()).css_first(".campaign-template")
    assert "<b>today</b>" in text(template)
    assert not template.css("b")
    assert "evil[.]example" in text(template)
    assert "www.evil.example" not in text(template)
    assert [text(mark) for mark in template.css("mark")] == [
        "varies: Name30, | Name20, | Name10,",
        "varies: 30 | 20 | 10",
    ]
    looks = AuditEntry.objects.filter(action="campaign_text_view", outcome="done").values_list("object_id", flat=True)
    assert set(looks) == set(lures)
    assert shown["Cache-Control"] == "private, no-store"


def test_a_source_that_the_api_does_not_give_is_said_to_be_missing(reviews, campaign, lures, analyst):
    reviews.raws[lures[0]] = RAW.format("Anna", 1).encode()
    reviews.broken = {f"GET {name}/raw": refusal(404) for name in lures[1:]}
    shown = analyst.get(url(campaign, "text/")).content.decode()
    assert "2 messages could not be used" in shown
    assert AuditEntry.objects.filter(action="campaign_text_view", outcome="failed").count() == 2


def test_a_reason_is_asked_for_where_one_is_due(campaign, lures, analyst, settings):
    settings.GATEHOUSE_ASK_REASON = True
    shown = analyst.get(url(campaign, "text/")).content.decode()
    assert "A reason is asked for first" in shown
    assert not AuditEntry.objects.filter(action="campaign_text_view").exists()


def test_who_may_not_see_content_or_act_is_refused(campaign, lures, browse):
    reader = browse("read_only")
    assert reader.get(url(campaign)).status_code == 200
    assert reader.get(url(campaign, "text/")).status_code == 403
    for what in ("split/", "merge/", "select/", "undo/1/"):
        assert browse("reviewer").post(url(campaign, what)).status_code == 403
    assert "Take the chosen ones out" not in reader.get(url(campaign)).content.decode()


def test_hostile_values_are_escaped(reviews, analyst):
    hostile = "<script>alert(1)</script> \u202e http://evil.example"
    reviews.add(
        *(
            message(number, **(LURE | {"subject": hostile, "from": hostile[:32], "replyto": f"{hostile}@x.example"}))
            for number in (1, 2)
        )
    )
    kept(1)
    for address in ("/investigate/campaigns/", url(the_campaign())):
        shown = analyst.get(address).content.decode()
        assert "<script>alert" not in shown
        assert "\u202e" not in shown
        assert "http://evil.example" not in LexborHTMLParser(shown).css_first("main").text()
