"""Opens a register as on an old tablet with a slow line: Slow 4G and a processor four times as slow.

bin/drill lighthouse [--at FOLDER]: LCP and CLS as Lighthouse 12 says them, INP over twenty taps in Chromium, and the
weight of a first and a second visit. It is put with npm in a throw-away folder, or in FOLDER to keep it. It fails when
a figure misses its aim.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from pluspunt.tests.demo import CHROMIUM_OPTIONS, Demo, fill_in_sign_in, find_chromium, free_port

LIGHTHOUSE = "lighthouse@12"
PEOPLE = 12
TAPS = 20
RUNS = 3
# What Lighthouse calls Slow 4G (150 ms, 1.6 and 0.75 Mbit/s), as Chromium must be told it: 3,75 and 0,9 times that.
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1474.56 * 1024 / 8,
    "uploadThroughput": 675 * 1024 / 8,
}
CPU_SLOWDOWN = 4
LISTEN = """
window.taps = new Map();
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.interactionId) {
      window.taps.set(entry.interactionId, Math.max(window.taps.get(entry.interactionId) ?? 0, entry.duration));
    }
  }
}).observe({ type: "event", durationThreshold: 16, buffered: true });
"""


class Weight:
    """What a page and all that it asks for weigh on the line, in bytes."""

    def __init__(self, cdp: CDPSession):
        self.total = 0
        self.parts: dict[str, int] = {}
        self._urls: dict[str, str] = {}
        cdp.on(
            "Network.requestWillBeSent", lambda event: self._urls.update({event["requestId"]: event["request"]["url"]})
        )
        cdp.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict) -> None:
        size = int(event["encodedDataLength"])
        self.total += size
        self.parts[self._urls.get(event["requestId"], "?").partition("?")[0]] = size

    def start(self) -> None:
        self.total, self.parts = 0, {}


def install(folder: Path) -> Path:
    """The command of Lighthouse in `folder`, put there when it is not there yet."""
    if shutil.which("npm") is None:
        sys.exit("Node.js met npm ontbreekt (20 of nieuwer): dat heeft Lighthouse nodig.")
    command = folder / "node_modules" / ".bin" / "lighthouse"
    if not command.exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--loglevel=error", LIGHTHOUSE]
        subprocess.run(npm, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"})
    return command


def run_lighthouse(command: Path, url: str, port: int, folder: Path) -> dict[str, float]:
    """LCP in seconds, CLS, blocking time in milliseconds, and its mark out of 100: the middle one of some runs.

    In the browser at `port`, in which somebody is signed in: it empties all but cookies before each run.
    """
    found = []
    for number in range(RUNS):
        report = folder / f"lighthouse-{number}.json"
        options = [f"--port={port}", "--only-categories=performance", "--output=json", "--quiet"]
        subprocess.run([str(command), url, *options, f"--output-path={report}"], check=True)
        said = json.loads(report.read_text())
        if said["finalDisplayedUrl"] != url:
            sys.exit(f"Lighthouse kwam op {said['finalDisplayedUrl']} uit.")
        value = {name: audit.get("numericValue") for name, audit in said["audits"].items()}
        figures = {
            "LCP": value["largest-contentful-paint"] / 1000,
            "FCP": value["first-contentful-paint"] / 1000,
            "CLS": value["cumulative-layout-shift"],
            "TBT": value["total-blocking-time"],
            "mark": said["categories"]["performance"]["score"] * 100,
        }
        found.append(figures)
    return sorted(found, key=lambda figures: figures["LCP"])[RUNS // 2]


def sign_in(page: Page) -> None:
    page.goto("/account/login/")
    fill_in_sign_in(page, "coach")


def slow_page(context: BrowserContext) -> tuple[Page, Weight]:
    """A page on a slow tablet, and what it weighs."""
    page = context.new_page()
    page.add_init_script(LISTEN)
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.emulateNetworkConditions", SLOW_4G)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    return page, Weight(cdp)


def weigh(page: Page, weight: Weight, path: str) -> tuple[int, dict[str, int]]:
    weight.start()
    page.goto(path, wait_until="networkidle")
    return weight.total, weight.parts


def interaction(page: Page) -> float:
    """The slowest of some taps, from the finger to the next picture, in milliseconds: with so few, that is INP."""
    page.evaluate("window.taps.clear()")
    for number in range(TAPS):
        # Another status than what stands there: a tap that changes nothing has no next picture to wait for.
        row = page.locator(".register-row").nth(number % PEOPLE)
        button = row.locator("button[aria-pressed=false][name=status]").nth(number % 2)
        # Whoever scrolls, looks before they tap.
        button.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        button.click()
    page.wait_for_timeout(1000)
    # Shorter than 16 ms is not reported.
    return max(page.evaluate("[...window.taps.values()]"), default=16)


def script_weight(page: Page, address: str) -> int:
    """All scripts that the page names, packed with gzip, in bytes."""
    paths = re.findall(r'<script[^>]* src="([^"]+)"', page.content())
    bodies = []
    for path in paths:
        with urllib.request.urlopen(urljoin(address, path)) as answer:
            bodies.append(answer.read())
    return sum(len(gzip.compress(body, 9)) for body in bodies)


def measure(demo: Demo, folder: Path, lighthouse: Path) -> list[tuple[str, float, float, str]]:
    """Each figure with what it may be at most, and its unit."""
    path = demo.make_registers(1, PEOPLE)[0]
    port = free_port()
    tablet = {"base_url": demo.address, "locale": "nl-NL", "viewport": {"width": 768, "height": 1024}}
    arguments = [*CHROMIUM_OPTIONS, f"--remote-debugging-port={port}"]
    with sync_playwright() as playwright:
        start = playwright.chromium.launch_persistent_context
        with start(str(folder / "profile"), executable_path=find_chromium(), args=arguments, **tablet) as context:
            sign_in(context.pages[0])
            found = run_lighthouse(lighthouse, f"{demo.address}{path}", port, folder)
            state = context.storage_state()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        # A service worker fetches beside the page, which would not be counted.
        with browser.new_context(**tablet, storage_state=state, service_workers="block") as context:
            page, weight = slow_page(context)
            first, parts = weigh(page, weight, path)
            again, parts_again = weigh(page, weight, path)
            scripts = script_weight(page, demo.address)
        with browser.new_context(**tablet, storage_state=state) as context:
            page, _ = slow_page(context)
            page.goto(path, wait_until="networkidle")
            rounds = [interaction(page) for _ in range(RUNS)]
        browser.close()
    for title, sizes in (("eerste bezoek", parts), ("daarna", parts_again)):
        sys.stdout.write(f"{title}\n")
        for url, size in sorted(sizes.items(), key=lambda part: -part[1]):
            if size:
                sys.stdout.write(f"{size:10} {url.removeprefix(demo.address)}\n")
    sys.stdout.write(f"Lighthouse: {found}\nINP van elke ronde: {rounds}\n\n")
    return [
        ("LCP", found["LCP"], 2.5, "s"),
        ("INP", sorted(rounds)[RUNS // 2], 200, "ms"),
        ("CLS", found["CLS"], 0.1, ""),
        ("eerste bezoek", first / 1000, 100, "kB"),
        ("daarna", again / 1000, 15, "kB"),
        ("JavaScript, gzip", scripts / 1000, 30, "kB"),
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--at", type=Path, help="folder in which Lighthouse is kept")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lighthouse = install(given.at or folder / "lighthouse")
        demo = Demo(folder)
        demo.load()
        try:
            demo.start("--workers", "2", "--log-level", "warning")
            figures = measure(demo, folder, lighthouse)
        finally:
            demo.stop()
    missed = [name for name, value, most, _ in figures if value > most]
    for name, value, most, unit in figures:
        sys.stdout.write(f"{name:20}{value:9.2f} {unit:3} (hoogstens {most:g}){'  MIS' if name in missed else ''}\n")
    sys.exit(f"Te veel: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
