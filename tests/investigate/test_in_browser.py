"""What only a browser shows: keys, a list that keeps its place, selections, narrow windows, and axe's judgement.

What is slow has axe judge each page in each look.
"""

from urllib.parse import unquote

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from dashboard.jobs.selections.models import Selection
from tests import accessibility
from tests.investigate.browser import chromium, visit
from tests.investigate.fake_api import detections, held, message, refusal

__all__ = ["chromium", "visit"]

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def mail(api):
    """A few messages, the first of which says much."""
    api.add(
        held(
            1,
            subject="Invoice 4471 overdue <b>now</b>",
            envelope_from="bounce@elsewhere.example",
            client_recipients=["anna@team.example", "bo@team.example"],
        )
    )
    api.add(*[(held if number % 3 else message)(number, final_disposition="SPAM") for number in range(2, 8)])
    first = api.messages[0]["id"]
    long = "https://" + "very-long-label." * 12 + "example/" + "path/" * 30
    api.details[first] = detections(
        links=[{"href": long, "text": "https://good.example"}],
        findings=[{"reason": "Look-alike domain", "detail": "x" * 200, "value": long, "detection": "MALICIOUS"}],
        attachments=[{"size": 48213, "filename": "invoice" * 12 + ".html", "sha256": "ab" * 32, "detection": "SPAM"}],
        headers=[{"name": "X-" + "Long-" * 12, "value": "y" * 400}, {"name": "Subject", "value": "Invoice"}],
    )
    api.traces[first] = {
        "inbound": {"lines": [{"lineno": 1, "logged_at": "2026-03-01T10:00:00Z", "message": "z" * 300}]},
        "outbound": {"lines": []},
    }
    return first


@pytest.fixture
def much_mail(api, mail):
    """Sixty messages, so that there are two pages."""
    api.add(*[message(number) for number in range(8, 61)])


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def test_a_message_opens_and_closes_by_keyboard_and_the_list_keeps_its_place(visit, much_mail, api):
    page = visit("/investigate/")
    keys(page, *["j"] * 20)
    row = page.locator(".message-row").nth(19)
    place = row.bounding_box()["y"]
    keys(page, "Enter")
    expect(page.locator(".mail-subject")).to_have_text("Subject 20")
    expect(page.locator(".mail-subject")).to_be_focused()
    assert page.url.endswith(f"/investigate/?message={api.messages[19]['id']}")
    assert page.title() == "Subject 20 · Gatehouse"
    assert abs(row.bounding_box()["y"] - place) < 60
    keys(page, "Escape")
    expect(page.locator(".mail")).to_have_count(0)
    assert page.url.endswith("/investigate/")
    expect(row.locator(".row-link")).to_be_focused()


def test_tabs_have_addresses_and_going_back_goes_through_them(visit, mail):
    page = visit(f"/investigate/?message={mail}")
    keys(page, "]")
    expect(page.locator(".tab[aria-current]")).to_have_text("Preview")
    page.get_by_role("link", name="Trace").click()
    expect(page.locator(".trace")).to_be_visible()
    assert page.url.endswith(f"?message={mail}&tab=trace")
    page.go_back()
    expect(page.locator(".tab[aria-current]")).to_have_text("Preview")
    page.go_back()
    expect(page.locator(".tab[aria-current]")).to_have_text("Summary")
    page.get_by_role("link", name="Close").click()
    expect(page.locator(".mail")).to_have_count(0)
    page.go_back()
    expect(page.locator(".mail-subject")).to_be_visible()


def test_a_selection_survives_paging_and_goes_along_to_the_confirmation(visit, much_mail):
    page = visit("/investigate/")
    keys(page, "j", "x", "j", "j", "x")
    expect(page.locator(".selection-count")).to_have_text("2 selected")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".selection-count")).to_have_text("2 selected, 2 on other pages")
    page.locator("input[name=ids]").nth(1).click()
    keys(page, "r")
    page.wait_for_url("**/jobs/selections/**")
    assert Selection.objects.get().messages.count() == 3
    page.go_back()
    expect(page.locator(".selection-count")).to_have_text("3 selected, 2 on other pages")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator(".selection-bar")).not_to_be_visible()


def test_a_selection_belongs_to_its_search(visit, much_mail):
    page = visit("/investigate/")
    keys(page, "j", "x", "/")
    page.keyboard.type("Subject 3")
    keys(page, "Enter")
    page.wait_for_url("**/investigate/?query=Subject%203")
    expect(page.locator(".selection-bar")).not_to_be_visible()


def test_shift_selects_a_range_and_the_head_the_page(visit, much_mail):
    page = visit("/investigate/")
    page.locator("input[name=ids]").nth(2).click()
    page.locator("input[name=ids]").nth(6).click(modifiers=["Shift"])
    expect(page.locator(".selection-count")).to_have_text("5 selected")
    page.get_by_label("Select this page").click()
    expect(page.locator(".selection-count")).to_have_text("50 selected")


