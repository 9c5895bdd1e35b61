"""A session of twelve does not go on: where they go instead, in how many taps."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

PEOPLE = 12


@pytest.fixture(scope="session")
def room(demo) -> None:
    """Places for all of them on the same day part, of each of the sessions below."""
    demo.make_room(4 * PEOPLE)


def open_later_one(page: Page, register: str) -> date:
    """Opens the register of next week, or of the week after it when that day is a holiday; the day."""
    today = date.today()
    page.goto("/vandaag/")
    for weeks in (1, 2):
        day = today + timedelta(weeks=weeks)
        page.goto(register.replace(f"{today}", f"{day}"))
        if page.locator(".register-row").count() == PEOPLE:
            return day
    pytest.fail("no register to come")


def cancel(page: Page) -> None:
    """Let the session whose register is open not go on."""
    page.get_by_role("link", name="Sessie laten uitvallen").click()
    page.get_by_label("Waarom").fill("storing")
    page.get_by_role("button", name="Laat sessie uitvallen").click()
    expect(page.locator("main")).to_contain_text(f"{PEOPLE} mensen hebben dit dagdeel nu geen plek")


def tapped(*targets: Locator) -> int:
    for target in targets:
        target.click()
    return len(targets)


@pytest.mark.parametrize(
    ("start", "width", "javascript"),
    [("register", 390, True), ("board", 390, True), ("board", 1280, True), ("board", 1280, False)],
)
def test_a_cancelled_session_of_twelve_is_planned_elsewhere_in_a_few_taps(
    room, visit, register, start, width, javascript
):
    page = visit("coordinator", width=width, javascript=javascript).page
    day = open_later_one(page, register)
    cell = page.url.partition("/register/")[2]
    cancel(page)
    taps = 0
    if start == "board":
        page.goto(f"/werkplaatsen/week/{day}/")
        taps += tapped(page.locator(f"td a[href='/werkplaatsen/{cell}']"))
    taps += tapped(
        page.get_by_role("link", name=re.compile("^Zoek een andere plek")),
        page.get_by_role("button", name="Plan iedereen zoals het hier staat"),
    )
    expect(page.locator(".notice-success")).to_contain_text(f"{PEOPLE} mensen zijn ergens anders gepland.")
    expect(page.get_by_role("link", name=re.compile("^Zoek een andere plek"))).to_have_count(0)
    assert taps <= 4
