"""Who reported mail is told that it arrived and what came of it: once, and nobody else is."""

from datetime import timedelta

import pytest

from dashboard.audit.models import AuditEntry
from dashboard.backend import backend_account_id, backend_fingerprint
from dashboard.jobs.models import Job, JobItem, JobOutcome
from dashboard.outbox.models import OutboxEntry, OutboxLane
from investigate.reporter_answers.answering import answer_reporters
from investigate.reporter_answers.models import Answer, AnswerSettings
from investigate.reviews.models import Submission
from tests.investigate.fake_api import NOW, message, refusal
from tests.investigate.reporter_answers.conftest import BO, by_team, read_message, user_report

pytestmark = pytest.mark.django_db


def kinds():
    return list(Answer.objects.order_by("id").values_list("kind", flat=True))


def told(entry):
    return entry.payload["text"]


def test_nothing_is_sent_unless_a_domain_is_switched_on(answering, reviews):
    assert answering(user_report()) == []
    assert reviews.domain_calls == 0


def test_a_report_is_answered_at_once_and_its_outcome_when_it_is_decided(answering, switched_on):
    switched_on()
    report = user_report()
    read_message(report)
    (first,) = answering(report)
    assert (first.destination, first.payload["subject"]) == (BO, "Your report arrived: Parcel 1")
    assert "desk@parcels.example" in told(first)
    reviewed = report | {"customer_status": "reviewed"}
    _first, second = answering(reviewed, by_team(2, report))
    assert second.payload["subject"] == "It was phishing: Parcel 1"
    assert "removed" not in told(second)
    assert kinds() == ["received", "outcome"]


def test_each_is_told_once_however_often_the_worker_looks(answering, switched_on):
    switched_on()
    report = user_report()
    reviewed = report | {"customer_status": "reviewed"}
    answering(report)
    for _ in range(3):
        answering(reviewed, by_team(2, report))
    OutboxEntry.objects.filter(pk=OutboxEntry.objects.earliest("id").pk).delete()
    assert len(answering(reviewed, by_team(2, report))) == 1


@pytest.mark.parametrize(
    ("disposition", "subject"),
    [
        ("MALICIOUS", "It was phishing"),
        ("SPOOF", "It was phishing"),
        ("SUSPICIOUS", "The mail is suspicious"),
        ("SPAM", "It was unwanted advertising (spam)"),
        ("BULK", "It was unwanted advertising (spam)"),
        ("NONE", "The mail is harmless"),
        ("ODD", "Your report has been dealt with"),
    ],
)
def test_the_outcome_is_what_the_teams_submission_came_to(answering, switched_on, disposition, subject):
    switched_on()
    # What the gateway's own look at the report said does not count.
    report = user_report(outcome_disposition="NONE", outcome="unchanged", customer_status="reviewed")
    (only,) = answering(report, by_team(2, report, disposition))
    assert only.payload["subject"].startswith(subject)


@pytest.mark.parametrize(
    ("asked", "came_to", "verdict"),
    [
        ("MALICIOUS", "NONE", "phishing"),
        ("NONE", "MALICIOUS", "phishing"),
        ("SPAM", "SUSPICIOUS", "suspicious"),
        ("NONE", "SPAM", "spam"),
        ("NONE", "", "handled"),
        ("MALICIOUS", "", "phishing"),
    ],
)
def test_nobody_hears_that_mail_is_harmless_if_either_the_team_or_the_api_says_otherwise(
    answering, switched_on, asked, came_to, verdict
):
    switched_on()
    report = user_report(customer_status="reviewed")
    answering(report, by_team(2, report, came_to, requested_disposition=asked))
    assert Answer.objects.get().verdict == verdict


def test_an_escalation_that_is_not_judged_yet_is_waited_for(answering, switched_on):
    switched_on()
    report = user_report()
    escalation = by_team(2, report, "", status="submitted", customer_status="unreviewed")
    escalated = report | {"customer_status": "escalated", "escalated_submission_id": escalation["submission_id"]}
    answering(escalated, escalation)
    assert kinds() == ["received"]
    answering(escalated, by_team(2, report, "SPAM"))
    assert kinds() == ["received", "outcome"]


def test_closing_says_no_verdict_of_harmless(answering, switched_on):
    switched_on()
    report = user_report(outcome_disposition="NONE")
    answering(report)
    Submission.objects.update(closed_at=NOW, closed_by_name="ann")
    answering(report)
    assert Answer.objects.get(kind="outcome").verdict == "handled"


def moved(message, recipients, *, proof="place", destination="JunkEmail", finished=True, **job):
    made = Job.objects.create(
        action="move",
        destination=destination,
        account_id=backend_account_id(),
        backend=backend_fingerprint(),
        finished_at=NOW if finished else None,
        state="completed" if finished else "running",
        **job,
    )
    item = JobItem.objects.create(job=made, investigate_id=message.investigate_id, state="done", proof=proof)
    for who in recipients:
        JobOutcome.objects.create(item=item, recipient=who, success=True, destination=destination)
    return made


