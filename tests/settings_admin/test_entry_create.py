"""Making an entry: what is typed is checked, what the API says stands beside its field, and nothing is lost."""

from html import unescape

import pytest

from dashboard.audit.models import AuditEntry
from settings_admin.entries.api import Policies
from settings_admin.history.models import Change
from settings_admin.kinds import (
    ALLOW_POLICIES,
    BLOCK_SENDERS,
    CONTENT_POLICIES,
    DOMAINS,
    IMPERSONATION_REGISTRY,
    SENDING_DOMAIN_RESTRICTIONS,
    TRUSTED_DOMAINS,
    URL_IGNORE_PATTERNS,
)
from tests.settings_admin.gateway_api import refusal

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])

FORMS = {
    ALLOW_POLICIES: {
        "pattern": "partner.example",
        "pattern_type": "DOMAIN",
        "is_acceptable_sender": "on",
        "verify_sender": "on",
    },
    BLOCK_SENDERS: {"pattern": "spam@bad.example", "pattern_type": "EMAIL", "comments": "asked by Ann"},
    TRUSTED_DOMAINS: {"pattern": "acrne.example", "is_similarity": "on"},
    IMPERSONATION_REGISTRY: {"name": "Ann Reed", "email": "ann@acme.example"},
    DOMAINS: {
        "domain": "acme.example",
        "allowed_delivery_modes": ["DIRECT"],
        "drop_dispositions": ["MALICIOUS"],
        "regions": ["GLOBAL"],
        "ip_restrictions": "203.0.113.0/24\r\n\r\n203.0.113.9",
        "require_tls_inbound": "true",
        "lookback_hops": "2",
    },
    CONTENT_POLICIES: {"name": "gift cards", "pattern": "gift\\s+card", "targets": ["SUBJECT"], "enabled": "on"},
    SENDING_DOMAIN_RESTRICTIONS: {"domain": "bank.example", "exclude": "news.bank.example"},
    URL_IGNORE_PATTERNS: {"pattern": "https://sso\\.acme\\.example/.*"},
}
IDS = [kind.slug for kind in FORMS]


def text(answer) -> str:
    return unescape(answer.content.decode())


@pytest.mark.parametrize("kind", FORMS, ids=IDS)
def test_each_kind_is_made_and_kept_in_history_and_audit_trail(admin, kind):
    answer = admin.post(f"/policies/{kind.slug}/new/", FORMS[kind] | {"why": "it was time"})
    assert answer.status_code == 302, text(answer)
    made = next(Policies(kind).everything())
    assert answer["Location"] == f"/policies/{kind.slug}/entries/{made.id}/"
    page = text(admin.get(answer["Location"]))
    assert "was added." in page
    assert made.name in page
    change = Change.objects.get()
    assert (change.action, change.outcome, change.entry_id) == ("create", "done", made.id)
    assert (change.username, change.why, change.before) == ("a-admin", "it was time", None)
    assert change.after == made.values
    audit = AuditEntry.objects.get(action="policy_create", follows=None)
    assert (audit.final_outcome, audit.object_id, audit.final_detail["id"]) == ("done", made.name, made.id)


def test_lines_and_three_way_choices_arrive_as_they_were_meant(admin):
    admin.post("/policies/domains/new/", FORMS[DOMAINS])
    made = next(Policies(DOMAINS).everything()).values
    assert made["ip_restrictions"] == ["203.0.113.0/24", "203.0.113.9"]
    assert made["require_tls_inbound"] is True
    assert made["require_tls_outbound"] is None
    assert made["lookback_hops"] == 2


@pytest.mark.parametrize("kind", FORMS, ids=IDS)
def test_the_form_explains_every_field(admin, kind):
    page = text(admin.get(f"/policies/{kind.slug}/new/"))
    for spec in kind.fields:
        assert spec.label in page
        assert spec.help in page


