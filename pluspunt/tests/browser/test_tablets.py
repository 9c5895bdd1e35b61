"""On a tablet of the house a PIN opens a locked screen, and what somebody typed is still there."""

import re

import pytest
from playwright.sync_api import expect

from pluspunt.tests.browser.conftest import look_again, violations
from pluspunt.tests.browser.test_screen_lock import expect_locked
from pluspunt.tests.demo import fill_in_sign_in

pytestmark = pytest.mark.browser
PIN = "290417"


@pytest.fixture
def tablet(visit, demo):
    """A browser that the administrator enrolled, with a coach signed in who chose a PIN."""
    visitor = visit("administrator", width=768)
    page = visitor.page
    page.goto("/beheer/tablets/nieuw/")
    page.get_by_label("Hoe heet deze tablet?").fill(f"Tablet {id(visitor)}")
    page.get_by_role("button", name="Schrijf in").click()
    expect(page.locator("main")).to_contain_text("Je werkt nu op")
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/account/login/")
    fill_in_sign_in(page, "coach")
    page.locator(".usermenu summary").click()
    page.get_by_role("link", name="Pincode voor een tablet").click()
    assert violations(page) == []
    page.get_by_label("Nieuwe pincode").fill(PIN)
    page.get_by_label("Nog een keer").fill(PIN)
    page.get_by_role("button", name="Bewaar pincode").click()
    return visitor


def test_a_tablet_of_the_house_opens_with_a_pin(tablet, register):
    page = tablet.page
    page.clock.install()
    page.goto(register)
    page.clock.fast_forward(181_000)
    page.wait_for_url(re.compile("/slot/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Dit scherm is vergrendeld")
    assert violations(page) == []
    page.get_by_label("Je pincode").fill("000000")
    page.get_by_role("button", name="Maak open").click()
    expect(page.locator("main")).to_contain_text("Je kunt het nog 4 keer proberen.")
    page.goto("/deelnemers/")
    page.get_by_label("Je pincode").fill(PIN)
    page.get_by_role("button", name="Maak open").click()
    page.wait_for_url("**/deelnemers/")
    expect(page.locator("main table a.row-link").first).to_be_visible()


def test_what_was_typed_is_still_there_behind_the_lock(tablet):
    page = tablet.page
    page.goto("/deelnemers/")
    page.goto(page.locator("main table a.row-link").first.get_attribute("href") + "notities/nieuw/")
    page.locator("textarea").fill("Halve zin")
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Vergrendel nu").click()
    expect_locked(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Maak open").click()
    new = opened.value
    new.get_by_label("Je pincode").fill(PIN)
    new.get_by_role("button", name="Maak open").click()
    new.wait_for_url("**/notities/nieuw/")
    new.close()
    look_again(page)
    expect(page.locator("textarea")).to_have_value("Halve zin")
