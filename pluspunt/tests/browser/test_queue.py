"""The register on a tablet: quick, and never losing a tap."""

import pytest
from playwright.sync_api import expect

from pluspunt.tests.browser.conftest import HERE, SENT, button, expect_counts, expect_pressed, look_again, row, tap

pytestmark = pytest.mark.browser
MARKS = "**/registraties/"
POLLS = "**/stand/*"
RED = "Niet afgemeld"


# --- Quick --------------------------------------------------------------------------------------------------------


def test_everyone_present_and_two_exceptions_take_six_taps(visit, register):
    page = visit("coach", width=768).page
    page.goto("/vandaag/")
    taps = []
    page.expose_function("tapped", lambda: taps.append(1))
    page.add_init_script("document.addEventListener('click', (event) => event.isTrusted && tapped(), true)")
    page.reload()
    page.locator(f"main a[href='{register}']").first.click()
    page.get_by_role("button", name="Iedereen aanwezig").click()
    button(page, 3, "Afgemeld").click()
    row(page, 3).get_by_role("button", name="vakantie").click()
    button(page, 7, RED).click()
    expect(page.locator("#register-progress")).to_have_text("12 van 12 ingevuld")
    expect(page.locator(".register-saved").filter(has_text=SENT)).to_have_count(12)
    page.get_by_role("link", name="Klaar").click()
    page.wait_for_url("**/vandaag/**")
    assert len(taps) <= 6
    page.goto(register)
    expect_counts(page, PRESENT=10, EXCUSED=1, NO_SHOW=1)
    expect_pressed(page, 3, "vakantie")


# How many frames the browser drew between a tap and what it changes on the page.
COUNT_FRAMES = """() => {
  window.waited = [];
  let frame = 0;
  let tapped = null;
  const next = () => { frame += 1; requestAnimationFrame(next); };
  requestAnimationFrame(next);
  document.addEventListener("click", () => { tapped = frame; }, true);
  new MutationObserver(() => {
    if (tapped === null) return;
    window.waited.push(frame - tapped);
    tapped = null;
  }).observe(document.body, { subtree: true, attributeFilter: ["aria-pressed"] });
}"""


def test_a_tap_is_seen_in_the_next_frame_with_and_without_a_line(floor):
    page = floor.page
    page.evaluate(COUNT_FRAMES)
    for number in range(6):
        tap(page, number, "Aanwezig")
    floor.context.set_offline(True)
    for number in range(6):
        tap(page, number, RED, HERE)
    assert page.evaluate("window.waited") == [0] * 12


def test_undo_brings_back_what_was_there_for_ten_seconds(floor):
    page = floor.page
    undo = page.get_by_role("button", name="Maak ongedaan")
    tap(page, 2, "Afgemeld")
    page.get_by_role("button", name="Iedereen aanwezig").click()
    expect(page.locator(".register-row.is-open")).to_have_count(0)
    undo.click()
    expect(page.locator(".register-row.is-open")).to_have_count(11)
    expect_pressed(page, 2, "Afgemeld")
    expect(undo).to_be_hidden()
    page.get_by_role("button", name="Iedereen aanwezig").click()
    page.wait_for_timeout(9_000)
    expect(undo).to_be_visible()
    expect(undo).to_be_hidden(timeout=3_000)


def test_a_time_is_kept_under_more_also_with_enter(floor):
    page = floor.page
    tap(page, 0, "Aanwezig")
    row(page, 0).get_by_role("button", name="Meer").click()
    late = page.get_by_label("Te laat, om").and_(page.locator(":popover-open input"))
    late.fill("09:20")
    page.wait_for_timeout(300)
    look_again(page)  # nothing that somebody is typing is taken away
    page.wait_for_load_state("networkidle")
    late.press("Enter")
    expect(late).to_be_hidden()
    expect(row(page, 0)).to_contain_text(SENT)
    row(page, 0).get_by_role("button", name="Meer").click()
    page.get_by_label("Eerder weg, om").and_(page.locator(":popover-open input")).fill("11:00")
    row(page, 0).get_by_role("button", name="Bewaar tijden").click()
    expect(row(page, 0)).to_contain_text(SENT)
    page.reload()
    expect(row(page, 0)).to_contain_text("te laat: 09:20")
    expect(row(page, 0)).to_contain_text("eerder weg: 11:00")


