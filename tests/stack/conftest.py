"""One running stack for all tests that don't break it, and what they share."""

import pytest
from playwright.sync_api import expect

from tests.stack.api_calls import COUNTING
from tests.stack.browser import PATIENCE, launched, tab_of
from tests.stack.by_keys import MANY
from tests.stack.held_mail import held_message, send
from tests.stack.hostile_mail import send_hostile
from tests.stack.running import Stack

PER_PAGE = 50


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    made = Stack(tmp_path_factory.mktemp("stack") / "home")
    made.use_servers()
    made.environment |= {
        # Journeys count what the console asks the API.
        "DJANGO_SETTINGS_MODULE": COUNTING,
        "GATEHOUSE_JOB_LEASE": "4",
        "GATEHOUSE_ANALYST_PASSWORD": "correct horse battery",
        # A run of all tests takes longer than a password counts.
        "GATEHOUSE_REAUTHENTICATION_MINUTES": "600",
    }
    # The tests send as the organisation's own mail server does.
    made.environment["GATEWAY_RELAY_NETWORKS"] = "127.0.0.0/8"
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture
def own_stack(tmp_path):
    """A stack that the test may break: it is not started yet."""
    made = Stack(tmp_path / "home", {"GATEHOUSE_SAMPLE_MAIL": "0"})
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def mails(stack):
    """Held messages by their number, more than a page of them; the highest number came last and is listed first."""
    messages = [held_message("parcelword", number) for number in range(1, PER_PAGE + 7)]
    send(stack, messages)
    return {message.number: message for message in messages}


@pytest.fixture(scope="session")
def many(stack):
    """So much synthetic mail that nothing fits a page, and that counting takes the worker a while."""
    stack.manage("make_mail", "--count", str(MANY), "--seed", "11", timeout=240 + MANY / 50)
    return MANY


@pytest.fixture(scope="session")
def hostile(stack):
    """Mail with hostile text in every place."""
    send_hostile(stack)


@pytest.fixture(scope="module")
def browser():
    """A browser. It ends with the module: Playwright's event loop must not run beside tests of the database."""
    expect.set_options(timeout=PATIENCE)
    with launched() as found:
        yield found


@pytest.fixture
def analyst(stack, browser, mails, many):
    with tab_of(browser, stack, "analyst", reduced_motion="reduce") as tab:
        yield tab