@pytest.mark.parametrize(
    ("slug", "fields", "said"),
    [
        ("blocked-senders", {"pattern": "bad.example", "pattern_type": "EMAIL"}, "An email address is wanted"),
        ("blocked-senders", {"pattern": "a@bad.example", "pattern_type": "DOMAIN"}, "A domain is wanted"),
        ("blocked-senders", {"pattern": "203.0.113.7", "pattern_type": "DOMAIN"}, "This is an IP address"),
        ("blocked-senders", {"pattern": "10.0.0.0/8", "pattern_type": "IP"}, "private addresses"),
        ("blocked-senders", {"pattern": "0.0.0.0/0", "pattern_type": "IP"}, "addresses"),
        ("blocked-senders", {"pattern": "::1", "pattern_type": "IP"}, "loopback"),
        ("blocked-senders", {"pattern": "a(b", "pattern_type": "EMAIL", "is_regex": "on"}, "missing ), at character 2"),
        ("blocked-senders", {"pattern": "", "pattern_type": "EMAIL"}, "This field is required"),
        ("allow-policies", {"pattern": "a@b.example", "pattern_type": "EMAIL"}, "Choose what the policy exempts from"),
        (
            "allow-policies",
            {"pattern": "203.0.113.7", "pattern_type": "IP", "is_exempt_recipient": "on"},
            "never an IP address",
        ),
        ("trusted-domains", {"pattern": "acrne.example"}, "Choose what the domain is trusted for"),
        ("sending-restrictions", {"domain": "bank.example", "exclude": "evil.example"}, "no subdomain of bank.example"),
        ("domains", {"domain": "acme.example", "ip_restrictions": "203.0.113.0/40"}, "Line 1: 203.0.113.0/40 is no"),
        ("content-policies", {"name": "x", "pattern": "[", "targets": ["BODY"]}, "missing ]"),
    ],
)
def test_what_can_not_be_is_said_before_the_api_is_asked(admin, api, slug, fields, said):
    answer = admin.post(f"/policies/{slug}/new/", fields)
    assert answer.status_code == 422
    assert said in text(answer)
    assert api.requests == []
    assert admin.post(f"/policies/{slug}/check/", fields).status_code == 200


def test_while_typing_it_says_where_an_expression_goes_wrong(admin, api):
    fields = {"pattern": "ab(c", "pattern_type": "EMAIL", "is_regex": "on"}
    page = text(admin.post("/policies/blocked-senders/check/", fields))
    assert "missing ), at character 3" in page
    assert "ab(c\n  ^" in page
    assert api.requests == []


def test_while_typing_it_says_what_the_entry_would_do(admin):
    fields = {"pattern": "bad.example", "pattern_type": "DOMAIN"}
    page = text(admin.post("/policies/blocked-senders/check/", fields))
    assert "Mail from bad.example and its subdomains becomes Malicious." in page


def test_an_empty_form_is_not_scolded_while_typing(admin):
    page = text(admin.post("/policies/blocked-senders/check/", {"pattern": "", "pattern_type": "EMAIL"}))
    assert "field-error" not in page


def test_what_the_api_refuses_stands_beside_its_field_and_all_that_was_typed_stays(admin, make):
    fields = FORMS[BLOCK_SENDERS]
    assert admin.post("/policies/blocked-senders/new/", fields).status_code == 302
    answer = admin.post("/policies/blocked-senders/new/", fields | {"comments": "typed with care"})
    page = text(answer)
    assert answer.status_code == 409
    assert 'id="id_pattern_error"' in page
    assert "This blocked sender exists already" in page
    assert "typed with care" in page
    assert Change.objects.filter(outcome="failed").count() == 1


def test_a_refusal_of_one_line_names_the_line(admin, api):
    api.fail("POST", "restrictions$", refusal(400, "exclude/0: must be shorter", "/exclude/0"))
    page = text(admin.post("/policies/sending-restrictions/new/", FORMS[SENDING_DOMAIN_RESTRICTIONS]))
    assert "Line 1: Must be shorter." in page


def test_a_token_that_may_only_read_is_told_clearly(admin, settings, read_token):
    settings.CLOUDFLARE_API_TOKEN = read_token
    answer = admin.post("/policies/blocked-senders/new/", FORMS[BLOCK_SENDERS])
    page = text(answer)
    assert answer.status_code == 403
    assert "The console's token may only read" in page
    assert "CLOUDFLARE_API_TOKEN" in page
    assert "asked by Ann" in page
    assert Change.objects.get().outcome == "failed"


def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(admin, api):
    api.fail("POST", "block_senders$", api.do_and_lose)
    answer = admin.post("/policies/blocked-senders/new/", FORMS[BLOCK_SENDERS])
    assert answer.status_code == 302
    assert [line for line in api.asked if line.startswith("POST")] == ["POST block_senders"]
    assert Change.objects.get().outcome == "done"


def test_what_was_lost_and_not_done_is_unknown_and_the_form_stays(admin, api):
    api.fail("POST", "block_senders$", api.lose)
    answer = admin.post("/policies/blocked-senders/new/", FORMS[BLOCK_SENDERS])
    assert answer.status_code == 504
    assert "Nobody knows yet whether that happened" in text(answer)
    assert "asked by Ann" in text(answer)
    assert Change.objects.get().outcome == "unknown"


def test_the_address_may_propose_values(admin):
    page = text(admin.get("/policies/blocked-senders/new/?pattern=bad.example&pattern_type=DOMAIN"))
    assert 'value="bad.example"' in page
    assert '<option value="DOMAIN" selected>' in page


def test_hostile_text_is_shown_as_text(admin, api):
    hostile = {"name": '<img src=x onerror="alert(1)">', "email": "ann@acme.example"}
    answer = admin.post("/policies/impersonation-registry/new/", hostile)
    page = admin.get(answer["Location"]).content.decode()
    assert "<img src=x" not in page
    assert "<img src=x" not in admin.get("/policies/history/").content.decode()
