"""Files in the dashboard's formats: a dry run line by line, then all or nothing, or the good lines."""

from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.audit.models import AuditEntry
from settings_admin.entries.api import Policies
from settings_admin.history.models import Change
from settings_admin.kinds import ALLOW_POLICIES, BLOCK_SENDERS, IMPERSONATION_REGISTRY, TRUSTED_DOMAINS
from settings_admin.runs.models import Run, RunLine
from settings_admin.runs.running import run_step
from tests.settings_admin.gateway_api import refusal

pytestmark = pytest.mark.django_db(databases=["default", "gateway"])

ALLOW = """Values,Rule Type,Is Regex,Sender Verification,Trusted Sender,Exempt Recipient,Acceptable Sender,Notes
partner.example,DOMAIN,false,true,false,false,true,"monthly, from Ann"
news@shop.example,email address,no,yes,yes,no,no,
"""
BLOCK_HEAD = "Blocked Sender,Blocked Sender Type,Is Regex,Notes\n"
TRUSTED = "Domain,Proximity,New,Is Regex,Notes\nacrne.example,true,false,false,partner\n"
PEOPLE = "Display Name,Email\nAnn Reed,ann@acme.example\nBo Lund,bo@acme.example\n"


def text(answer) -> str:
    return unescape(answer.content.decode())


def upload(admin, kind, content, name="list.csv") -> Run:
    """Upload a file and let the worker look what it would do."""
    content = content.encode() if isinstance(content, str) else content
    answer = admin.post(f"/policies/{kind.slug}/import/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, text(answer)
    run = Run.objects.order_by("-created_at").first()
    assert answer["Location"] == f"/policies/runs/{run.pk}/"
    return work(run)


def work(run: Run) -> Run:
    """Do what workers do, until nothing happens by itself any more."""
    while run_step(run.pk) == 0.0:
        pass
    run.refresh_from_db()
    return run


def apply(admin, run: Run, choice: str, **fields) -> Run:
    admin.post(f"/policies/runs/{run.pk}/apply/", {"choice": choice, **fields})
    return work(run)


def said(run: Run) -> list[tuple[int, str, str]]:
    return [(line.number, line.op, line.reason) for line in RunLine.objects.filter(run=run).order_by("number")]


@pytest.mark.parametrize(
    ("kind", "content", "count"),
    [
        (ALLOW_POLICIES, ALLOW, 2),
        (BLOCK_SENDERS, BLOCK_HEAD + "bad.example,DOMAIN,false,\n198.51.100.0/24,IP,FALSE,net\n", 2),
        (TRUSTED_DOMAINS, TRUSTED, 1),
        (IMPERSONATION_REGISTRY, PEOPLE, 2),
    ],
    ids=lambda value: getattr(value, "slug", None),
)
def test_each_format_comes_in_and_goes_out_again(admin, kind, content, count):
    run = upload(admin, kind, content)
    assert [op for _number, op, _reason in said(run)] == ["add"] * count
    assert list(Policies(kind).everything()) == []
    apply(admin, run, "whole", why="from the old system")
    assert Run.objects.get().state == "done"
    assert len(list(Policies(kind).everything())) == count
    assert Change.objects.filter(why="from the old system", run=run).count() == count
    exported = b"".join(admin.get(f"/policies/{kind.slug}/export.csv").streaming_content).decode()
    assert exported.splitlines()[0].replace('"', "") == content.splitlines()[0]
    again = upload(admin, kind, exported)
    assert {op for _number, op, _reason in said(again)} == {"leave"}


def test_the_values_of_a_line_arrive_as_they_were_meant(admin):
    apply(admin, upload(admin, ALLOW_POLICIES, ALLOW), "whole")
    found = {entry.name: entry.values for entry in Policies(ALLOW_POLICIES).everything()}
    assert found["partner.example"]["comments"] == "monthly, from Ann"
    assert found["partner.example"]["is_acceptable_sender"] is True
    assert found["news@shop.example"]["pattern_type"] == "EMAIL"
    assert found["news@shop.example"]["is_trusted_sender"] is True


def test_the_dry_run_says_of_each_line_what_it_would_do_and_why_not(admin, api, make):
    kept = make(BLOCK_SENDERS, 1)
    changed = make(BLOCK_SENDERS, 2)
    lines = [
        "new.example,DOMAIN,false,",
        f"{kept.name.upper()},EMAIL,false,note",
        f"{changed.name},EMAIL,false,other words",
        "NEW.example,DOMAIN,false,again",
        "10.1.2.3,IP,false,",
        "nobody,EMAIL,false,",
        "a(,EMAIL,true,",
        "x.example,PHONE,false,",
        "y.example,DOMAIN,perhaps,",
        ",DOMAIN,false,",
        "z.example,DOMAIN,false,with, commas",
    ]
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + "\n".join(lines))
    found = said(run)
    assert [op for _number, op, _reason in found] == ["add", "leave", "change", *["refuse"] * 8]
    reasons = {number: reason for number, _op, reason in found}
    assert "Line 2 is about the same entry" in reasons[5]
    assert "private addresses" in reasons[6]
    assert "An email address is wanted" in reasons[7]
    assert "missing ), at character 2" in reasons[8]
    assert "“PHONE” is none of EMAIL, DOMAIN and IP" in reasons[9]
    assert "“perhaps” is neither true nor false" in reasons[10]
    assert "must not be empty" in reasons[11]
    assert "5 cells where there are 4 columns" in reasons[12]
    page = text(admin.get(f"/policies/runs/{run.pk}/"))
    assert "Import the 2 good lines" in page
    assert "All or nothing: 8 refused" in page
    assert "“PHONE” is none of" in page
    assert {request.method for request in api.requests if "settings/block" in request.url.path} == {"GET", "POST"}


