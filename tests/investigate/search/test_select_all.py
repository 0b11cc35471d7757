"""Selecting everything that a search finds, and everything that is similar to a message."""

import re
from html import unescape

import pytest

from dashboard.jobs.selections.models import Selection
from dashboard.walking.running import walk_run
from investigate.models import SearchCount, SearchGathering
from tests.investigate.console import htmx
from tests.investigate.fake_api import held, message


def text(response) -> str:
    return unescape(response.content.decode())


def run(walk) -> None:
    """Do what the worker does."""
    walk_run(walk._meta.label_lower, walk.pk)
    walk.refresh_from_db()


def test_what_the_api_filters_becomes_a_selection_at_once(analyst, api):
    page = text(analyst.get("/investigate/?query=nothing&sender=other.example"))
    assert "data-selects-all" not in page
    api.add(*[message(number) for number in range(1, 61)])
    page = text(analyst.get("/investigate/?sender=other.example"))
    target = re.search(r'formaction="([^"]+)" data-selects-all', page).group(1)
    response = analyst.post(target, {"action": "move", "destination": "JunkEmail"})
    selection = Selection.objects.get()
    assert response["Location"] == f"/jobs/selections/{selection.pk}/?action=move&destination=JunkEmail"
    assert selection.filters["sender"] == "other.example"
    assert selection.label == "from:other.example"
    run(selection)
    assert selection.size == 60


def test_what_the_api_can_not_filter_is_gathered_first(analyst, api):
    api.add(*[message(number, validation={"spf": "fail" if number % 2 else "pass"}) for number in range(1, 61)])
    response = analyst.post("/investigate/select/?spf=fail", {"action": "release"})
    gathering = SearchGathering.objects.get()
    address = f"/investigate/gatherings/{gathering.pk}/"
    assert response["Location"] == address
    assert analyst.get(address, headers=htmx()).status_code == 200
    assert analyst.post(f"{address}freeze/")["Location"] == address
    run(gathering)
    done = analyst.get(address, headers=htmx())
    assert done.status_code == 286
    assert "See what would happen to them" in text(done)
    first = analyst.post(f"{address}freeze/")["Location"]
    assert analyst.post(f"{address}freeze/")["Location"] == first
    selection = Selection.objects.get()
    assert first == f"/jobs/selections/{selection.pk}/?action=release"
    assert selection.size == 30
    assert set(selection.messages.values_list("investigate_id", flat=True)) == {
        held["id"] for held in api.messages if held["validation"]["spf"] == "fail"
    }


def test_a_gathering_of_nothing_says_so(analyst, api):
    analyst.post("/investigate/select/?spf=fail")
    gathering = SearchGathering.objects.get()
    run(gathering)
    page = text(analyst.get(f"/investigate/gatherings/{gathering.pk}/"))
    assert "0 messages" in page
    assert "See what would happen" not in page


@pytest.mark.parametrize("query", ["query=a)", "range=1000y"])
def test_a_search_that_can_not_be_made_selects_nothing(analyst, api, query):
    assert "nothing to select" in text(analyst.post(f"/investigate/select/?{query}", follow=True))
    assert not Selection.objects.exists()


def test_it_is_for_those_who_run_jobs(browse, api):
    api.add(message(1))
    assert browse("reviewer").post("/investigate/select/").status_code == 403
    assert "data-selects-all" not in text(browse("reviewer").get("/investigate/"))


def test_similar_messages_are_counted_and_selected_by_both_hashes(analyst, api):
    api.add(
        held(1, edf_hash="e1", htmltext_structure_hash="s1"),
        held(2, edf_hash="e1"),
        held(3, htmltext_structure_hash="s1"),
        held(4, edf_hash="e2"),
    )
    page = text(analyst.get(f"/investigate/messages/{api.messages[0]['id']}/"))
    show = re.search(r'href="(/investigate/\?query=edf[^"]+OR[^"]+)"', page).group(1)
    assert re.findall(r"<bdi>(Subject \d)</bdi></a>", text(analyst.get(show, follow=True))) == [
        "Subject 1",
        "Subject 2",
        "Subject 3",
    ]
    analyst.get(re.search(r'hx-get="(/investigate/count/\?query=edf[^"]+OR[^"]+)"', page).group(1))
    count = SearchCount.objects.get()
    run(count)
    assert count.found == 3
    analyst.post(re.search(r'action="(/investigate/select/\?query=edf[^"]+OR[^"]+)"', page).group(1))
    gathering = SearchGathering.objects.get()
    run(gathering)
    assert gathering.found == 3


def test_a_message_without_hashes_is_similar_to_none(analyst, api):
    api.add(held(1))
    assert "Similar messages" not in text(analyst.get(f"/investigate/messages/{api.messages[0]['id']}/"))


@pytest.mark.parametrize(
    ("role", "blocks", "allows"), [("reviewer", False, False), ("analyst", True, True), ("admin", True, True)]
)
def test_the_sender_can_be_blocked_or_proposed_to_be_allowed_by_whom_may(browse, api, role, blocks, allows):
    made = held(1, smtp_previous_hop_ip="192.0.2.9")
    api.add(made)
    page = text(browse(role).get(f"/investigate/messages/{made['id']}/"))
    wanted = (
        f"?sender=sender1%40other.example&domain=other.example&ip=192.0.2.9&message={made['id'].replace(':', '%3A')}"
    )
    assert (f'href="/policies/block/{wanted}"' in page) == blocks
    assert (f'href="/policies/allow/{wanted}"' in page) == allows
    assert (" data-can-block" in text(browse(role).get("/investigate/"))) == blocks
    redirect = browse(role).get(f"/investigate/messages/{made['id']}/block/")
    assert redirect.status_code == (302 if blocks else 403)
    assert not blocks or redirect["Location"] == f"/policies/block/{wanted}"
