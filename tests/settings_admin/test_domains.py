"""Domains: how each stands, what is wrong, the record to publish; unprotecting one is typed to confirm."""

from html import unescape

import httpx
import pytest

from settings_admin.entries.api import Policies
from settings_admin.kinds import DOMAINS

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])


def text(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def domain(make):
    return make(DOMAINS, 1)


def reported(api, **fields):
    """Have the API say these things of the domain."""

    def answer(request):
        given = api._inner.handle_request(request)
        body = given.json()
        body["result"] |= fields
        return httpx.Response(200, json=body)

    api.fail("GET", "/domains/[0-9a-f-]{36}$", answer, times=9)


def page_of(admin, domain) -> str:
    return text(admin.get(f"/policies/domains/entries/{domain.id}/"))


def test_what_the_gateway_does_not_look_up_is_said_with_a_record_that_would_do(admin, domain, api):
    page = page_of(admin, domain)
    assert "Status: Active" in page
    assert "SPF: Unknown" in page
    assert "The gateway has not looked yet" in page
    assert f"_dmarc.{domain.name}" in page
    assert "v=DMARC1; p=reject" in page
    record = Policies(DOMAINS)._resource.verification(domain.id)
    assert record.txt_record_value in page
    api.requests.clear()
    page_of(admin, domain)
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"spf_status": "open"}, "The record allows every server"),
        ({"spf_status": "neutral"}, "ends in ?all"),
        ({"spf_status": "none"}, "There is no SPF record"),
        ({"spf_status": "invalid"}, "more than ten lookups"),
        ({"spf_status": "good"}, "all others are refused"),
        ({"spf_status": "odd"}, "new to the console"),
        ({"dmarc_status": "none"}, "There is no DMARC record"),
        ({"dmarc_status": "invalid"}, "can't be read, so receivers ignore it"),
        ({"status": "timeout"}, "did not show up in time"),
        ({"status": "FAILED"}, "Setting the domain up failed"),
        (
            {
                "authorization": {
                    "authorized": False,
                    "timestamp": "2026-01-01T00:00:00Z",
                    "status_message": "No consent",
                }
            },
            "Authorisation: Not proven",
        ),
        (
            {
                "emails_processed": {
                    "timestamp": "2026-01-01T00:00:00Z",
                    "total_emails_processed": 1200,
                    "total_emails_processed_previous": 900,
                }
            },
            "1,200, and 900 in the time before",
        ),
    ],
)
def test_what_is_wrong_is_said(admin, api, domain, fields, said):
    reported(api, **fields)
    assert said in page_of(admin, domain)


def test_what_is_good_needs_no_record(admin, api, domain):
    reported(api, spf_status="good", dmarc_status="good")
    page = page_of(admin, domain)
    assert "v=spf1" not in page
    assert "v=DMARC1" not in page


def test_a_verification_that_can_not_be_asked_for_does_not_take_the_page_with_it(admin, api, domain):
    api.fail("GET", "/verification$", lambda _request: httpx.Response(403, json={}), times=9)
    assert "Verification: Unknown" in page_of(admin, domain)


def test_the_list_shows_how_each_stands(admin, domain):
    page = text(admin.get("/policies/domains/"))
    assert ">Active<" in page
    assert ">SPF<" in page


def test_unprotecting_is_typed(admin, domain):
    address = f"/policies/domains/entries/{domain.id}/delete/"
    assert f"Type {domain.name} to stop protecting it" in text(admin.get(address))
    answer = admin.post(address, {"typed": "another.example", "why": "kept"})
    assert answer.status_code == 422
    assert 'value="kept"' in text(answer)
    assert len(list(Policies(DOMAINS).everything())) == 1
    assert admin.post(address, {"typed": domain.name.upper()}).status_code == 302
    assert list(Policies(DOMAINS).everything()) == []
