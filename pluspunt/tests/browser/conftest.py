"""Real Chromium against the real server: gunicorn, static files, headers and a database full of demo data."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "pluspunt-demo-2026"
EMAILS = {
    "coach": "coach@pluspunt.demo",
    "coordinator": "coordinator@pluspunt.demo",
    "management": "management@pluspunt.demo",
    "administrator": "beheerder@pluspunt.demo",
}


@pytest.fixture(autouse=True)
def quick_settings():
    """The server has settings of its own; those of the test process do not matter here."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of a running demo with a database of its own."""
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    env = {**os.environ, "DEMO": "yes", "DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}"}
    for command in (["migrate", "-v0"], ["createcachetable"], ["collectstatic", "--noinput", "-v0"], ["load_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=env, check=True)
    serve = [
        "gunicorn",
        "pluspunt.wsgi",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
        "--no-control-socket",
        "--bind",
    ]
    server = subprocess.Popen([sys.executable, "-m", *serve, f"127.0.0.1:{port}"], cwd=settings.BASE_DIR, env=env)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/gezond/")
        yield address
    finally:
        server.terminate()
        server.wait(10)


def wait_for(url: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"no answer from {url}")


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise RuntimeError("Chromium ontbreekt: apt-get install chromium")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
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
        self.page.get_by_label("E-mail").fill(EMAILS[role])
        self.page.locator("input[type=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Inloggen").click()
        self.page.wait_for_url(lambda url: "/account/login/" not in url)
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
