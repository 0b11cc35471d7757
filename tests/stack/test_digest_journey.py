"""From a digest to the mailbox: asked, confirmed, allowed, proven, answered; and what comes of other ways.

Slow, since a whole stack is started, whose worker looks for what is due every few seconds.
"""

import re
import smtplib
from email.message import EmailMessage

import httpx
import psutil
import pytest
from playwright.sync_api import expect

from tests.accessibility import faults, prepare
from tests.gateway.mails import GTUBE, mail
from tests.mail_server import mail_server
from tests.stack.browser import tab_of
from tests.stack.held_mail import delivered, mailbox_is_empty
from tests.stack.running import Stack, kill_family, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.slow]
PEOPLE = ("anna", "bo", "cleo", "dora")
PHONE = {"width": 360, "height": 740}


def address(name: str) -> str:
    return f"{name}@team.example"


@pytest.fixture(scope="module")
def mailing(tmp_path_factory):
    """A stack whose mail goes to a server that keeps it, and in which team.example gets digests at once."""
    with mail_server() as server:
        made = Stack(tmp_path_factory.mktemp("digests") / "home", {"GATEHOUSE_SAMPLE_MAIL": "0"})
        made.use_servers()
        made.environment |= {
            "EMAIL_URL": server.url,
            "GATEHOUSE_URL": made.url,
            "GATEWAY_RELAY_NETWORKS": "127.0.0.0/8",
            "GATEHOUSE_PROOF_DELAY": "0",
            "GATEHOUSE_JOB_LEASE": "4",
        }
        try:
            made.start()
            protect(made)
            yield made, server
        finally:
            made.close()


def protect(stack: Stack) -> None:
    """Protect team.example, and hold its spam."""
    run = stack.run
    url = f"{run['api_base_url']}/accounts/{run['account_id']}/email-security/settings/domains"
    domain = {"domain": "team.example", "allowed_delivery_modes": ["DIRECT"], "drop_dispositions": ["SPAM"]}
    answer = httpx.post(
        url,
        json={**domain, "ip_restrictions": [], "regions": []},
        headers={"Authorization": f"Bearer {run['api_token']}"},
        timeout=30,
    )
    assert answer.status_code == 201, answer.text


def hold(stack: Stack, subject: str, *names: str) -> None:
    """Have the intake hold a message for these people."""
    raw = mail(subject=subject, to=", ".join(address(name) for name in names), body=GTUBE)
    with smtplib.SMTP("127.0.0.1", stack.smtp_port, timeout=30) as smtp:
        assert smtp.sendmail("ann@partner.example", [address(name) for name in names], raw) == {}


def newest(server, name: str, subject: str, *, containing: str = ""):
    """Wait for mail to a person with this subject, and return the newest."""

    def found(_server):
        fitting = [
            one for one in server.to(address(name)) if subject in str(one.mail["Subject"]) and containing in one.text
        ]
        return fitting[-1] if fitting else None

    return server.wait_for(found, 90, f"“{subject}” for {name}")


def link(text: str, kind: str, after: str = "") -> str:
    """Return the first link of a kind that stands in the text after some words."""
    found = re.search(rf"https?://[^/\s]+(/held/{kind}/\S+)", text[text.index(after) :] if after else text)
    assert found, text
    return found.group(1)


def subjects(server, name: str) -> list[str]:
    return [str(one.mail["Subject"]) for one in server.to(address(name))]


@pytest.fixture(scope="module")
def told(mailing, browser):
    """An admin switches digests on; people are told of what is held for them."""
    stack, server = mailing
    with tab_of(browser, stack, "admin") as tab:
        tab.visit("/digests/")
        tab.page.get_by_role("button", name="Read the protected domains again").click()
        tab.page.get_by_role("link", name="team.example").click()
        tab.page.get_by_label("How often").select_option("immediately")
        tab.page.get_by_role("button", name="Save").click()
        expect(tab.page.get_by_text("It holds from the next digest on")).to_be_visible()
    for name in PEOPLE:
        hold(stack, f"Offer for {name}", name)
    for name in PEOPLE:
        newest(server, name, "held for you", containing=f"Offer for {name}")
    return stack, server