def test_a_picture_that_can_not_be_had_says_why(visit, mail, api):
    api.broken["GET preview"] = refusal(500, "The renderer is down.")
    page = visit(f"/investigate/?message={mail}&tab=preview")
    expect(page.locator(".letter")).to_contain_text("The renderer is down.")
    assert page.get_by_role("link", name="Try again").get_attribute("href").endswith("&tab=preview")


def test_a_picture_that_can_be_had_is_shown(visit, mail):
    page = visit(f"/investigate/?message={mail}&tab=preview")
    assert page.locator(".letter-picture img").evaluate("image => image.naturalWidth") == 2


def test_colours_change_at_once_and_stay(visit, mail):
    page = visit("/investigate/", color_scheme="light")
    light = page.locator("body").evaluate("body => getComputedStyle(document.documentElement).backgroundColor")
    with page.expect_response("**/account/theme/"):
        page.get_by_role("button", name="Dark colours").click()
    dark = page.locator("body").evaluate("body => getComputedStyle(document.documentElement).backgroundColor")
    assert dark != light
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_slow_answer_shows_that_it_is_on_its_way(visit, mail, api):
    page = visit("/investigate/")
    waiting = []
    page.route("**/investigate/messages/**", lambda route: waiting.append(route))
    keys(page, "j", "Enter")
    expect(page.locator("#message-loading")).to_have_css("opacity", "1")
    expect(page.locator("#results > .loading-line")).to_have_css("opacity", "0")
    waiting[0].abort()
    expect(page.locator("#message-loading")).to_have_css("opacity", "0")


def test_a_broken_connection_says_so(visit, mail):
    page = visit("/investigate/")
    page.route("**/investigate/messages/**", lambda route: route.abort())
    page.locator(".row-link").first.click()
    expect(page.locator("#message-pane")).to_contain_text("The console can't be reached")


@pytest.mark.parametrize(
    "odd", ["a/b", "..", "%2F", "a?b", "a b", "ä:ö", "4Njp3-2024-01-05T10:00:00-12345678", "a+b&c'd"]
)
def test_the_script_of_the_rows_writes_the_address_of_a_message_as_the_server_does(visit, mail, odd):
    page = visit("/investigate/")
    script = page.locator("script[src*=list-rows]").get_attribute("src")
    asked = """async ([script, id]) => {
        const { messageUrl } = await import(script);
        const row = document.querySelector(".message-row");
        row.dataset.id = id;
        return messageUrl(row, "act/");
    }"""
    assert unquote(page.evaluate(asked, [script, odd])) == unquote(reverse("investigate:act", args=[odd]))


def test_the_shortcuts_open_and_close_by_keyboard(visit, mail):
    page = visit("/investigate/")
    keys(page, "?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    keys(page, "Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).not_to_be_visible()


def test_typing_a_letter_in_a_field_is_no_shortcut(visit, mail):
    page = visit("/investigate/")
    keys(page, "j", "/")
    page.keyboard.type("xjrm?")
    expect(page.locator(".search-input")).to_have_value("xjrm?")
    expect(page.locator(".selection-bar")).not_to_be_visible()


def test_without_scripts_everything_is_reached_by_links_and_forms(visit, mail):
    page = visit("/investigate/", java_script_enabled=False)
    page.locator(".search-input").fill("Invoice")
    page.get_by_role("button", name="Search").click()
    assert page.url.endswith("/investigate/?query=Invoice")
    page.locator(".row-link", has_text="Invoice 4471").click()
    page.get_by_role("link", name="Trace").click()
    assert page.url.endswith(f"/investigate/?query=Invoice&message={mail}&tab=trace")
    page.locator("td.row-check input").check()
    page.locator(".selection-bar").get_by_role("button", name="Release").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Release 1 message?")


SCREENS = [
    "/investigate/",
    "/investigate/?sender=other.example&disposition=SPAM&range=custom&start=2026-01-01T00:00%2B00:00",
    "/investigate/?query=nothinglikethis",
    *(f"/investigate/?message={{id}}&tab={tab}" for tab in ("summary", "preview", "detections", "headers", "trace")),
    "/investigate/messages/{id}/raw/",
    "/investigate/messages/{id}/activity/",
    "/investigate/messages/nothing/",
    "/audit/",
    "/jobs/",
    "/account/",
    "/accounts/password/change/",
    "/nowhere/",
]


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param({"color_scheme": "light"}, id="light", marks=pytest.mark.slow),
        pytest.param({"color_scheme": "dark"}, id="dark", marks=pytest.mark.slow),
        pytest.param(PHONE, id="phone", marks=pytest.mark.slow),
        pytest.param({"viewport": {"width": 640, "height": 450}}, id="at 200 %", marks=pytest.mark.slow),
        pytest.param({"viewport": {"width": 320, "height": 600}}, id="at 400 %", marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit, mail, kind):
    page = visit("/investigate/", role="admin", bypass_csp=True, **kind)
    troubles = []
    for screen in SCREENS:
        page.goto(screen.format(id=mail))
        accessibility.prepare(page)
        found = page.evaluate("axe.run()")["violations"]
        troubles += [(screen, rule["id"], [node["html"] for node in rule["nodes"]][:2]) for rule in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            troubles.append((screen, "scrolls sideways", []))
    assert troubles == []
