"""Somebody and a coach measure together on a tablet: one statement per screen, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from pluspunt.tests.browser.conftest import violations

pytestmark = pytest.mark.browser
STATEMENTS = 15


@pytest.fixture(scope="module")
def growths(demo) -> list[str]:
    """The growth of people of whom nothing was measured yet; every test takes one."""
    return demo.make_growth(3)


def answer(page: Page) -> None:
    """As somebody who reads first: a tap in the first four tenths of a second is taken for a second one and ignored."""
    page.wait_for_timeout(450)
    page.get_by_role("button", name="mee eens", exact=True).click()
    page.wait_for_load_state()


def begin(page: Page, growth: str) -> None:
    """Begin what is wanted first of somebody who is due."""
    page.goto(growth)
    page.get_by_role("button", name=re.compile("^(Begin|Ga verder)")).first.click()


@pytest.mark.parametrize(("javascript", "width"), [(True, 768), (False, 390)])
def test_a_measurement_takes_a_tap_per_statement_and_three_more(visit, growths, javascript, width):
    """To begin, to say that it is ready, and before that to stop halfway and go on."""
    visitor = visit("coach", width=width, javascript=javascript)
    page, taps = visitor.page, 1
    begin(page, growths.pop())
    first = page.get_by_role("heading", level=1).inner_text()
    answer(page)
    taps += 1
    expect(page.get_by_role("heading", level=1)).not_to_have_text(first)
    page.get_by_role("link", name="Terug").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(first)
    if javascript:
        assert violations(page) == []
    page.get_by_role("link", name="Stop, later verder").click()
    page.get_by_role("button", name=re.compile("^Ga verder")).first.click()
    taps += 1
    while "/klaar/" not in page.url and page.get_by_role("button", name=re.compile("^Weet ik niet")).count():
        answer(page)
        taps += 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") if javascript else True
    if javascript:
        assert violations(page) == []
    page.wait_for_timeout(450)
    page.get_by_role("button", name=re.compile("^Klaar")).click()
    taps += 1
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    if javascript:
        assert violations(page) == []
        assert visitor.complaints == []
    assert taps <= STATEMENTS + 4


def test_buttons_are_large_enough_for_anybody(visit, growths):
    page = visit("coach", width=390).page
    begin(page, growths.pop())
    heights = page.locator("main form button").evaluate_all("all => all.map(each => each.offsetHeight)")
    assert len(heights) == 6
    assert min(heights) >= 56
