"""Kills a web process that is writing sixty times (kill -9), on SQLite and PostgreSQL, while tablets record.

bin/drill kills [--kills N]: it fails when a mark that a tablet was told is saved is not there, or is there twice.
"""

import argparse
import random
import sys
import time

from pluspunt.tests.recording import House, finish, in_both, kill


def drill(house: House, name: str, kills: int) -> list[str]:
    done, chance = 0, random.Random(2026)
    with house.recording():
        while done < kills:
            # Something is written again, and this falls somewhere in the middle of it.
            house.wait_for_answers(3)
            time.sleep(chance.random() * 0.05)
            if workers := house.workers():
                done += kill(chance.choice(workers))
    faults = house.judge(f"{name}, {done} keer kill -9")
    lost = sum("kwijt" in fault for fault in faults)
    sys.stdout.write(f"{name}: {lost} bevestigde registraties kwijt\n")
    broken = sum(count for tablet in house.tablets for status, count in tablet.statuses.items() if status != "200")
    if not broken:
        faults.append("geen enkele tablet merkte er iets van: dan is er niets geoefend")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60)
    asked = parser.parse_args()
    # Loaded before it splits, so that a new process writes at once.
    finish(in_both(lambda house, name: drill(house, name, asked.kills), "--preload"))


if __name__ == "__main__":
    main()