def test_copies_are_counted_that_a_job_provably_removed(answering, switched_on):
    switched_on()
    report = user_report()
    mine, other = read_message(report), read_message(user_report(9), "inv-9")
    moved(mine, ["bo@team.example", "jo@team.example"])
    moved(mine, ["jo@team.example"])
    moved(mine, ["ed@team.example"], proof="missing")
    moved(mine, ["di@team.example"], destination="Inbox")
    moved(other, ["al@team.example"])
    undone = moved(mine, ["cy@team.example"])
    moved(mine, [], undoes=undone, destination="Inbox")
    (only,) = answering(report | {"customer_status": "reviewed"}, by_team(2, report))
    assert "2 copies of it were removed from mailboxes." in told(only)
    assert "<p" in only.payload["html"]
    assert Answer.objects.get().copies == 2


def test_mail_whose_copies_were_removed_is_not_called_harmless(answering, switched_on):
    switched_on()
    report = user_report()
    moved(read_message(report), [BO])
    answering(report | {"customer_status": "reviewed"}, by_team(2, report, "NONE"))
    assert Answer.objects.get(kind="outcome").verdict == "handled"


def test_while_a_job_about_the_mail_runs_the_outcome_waits(answering, switched_on):
    switched_on()
    report = user_report()
    job = moved(read_message(report), [BO], finished=False)
    reviewed, team = report | {"customer_status": "reviewed"}, by_team(2, report)
    answering(reviewed, team)
    assert kinds() == ["received"]
    Job.objects.filter(pk=job.pk).update(finished_at=NOW)
    answering(reviewed, team)
    assert Answer.objects.get(kind="outcome").copies == 1


def test_a_delay_is_kept_and_what_holds_after_it_is_told(answering, switched_on):
    switched_on(delay_minutes=60)
    report = user_report()
    reviewed = report | {"customer_status": "reviewed"}
    answering(reviewed, by_team(2, report))
    assert kinds() == ["received"]
    corrected = by_team(3, report, "NONE", requested_at=NOW + timedelta(seconds=1))
    answering(reviewed, by_team(2, report), corrected)
    Submission.objects.filter(answered_at__isnull=False).update(answered_at=NOW - timedelta(hours=2))
    answer_reporters()
    assert Answer.objects.get(kind="outcome").verdict == "harmless"


def test_a_known_simulation_is_thanked_for_at_once_and_never_again(answering, switched_on):
    switched_on()
    report = user_report(outcome="a known phishing simulation")
    (only,) = answering(report)
    assert only.payload["subject"].startswith("Well spotted")
    assert len(answering(report | {"customer_status": "reviewed"}, by_team(2, report))) == 1


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        ("no message is attached", "No mail was attached or forwarded"),
        ("several messages fit what was forwarded", "could not be found among what you received"),
        ("<b>new</b> reason of another API", "The mail that you meant could not be made out."),
    ],
)
def test_whose_report_can_not_be_used_is_told_why(answering, switched_on, outcome, sentence):
    switched_on()
    (only,) = answering(user_report(status="invalid", outcome=outcome, original_postfix_id=None))
    assert sentence in told(only)
    assert "<b>" not in only.payload["html"]
    assert kinds() == ["invalid"]


@pytest.mark.parametrize(
    "who",
    [
        "eve@elsewhere.example",
        "bo@sub.team.example",
        "mailer-daemon@team.example",
        "no-reply@team.example",
        "report-phish@team.example",
        "bo@team.example, eve@elsewhere.example",
        "bo@team.example\r\nBcc: eve@elsewhere.example",
        "eve@elsewhere.example <bo@team.example",
        "",
    ],
)
def test_nobody_is_written_to_who_is_no_person_of_the_domain(answering, switched_on, who):
    switched_on()
    assert answering(user_report(who=who)) == []


def test_the_teams_own_submissions_are_answered_to_nobody(answering, switched_on):
    switched_on()
    assert answering(by_team(1, user_report(), requested_by=BO)) == []


def test_a_domain_that_is_not_protected_any_more_gets_no_answers(answering, switched_on, reviews):
    switched_on()
    reviews.domains = ["other.example"]
    assert answering(user_report()) == []


def test_what_was_reported_before_the_domain_was_switched_on_is_left_alone(answering, switched_on):
    switched_on(since=NOW - timedelta(minutes=15))
    answering(user_report(1), user_report(2))
    assert [row.submission_id[-1] for row in Answer.objects.all()] == ["1"]


def test_when_the_api_does_not_tell_the_domains_the_next_pass_answers(answering, switched_on, reviews):
    switched_on()
    reviews.domain_failure = refusal(500)
    assert answering(user_report()) == []
    assert AnswerSettings.objects.get().error
    reviews.domain_failure = None
    assert len(answering(user_report())) == 1
    assert AnswerSettings.objects.get().error == ""


