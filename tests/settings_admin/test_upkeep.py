"""Uses of entries are those that the mail shows, and what expires does so once, after a week's warning."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from api_client import NotFound
from api_client.models import Message
from dashboard.audit.actor import SYSTEM
from dashboard.audit.models import AuditEntry
from dashboard.backend import api_client_for_background, backend_account_id, backend_fingerprint
from dashboard.overview.figures import figures_since
from dashboard.overview.models import DayWalk
from dashboard.overview.rollups import day_walk
from dashboard.walking.running import walk_run
from settings_admin.entries.api import Policies
from settings_admin.entries.services import entry_put_back
from settings_admin.history.models import Change
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, CONTENT_POLICIES, IMPERSONATION_REGISTRY
from settings_admin.upkeep import counting
from settings_admin.upkeep.counting import UseCounter, use_key
from settings_admin.upkeep.expiry import terms_keep
from settings_admin.upkeep.models import CountedDay, DayUse, Term, TermState
from settings_admin.upkeep.retiring import entry_retire
from settings_admin.upkeep.terms import term_set
from settings_admin.upkeep.uses import uses_of
from tests.gateway.mails import stored
from tests.investigate.fake_api import message
from tests.settings_admin.gateway_api import refusal
from tests.settings_admin.test_entry_edit import form_of

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_remembered():
    counting._content.clear()


def today():
    return timezone.now().date()


def mine():
    return {"account_id": backend_account_id(), "backend": backend_fingerprint()}


def counted(days=91, **more):
    """Say that the mail of so many days was walked."""
    now = timezone.now()
    CountedDay.objects.bulk_create(
        CountedDay(**mine(), day=today() - DAY * back, as_of=now, **more) for back in range(days)
    )


def used(entry, *, days_ago=0, hits=1, threats=0, reported=0):
    at = timezone.now() - DAY * days_ago
    key = use_key(entry.kind, entry.id, entry.values)
    counts = {"hits": hits, "threats": threats, "reported": reported, "last_at": at}
    DayUse.objects.create(**mine(), kind=entry.kind.resource, day=at.date(), key=key, **counts)


def agreed(entry, *, ends_in=None, idle_days=None, set_ago=0, owner=None, warned_ago=None):
    """Set a term, as if it was set and warned of so many days ago."""
    ends_on = today() + DAY * ends_in if ends_in is not None else None
    term = term_set(
        entry=entry, owner=owner, reason="for the trial", ends_on=ends_on, idle_days=idle_days, actor=SYSTEM
    )
    warned_at = timezone.now() - DAY * warned_ago if warned_ago is not None else None
    Term.objects.filter(pk=term.pk).update(set_at=timezone.now() - DAY * set_ago, warned_at=warned_at)
    return term


def is_there(entry):
    try:
        Policies(entry.kind).get(entry.id)
    except NotFound:
        return False
    return True


def walk_today():
    walk = day_walk(today())
    while walk_run(DayWalk._meta.label_lower, walk.pk) == 0.0:
        pass


def test_uses_are_counted_from_the_mail_that_the_gateway_judged(admin, make):
    """The gateway's own rows: an allow policy, a block and a content policy, each applied to real mail."""
    allow = make(ALLOW_POLICIES, 1, pattern="ann@partner.example", is_trusted_sender=True, verify_sender=False)
    block = make(BLOCK_SENDERS, 1, pattern="bad@evil.example", pattern_type="EMAIL")
    content = make(CONTENT_POLICIES, 1, pattern="totally free", targets=["SUBJECT"], enabled=True)
    unused = make(BLOCK_SENDERS, 2, pattern="other@evil.example", pattern_type="EMAIL")
    stored(b"From: ann@partner.example\r\nSubject: hello\r\n\r\nhi\r\n", mail_from="ann@partner.example")
    for number in range(2):
        stored(b"From: bad@evil.example\r\nSubject: %d\r\n\r\nhi\r\n" % number, mail_from="bad@evil.example")
    stored(b"From: x@other.example\r\nSubject: Totally free\r\n\r\nhi\r\n", mail_from="x@other.example")
    walk_today()
    walk_today()
    uses = {
        name: uses_of(one.kind, [one])[one.id]
        for name, one in [("allow", allow), ("block", block), ("content", content), ("unused", unused)]
    }
    assert {name: use.hits for name, use in uses.items()} == {"allow": 1, "block": 2, "content": 1, "unused": 0}
    assert (uses["block"].effect, uses["unused"].since) == ("stopped 2", today())
    assert "2 hits" in unescape(admin.get("/policies/blocked-senders/").content.decode())


