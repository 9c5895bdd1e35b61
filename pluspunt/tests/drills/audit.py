"""Asks whether a weakness is known of any library that the application runs on, with pip-audit in its own environment.

bin/drill audit: needs the internet. Says so, and is no proof of anything, when the answer cannot be had.
"""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from pluspunt.tests.demo import BASE_DIR

NO_ANSWER = 2


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def audit(python: Path, lock: Path) -> list[dict]:
    """What is known of each library in `lock`."""
    command = [python, "-m", "pip_audit", "-r", lock, "--require-hashes", "--disable-pip", "-f", "json"]
    run = subprocess.run([*command, "--progress-spinner", "off"], capture_output=True, text=True, check=False)
    try:
        return json.loads(run.stdout)["dependencies"]
    except ValueError:
        return []


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        if subprocess.run([python, "-m", "pip", "install", "-q", "pip-audit"], check=False).returncode:
            say("Niet gedaan: pip-audit is niet te krijgen. Is er internet?")
            return NO_ANSWER
        libraries = audit(python, BASE_DIR / "requirements.txt")
    known = [each for each in libraries if "vulns" in each]
    weak = [each for each in known if each["vulns"]]
    for each in weak:
        names = ", ".join(vulnerability["id"] for vulnerability in each["vulns"])
        say(f"  {each['name']} {each['version']}: {names}")
    say(f"{len(libraries)} bibliotheken, {len(known)} nagekeken, {len(weak)} met een bekende zwakke plek.")
    if len(known) < len(libraries) or not libraries:
        say("Niet gedaan: van de andere gaf de lijst met zwakke plekken geen antwoord.")
        return 1 if weak else NO_ANSWER
    return 1 if weak else 0


if __name__ == "__main__":
    sys.exit(main())
