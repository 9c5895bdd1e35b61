"""Real Chromium against the real server: gunicorn, static files, headers and a database full of demo data."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pluspunt.tests.demo import CHROMIUM_OPTIONS, Demo, fill_in_sign_in, find_chromium


@pytest.fixture(autouse=True)
def quick_settings():
    """The server has settings of its own; those of the test process do not matter here."""


@contextmanager
def running_demo(folder: Path):
    """A running demo with a database of its own."""
    demo = Demo(folder)
    demo.load()
    try:
        demo.start()
        yield demo
    finally:
        demo.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo that the tests share, with whatever those before left in it."""
    with running_demo(tmp_path_factory.mktemp("site")) as demo:
        yield demo


@pytest.fixture(scope="session")
def site(demo) -> str:
    """The address of the demo."""
    return demo.address


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


class Visitor:
    """Somebody with a browser: a page, and everything that the browser complained about."""

    def __init__(self, browser: Browser, site: str, width: int, javascript: bool):
        self.site = site
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=javascript,
            base_url=site,
            locale="nl-NL",
            accept_downloads=True,
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, role: str) -> Page:
        self.page.goto("/account/login/")
        fill_in_sign_in(self.page, role)
        return self.page


@pytest.fixture
def visit(chromium, site):
    """Opens a browser: `visit("coach", width=768)` is signed in and stands on the home page of the role."""
    visitors = []

    def open_browser(role: str | None = None, *, width: int = 1280, javascript: bool = True) -> Visitor:
        visitor = Visitor(chromium, site, width, javascript)
        visitors.append(visitor)
        if role:
            visitor.sign_in(role)
        return visitor

    yield open_browser
    for visitor in visitors:
        visitor.context.close()


AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, one line each."""
    page.evaluate(AXE.read_text())
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG)
    return [f"{v['id']}: {node['html'][:120]}" for v in result["violations"] for node in v["nodes"]]


# --- A register on a tablet -------------------------------------------------------------------------------------

HERE = re.compile("op deze tablet")
SENT = re.compile(r"verstuurd \d\d:\d\d")


def make_registers(demo: Demo) -> Iterator[str]:
    """The paths of registers of twelve people, of which nobody is filled in, as many as are asked for."""
    while True:
        yield from demo.make_registers(count=10, people=12)


@pytest.fixture(scope="session")
def registers(demo) -> Iterator[str]:
    return make_registers(demo)


@pytest.fixture
def register(registers) -> str:
    """A register that no other test has."""
    return next(registers)


@pytest.fixture
def floor(visit, register):
    """A coach on the work floor with the register open."""
    visitor = visit("coach", width=768)
    open_page(visitor.page, register)
    return visitor


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def row(page: Page, number: int):
    return page.locator(".register-row").nth(number)


def button(page: Page, row: int, word: str):
    return page.locator(".register-row").nth(row).get_by_role("button", name=re.compile(f"^{word}"))


def expect_pressed(page: Page, row: int, word: str) -> None:
    expect(button(page, row, word)).to_have_attribute("aria-pressed", "true")


def tap(page: Page, number: int, word: str, says: re.Pattern = SENT) -> None:
    button(page, number, word).click()
    expect_pressed(page, number, word)
    expect(row(page, number).locator("[data-saved]")).to_have_text(says)


def expect_counts(page: Page, **counts: int) -> None:
    """What the counters say of each status, once the page has counted what waits on the tablet too."""
    for status, number in counts.items():
        expect(page.locator(f".counters [data-count={status}]")).to_have_text(str(number))


def look_again(page: Page) -> None:
    """What a page does when somebody comes back to it, and by itself every ten seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
