"""The navigation: its entries in groups, those that the role may open."""

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser

from dashboard.people.services import people_ensure

pytestmark = pytest.mark.django_db


def groups(role: str) -> dict[str, list[str]]:
    """Return the entries that a role sees, by the label of their group, as a screen reader tells them."""
    person = people_ensure(username="ann", password="long enough to be one", role=role)[0]
    client = Client()
    client.force_login(person)
    page = LexborHTMLParser(client.get("/account/").content.decode())
    found = {}
    for part in page.css(".nav-items > ul"):
        names = part.attributes.get("aria-labelledby")
        label = page.css_first(f"#{names}").text() if names else ""
        found[label] = [" ".join(link.text().split()) for link in part.css("a")]
    return found


def test_an_admin_sees_every_entry_once_in_its_group():
    assert groups("admin") == {
        "": ["Overview"],
        "Mail": ["Investigate", "Campaigns", "Submissions", "PhishGuard", "Requests"],
        "What is done": ["Jobs", "Releases", "Delivery", "Automations", "Notices", "Alerts"],
        "Rules": ["Policies", "Proposals", "Digests"],
        "Administration": ["Team", "Weekly report", "Events", "Outbox", "Audit"],
    }


def test_a_group_of_which_nothing_may_be_opened_is_left_out():
    found = groups("reviewer")
    assert "Administration" not in found
    assert found["Mail"][0] == "Investigate"
