"""Lets Wapiti, in an environment of its own, attack the site as a coach and as a coordinator who are signed in.

bin/drill wapiti [--minutes N]: the settings of production, TLS and the people of the demo; forms are sent too. It takes
N minutes at most to look around, and as much for each way of attacking. It fails on whatever is found.
"""

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from playwright.sync_api import sync_playwright

from pluspunt.tests.demo import CHROMIUM_OPTIONS, Demo, fill_in_sign_in, find_chromium

ROLES = ("coach", "coordinator")
# Whatever can be tried without a server elsewhere that listens; `ssl` would judge the certificate of this drill.
ATTACKS = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,methods,permanentxss,redirect,sql,timesql,"
    "upload,xss"
)
# Who signs out or blocks the own account has nothing left to attack with.
NOT_THERE = ["/account/logout/", "/account/sessies/", "/account/2fa/", "/slot/"]
NOT_DONE = 2


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def get_wapiti(folder: Path) -> Path | None:
    venv.create(folder, with_pip=True)
    command = [folder / "bin" / "python", "-m", "pip", "install", "-qq", "wapiti3"]
    return None if subprocess.run(command, check=False).returncode else folder / "bin" / "wapiti"


def new_key() -> str:
    return "oefening:" + base64.b64encode(os.urandom(32)).decode()


def serve_as_in_production(demo: Demo, folder: Path) -> None:
    """The demo's data behind TLS, with the settings of production; only the second factor is left out."""
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    about = ["-subj", "/CN=pluspunt", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *about]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    os.environ["SSL_CERT_FILE"] = certificate
    demo.env |= {"FIELD_KEYS": new_key(), "LOG_KEYS": new_key()}
    demo.load()
    demo.env |= {"DEMO": "no", "SECOND_FACTOR_REQUIRED": "no", "SECRET_KEY": "geheim-van-deze-oefening-" * 3}
    demo.env["ALLOWED_HOSTS"] = "127.0.0.1"
    demo.address = demo.address.replace("http:", "https:")
    with (folder / "log").open("wb") as log:
        demo.start("--certfile", certificate, "--keyfile", key, "--workers", "2", stdout=log, stderr=log)


def cookies_of(demo: Demo, role: str) -> str:
    """What the browser of somebody who signed in sends along."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_OPTIONS)
        page = browser.new_page(base_url=demo.address, ignore_https_errors=True)
        page.goto("/account/login/")
        fill_in_sign_in(page, role)
        cookies = page.context.cookies()
        browser.close()
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)


def attack(wapiti: Path, demo: Demo, cookies: str, folder: Path, minutes: float) -> dict:
    """What Wapiti found: its report, with weaknesses, odd answers and what else it says, each by kind."""
    report, seconds = folder / "report.json", str(minutes * 60)
    command = [wapiti, "--url", f"{demo.address}/", "--cookie-value", cookies, "-m", ATTACKS]
    command += ["--level", "2", "--max-scan-time", seconds, "--max-attack-time", seconds, "--max-files-per-dir", "15"]
    command += ["--store-session", folder, "--store-config", folder, "--flush-session", "--no-bugreport", "-v", "0"]
    for path in NOT_THERE:
        command += ["--exclude", f"{demo.address}{path}*"]
    subprocess.run([*command, "-f", "json", "-o", report], check=True, stdout=subprocess.DEVNULL)
    return json.loads(report.read_text())


def tell(role: str, report: dict) -> int:
    """Print what was found; how many that is."""
    say(f"{role}: {report['infos']['crawled_pages_nbr']} adressen bekeken en aangevallen")
    found = 0
    for group in ("vulnerabilities", "anomalies"):
        for kind, findings in report[group].items():
            found += len(findings)
            for finding in findings:
                say(f"  {kind}: {finding['method']} {finding['path']} {finding['parameter'] or ''} {finding['info']}")
    say(f"  {found} keer iets gevonden")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3)
    minutes = parser.parse_args().minutes
    found = 0
    with tempfile.TemporaryDirectory() as name:
        wapiti = get_wapiti(Path(name) / "wapiti")
        if wapiti is None:
            say("Niet gedaan: Wapiti is niet te krijgen. Is er internet?")
            return NOT_DONE
        for role in ROLES:
            folder = Path(name) / role
            folder.mkdir()
            demo = Demo(folder)
            try:
                serve_as_in_production(demo, folder)
                found += tell(role, attack(wapiti, demo, cookies_of(demo, role), folder, minutes))
            finally:
                demo.stop()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