# --- Never lost ---------------------------------------------------------------------------------------------------


def test_taps_wait_without_a_line_and_go_when_it_is_back(floor, register):
    page = floor.page
    floor.context.set_offline(True)
    for number, word in enumerate(["Aanwezig", "Afgemeld", RED, "Aanwezig"]):
        tap(page, number, word, HERE)
    tap(page, 3, RED, HERE)
    expect_counts(page, NO_SHOW=2)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Geen verbinding")
    expect(page.locator("main")).to_contain_text("5 registraties wachten op deze tablet.")
    floor.context.set_offline(False)
    expect(page.locator(".register-row")).to_have_count(12, timeout=15_000)
    expect(page.locator(".register-saved:visible").filter(has_text=SENT)).to_have_count(4, timeout=15_000)
    page.reload()
    expect_pressed(page, 3, RED)
    expect_counts(page, PRESENT=1, EXCUSED=1, NO_SHOW=2)


def test_leaving_with_unsent_taps_warns(floor):
    page = floor.page
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    tap(page, 0, "Aanwezig")
    floor.context.set_offline(True)
    tap(page, 1, "Aanwezig", HERE)
    page.get_by_role("link", name="Klaar").click(no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    expect(row(page, 1)).to_contain_text(HERE)
    floor.context.set_offline(False)
    expect(row(page, 1)).to_contain_text(SENT)
    page.get_by_role("link", name="Klaar").click()
    page.wait_for_url("**/vandaag/**")
    assert len(asked) == 1


def test_who_was_signed_out_goes_on_tapping(floor, register):
    page = floor.page
    floor.context.clear_cookies()
    tap(page, 0, "Aanwezig")
    tap(page, 1, RED)
    look_again(page)
    expect(page.locator("#signed-out")).to_contain_text("Je bent uitgelogd")
    page.get_by_role("link", name="Log in", exact=True).click()
    floor.sign_in("coach")
    page.goto(register)
    expect_pressed(page, 1, RED)


def test_taps_stay_those_of_who_tapped_when_a_colleague_signs_in(floor, register):
    page = floor.page
    page.route(MARKS, lambda route: route.abort())
    tap(page, 0, "Aanwezig", HERE)
    tap(page, 1, RED, HERE)
    floor.context.clear_cookies()
    floor.sign_in("coordinator")
    page.unroute(MARKS)
    page.goto(register)
    for number, word in enumerate(["Aanwezig", RED]):
        expect(row(page, number)).to_contain_text(SENT, timeout=15_000)
        expect_pressed(page, number, word)
    page.reload()
    for number in (0, 1):
        expect(row(page, number)).to_contain_text("door Carla Verhoeven")


# --- Two people ---------------------------------------------------------------------------------------------------


def test_who_comes_second_chooses(floor, visit, register):
    first, second = visit("coordinator", width=768).page, floor.page
    first.goto(register)
    second.route(POLLS, lambda route: route.abort())
    for number in (0, 1, 2):
        tap(first, number, RED)
        button(second, number, "Aanwezig").click()
        expect(row(second, number)).to_have_attribute("data-stale", "yes")
    second.unroute(POLLS)
    look_again(second)
    for number in (0, 1, 2):
        expect(row(second, number).locator(".register-choice")).to_contain_text("Jij tikte om")
        expect_pressed(second, number, RED)
        expect(row(second, number)).to_contain_text("door Said Bouzid")
    row(second, 0).get_by_role("button", name="Laat zo").click()
    row(second, 1).get_by_role("button", name="Wijzig toch").click()
    tap(second, 2, "Afgemeld")  # an answer as well
    expect(second.locator(".register-choice:visible")).to_have_count(0)
    expect(row(second, 1)).to_contain_text(SENT)
    first.reload()
    for number, word in enumerate([RED, "Aanwezig", "Afgemeld"]):
        expect_pressed(first, number, word)


def test_what_a_colleague_taps_appears_by_itself(floor, visit, register):
    other = visit("coordinator", width=768).page
    other.goto(register)
    other.evaluate("window.stillHere = true")
    tap(floor.page, 4, RED)
    expect(button(other, 4, RED)).to_have_attribute("aria-pressed", "true", timeout=15_000)
    expect(row(other, 4)).to_contain_text("door Carla Verhoeven")
    expect_counts(other, NO_SHOW=1)
    assert other.evaluate("window.stillHere")