def test_all_or_nothing_is_nothing_while_a_line_is_refused(admin, api):
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + "good.example,DOMAIN,false,\nbad,EMAIL,false,\n")
    api.requests.clear()
    run = apply(admin, run, "whole")
    assert run.state == "planned"
    assert api.requests == []
    assert "so all or nothing is nothing" in text(admin.get(f"/policies/runs/{run.pk}/"))


def test_the_good_lines_are_one_batch(admin, api, make):
    changed = make(BLOCK_SENDERS, 2)
    content = BLOCK_HEAD + f"good.example,DOMAIN,false,\nbad,EMAIL,false,\n{changed.name},EMAIL,false,new words\n"
    run = upload(admin, BLOCK_SENDERS, content)
    api.requests.clear()
    run = apply(admin, run, "good")
    assert run.state == "done"
    assert [line for line in api.asked if line.startswith("POST")] == ["POST block_senders/batch"]
    found = {entry.name: entry.values["comments"] for entry in Policies(BLOCK_SENDERS).everything()}
    assert found == {"good.example": None, changed.name: "new words"}
    edit = Change.objects.get(action="edit")
    assert (edit.before["comments"], edit.after["comments"]) == ("note", "new words")


def test_columns_that_a_file_does_not_have_are_left_as_they_are(admin):
    values = {"name": "Ann Reed", "email": "ann@acme.example", "is_email_regex": False, "comments": "keep me"}
    Policies(IMPERSONATION_REGISTRY).create(values)
    run = upload(admin, IMPERSONATION_REGISTRY, PEOPLE)
    assert [op for _number, op, _reason in said(run)] == ["leave", "add"]


def test_an_entry_of_a_directory_is_not_changed_by_a_file(admin):
    resource = Policies(IMPERSONATION_REGISTRY)._resource
    resource.create(name="Ann Reed", email="ann@acme.example", is_email_regex=False, provenance="SNOOPY-OFFICE_365")
    run = upload(admin, IMPERSONATION_REGISTRY, PEOPLE)
    assert said(run)[0][1] == "leave"


def test_what_the_api_refuses_later_undoes_what_was_written_before(admin, api, monkeypatch):
    monkeypatch.setattr("settings_admin.runs.lines.BATCH_AT_MOST", 2)
    lines = "".join(f"d{number}.example,DOMAIN,false,\n" for number in range(5))
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + lines)
    posts = []

    def refuse_the_second(request):
        posts.append(request)
        return refusal(400, "the plan is full")(request) if len(posts) == 2 else api._inner.handle_request(request)

    api.fail("POST", "block_senders/batch", refuse_the_second, times=2)
    api.fail("POST", "block_senders/batch", refusal(400, "the plan is full", "/posts/0/pattern"))
    run = apply(admin, run, "whole")
    assert run.state == "undone"
    assert "was refused: The plan is full." in run.error
    assert "is undone" in run.error
    assert list(Policies(BLOCK_SENDERS).everything()) == []
    assert "2 taken back" in text(admin.get(f"/policies/runs/{run.pk}/"))
    finished = AuditEntry.objects.get(action="policy_run_finish")
    assert finished.detail["undone"] == 2


