"""Counts the year of a hundred thousand people (20 million rows) beside the same figures as SQL by hand, on PostgreSQL.

bin/drill figures [--people N] [--rounds N]: in turns in one run, of a database with that year alone and of one with
four other years stored beside it. It fails when ours take more than 1.2 times as long, when other years make them
slower, or when a number differs. Its server has its own folder and does not wait for the disk: half an hour, 25 GB.
"""

import argparse
import subprocess
import sys

from pluspunt.tests.demo import BASE_DIR
from pluspunt.tests.postgresql import own_postgresql

FAST_AND_LOOSE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": 0,
    "max_wal_size": "8GB",
    "shared_buffers": "2GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "autovacuum": "off",
}
RUN = "import django; django.setup(); from pluspunt.tests.figures_side_by_side import run; run({}, {})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=4)
    asked = parser.parse_args()
    with own_postgresql(FAST_AND_LOOSE) as server:
        demo = server.demo()
        demo.python("manage.py", "migrate", "-v0")
        done = subprocess.run(
            [sys.executable, "-c", RUN.format(asked.people, asked.rounds)], cwd=BASE_DIR, env=demo.env
        )
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
