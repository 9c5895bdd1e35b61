"""The search box, by keyboard, from anywhere."""

import pytest
from playwright.sync_api import expect

from pluspunt.tests.browser.conftest import open_page, violations

pytestmark = pytest.mark.browser


def test_slash_goes_to_the_box_which_answers_while_one_types(visit):
    page = visit("coordinator").page
    box = page.get_by_role("searchbox", name="Zoek een deelnemer, partner of werkplaats")
    link = page.get_by_role("link", name="Deelnemers", exact=True)
    link.focus()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("tuin")
    expect(page.locator("#search-panel").get_by_role("link", name="Voedseltuin Rotterdam")).to_be_visible()
    expect(page.locator("#search-said")).to_contain_text("gevonden")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#search-panel")).to_be_hidden()
    expect(link).to_be_focused()


def test_enter_opens_the_page_with_what_was_found(visit):
    visitor = visit("coach")
    page = visitor.page
    page.keyboard.press("/")
    page.keyboard.type("fiets")
    page.keyboard.press("Enter")
    page.wait_for_url("**/zoeken/?q=~*")
    page.get_by_role("link", name="Fietsenwerkplaats West", exact=True).click()
    page.wait_for_url("**/werkplaatsen/*/")
    assert visitor.complaints == []


def test_a_name_that_is_searched_for_stands_in_no_address(visit):
    visitor = visit("coordinator")
    page = visitor.page
    addresses = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    page.goto("/deelnemers/")
    page.get_by_label("Naam of nummer").fill("Öztürk")
    page.get_by_label("Naam of nummer").press("Enter")
    page.wait_for_url("**/deelnemers/?q=~*")
    page.reload()
    expect(page.get_by_label("Naam of nummer")).to_have_value("Öztürk")
    assert [address for address in addresses if "ozt" in address.lower() or "%C3%96" in address] == []
    assert visitor.complaints == []


def test_who_searches_without_a_line_reads_so(visit):
    visitor = visit("coach")
    open_page(visitor.page, "/partners/")
    visitor.context.set_offline(True)
    visitor.page.get_by_label("Naam of plaats").fill("tuin")
    visitor.page.get_by_label("Naam of plaats").press("Enter")
    expect(visitor.page.get_by_role("heading", name="Geen verbinding")).to_be_visible()


def test_a_slash_in_a_field_is_a_slash_and_the_key_can_be_switched_off(visit):
    page = visit("coordinator").page
    page.goto("/deelnemers/")
    field = page.get_by_label("Naam of nummer")
    field.press("/")
    expect(field).to_have_value("/")
    page.goto("/zoeken/")
    page.get_by_role("button", name="Zet de sneltoets / uit").click()
    page.goto("/deelnemers/")
    page.keyboard.press("/")
    expect(page.locator(".topsearch input[type=search]")).not_to_be_focused()


def test_a_phone_and_a_browser_without_javascript_search_on_the_page(visit):
    page = visit("coordinator", width=390, javascript=False).page
    page.locator(".topsearch-link").click()
    page.get_by_label("Naam, nummer of werkplaats").fill("buurman")
    page.get_by_role("button", name="Zoek", exact=True).click()
    expect(page.get_by_role("heading", name="Partners")).to_be_visible()
