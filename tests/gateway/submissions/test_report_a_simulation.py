"""A report of a phishing simulation that the team ordered says so; nobody else can have theirs taken for one."""

from ipaddress import ip_network

import pytest

from gateway.models import Submission
from gateway.rejudging.review import review_waiting
from gateway.store.raw_mail import read_raw
from tests.gateway.mails import mail, stored
from tests.gateway.submissions.conftest import report

pytestmark = pytest.mark.usefixtures("own_domain")
FIELD = "X-PHISHTEST: 0123456789"
SIMULATION = "a known phishing simulation"


@pytest.fixture(autouse=True)
def ordered(settings):
    settings.GATEWAY_SIMULATION_HEADERS = ["X-PhishTest=0123456789"]
    settings.GATEWAY_SIMULATION_NETWORKS = (ip_network("198.51.100.0/24"),)


def reported(extra=FIELD, client_ip="198.51.100.9"):
    original = stored(mail(extra=extra), client_ip=client_ip)
    report(read_raw(original.raw))
    (row,) = Submission.objects.using("gateway").all()
    return row


def test_it_is_known_by_its_field_and_where_it_came_from_and_stays_so():
    row = reported()
    assert (row.outcome, row.status, row.customer_status) == (SIMULATION, "submitted", "unreviewed")
    review_waiting()
    row.refresh_from_db()
    assert (row.outcome, row.status, row.customer_status) == (SIMULATION, "completed", "unreviewed")
    assert row.message.final_disposition == "NONE"


@pytest.mark.parametrize(
    ("extra", "client_ip"),
    [(FIELD, "203.0.113.9"), ("X-PHISHTEST: yes", "198.51.100.9"), ("X-Other: 0123456789", "198.51.100.9")],
    ids=["a stranger's server", "another value", "another field"],
)
def test_whoever_writes_the_field_alone_or_sends_from_there_alone_is_no_simulation(extra, client_ip):
    assert reported(extra, client_ip).outcome == ""


def test_a_file_that_was_never_received_is_no_simulation():
    report(mail(extra=FIELD))
    assert [row.outcome for row in Submission.objects.using("gateway").all()] == [""]


def test_nothing_is_a_simulation_unless_the_operator_says_what_is(settings):
    settings.GATEWAY_SIMULATION_NETWORKS = ()
    assert reported().outcome == ""
