"""Production starts only when it is told its secrets, and starts safely."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "SECRET_KEY": "Zo-willekeurig-als-een-toets-maar-kan-zijn-0123456789-abcdefghijklm",
    "FIELD_KEYS": "1:" + "A" * 43 + "=",
    "LOG_KEYS": "1:" + "B" * 42 + "A=",
    "ALLOWED_HOSTS": "pluspunt.example.nl",
    "DATABASE_URL": "postgres:///pluspunt",
}


def check(environment: dict[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """Run `manage.py check` in an environment in which nothing else is set."""
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", "ENV_FILE": os.devnull, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("SECRET_KEY", "SECRET_KEY ontbreekt: geef een geheim van minstens 50 willekeurige tekens."),
        ("FIELD_KEYS", "FIELD_KEYS ontbreekt: geef een sleutel als id:base64 van 32 willekeurige bytes."),
        ("LOG_KEYS", "LOG_KEYS ontbreekt: geef een sleutel als id:base64 van 32 willekeurige bytes."),
        (
            "ALLOWED_HOSTS",
            "ALLOWED_HOSTS ontbreekt: noem de namen waaronder deze site bereikbaar is, met komma's ertussen.",
        ),
        (
            "DATABASE_URL",
            "DATABASE_URL ontbreekt: geef het adres van de database, bijvoorbeeld postgres:///pluspunt.",
        ),
    ],
)
def test_production_refuses_to_start_without(missing, sentence):
    result = check({**PRODUCTION, missing: ""})
    assert (result.returncode, result.stderr) == (1, f"{sentence}\n")


def test_production_is_clean_under_djangos_deployment_check():
    result = check(PRODUCTION, "--deploy", "--fail-level", "WARNING")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "System check identified no issues (0 silenced).\n"


def test_a_demo_starts_without_any_of_them():
    assert check({"DEMO": "yes"}).returncode == 0
