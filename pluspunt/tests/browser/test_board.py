"""The week board with a keyboard, a mouse and a name that is dragged; nothing is changed by any of it."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CELLS = "td[data-slot] a"


def board(visit, width=1280) -> Page:
    page = visit("coordinator", width=width).page
    page.goto("/werkplaatsen/")
    return page


def test_arrow_keys_go_from_cell_to_cell_and_enter_shows_who_is_there(visit):
    page = board(visit)
    cell = page.locator(CELLS).first
    cell.focus()
    page.keyboard.press("ArrowDown")
    expect(cell).not_to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#board-cell h1")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#board-cell")).to_be_hidden()
    expect(cell).to_be_focused()


def test_a_name_that_is_dropped_on_a_day_part_leads_to_the_question(visit):
    page = board(visit)
    for cell in page.locator(CELLS).all():
        cell.click()
        expect(page.locator("#board-cell h1")).to_be_focused()
        if page.locator("#board-cell [data-move]").count():
            break
    target = page.locator("td[data-slot]").nth(12)
    slot = target.get_attribute("data-slot")
    page.locator("#board-cell [data-move]").first.drag_to(target)
    expect(page).to_have_url(re.compile(f"/plaatsingen/.*slots={slot}"))
    expect(page.locator(f"input[name=slots][value='{slot}']")).to_be_checked()


def test_on_a_phone_a_cell_is_a_page(visit):
    page = board(visit, width=390)
    page.locator(CELLS).first.click()
    expect(page).to_have_url(re.compile(r"/werkplaatsen/\d+/2"))


def test_what_needs_somebody_comes_after_the_board(visit):
    page = board(visit)
    expect(page.locator(".attention-counts li").first).to_be_visible()
    expect(page.locator("#attention-number .count")).to_be_visible()


def test_the_whole_week_is_in_sight_and_a_cell_stays_so_when_its_people_come_beside_it(visit):
    page = board(visit)
    table, week = page.locator("[data-board]"), page.locator("[data-board] thead .is-week")
    edge = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == edge
    expect(week).to_be_in_viewport(ratio=1)
    assert table.bounding_box()["x"] + table.bounding_box()["width"] <= edge
    last = page.locator("td[data-slot]").last
    last.locator("a").click()
    expect(page.locator("#board-cell h1")).to_be_focused()
    expect(last).to_be_in_viewport(ratio=0.95)
    expect(last.locator("a[aria-current]")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("[data-board] a[aria-current]")).to_have_count(0)
