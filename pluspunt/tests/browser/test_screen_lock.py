"""A shared tablet hides everybody when nobody is there, and keeps nothing about anybody."""

import json
import re
import sqlite3
from base64 import urlsafe_b64decode

import pytest
from playwright.sync_api import Page, expect

from pluspunt.tests.browser.conftest import (
    HERE,
    SENT,
    Visitor,
    expect_pressed,
    look_again,
    row,
    tap,
)
from pluspunt.tests.demo import CHROMIUM_OPTIONS, fill_in_sign_in, find_chromium

pytestmark = pytest.mark.browser


def expect_locked(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Dit scherm is vergrendeld")
    expect(page).to_have_title("Vergrendeld")
    expect(page.locator(".register-name:visible")).to_have_count(0)


def test_a_shared_tablet_locks_after_three_minutes_and_keeps_what_waits(floor, register):
    page = floor.page
    page.clock.install()
    page.reload()
    floor.context.set_offline(True)
    tap(page, 0, "Aanwezig", HERE)
    page.clock.fast_forward(170_000)
    expect(row(page, 0)).to_be_visible()
    page.clock.fast_forward(11_000)
    expect_locked(page)
    expect(page.locator("#lock")).to_contain_text("1 registratie wacht op deze tablet.")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Geen verbinding")
    floor.context.set_offline(False)
    page.wait_for_url(re.compile("/account/login/.next="), timeout=15_000)
    fill_in_sign_in(page, "coach")
    page.wait_for_url(f"**{register}")
    expect(row(page, 0)).to_contain_text(SENT)
    expect_pressed(page, 0, "Aanwezig")


def test_a_locked_screen_stays_locked_in_every_window(floor, register):
    other = floor.context.new_page()
    other.goto(register)
    floor.context.set_offline(True)
    floor.page.locator(".usermenu summary").click()
    floor.page.get_by_role("button", name="Vergrendel nu").click()
    expect_locked(floor.page)
    expect_locked(other)


@pytest.fixture
def keeping(chromium, site):
    """A browser as people have it: it keeps whole pages, to go back to."""
    options = {"args": CHROMIUM_OPTIONS, "ignore_default_args": ["--disable-back-forward-cache"]}
    browser = chromium.browser_type.launch(executable_path=find_chromium(), **options)
    yield Visitor(browser, site, 1280, True)
    browser.close()


# No page is kept, so the server is asked again: it asks to sign in, or says no to somebody else.
@pytest.mark.parametrize(("next_one", "seen"), [(None, "Inloggen"), ("management", "Dit hoort niet bij jouw werk")])
def test_going_back_after_signing_out_shows_nobody(keeping, next_one, seen):
    page = keeping.sign_in("coach")
    page.goto("/deelnemers/")
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/account/login/")
    if next_one:
        fill_in_sign_in(page, next_one)
    # Not `go_back`, which waits for a page to load; past the pages of whoever came after.
    page.evaluate("steps => setTimeout(() => history.go(steps))", -2 if next_one else -1)
    expect(page.get_by_role("heading", level=1)).to_have_text(seen)
    expect(page.locator("main table")).to_have_count(0)


def test_the_computer_of_a_coordinator_locks_when_asked_only(visit):
    page = visit("coordinator").page
    page.clock.install()
    page.goto("/deelnemers/nieuw/")
    page.get_by_label("Roepnaam").fill("Tijdelijk")
    page.clock.fast_forward(600_000)
    expect(page.get_by_label("Roepnaam")).to_be_visible()
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Vergrendel nu").click()
    expect_locked(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in om verder te gaan").click()
    new = opened.value
    fill_in_sign_in(new, "coordinator")
    new.wait_for_url("**/deelnemers/nieuw/")
    new.close()
    look_again(page)
    expect(page.get_by_label("Roepnaam")).to_have_value("Tijdelijk")
    page.get_by_role("button", name="Voeg deelnemer toe").click()
    expect(page.locator(".error-summary")).to_be_visible()  # the server reads the form again


# --- What stays on the tablet -------------------------------------------------------------------------------------

EVERYTHING = """async () => {
  const databases = {};
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
    for (const store of db.objectStoreNames) {
      databases[`${name}.${store}`] = await new Promise((done) => {
        const request = db.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => done(request.result);
      });
    }
    db.close();
  }
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) kept[new URL(url).pathname] = await (await cache.match(url)).text();
  }
  return { databases, kept, local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie };
}"""
MARK = {"id", "key", "ticket", "session", "user", "person", "at", "seen", "polite", "value", "state"}


def test_nothing_about_anybody_stays_on_the_tablet(floor, visit, register, demo):
    page = floor.page
    page.goto("/deelnemers/")
    page.goto(page.locator("main table a.row-link").first.get_attribute("href") + "notities/nieuw/")
    page.locator("textarea").press_sequentially("Iets persoonlijks")
    expect(page.locator("#draft-status")).to_contain_text("Klad bewaard om")
    page.goto(register)
    tap(page, 5, "Aanwezig")
    floor.context.set_offline(True)
    tap(page, 0, "Afgemeld", HERE)
    row(page, 0).get_by_role("button", name="ziek").click()
    tap(page, 1, "Niet afgemeld", HERE)
    page.locator(".usermenu summary").click()
    page.get_by_role("button", name="Vergrendel nu").click()
    found = page.evaluate(EVERYTHING)
    [(name, marks)] = found["databases"].items()
    assert (name, len(marks)) == ("pluspunt.marks", 3)
    for mark in marks:
        assert set(mark) == MARK
        # The pass: who, which register, from when until when, and a signature.
        passed = json.loads(urlsafe_b64decode(mark.pop("ticket").split(":")[0] + "=="))
        assert [type(part) for part in passed] == [int] * 4
        assert re.fullmatch(r"[0-9a-f-]{36}", mark.pop("key"))
    # Files, and one page, as a stranger gets them.
    stranger = visit().context.request
    for path, text in found.pop("kept").items():
        assert path.startswith("/static/") or path == "/geen-verbinding/"
        assert text == stranger.get(path).text()
    words = set(re.findall(r"\w+", json.dumps(found, ensure_ascii=False)))
    assert words & words_about_people(demo.env["DATABASE_URL"].removeprefix("sqlite:///")) == set()


def words_about_people(path: str) -> set[str]:
    """Every word of a name, a phone number, a note or "let op" that stands in the database."""
    asked = [
        "SELECT nickname, surname, phone, emergency_contact, attention FROM participants_participant",
        "SELECT substr(email, 1, instr(email, '@') - 1) FROM participants_participant",
        "SELECT name, substr(email, 1, instr(email, '@') - 1) FROM accounts_user",
        "SELECT name, phone FROM partners_contactperson",
    ]
    with sqlite3.connect(path) as database:
        values = [str(value) for query in asked for line in database.execute(query) for value in line if value]
    words = {word for value in values for word in re.findall(r"\w+", value)} | {"persoonlijks"}
    return {word for word in words if len(word) > 2}
