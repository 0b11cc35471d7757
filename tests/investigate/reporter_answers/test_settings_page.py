"""Who may switch answers on, for which domains; what is saved is on record."""

import pytest

from dashboard.audit.models import AuditEntry
from investigate.reporter_answers.models import AnswerDomain, AnswerSettings
from tests.investigate.fake_api import refusal

pytestmark = pytest.mark.django_db
PAGE = "/submissions/answers/"
FORM = {"domain-0": "de", "delay_minutes": "15", "per_day": "5", "sentence_en": "Call 4711.", "sentence_de": ""}


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("policy_admin", 200), ("analyst", 403), ("reviewer", 403), ("read_only", 403)],
)
def test_who_may_see_it(reviews, browse, role, status):
    assert browse(role).get(PAGE).status_code == status


def test_nobody_who_is_not_signed_in(reviews, browse):
    assert browse("anonymous").get(PAGE).status_code == 302


def test_an_analyst_can_not_switch_it_on(reviews, browse):
    assert browse("analyst").post(PAGE, FORM).status_code == 403
    assert not AnswerDomain.objects.exists()


def test_it_is_off_and_switched_on_by_domain_with_a_language(reviews, browse):
    admin = browse("policy_admin")
    assert 'value="" selected>No answers' in admin.get(PAGE).content.decode()
    assert admin.post(PAGE, FORM).status_code == 302
    domain, settings = AnswerDomain.objects.get(), AnswerSettings.objects.get()
    assert (domain.domain, domain.language, settings.delay_minutes, settings.per_day) == ("team.example", "de", 15, 5)
    entry = AuditEntry.objects.get(action="reporter_settings")
    assert entry.username == "a-policy_admin"
    assert entry.detail["domains"] == "none → team.example (de)"
    since = domain.since
    admin.post(PAGE, FORM | {"domain-0": "en"})
    domain.refresh_from_db()
    assert (domain.language, domain.since) == ("en", since)
    admin.post(PAGE, FORM | {"domain-0": ""})
    assert not AnswerDomain.objects.exists()


def test_saving_the_same_again_is_no_change(reviews, browse):
    admin = browse("admin")
    admin.post(PAGE, FORM)
    assert "Nothing was changed." in admin.post(PAGE, FORM, follow=True).content.decode()
    assert AuditEntry.objects.filter(action="reporter_settings").count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("delay_minutes", "-1"), ("per_day", "0"), ("sentence_en", "See https://a.example"), ("domain-0", "xx")],
)
def test_what_makes_no_sense_is_refused_with_its_reason(reviews, browse, field, value):
    response = browse("admin").post(PAGE, FORM | {field: value})
    assert response.status_code == 422
    assert "field-error" in response.content.decode()
    assert not AnswerDomain.objects.exists()


def test_when_the_api_can_not_be_asked_the_page_says_so(reviews, browse):
    reviews.domain_failure = refusal(403, "Not for this token")
    assert browse("admin").get(PAGE).status_code >= 400