def test_a_refusal_of_one_line_leaves_the_other_good_ones(admin, api):
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + "a.example,DOMAIN,false,\nb.example,DOMAIN,false,\n")
    api.fail(
        "POST", "block_senders/batch", refusal(409, "pattern: this blocked sender exists already", "/posts/1/pattern")
    )
    run = apply(admin, run, "good")
    assert run.state == "done"
    assert [entry.name for entry in Policies(BLOCK_SENDERS).everything()] == ["a.example"]
    assert RunLine.objects.get(run=run, name="b.example").reason == "This blocked sender exists already."


def test_a_refusal_that_names_no_line_is_narrowed_down(admin, api):
    lines = "".join(f"d{number}.example,DOMAIN,false,\n" for number in range(4))
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + lines)

    def refuse_d2(request):
        is_bad = b"d2.example" in request.content
        return refusal(400, "not this one")(request) if is_bad else api._inner.handle_request(request)

    api.fail("POST", "block_senders/batch", refuse_d2, times=20)
    run = apply(admin, run, "good")
    assert run.state == "done"
    assert sorted(entry.name for entry in Policies(BLOCK_SENDERS).everything()) == [
        "d0.example",
        "d1.example",
        "d3.example",
    ]


def test_what_somebody_changed_since_the_dry_run_is_left_alone(admin, make):
    changed = make(BLOCK_SENDERS, 2)
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + f"{changed.name},EMAIL,false,mine\nnew.example,DOMAIN,false,\n")
    Policies(BLOCK_SENDERS).edit(changed.id, {"comments": "theirs"}, whole={})
    run = apply(admin, run, "good")
    assert run.state == "done"
    assert Policies(BLOCK_SENDERS).get(changed.id).values["comments"] == "theirs"
    assert "Somebody has changed it since you looked." in text(admin.get(f"/policies/runs/{run.pk}/?show=failed"))


def test_all_or_nothing_writes_nothing_when_the_list_moved_meanwhile(admin, api, make):
    changed = make(BLOCK_SENDERS, 2)
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + f"new.example,DOMAIN,false,\n{changed.name},EMAIL,false,mine\n")
    Policies(BLOCK_SENDERS).delete(changed.id)
    run = apply(admin, run, "whole")
    assert run.state == "failed"
    assert "Nothing was written" in run.error
    assert list(Policies(BLOCK_SENDERS).everything()) == []


@pytest.mark.parametrize("is_done", [True, False])
def test_a_batch_whose_answer_was_lost_is_looked_up_and_never_done_twice(admin, api, is_done):
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + "a.example,DOMAIN,false,\nb.example,DOMAIN,false,\n")
    api.fail("POST", "block_senders/batch", api.do_and_lose if is_done else api.lose)
    run = apply(admin, run, "whole")
    assert run.state == "running"
    assert run.not_before is not None
    Run.objects.update(not_before=None)
    run = work(run)
    assert run.state == "done"
    assert sorted(entry.name for entry in Policies(BLOCK_SENDERS).everything()) == ["a.example", "b.example"]
    assert len([line for line in api.asked if line == "POST block_senders/batch"]) == (1 if is_done else 2)
    assert Change.objects.filter(action="create", outcome="done").count() == 2


def test_a_worker_that_dies_after_the_batch_loses_nothing(admin, api, monkeypatch):
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + "a.example,DOMAIN,false,\nb.example,DOMAIN,false,\n")
    admin.post(f"/policies/runs/{run.pk}/apply/", {"choice": "whole"})

    class Killed(BaseException):
        pass

    def die(*_arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("settings_admin.runs.applying.Applying._keep", lambda self, done, others: die() if done else None)
        with pytest.raises(Killed):
            run_step(run.pk)
    assert run_step(run.pk) is None
    Run.objects.update(lease_until=Run.objects.get().created_at)
    run = work(run)
    assert run.state == "done"
    assert len([line for line in api.asked if line == "POST block_senders/batch"]) == 1
    assert RunLine.objects.filter(run=run, state="done").exclude(entry_id="").count() == 2


def test_a_token_that_may_only_read_ends_the_run_and_says_why(admin, settings, read_token):
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + "a.example,DOMAIN,false,\n")
    settings.CLOUDFLARE_API_TOKEN = read_token
    run = apply(admin, run, "whole")
    assert run.state == "failed"
    assert "Nothing was written" in run.error


