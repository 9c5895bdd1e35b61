"""A PostgreSQL server of its own in a folder, which may be stopped and started at will."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from pluspunt.tests.demo import Demo


class PostgreSQL:
    """Reached through a socket in its folder. It keeps what it promises: only `settings` may relax that."""

    def __init__(self, folder: Path, settings: dict[str, object]):
        self.folder, self.bin, self.settings = folder, find_postgresql(), settings
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale")

    def _run(self, command: str, *arguments: str) -> None:
        # PostgreSQL does not run as root.
        become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        run = [*become, str(self.bin / command), "-D", str(self.folder / "data"), *arguments]
        subprocess.run(run, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")

    def demo(self) -> Demo:
        demo = Demo(self.folder, "postgres://postgres@/postgres")
        demo.env["PGHOST"] = str(self.folder)
        return demo

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=60"
        options += "".join(f" -c {name}={value}" for name, value in self.settings.items())
        self._run("pg_ctl", "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    def stop(self) -> None:
        """As a power cut: connections are broken, and at the next start it recovers."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def restart(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "-w", "-l", str(self.folder / "log"), "restart")


def find_postgresql() -> Path:
    """The folder with `initdb`."""
    found = [shutil.which("initdb"), *sorted(map(str, Path("/usr").glob("lib/postgresql/*/bin/initdb")), reverse=True)]
    found += sorted(map(str, Path("/usr").glob("pgsql-*/bin/initdb")), reverse=True)
    path = next(filter(None, found), None)
    return Path(path).parent if path else sys.exit("PostgreSQL is niet te vinden; zet de map met initdb in PATH.")


@contextmanager
def own_postgresql(settings: dict[str, object] | None = None):
    """A running server that is gone afterwards, also when the drill is told to stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Not in the folder of something else: the user postgres must be able to come there.
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o700)
        server = PostgreSQL(Path(name), settings or {})
        server.start()
        try:
            yield server
        finally:
            server.stop()
