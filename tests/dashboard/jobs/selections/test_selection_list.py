"""A list of ids, pasted or uploaded, is looked up whatever kind of id it holds."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dashboard.jobs.pages.forms import ids_of_csv
from dashboard.jobs.selections.models import Selection
from tests.dashboard.jobs.conftest import gather
from tests.dashboard.jobs.fake_api import FakeApi


def posted(client, **form) -> Selection:
    response = client.post(reverse("jobs:new_selection"), form)
    assert response.status_code == 302, response.content.decode()
    selection = Selection.objects.latest("created_at")
    assert response["Location"] == reverse("jobs:selection", args=[selection.pk])
    return gather(selection) if selection.is_active else selection


def found(selection: Selection) -> list[str]:
    return list(selection.messages.filter(why_not="").order_by("id").values_list("investigate_id", flat=True))


def test_every_kind_of_id_is_looked_up(browser, analyst, api: FakeApi) -> None:
    mails = [api.add(number) for number in range(4)]
    # An id of a backend that does not write the time into it.
    api.mail["bare-id"] = mails[3]
    lines = [mails[0].id, mails[1].message_id, mails[2].message_id.strip("<>"), "", mails[0].id, " nothing-there "]
    client = browser(analyst)
    selection = posted(client, lines="\r\n".join(lines))
    assert found(selection) == [mail.id for mail in mails[:3]]
    assert (selection.size, selection.left_out, selection.named) == (3, 1, 4)
    page = client.get(reverse("jobs:selection", args=[selection.pk])).content.decode()
    assert "3 messages selected" in page
    assert "1 selected message left out" in page
    assert "nothing-there" in page
    assert "The API knows no such message." in page


def test_a_postfix_id_is_resolved_to_the_message(browser, analyst, api: FakeApi) -> None:
    mails = [api.add(number) for number in range(3)]
    for mail in mails:
        api.mail[mail.postfix_id] = mail
    selection = posted(browser(analyst), lines="\n".join(mail.postfix_id for mail in mails))
    assert found(selection) == [mail.id for mail in mails]


def test_two_names_of_one_message_are_one_message(browser, analyst, api: FakeApi) -> None:
    mails = [api.add(number) for number in range(3)]
    names = [mails[0].message_id, mails[0].id, mails[1].id, mails[2].id]
    selection = posted(browser(analyst), lines="\n".join(names))
    assert sorted(found(selection)) == sorted(mail.id for mail in mails)
    assert selection.size == 3


def test_a_message_id_that_several_messages_have_selects_all_of_them(browser, analyst, api: FakeApi) -> None:
    mails = [api.add(number) for number in range(3)]
    mails[1].message_id = mails[0].message_id
    selection = posted(browser(analyst), lines=f"{mails[0].message_id}\n{mails[2].message_id}")
    assert sorted(found(selection)) == sorted(mail.id for mail in mails)


def test_a_file_is_read_by_its_column_of_ids(browser, analyst, api: FakeApi) -> None:
    mails = [api.add(number) for number in range(3)]
    rows = "".join(f"x,{mail.id},nobody\r\n" for mail in mails)
    upload = SimpleUploadedFile("ids.csv", ("\ufeffticket,Investigate_ID,who\r\n" + rows).encode())
    assert found(posted(browser(analyst), file=upload)) == [mail.id for mail in mails]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("a\nb\n", ["a", "b"]),
        ("message,message_id\n1,<a@x>\n", ["1"]),
        ("subject,message-id\nx,<a@x>\n", ["<a@x>"]),
        ("id\n'=1\n", ["=1"]),
        ("id,x\n", []),
        ("x,id\nonly-one-cell\n", []),
        ("", []),
    ],
)
def test_columns_are_found_by_name(text: str, ids: list[str]) -> None:
    assert ids_of_csv(text) == ids


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Paste some ids"),
        ({"lines": "  \n"}, "Paste some ids"),
        ({"lines": "a/../b"}, "can&#x27;t be one"),
        ({"lines": "x" * 300}, "can&#x27;t be one"),
        ({"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}, "not text in UTF-8"),
    ],
)
def test_what_can_not_be_read_is_said(browser, analyst, api: FakeApi, form: dict, said: str) -> None:
    response = browser(analyst).post(reverse("jobs:new_selection"), form)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Selection.objects.exists()


def test_the_page_shows_a_form(browser, analyst) -> None:
    page = browser(analyst).get(reverse("jobs:new_selection")).content.decode()
    assert 'enctype="multipart/form-data"' in page


def test_a_reviewer_gets_no_further_than_a_refusal(browser, person) -> None:
    client = browser(person("reviewer"))
    assert client.get(reverse("jobs:new_selection")).status_code == 403
    assert client.post(reverse("jobs:new_selection"), {"lines": "a"}).status_code == 403
    assert client.post(reverse("jobs:select"), {}).status_code == 403