def ask_and_confirm(browser, stack, server, name: str) -> str:
    """Ask and confirm as the person does, on a phone, and return the path of the page to ask on."""
    digest = newest(server, name, "held for you", containing=f"Offer for {name}")
    path = link(digest.text, "ask", f"Offer for {name}")
    with tab_of(browser, stack, viewport=PHONE) as tab:
        tab.visit(path)
        prepare(tab.page)
        assert faults(tab.page) == []
        tab.page.get_by_role("button", name="Ask for it").click()
        expect(tab.page.get_by_text("A mail with a link is on its way")).to_be_visible()
        tab.visit(link(newest(server, name, "Confirm that you asked").text, "confirm"))
        prepare(tab.page)
        assert faults(tab.page) == []
        tab.page.get_by_role("button", name="Yes, I ask for it").click()
        expect(tab.page.get_by_text("Your team has the request")).to_be_visible()
    return path


def open_request(tab, name: str) -> None:
    tab.visit("/requests/")
    tab.page.get_by_role("link", name=f"Offer for {name}").click()
    expect(tab.page.get_by_role("heading", name="Who asks")).to_be_visible()
    prepare(tab.page)
    assert faults(tab.page) == []


def test_asked_allowed_in_the_mailbox_answered(told, browser):
    stack, server = told
    path = ask_and_confirm(browser, stack, server, "anna")
    assert mailbox_is_empty(stack, address("anna"))
    with tab_of(browser, stack, "analyst") as tab:
        open_request(tab, "anna")
        expect(tab.page.get_by_role("article").get_by_role("heading", name="Offer for anna")).to_be_visible()
        tab.page.get_by_role("button", name="Claim").click()
        tab.page.get_by_label("Answer to the recipient").fill("Here it is.")
        tab.page.get_by_role("button", name="Allow: release it").click()
        expect(tab.page.get_by_text("The recipient is told when the release is proven")).to_be_visible()
    answer = newest(server, "anna", "It is in your mailbox")
    assert "Here it is." in answer.text
    assert b"Offer for anna" in delivered(stack, address("anna"))[0]
    with tab_of(browser, stack) as tab:
        tab.visit(path)
        expect(tab.page.get_by_text("it is in your mailbox")).to_be_visible()
    assert subjects(server, "anna").count("It is in your mailbox") == 1


def test_asked_and_refused(told, browser):
    stack, server = told
    path = ask_and_confirm(browser, stack, server, "bo")
    with tab_of(browser, stack, "analyst", java_script_enabled=False) as tab:
        tab.visit("/requests/")
        tab.page.get_by_role("link", name="Offer for bo").click()
        tab.page.get_by_label("Answer to the recipient").fill("It is a trap.")
        tab.page.get_by_role("button", name="Refuse").click()
        expect(tab.page.get_by_text("Refused. The recipient is told.")).to_be_visible()
    assert "It is a trap." in newest(server, "bo", "Your request was refused").text
    with tab_of(browser, stack) as tab:
        tab.visit(path)
        expect(tab.page.get_by_text("It is a trap.")).to_be_visible()
        expect(tab.page.get_by_role("button", name="Ask for it")).to_have_count(0)
    assert mailbox_is_empty(stack, address("bo"))


def test_a_digest_that_was_forwarded_asks_for_nothing(told, browser):
    stack, server = told
    digest = newest(server, "cleo", "held for you", containing="Offer for cleo")
    with tab_of(browser, stack) as colleague:
        colleague.visit(link(digest.text, "ask", "Offer for cleo"))
        expect(colleague.page.get_by_text(address("cleo"))).to_be_visible()
        colleague.page.get_by_role("button", name="Ask for it").click()
        expect(colleague.page.get_by_text("A mail with a link is on its way")).to_be_visible()
    newest(server, "cleo", "Confirm that you asked")
    with tab_of(browser, stack, "analyst") as tab:
        tab.visit("/requests/?view=all")
        expect(tab.page.get_by_role("link", name="Offer for cleo")).to_have_count(0)
    assert mailbox_is_empty(stack, address("cleo"))


def test_a_scanner_that_follows_all_links_changes_nothing(told):
    stack, server = told
    before = counted(stack)
    links = {
        url for name in PEOPLE for one in server.to(address(name)) for url in re.findall(r"https?://\S+", one.text)
    }
    assert len(links) > 12
    for url in links:
        for method in ("HEAD", "GET"):
            assert httpx.request(method, url, timeout=30).status_code == 200, url
    assert counted(stack) == before