def test_what_an_entry_passed_and_was_judged_a_threat_later_is_its_effect(make):
    allow = make(ALLOW_POLICIES, 1, pattern="a.example", pattern_type="DOMAIN")
    named = {"allowlisted_pattern": "A.example", "allowlisted_pattern_type": "allowed_sender"}
    other = named | {"allowlisted_pattern_type": "domain_similarity"}
    wire = [
        message(1, properties=named, final_disposition="NONE"),
        message(2, properties=named, final_disposition="MALICIOUS"),
        message(3, properties=named, final_disposition="MALICIOUS", is_quarantined=True),
        message(4, properties=named, final_disposition="NONE", is_phish_submission=True),
        message(5, properties=other, final_disposition="MALICIOUS"),
        message(6, properties={}, final_disposition="MALICIOUS"),
    ]
    counter, tally = UseCounter(), {}
    for one in wire:
        counter.add(tally, counter.prepare(api_client_for_background(), [Message.model_validate(one)]))
    counter.store(DayWalk(**mine(), day=today(), started_at=timezone.now()), tally)
    use = uses_of(ALLOW_POLICIES, [allow])[allow.id]
    assert (use.hits, use.threats, use.reported) == (4, 1, 1)
    assert use.effect == "passed 1 judged a threat since, 1 reported as phish"


def test_what_could_not_be_asked_is_not_called_unused(admin, make, api):
    block, person = make(BLOCK_SENDERS, 1), make(IMPERSONATION_REGISTRY, 1)
    assert uses_of(BLOCK_SENDERS, [block])[block.id].untold.startswith("Not counted yet")
    counted(40)
    CountedDay.objects.filter(day=today() - DAY * 20).update(is_complete=False)
    assert uses_of(BLOCK_SENDERS, [block])[block.id].since == today() - DAY * 19
    assert uses_of(IMPERSONATION_REGISTRY, [person])[person.id].untold
    api.fail("GET", "block_senders", refusal(403, "no"), times=9)
    assert "could not be read, so nothing is known of them" in unescape(admin.get("/policies/upkeep/").content.decode())


def test_a_date_is_warned_of_a_week_before_and_expires_once(make, admin):
    block = make(BLOCK_SENDERS, 1)
    term = agreed(block, ends_in=8)
    terms_keep()
    assert not Term.objects.get().warned_at
    Term.objects.update(ends_on=today() + DAY * 7)
    terms_keep()
    assert Term.objects.get().warned_at
    assert "Expires within a week" in unescape(admin.get("/policies/upkeep/").content.decode())
    assert any("expire within a week" in figure.label for figure in figures_since(timezone.now()))
    Term.objects.update(ends_on=today())
    terms_keep()
    assert is_there(block), "nothing expires that was not warned of for a week"
    Term.objects.update(warned_at=timezone.now() - DAY * 7)
    terms_keep()
    terms_keep()
    assert not is_there(block)
    change = Change.objects.get()
    assert (change.action, change.username, change.outcome) == ("delete", "", "done")
    assert "for the trial" in change.why
    assert AuditEntry.objects.filter(action="policy_delete", outcome="done").count() == 1
    again = entry_put_back(kind=BLOCK_SENDERS, entry_id=block.id, values=change.before, actor=SYSTEM)
    terms_keep()
    assert is_there(again), "what a person put back does not expire a second time"
    term.refresh_from_db()
    assert term.state == TermState.ENDED


def test_a_content_policy_is_switched_off_and_no_more(make):
    content = make(CONTENT_POLICIES, 1, enabled=True)
    agreed(content, ends_in=0, warned_ago=8)
    terms_keep()
    assert Policies(CONTENT_POLICIES).get(content.id).values["enabled"] is False


def test_a_worker_that_dies_after_the_deletion_leaves_it_done_once(make, monkeypatch):
    block = make(BLOCK_SENDERS, 1)
    agreed(block, ends_in=0, warned_ago=8)
    with monkeypatch.context() as dying:

        def die(**asked):
            entry_retire(**asked)
            raise SystemExit

        dying.setattr("settings_admin.upkeep.expiry.entry_retire", die)
        with pytest.raises(SystemExit):
            terms_keep()
    terms_keep()
    assert Term.objects.get().state == TermState.ENDING, "the lease of the dead worker still runs"
    Term.objects.update(lease_until=timezone.now())
    terms_keep()
    assert (Term.objects.get().state, Change.objects.count()) == (TermState.ENDED, 1)


