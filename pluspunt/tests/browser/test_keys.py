"""Signing in with a key, as a phone, a computer or a usb stick has one: Chromium plays it."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from pluspunt.tests.browser.conftest import Visitor, violations
from pluspunt.tests.demo import PASSWORD

pytestmark = pytest.mark.browser
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def at_localhost(chromium, demo):
    """Browsers know keys on https and on localhost only."""
    visitors = []

    def open_browser(email: str, *, javascript: bool = True, width: int = 1280) -> Visitor:
        demo.make_account(email)
        visitor = Visitor(chromium, demo.address.replace("127.0.0.1", "localhost"), width, javascript)
        visitors.append(visitor)
        sign_in(visitor.page, email)
        visitor.page.wait_for_url(lambda url: "/account/login/" not in url)
        return visitor

    yield open_browser
    for visitor in visitors:
        visitor.context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("E-mail").fill(email)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def sign_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button", name="Uitloggen").click()
    page.wait_for_url("**/account/login/")


def plug_in(visitor: Visitor) -> None:
    tools = visitor.context.new_cdp_session(visitor.page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


def add_key(page: Page, name: str, *, without_password: bool) -> None:
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Voeg een sleutel toe").click()
    page.get_by_label("Naam").fill(name)
    page.get_by_label("Hiermee ook inloggen zonder wachtwoord").set_checked(without_password)
    assert violations(page) == []
    page.get_by_role("button", name="Voeg de sleutel toe").click()


def test_a_key_is_added_and_opens_the_door_without_a_password(at_localhost):
    visitor = at_localhost("saar@pluspunt.demo", width=390)
    page = visitor.page
    plug_in(visitor)
    add_key(page, "Mijn telefoon", without_password=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nog één ding: je reservecodes")
    page.get_by_role("button", name="Maak mijn reservecodes").click()
    expect(page.locator("#codes li")).to_have_count(10)
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Bewaar ze als bestand").click()
    assert page.locator("#codes li").first.inner_text() in download.value.path().read_text()

    sign_out(page)
    assert violations(page) == []
    page.get_by_role("button", name="Inloggen met een sleutel").click()
    page.wait_for_url(lambda url: "/account/" not in url)

    sign_out(page)
    sign_in(page, "saar@pluspunt.demo")
    expect(page.get_by_role("heading", level=1)).to_have_text("Laat zien dat jij het bent")
    assert violations(page) == []
    page.get_by_role("button", name="Gebruik mijn sleutel").click()
    page.wait_for_url(lambda url: "/account/" not in url)

    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Andere naam voor Mijn telefoon").click()
    page.get_by_label("Naam").fill("Blauwe telefoon")
    page.get_by_role("button", name="Bewaar de naam").click()
    assert violations(page) == []
    page.get_by_role("link", name=re.compile("^Haal.*weg")).click()
    page.get_by_role("button", name="Haal de sleutel weg").click()
    expect(page.get_by_text("Je hebt nog geen sleutel.")).to_be_visible()
    assert visitor.complaints == []


def test_who_says_no_to_the_browser_reads_what_to_do(at_localhost):
    visitor = at_localhost("sander@pluspunt.demo")
    visitor.page.add_init_script("navigator.credentials.create = () => Promise.reject(new Error('no'))")
    add_key(visitor.page, "Mijn telefoon", without_password=True)
    expect(visitor.page.get_by_role("alert").filter(has_text="Het lukte niet met de sleutel.")).to_be_visible()


def test_without_a_script_the_app_with_codes_works(at_localhost):
    visitor = at_localhost("siem@pluspunt.demo", javascript=False, width=390)
    page = visitor.page
    page.goto("/account/2fa/webauthn/add/")
    expect(page.get_by_text("Een sleutel werkt in deze browser niet. Kies de app met codes.")).to_be_visible()
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Zet de app aan").click()
    secret = page.locator("main ol strong").inner_text()
    code = format_hotp_value(hotp_value(secret, int(page.evaluate("Date.now()") / 30000)))
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Zet de app aan").click()
    page.get_by_role("button", name="Maak mijn reservecodes").click()
    first = page.locator("#codes li").first.inner_text()
    sign_out(page)
    sign_in(page, "siem@pluspunt.demo")
    page.get_by_label("Code").fill(first)
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url(re.compile(r"localhost:\d+/(?!account)"))
