"""Signing in as people do: by an app's code, by a passkey, through the organisation; first passwords and sessions.

Slow, since a stack is started and a browser walks through it.
"""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import expect

from tests import accessibility
from tests.oidc_provider import running_provider
from tests.stack.browser import Tab, tab_of
from tests.stack.running import Stack

pytestmark = [pytest.mark.stack, pytest.mark.slow]
NEW = "nineteen windows of green glass"


@pytest.fixture(scope="module")
def provider():
    with running_provider() as found:
        yield found


@pytest.fixture(scope="module")
def entrance(tmp_path_factory, provider):
    """A stack with single sign-on. A passkey needs a name, so its browser goes to localhost."""
    made = Stack(tmp_path_factory.mktemp("entrance") / "home", {"GATEHOUSE_SAMPLE_MAIL": "0"})
    made.use_servers()
    del made.environment["GATEHOUSE_ADMIN_PASSWORD"]
    made.environment |= {
        "GATEHOUSE_FIRST_PASSWORDS": "change",
        "GATEHOUSE_OIDC_ISSUER": provider.url,
        "GATEHOUSE_OIDC_CLIENT_ID": "gatehouse",
        "GATEHOUSE_OIDC_CLIENT_SECRET": "a secret of theirs",
        "GATEHOUSE_OIDC_ROLES": "soc=analyst; soc-leads=admin",
        "GATEHOUSE_OIDC_NAME": "Initech",
    }
    try:
        yield made.start()
    finally:
        made.close()


@pytest.fixture
def tab(entrance, browser):
    with tab_of(browser, entrance, reduced_motion="reduce") as found:
        yield found


def go(tab: Tab, path: str) -> None:
    tab.page.goto(f"http://localhost:{tab.stack.port}{path}")


def enter(tab: Tab, name: str, password: str) -> None:
    go(tab, "/accounts/login/?next=/account/")
    tab.page.get_by_label("Username").fill(name)
    tab.page.get_by_label("Password").fill(password)
    tab.page.get_by_role("button", name="Sign in", exact=True).click()


def leave(tab: Tab) -> None:
    go(tab, "/accounts/logout/")
    tab.page.get_by_role("button", name="Sign out").click()
    expect(tab.page.get_by_role("heading", name="Sign in")).to_be_visible()


def fit(tab: Tab) -> None:
    """Fail unless the page is accessible in both colours."""
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        accessibility.prepare(tab.page)
        assert accessibility.faults(tab.page) == []


def account_is_open(tab: Tab, name: str) -> None:
    expect(tab.page.get_by_role("heading", name="Account")).to_be_visible()
    expect(tab.page.locator("dd").first).to_have_text(name)


def test_an_apps_code_is_asked_for_after_the_password(tab):
    enter(tab, "analyst", tab.stack.environment["GATEHOUSE_ANALYST_PASSWORD"])
    page = tab.page
    page.get_by_role("link", name="App, passkeys, recovery codes").click()
    fit(tab)
    page.get_by_role("link", name="Set up an app").click()
    fit(tab)
    assert page.locator(".factor-code svg").bounding_box()["width"] > 120
    secret = re.search(r"Key: (\w+)", page.locator("form.form").inner_text())[1]

    def code() -> str:
        return format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))

    page.get_by_label("Authenticator code").fill(code())
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    fit(tab)
    recovery = page.locator(".factor-codes li").all_inner_texts()
    assert len(recovery) == 10
    leave(tab)
    for proof in (code(), recovery[0]):
        enter(tab, "analyst", tab.stack.environment["GATEHOUSE_ANALYST_PASSWORD"])
        expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
        fit(tab)
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text("Incorrect code")).to_be_visible()
        page.get_by_label("Code").fill(proof)
        page.get_by_role("button", name="Sign in").click()
        account_is_open(tab, "analyst")
        leave(tab)


def test_a_passkey_opens_the_way_in_without_a_password(tab):
    page = tab.page
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": True}})
    enter(tab, "reviewer", tab.stack.environment["GATEHOUSE_REVIEWER_PASSWORD"])
    go(tab, "/accounts/2fa/")
    page.get_by_role("link", name="Add one").click()
    fit(tab)
    page.get_by_label("Name").fill("Laptop <b>")
    page.get_by_label("It replaces the password too").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    go(tab, "/accounts/2fa/keys/")
    expect(page.get_by_role("rowheader", name="Laptop <b>")).to_be_visible()
    expect(page.get_by_role("cell", name="Passkey", exact=True)).to_be_visible()
    fit(tab)
    leave(tab)
    page.get_by_role("button", name="Use a passkey", exact=True).click()
    page.wait_for_url(f"http://localhost:{tab.stack.port}/")
    go(tab, "/account/")
    account_is_open(tab, "reviewer")
    leave(tab)
    # The password alone no longer does; with the key it does.
    enter(tab, "reviewer", tab.stack.environment["GATEHOUSE_REVIEWER_PASSWORD"])
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_role("button", name="Use a passkey or security key").click()
    account_is_open(tab, "reviewer")


def test_people_come_through_their_organisation_with_the_role_of_their_group(tab, provider):
    page = tab.page
    provider.person("u-1", preferred_username="olga", groups=["staff", "soc-leads"])
    provider.person("u-2", preferred_username="paul", groups=["staff"])
    go(tab, "/team/")
    fit(tab)
    page.get_by_role("link", name="Sign in through Initech").click()
    page.locator("input[name=sub]").fill("u-1")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    expect(page.locator(".nav-person")).to_contain_text("olga")
    leave(tab)
    page.get_by_role("link", name="Sign in through Initech").click()
    page.locator("input[name=sub]").fill("u-2")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", name="You have no role here")).to_be_visible()
    fit(tab)
    # The provider's pages are its own matter, and the browser itself tells of the page that was refused.
    ours = [line for line in tab.trouble if f":{tab.stack.port}/" in line]
    assert len(ours) == 1
    assert "status of 403" in ours[0]
    tab.trouble.clear()
    go(tab, "/investigate/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_first_password_is_changed_before_anything_else(tab, browser):
    page = tab.page
    given = tab.stack.run["users"][0]["password"]
    assert given in tab.stack.output
    enter(tab, "admin", given)
    expect(page.get_by_role("heading", name="Change the password")).to_be_visible()
    go(tab, "/team/")
    expect(page.get_by_role("heading", name="Change the password")).to_be_visible()
    fit(tab)
    page.get_by_label("Current Password").fill(given)
    page.get_by_label("New Password", exact=True).fill(NEW)
    page.get_by_label("New Password (again)").fill(NEW)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert tab.stack.run["users"][0]["password"] is None
    enter(tab, "admin", NEW)
    account_is_open(tab, "admin")
    with tab_of(browser, tab.stack) as phone:
        enter(phone, "admin", NEW)
        go(tab, "/account/sessions/")
        expect(page.get_by_role("row")).to_have_count(3)
        fit(tab)
        page.get_by_role("button", name="End all others").click()
        expect(page.get_by_text("1 other session ended.")).to_be_visible()
        go(phone, "/account/")
        expect(phone.page.get_by_role("heading", name="Sign in")).to_be_visible()