def test_a_finished_run_is_undone_as_a_whole_but_for_what_others_changed(admin, make):
    changed = make(BLOCK_SENDERS, 2)
    content = BLOCK_HEAD + f"a.example,DOMAIN,false,\nb.example,DOMAIN,false,\n{changed.name},EMAIL,false,mine\n"
    run = apply(admin, upload(admin, BLOCK_SENDERS, content), "whole")
    later = next(entry for entry in Policies(BLOCK_SENDERS).everything() if entry.name == "b.example")
    Policies(BLOCK_SENDERS).edit(later.id, {"comments": "needed"}, whole={})
    admin.post(f"/policies/runs/{run.pk}/undo/")
    run = work(run)
    assert run.state == "failed"
    assert "1 could not be undone" in run.error
    found = {entry.name: entry.values["comments"] for entry in Policies(BLOCK_SENDERS).everything()}
    assert found == {changed.name: "note", "b.example": "needed"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The submitted file is empty"),
        (b"\xff\xfe\xfd", "not in UTF-8"),
        (b"a\x00b", "binary data"),
        (b"Blocked Sender,Type\xe9\n", "not in UTF-8"),
    ],
)
def test_a_file_that_is_none_is_refused_at_once(admin, content, reason):
    content = content.encode() if isinstance(content, str) else content
    answer = admin.post("/policies/blocked-senders/import/", {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert reason in text(answer)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Domain,Proximity\nx.example,true\n", "The format has: Blocked Sender, Blocked Sender Type"),
        ("Is Regex,Notes\ntrue,x\n", "The column Blocked Sender is missing"),
        ("Notes,notes,Blocked Sender,Blocked Sender Type\n", "names a column twice"),
    ],
)
def test_a_head_that_is_not_the_formats_is_said_and_nothing_is_asked(admin, api, content, reason):
    run = upload(admin, BLOCK_SENDERS, content)
    assert run.state == "failed"
    assert reason in run.error
    assert api.requests == []


def test_semicolons_a_byte_order_mark_and_any_order_of_columns_are_taken(admin):
    content = "\ufeffNotes;Blocked Sender Type;Blocked Sender\r\nx;domain;a.example\r\n\r\n"
    assert [op for _number, op, _reason in said(upload(admin, BLOCK_SENDERS, content))] == ["add"]


def test_no_cell_of_a_file_is_a_formula_and_none_is_changed_by_that(admin, make):
    make(BLOCK_SENDERS, 1, comments="=1+1")
    exported = b"".join(admin.get("/policies/blocked-senders/export.csv").streaming_content).decode()
    assert "'=1+1" in exported
    assert [op for _number, op, _reason in said(upload(admin, BLOCK_SENDERS, exported))] == ["leave"]


def test_an_export_keeps_to_the_filters_and_leaves_an_audit_row(admin, make):
    make(BLOCK_SENDERS, 1)
    make(BLOCK_SENDERS, 2)
    exported = b"".join(admin.get("/policies/blocked-senders/export.csv?search=b00001").streaming_content).decode()
    assert len(exported.splitlines()) == 2
    assert AuditEntry.objects.get(action="policy_export").detail == {"search": "b00001"}


def test_a_plan_can_be_dropped(admin, api):
    run = upload(admin, BLOCK_SENDERS, BLOCK_HEAD + "a.example,DOMAIN,false,\n")
    admin.post(f"/policies/runs/{run.pk}/drop/")
    assert "nothing was written" in text(admin.get(f"/policies/runs/{run.pk}/"))
    assert apply(admin, run, "whole").state == "cancelled"


@pytest.mark.parametrize("role", ["reviewer", "analyst"])
def test_others_than_admins_import_and_export_nothing(browse, api, role):
    person = browse(role)
    assert person.get("/policies/blocked-senders/export.csv").status_code == 403
    assert person.post("/policies/blocked-senders/import/").status_code == 403
    assert person.post("/policies/blocked-senders/delete/").status_code == 403
    assert person.get("/policies/runs/").status_code == 403
    assert api.requests == []
