"""The one command with which somebody looks around on a new machine."""

import os
import shutil
import subprocess
import sys
from contextlib import suppress

import pytest

from pluspunt.tests.demo import BASE_DIR, free_port, wait_for

pytestmark = pytest.mark.browser
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".env", "var", "staticfiles", "__pycache__", "*.sqlite3*")


def test_bin_run_prepares_a_demo_and_serves_it(tmp_path):
    """With the libraries of this environment: installing those is no part of it."""
    folder = tmp_path / "pluspunt"
    shutil.copytree(BASE_DIR, folder, ignore=NOT_COPIED, symlinks=True)
    (folder / ".venv").symlink_to(sys.prefix)
    port = free_port()
    taken = ("DATABASE_URL", "DEMO", "ENV_FILE", "SECRET_KEY", "DJANGO_SETTINGS_MODULE")
    env = {name: value for name, value in os.environ.items() if name not in taken} | {"PORT": str(port)}
    with (tmp_path / "said").open("wb") as said:
        run = subprocess.Popen(["bin/run"], cwd=folder, env=env, stdout=said, stderr=said)
    try:
        # Making the first demo takes a minute or two.
        for _ in range(10):
            with suppress(RuntimeError):
                wait_for(f"http://127.0.0.1:{port}/account/login/")
                break
            if run.poll() is not None:
                break
        assert run.poll() is None, (tmp_path / "said").read_text()[-3000:]
        assert "coach@pluspunt.demo" in (tmp_path / "said").read_text()
    finally:
        run.terminate()
        run.wait(30)