def counted(stack: Stack) -> str:
    """Return how many rows there are that anything would change."""
    return stack.manage("shell", "-c", COUNT).stdout.strip().splitlines()[-1]


COUNT = """
from dashboard.jobs.models import Job
from dashboard.outbox.models import OutboxEntry
from investigate.digests.models import Person
from investigate.release_requests.models import ReleaseRequest
print(
    sorted(ReleaseRequest.objects.values_list("pk", "state", "asked")),
    OutboxEntry.objects.count(), Job.objects.count(), sorted(Person.objects.values_list("address", "frequency")),
)
"""


def test_a_request_that_nobody_decides_on_expires(told, browser):
    stack, server = told
    path = ask_and_confirm(browser, stack, server, "dora")
    stack.manage("shell", "-c", EXPIRE)
    newest(server, "dora", "Nobody decided on your request")
    with tab_of(browser, stack) as tab:
        tab.visit(path)
        expect(tab.page.get_by_role("button", name="Ask for it")).to_be_visible()


EXPIRE = """
from django.utils import timezone
from investigate.release_requests.models import ReleaseRequest
ReleaseRequest.objects.filter(state="waiting").update(expires_at=timezone.now())
"""


def test_all_mail_reads_well_on_a_phone(told, browser):
    stack, server = told
    seen: set[str] = set()
    with tab_of(browser, stack, viewport=PHONE) as tab:
        for one in list(server.received):
            kind = re.sub(r"\d+", "", str(one.mail["Subject"]))
            if kind in seen:
                continue
            seen.add(kind)
            assert_is_mail(one.mail)
            tab.page.set_content(one.html)
            prepare(tab.page)
            assert faults(tab.page) == [], kind
    assert len(seen) >= 5


def assert_is_mail(message: EmailMessage) -> None:
    """A mail has a text for each HTML, no script, no picture, and tells programs not to answer."""
    assert message["Auto-Submitted"] == "auto-generated"
    html = message.get_body(("html",)).get_content()
    assert not re.search(r"<(script|img|link|iframe|object)\b", html)
    assert message.get_body(("plain",)).get_content().strip()


def test_a_worker_that_is_killed_while_digests_are_made_tells_everybody_once(told):
    stack, server = told
    stack.manage("shell", "-c", MANY, timeout=300)
    for _ in range(4):
        pid = wait_for(lambda: stack.pid_of("celery", "long@"), 60, "a worker")
        made = int(stack.manage("shell", "-c", MADE).stdout.strip().splitlines()[-1])
        if made >= 1000:
            break
        kill_family(psutil.Process(pid))
    wanted = {f"p{number}@team.example" for number in range(1000)}
    server.wait_for(lambda got: len({one.recipients[0] for one in got.received} & wanted) == 1000, 200, "1,000 digests")
    made = stack.manage("shell", "-c", MADE).stdout.strip().splitlines()[-1]
    assert made == "1000"
    ids = [str(one.mail["Message-ID"]) for one in server.received if one.recipients[0] in wanted]
    # At least once: a worker that died between sending a mail and noting it sends that one again, as the same message.
    assert len(set(ids)) == 1000
    assert len(ids) <= 1000 + 4 * 4


MANY = """
from datetime import timedelta
from django.utils import timezone
from investigate.digests.models import HeldCopy, Person
from investigate.digests.rows import backend_columns
now = timezone.now()
people = Person.objects.bulk_create(
    [Person(**backend_columns(), address=f"p{n}@team.example", domain="team.example") for n in range(1000)]
)
HeldCopy.objects.bulk_create(
    [
        HeldCopy(
            **backend_columns(), investigate_id=f"many-{n}-{k}", person=person, sender="a@shop.example",
            subject=f"Offer {k}", disposition="SPAM", received_at=now, seen_at=now + timedelta(hours=3),
        )
        for n, person in enumerate(people) for k in range(5)
    ],
    batch_size=500,
)
Person.objects.filter(pk__in=[p.pk for p in people]).update(next_at=now, is_planned=True)
"""
MADE = """
from investigate.digests.models import Digest
print(Digest.objects.filter(person__address__regex=r"^p[0-9]+@").count())
"""