def test_nobody_gets_more_than_so_many_a_day_and_that_is_said(answering, switched_on, browse):
    switched_on(per_day=2)
    sent = answering(*(user_report(number) for number in (1, 2, 3)), user_report(4, who="jo@team.example"))
    assert sorted(entry.destination for entry in sent) == [BO, BO, "jo@team.example"]
    left = Answer.objects.get(left="limit")
    page = browse("reviewer").get(f"/submissions/{left.submission_id}/").content.decode()
    assert "Not told: this person got as many answers within a day as are sent" in page


def test_german_and_the_teams_own_sentence(answering, switched_on):
    switched_on(language="de", sentence_de="Fragen? Ruf 4711 an.", sentence_en="Call 4711.")
    (only,) = answering(user_report())
    assert only.payload["subject"] == "Ihre Meldung ist da: Parcel 1"
    assert "Fragen? Ruf 4711 an." in told(only)
    assert "Call 4711." not in told(only)


def test_a_hostile_subject_is_no_markup_no_link_and_no_header(answering, switched_on):
    switched_on()
    hostile = "\u202e<img src=x onerror=alert(1)>\r\nBcc: eve@elsewhere.example https://evil.example/x " + "A" * 3_000
    (only,) = answering(user_report(subject=hostile))
    assert "<img" not in only.payload["html"]
    assert "https://evil" not in told(only) + only.payload["html"]
    assert "\n" not in only.payload["subject"]
    assert "\u202e" not in told(only) + only.payload["html"] + only.payload["subject"]
    assert len(only.payload["subject"]) <= 200


def test_each_answer_is_on_record(answering, switched_on):
    switched_on()
    answering(user_report())
    entry = AuditEntry.objects.get(action="reporter_answer")
    assert (entry.object_kind, entry.username, entry.detail["to"]) == ("submission", "", BO)


def test_two_workers_at_once_answer_once(answering, switched_on):
    switched_on()
    AnswerSettings.objects.update(lease_until=NOW + timedelta(hours=1))
    assert answering(user_report()) == []


def test_the_domains_are_asked_for_only_when_somebody_is_due(answering, switched_on, reviews):
    switched_on()
    answering(user_report())
    asked = reviews.domain_calls
    answering(user_report())
    assert reviews.domain_calls == asked


def test_the_page_and_the_row_say_what_was_told_and_what_is_stuck(answering, switched_on, browse):
    switched_on()
    report = user_report()
    answering(report)
    reviewer = browse("reviewer")
    page = f"/submissions/{report['submission_id']}/"
    assert "In the outbox" in reviewer.get(page).content.decode()
    assert "Told: We have it" in reviewer.get("/submissions/").content.decode()
    lane = OutboxLane.objects.create(
        name=OutboxEntry.objects.get().lane, paused_until=NOW + timedelta(hours=1), error="No connection <yet>"
    )
    assert "Stuck in the outbox: No connection &lt;yet&gt;" in reviewer.get(page).content.decode()
    lane.delete()
    OutboxEntry.objects.update(tries=2, error="The mail server answered 451 <later>")
    shown = reviewer.get(page).content.decode()
    assert "Stuck in the outbox: The mail server answered 451 &lt;later&gt;" in shown
    assert "Answer is stuck" in reviewer.get("/submissions/").content.decode()


def test_a_message_that_the_console_has_not_read_is_asked_for_once(answering, switched_on, reviews):
    switched_on()
    report = user_report(original_postfix_id=message(1)["postfix_id"])
    reviews.messages = [message(1, **{"from": "desk@parcels.example"})]
    (only,) = answering(report)
    assert "desk@parcels.example" in told(only)
    asked = len(reviews.requests)
    answering(report)
    assert not [one for one in reviews.requests[asked:] if "/investigate/" in one.url.path]


def test_while_the_api_does_not_give_the_message_its_outcome_waits_and_others_do_not(answering, switched_on, reviews):
    switched_on()
    report, other = user_report(1), user_report(2)
    reviews.broken[f"GET {report['original_postfix_id']}"] = refusal(500)
    team = [by_team(8, report), by_team(9, other)]
    reviewed = [one | {"customer_status": "reviewed"} for one in (report, other)]
    answering(*reviewed, *team)
    assert [row.submission_id[-1] for row in Answer.objects.all()] == ["2"]
    reviews.broken.clear()
    answering(*reviewed, *team)
    assert Answer.objects.count() == 2


def test_reports_that_get_no_answer_keep_nobody_waiting(answering, switched_on, reviews, monkeypatch):
    monkeypatch.setattr("investigate.reporter_answers.answering.AT_ONCE", 2)
    switched_on("old.example", since=NOW - timedelta(days=30))
    switched_on("team.example", since=NOW - timedelta(minutes=15))
    reviews.domains = ["team.example"]
    early = [user_report(number) for number in range(2, 6)]
    gone = [user_report(number, who="al@old.example") for number in range(6, 10)]
    (only,) = answering(user_report(1), *early, *gone)
    assert only.destination == BO