def test_what_somebody_deleted_is_no_longer_warned_of(make):
    block = make(BLOCK_SENDERS, 1)
    agreed(block, ends_in=3, warned_ago=4)
    Policies(BLOCK_SENDERS).delete(block.id)
    terms_keep()
    assert not any("expire within a week" in figure.label for figure in figures_since(timezone.now()))
    assert Change.objects.count() == 0


def test_an_api_that_refuses_keeps_the_entry_and_says_why(make, api):
    block = make(BLOCK_SENDERS, 1)
    agreed(block, ends_in=0, warned_ago=8)
    api.fail("DELETE", "block_senders", refusal(403, "read only"))
    terms_keep()
    terms_keep()
    term = Term.objects.get()
    assert (term.state, bool(term.error), Change.objects.count()) == (TermState.KEPT, True, 1)
    Term.objects.update(not_before=None)
    terms_keep()
    assert not is_there(block)


def test_an_entry_that_was_given_another_pattern_does_not_expire(make):
    block = make(BLOCK_SENDERS, 1)
    agreed(block, ends_in=0, warned_ago=8)
    Policies(BLOCK_SENDERS).edit(block.id, {"pattern": "new@evil.example"}, whole={})
    terms_keep()
    assert is_there(block)
    assert "Set it anew" in Term.objects.get().error


@pytest.mark.parametrize(
    ("days_known", "used_ago", "set_ago", "due_in"),
    [
        (91, None, 40, -10),
        (91, 5, 40, 25),
        (91, None, 3, 27),
        (10, None, 40, None),
        (10, 5, 40, 25),
        (0, None, 40, None),
    ],
)
def test_idleness_counts_only_days_that_are_known(make, days_known, used_ago, set_ago, due_in):
    block = make(BLOCK_SENDERS, 1)
    counted(days_known)
    if used_ago is not None:
        used(block, days_ago=used_ago)
    agreed(block, idle_days=30, set_ago=set_ago)
    terms_keep()
    assert Term.objects.get().due_on == (today() + DAY * due_in if due_in is not None else None)


def test_an_owner_renews_and_others_do_not(browse, make):
    analyst, reader = browse("analyst"), browse("read_only")
    owner = User.objects.get(username="a-analyst")
    own = agreed(make(BLOCK_SENDERS, 1), ends_in=3, warned_ago=4, owner=owner)
    other = agreed(make(BLOCK_SENDERS, 2), ends_in=3, warned_ago=4)
    terms_keep()
    assert "Entries of yours that expire" in analyst.get("/proposals/").content.decode()
    assert reader.post(f"/policies/upkeep/{own.pk}/renew/").status_code == 403
    assert analyst.post(f"/policies/upkeep/{other.pk}/renew/").status_code == 403
    assert analyst.post(f"/policies/upkeep/{own.pk}/renew/").status_code == 302
    own.refresh_from_db()
    assert (own.ends_on, own.warned_at) == (today() + DAY * 90, None)


def test_the_form_keeps_a_week_for_the_warning_and_what_was_typed(admin, make):
    block = make(BLOCK_SENDERS, 1)
    address = f"/policies/blocked-senders/entries/{block.id}/term/"
    typed = {"reason": "a trial", "ends_on": str(today() + DAY * 6), "idle_days": "30"}
    answer = admin.post(address, typed)
    assert (answer.status_code, form_of(answer, "/term/")["ends_on"]) == (422, [typed["ends_on"]])
    assert admin.post(address, typed | {"ends_on": str(today() + DAY * 7)}).status_code == 302
    assert Term.objects.get().reason == "a trial"
    assert "a trial" in admin.get(f"/policies/blocked-senders/entries/{block.id}/").content.decode()


def test_the_list_tells_shadowed_unused_and_abused_entries_and_retires_with_a_replay(admin, make):
    counted()
    wide = make(ALLOW_POLICIES, 1, pattern="gmail.com", pattern_type="DOMAIN", is_trusted_sender=True)
    make(ALLOW_POLICIES, 2, pattern="ann@gmail.com", is_trusted_sender=True)
    page = unescape(admin.get("/policies/upkeep/").content.decode())
    assert "Shadowed by the allow policy gmail.com" in page
    assert "Anybody can send from gmail.com (free mail)" in page
    shown = admin.post(f"/policies/allow-policies/entries/{wide.id}/retire/look/", follow=True)
    action = form_of(shown, "/retire/")
    assert admin.post(f"/policies/allow-policies/entries/{wide.id}/retire/", action | {"why": "too wide"})
    assert not is_there(wide)
    assert Change.objects.get().why == "too wide"
