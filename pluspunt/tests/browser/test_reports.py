"""The pages of a report that are there only while it is looked at: publish, or back to draft."""

import pytest
from playwright.sync_api import expect

from pluspunt.tests.browser.conftest import violations

pytestmark = pytest.mark.browser


def test_a_report_is_offered_cannot_be_published_yet_and_goes_back(visit):
    visitor = visit("management")
    page = visitor.page
    page.goto("/cijfers/jaarverslag/")
    page.get_by_role("link", name="Open verslag").first.click()
    page.get_by_role("button", name="Leg voor ter controle").click()
    page.get_by_role("link", name="Naar publiceren").click()
    expect(page.get_by_text("loopt nog")).to_be_visible()
    assert violations(page) == []
    page.go_back()
    page.get_by_role("link", name="Zet terug naar concept").click()
    assert violations(page) == []
    page.get_by_role("textbox").fill("Er is nog geen voorwoord.")
    page.get_by_role("button", name="Zet terug naar concept").click()
    expect(page.locator(".report-remark")).to_have_text("“Er is nog geen voorwoord.”")
    assert visitor.complaints == []
