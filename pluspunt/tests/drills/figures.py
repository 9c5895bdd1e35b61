"""Counts the year of a hundred thousand people (20 million rows) beside the same figures as SQL by hand, on PostgreSQL.

bin/drill figures [--people N] [--rounds N]: in turns in one run, with that year alone and with one and four other years
beside it. It fails when ours takes more than 1.2 times as long, when other years make it slower, or when a number
differs. Its own server does not wait for the disk; at full size it wants 15 GB there and 8 GB of memory.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable

import django

from pluspunt.periods import Period
from pluspunt.tests.postgresql import own_postgresql

YEAR = Period.of_year(2025)
# Before and after it; the first is there in the second measurement already.
OTHER_YEARS = (2024, 2026, 2023, 2022)
SHARE_OF_OTHERS = 0.15
MOST_OF_HAND = 1.2
# What two measurements of the same differ on a machine that does other things as well.
NOISE = 1.15
# Under so many seconds a figure is too small to compare by itself.
TOO_SHORT = 0.05
FAST_AND_LOOSE = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "shared_buffers": "2GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "autovacuum": "off",
}


def timed(work: Callable[[Period], object]) -> tuple[float, object]:
    """Seconds, and what `work` found."""
    began = time.perf_counter()
    found = work(YEAR)
    return time.perf_counter() - began, found


class Measured:
    """One figure, ours and by hand in turns: the seconds of each round."""

    def __init__(self, name: str, ours: Callable, by_hand: Callable):
        self.name, self.work, self.hand = name, ours, by_hand
        self.ours: list[float] = []
        self.by_hand: list[float] = []
        self.difference = ""

    def measure(self) -> None:
        took, mine = timed(self.work)
        self.ours.append(took)
        took, theirs = timed(self.hand)
        self.by_hand.append(took)
        if mine != theirs:
            self.difference = f"{self.name}: {str(mine)[:300]} is niet {str(theirs)[:300]}"

    @property
    def times(self) -> tuple[float, float]:
        return statistics.median(self.ours), statistics.median(self.by_hand)


def measure_all(rounds: int, title: str) -> tuple[dict[str, float], list[str]]:
    """Name → seconds of ours, and what is wrong; the last name is all figures together."""
    from pluspunt.tests.figures_of_large_house import COUNTERPARTS

    print(f"\n{title}{'':<10}{'ons':>10}{'met de hand':>14}{'keer':>8}", flush=True)
    figures = [Measured(name, *pair) for name, pair in COUNTERPARTS.items()]
    for _ in range(rounds):
        for figure in figures:
            figure.measure()
    faults = [figure.difference for figure in figures if figure.difference]
    found = {figure.name: figure.times for figure in figures}
    found["samen"] = tuple(sum(each[side] for each in found.values()) for side in (0, 1))
    for name, (ours, by_hand) in found.items():
        print(f"  {name:<32}{ours:>9.2f} s{by_hand:>12.2f} s{ours / by_hand:>8.2f}", flush=True)
        if ours > MOST_OF_HAND * by_hand and ours > TOO_SHORT:
            faults.append(f"{title}, {name}: {ours / by_hand:.2f} keer zo lang als met de hand")
    return {name: ours for name, (ours, _) in found.items()}, faults
