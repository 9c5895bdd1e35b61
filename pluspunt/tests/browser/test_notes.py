"""A note that is being written survives a closed tab, a lost line and an ended session."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def open_note(page: Page, number: int) -> str:
    """A new note about the person who stands at `number` in the list; its address."""
    page.goto("/deelnemers/")
    person = page.locator("main table a.row-link").nth(number).get_attribute("href")
    page.goto(f"{person}notities/nieuw/")
    words(page).fill("")  # the demo has a draft
    return page.url


def words(page: Page):
    return page.locator("textarea")


def wait_for_words(page: Page, address: str, expected: str) -> None:
    """What a closing window sends arrives in its own time."""
    for _ in range(20):
        page.goto(address)
        if words(page).input_value() == expected:
            return
        page.wait_for_timeout(250)
    pytest.fail(f"the draft never became {expected!r}")


def test_a_draft_survives_a_closed_tab_and_an_ended_session(visit):
    visitor = visit("coach")
    page = visitor.page
    address = open_note(page, 0)
    words(page).press_sequentially("Vandaag ging het")
    expect(page.locator("#draft-status")).to_contain_text("Klad bewaard om")
    words(page).press_sequentially(" goed")
    page.close(run_before_unload=True)  # within a second of the last letter
    visitor.page = page = visitor.context.new_page()
    wait_for_words(page, address, "Vandaag ging het goed")
    visitor.context.clear_cookies()
    visitor.sign_in("coach")
    page.goto(address)
    expect(page.locator("main")).to_contain_text("staat er nog")
    expect(words(page)).to_have_value("Vandaag ging het goed")
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.locator("#notities + ul")).to_contain_text("Vandaag ging het goed")
    page.get_by_role("link", name="Schrijf notitie").click()
    expect(words(page)).to_have_value("")


def test_who_is_signed_out_while_writing_goes_on_after_signing_in(visit):
    visitor = visit("coach")
    page = visitor.page
    open_note(page, 1)
    words(page).press_sequentially("Eerst dit")
    expect(page.locator("#draft-status")).to_contain_text("Klad bewaard om")
    visitor.context.clear_cookies(name="sessionid")
    words(page).press_sequentially(", toen dat")
    expect(page.locator("#signed-out")).to_be_visible()
    page.get_by_role("button", name="Bewaar notitie").click()  # keeps what was typed on the screen
    expect(words(page)).to_have_value("Eerst dit, toen dat")
    with visitor.context.expect_page() as opened:
        page.get_by_role("link", name="Log in in een nieuw tabblad").click()
    writing, visitor.page = page, opened.value
    visitor.sign_in("coach")
    visitor.page.close()
    writing.bring_to_front()
    writing.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(writing.locator("#signed-out")).to_be_hidden()
    writing.get_by_role("button", name="Bewaar notitie").click()
    expect(writing.locator("#notities + ul")).to_contain_text("Eerst dit, toen dat")


def test_a_draft_that_is_not_kept_says_so(visit):
    visitor = visit("coach")
    page = visitor.page
    open_note(page, 2)
    visitor.context.set_offline(True)
    words(page).press_sequentially("Zonder verbinding")
    expect(page.locator("#not-saved")).to_be_visible()
    visitor.context.set_offline(False)
    words(page).press_sequentially(" en weer met")
    expect(page.locator("#draft-status")).to_contain_text("Klad bewaard om")
    expect(page.locator("#not-saved")).to_be_hidden()


def test_a_note_that_cannot_be_sent_stays_on_the_screen_until_there_is_a_line(visit):
    page = visit("coach").page
    page.set_viewport_size({"width": 768, "height": 1024})
    open_note(page, 5)
    page.route("**/notities/**", lambda route: route.abort())
    words(page).fill("Bij de wasstraat is de verbinding slecht")
    page.get_by_role("button", name="Bewaar notitie").click()
    expect(page.locator("#no-line")).to_be_visible()
    expect(words(page)).to_have_value("Bij de wasstraat is de verbinding slecht")
    page.unroute("**/notities/**")
    expect(page.locator("#draft-status")).to_contain_text("Klad bewaard om", timeout=15000)
    expect(page.locator("#no-line")).to_be_hidden()
    page.get_by_role("button", name="Bewaar notitie").dblclick()
    expect(page.locator("#notities + ul")).to_contain_text("Bij de wasstraat is de verbinding slecht")
    assert page.locator("#notities + ul li", has_text="Bij de wasstraat").count() == 1


def test_without_javascript_a_button_keeps_the_draft(visit):
    page = visit("coach", javascript=False).page
    open_note(page, 3)
    words(page).fill("Half af")
    page.get_by_role("button", name="Bewaar als klad").click()
    expect(page.locator("main")).to_contain_text("Je klad is bewaard.")
    expect(words(page)).to_have_value("Half af")
    page.get_by_role("button", name="Gooi klad weg").click()
    expect(words(page)).to_have_value("")


def test_who_signed_in_again_in_another_tab_writes_on(visit):
    visitor = visit("coach")
    writing = visitor.page
    open_note(writing, 4)
    visitor.context.clear_cookies(name="sessionid")
    visitor.page = visitor.context.new_page()
    visitor.sign_in("coach")
    words(writing).press_sequentially("Gewoon verder")
    expect(writing.locator("#draft-status")).to_contain_text("Klad bewaard om")
    expect(writing.locator("#signed-out")).to_be_hidden()
    expect(words(writing)).to_have_value("Gewoon verder")
