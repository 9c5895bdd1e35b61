"""The three main jobs as their users do them, on the demo."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from pluspunt.tests.browser.conftest import button, expect_counts, expect_pressed
from pluspunt.tests.browser.test_pages import look_at
from workshops.tests.spreadsheets import REAL_DIRECTORY

pytestmark = pytest.mark.browser


def open_register(page: Page) -> None:
    """The first register of today that the coach may fill in."""
    page.goto("/vandaag/")
    page.locator("main a[href*='/register/']").first.click()
    expect(page.locator(".register-row").first).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coach_fills_in_a_register(visit, register, javascript):
    page = visit("coach", width=768, javascript=javascript).page
    page.goto(register)
    button(page, 0, "Niet afgemeld").click()
    expect_pressed(page, 0, "Niet afgemeld")
    button(page, 0, "Afgemeld").click()
    expect_pressed(page, 0, "Afgemeld")
    page.locator(".register-row").first.get_by_role("button", name="vakantie").click()
    expect_pressed(page, 0, "vakantie")
    page.get_by_role("button", name="Iedereen aanwezig").click()
    expect(page.locator(".register-row.is-open")).to_have_count(0)
    page.reload()
    expect_pressed(page, 0, "Afgemeld")
    expect_pressed(page, 0, "vakantie")
    expect_counts(page, OPEN=0)
    expect(page.locator(".counters [data-count=EXCUSED]")).not_to_have_text("0")


def test_a_tap_is_saved_without_loading_the_page_again(visit):
    page = visit("coach", width=768).page
    open_register(page)
    page.evaluate("window.stillHere = true")
    button(page, 0, "Aanwezig").click()
    expect_pressed(page, 0, "Aanwezig")
    expect(page.locator(".register-row").first).to_contain_text(re.compile(r"verstuurd \d\d:\d\d"))
    assert page.evaluate("window.stillHere")


def test_somebody_who_was_not_planned_is_added(visit):
    visitor = visit("coach", width=390)
    page = visitor.page
    open_register(page)
    page.get_by_role("link", name="Iemand erbij").click()
    for name in ("an", "en", "er"):
        page.locator("main input[name=q]").fill(name)
        page.locator("main").get_by_role("button", name="Zoek").click()
        for _ in range(page.get_by_role("button", name="Zet op aanwezig").count()):
            page.get_by_role("button", name="Zet op aanwezig").first.click()
            if page.get_by_text("staat erbij en is aanwezig").count():
                expect(page.locator(".register-row", has_text="extra").first).to_be_visible()
                return
            page.get_by_role("link", name="Iemand erbij").click()
            break
    pytest.fail("nobody could be added")


def test_the_list_on_paper_is_a_pdf(visit):
    page = visit("coach").page
    open_register(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Afdrukken").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coordinator_adds_somebody_and_places_them(visit, javascript):
    visitor = visit("coordinator", javascript=javascript)
    page = visitor.page
    surname = f"Dé Proef {'met' if javascript else 'zonder'}"
    page.goto("/deelnemers/nieuw/")
    page.get_by_role("button", name="Voeg deelnemer toe").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.get_by_label("Roepnaam").fill("Şazime")
    page.get_by_label("Achternaam").fill(surname)
    page.get_by_label("Geboortedatum").fill("1980-06-17" if javascript else "1981-06-18")
    page.get_by_label("doelgroep").select_option("ACTIVATION")
    page.get_by_label("Aangemeld door").select_option("NEIGHBOURHOOD_TEAM")
    page.locator("details.form-more > summary").click()
    page.get_by_label("Eerste dag").fill(date.today().isoformat())
    page.get_by_role("button", name="Voeg deelnemer toe").click()
    page.locator("input[name=slots]").first.check()
    page.get_by_role("button", name="Plaats in werkplaats").click()
    page.get_by_role("button", name=re.compile("^(Plaats in werkplaats|Toch plaatsen)$")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(surname)
    page.goto(f"/deelnemers/?q=sazime+{surname.split()[-1]}+de")
    expect(page.locator("main")).to_contain_text(surname)


def apply_as_double(page: Page) -> None:
    page.goto("/deelnemers/nieuw/")
    page.get_by_label("Roepnaam").fill("Ömer")
    page.get_by_label("Achternaam").fill("Tweemaal")
    page.get_by_label("Geboortedatum").fill("1979-03-04")
    page.get_by_label("doelgroep").select_option("ACTIVATION")
    page.get_by_label("Aangemeld door").select_option("SELF")
    page.get_by_role("button", name="Voeg deelnemer toe").click()


def test_somebody_who_stands_there_twice_is_shown_first_and_merged(visit):
    visitor = visit("coordinator")
    page = visitor.page
    apply_as_double(page)
    apply_as_double(page)
    expect(page.locator("main")).to_contain_text("Ömer Tweemaal")
    page.get_by_label("Dit is iemand anders").check()
    page.get_by_role("button", name="Voeg deelnemer toe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ömer Tweemaal")
    page.get_by_role("link", name="Overzicht", exact=True).click()
    page.get_by_role("link", name="Gegevens wijzigen").click()
    page.get_by_role("link", name="Is dit dezelfde persoon als iemand anders?").click()
    answer = page.goto(page.locator("main a[href*='/samenvoegen/']").first.get_attribute("href"))
    assert look_at(visitor, answer) == []
    page.get_by_role("button", name="Voeg samen tot één persoon").click()
    expect(page.locator(".notice-success")).to_contain_text("Ömer Tweemaal")
    page.goto("/deelnemers/?q=tweemaal&status=ALL")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_pause_is_written_down_and_ended(visit, register):
    """Of somebody with a place today: what it touches is shown, asked about when a day changes that, and then kept."""
    visitor = visit("coordinator")
    page = visitor.page
    page.goto("/vandaag/")
    page.goto(register)
    person = page.locator(".register-row").first.get_attribute("data-person")
    page.goto(f"/deelnemers/{person}/")
    page.get_by_role("link", name="Traject", exact=True).click()
    page.get_by_role("link", name="Onderbreek").click()
    expect(page.locator("main")).to_contain_text("Deze plekken blijven vrij zolang het duurt")
    page.get_by_label("Eerste dag weg").fill(date.today().isoformat())
    page.get_by_label("Laatste dag weg").fill((date.today() + timedelta(days=20)).isoformat())
    page.get_by_label("Reden").fill("langer weg")
    page.get_by_role("button", name="Onderbreek traject").click()
    # With a last day fewer registers are touched than stood there at first.
    expect(page.get_by_role("alert").filter(has_text="Klopt het?")).to_be_visible()
    expect(page.get_by_label("Reden")).to_have_value("langer weg")
    page.get_by_role("button", name="Onderbreek traject").click()
    expect(page.locator(".notice-success")).to_contain_text("De onderbreking is bewaard.")
    page.get_by_role("link", name="Onderbreking stoppen").click()
    assert look_at(visitor, page.reload()) == []
    page.get_by_label("Laatste dag weg").fill(date.today().isoformat())
    page.get_by_role("button", name="Bewaar onderbreking").click()
    expect(page.locator(".notice-success")).to_contain_text("De onderbreking stopt op die dag.")


def test_a_year_that_was_read_before_brings_nothing_new(visit):
    visitor = visit("coordinator")
    page = visitor.page
    page.goto("/gegevens-inlezen/")
    page.locator("input[type=file]").set_input_files([str(path) for path in sorted(REAL_DIRECTORY.glob("*.csv"))])
    page.get_by_role("button", name="Bestanden controleren").click()
    expect(page.locator("main")).to_contain_text("20.658", timeout=30_000)
    assert look_at(visitor, page.reload()) == []


def test_management_downloads_the_annual_report(visit, demo):
    """Asked for in one window, seen to become ready without a reload, and taken home."""
    visitor = visit("management")
    page = visitor.page
    page.goto("/cijfers/jaarverslag/")
    page.get_by_role("button", name="Maak concept 2025").click()
    expect(page.locator("#documents")).to_contain_text("is zo aan de beurt")
    assert look_at(visitor, page.request.get(page.url)) == []
    demo.python("manage.py", "worker", "--batch")
    expect(page.locator("#documents [data-polls]")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download Jaarverslag impact 2025").click()
    assert download.value.suggested_filename == "Jaarverslag impact 2025.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def test_a_register_weighs_little(visit):
    """At most 100 kB on a first visit and 15 kB after it, as it goes over the line."""
    page = visit("coach", width=768).page
    open_register(page)
    page.wait_for_load_state("networkidle")  # so that nothing of this first look is counted
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[int] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.send("Network.clearBrowserCache")
    page.reload(wait_until="networkidle")
    first = sum(sizes)
    sizes.clear()
    page.goto(page.url, wait_until="networkidle")
    assert (first <= 100_000, sum(sizes) <= 15_000) == (True, True), (first, sum(sizes))


def test_a_session_falls_out_and_goes_on_after_all(visit):
    visitor = visit("coordinator")
    page = visitor.page
    page.goto("/vandaag/")
    page.locator("main a[href*='/register/']").last.click()
    page.get_by_role("link", name="Sessie laten uitvallen").click()
    page.get_by_label("Waarom").fill("storing")
    page.get_by_role("button", name="Laat sessie uitvallen").click()
    expect(page.locator("main")).to_contain_text("uitgevallen: storing")
    page.get_by_role("link", name="Laat toch doorgaan").click()
    assert look_at(visitor, page.reload()) == []
    page.get_by_label("Waarom").fill("het was een vergissing")
    page.get_by_role("button", name="Laat").click()
    expect(page.locator("main")).to_contain_text("Deze sessie gaat door.")


def test_a_finished_job_needs_an_amount_that_is_a_number(visit):
    visitor = visit("coach")
    page = visitor.page
    page.goto("/klussen/")
    page.locator("main a[href^='/klussen/'].row-link").first.click()
    page.locator("form[action$='/klaar/'] input[name=quantity]").fill("veel")
    page.locator("form[action$='/klaar/'] button").last.click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert look_at(visitor, page.request.get(page.url)) == []
