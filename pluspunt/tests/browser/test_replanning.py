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


def cancel_next_week(page: Page, register: str) -> str:
    """Let the session of next week not go on; the path of its register."""
    today = date.today()
    path = register.replace(f"{today}", f"{today + timedelta(weeks=1)}")
    page.goto("/vandaag/")
    page.goto(path)
    expect(page.locator(".register-row")).to_have_count(PEOPLE)
    page.get_by_role("link", name="Sessie laten uitvallen").click()
    page.get_by_label("Waarom").fill("storing")
    page.get_by_role("button", name="Laat sessie uitvallen").click()
    expect(page.locator("main")).to_contain_text(f"{PEOPLE} mensen hebben dit dagdeel nu geen plek")
    return path


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
    path = cancel_next_week(page, register)
    taps = 0
    if start == "board":
        cell = path.replace("/register/", "/werkplaatsen/")
        page.goto(f"/werkplaatsen/week/{date.today() + timedelta(weeks=1)}/")
        taps += tapped(page.locator(f"td a[href='{cell}']"))
    taps += tapped(
        page.get_by_role("link", name=re.compile("^Zoek een andere plek")),
        page.get_by_role("button", name="Plan iedereen zoals het hier staat"),
    )
    expect(page.locator(".notice-success")).to_contain_text(f"{PEOPLE} mensen zijn ergens anders gepland.")
    expect(page.get_by_role("link", name=re.compile("^Zoek een andere plek"))).to_have_count(0)
    assert taps <= 4
