"""Under load: HUP three times, PostgreSQL anew, and the web server stopped (SIGTERM) and started on the same socket.

bin/drill restart [--seconds N]: tablets ask again as they always do. It fails when a mark that was confirmed
is not there or is there twice. With a socket that stays open HUP and SIGTERM should only make somebody wait.
"""

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable

from pluspunt.tests.postgresql import own_postgresql
from pluspunt.tests.recording import House, finish, in_house


def answered(house: House) -> Counter:
    return sum((tablet.statuses for tablet in house.tablets), Counter())


def step(house: House, name: str, seconds: float, act: Callable[[], object]) -> None:
    """Do something, wait until all is as before, and say what the tablets heard meanwhile."""
    before, count, began = answered(house), len(house.answers), time.monotonic()
    act()
    time.sleep(seconds)
    house.wait_for_answers(10)
    heard = answered(house) - before
    others = {status: number for status, number in heard.items() if status != "200"}
    said = f"{len(house.answers) - count} bevestigd, anders dan 200: {others or 'niets'}"
    sys.stdout.write(f"  {name}: {time.monotonic() - began:.0f} s, {said}\n")
    sys.stdout.flush()


def drill(house: House, server, seconds: float) -> list[str]:
    def stop_and_start() -> None:
        house.stop()
        house.start()

    with house.recording():
        house.wait_for_answers(20)
        for number in (1, 2, 3):
            step(house, f"HUP {number}", seconds, lambda: house.server.send_signal(signal.SIGHUP))
        step(house, "SIGTERM en starten", seconds, stop_and_start)
        step(house, "PostgreSQL opnieuw", seconds, server.restart)
        step(house, "SIGTERM en starten", seconds, stop_and_start)
    return house.judge("herstarten onder belasting")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8)
    asked = parser.parse_args()
    with own_postgresql() as server:
        faults = in_house(server.demo(), server.folder, lambda house: drill(house, server, asked.seconds))
    finish(faults)


if __name__ == "__main__":
    main()
