"""The figures of a large house: ours, each beside its counterpart by hand, as values to compare, and timed."""

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from impact import figures as ours
from impact.figures.attendance import capacity_of
from impact.figures.catalogue import catalogue
from impact.figures.chapters.attendance import people_by_month, people_who_took_part
from impact.figures.chapters.people import strands_with_missing
from impact.figures.growth import coverage_figures, growth_figures
from impact.figures.ladder import ladder_figures
from pluspunt.periods import Period
from pluspunt.tests import figures_by_hand as by_hand
from pluspunt.tests import large_house

YEAR = Period.of_year(2025)
OTHER_YEARS = (2024, 2026, 2023, 2022)
SHARE_OF_OTHERS = 0.15
MOST_OF_HAND, MOST_GROWTH = 1.2, 1.2
# The databases: the one that the server begins with, and its copy.
ALONE, AMONG = "postgres", "among_other_years"
TITLES = {ALONE: "alleen dit jaar", AMONG: "met vier andere jaren"}
# A figure that is a smaller part of the whole than this is shown, and is not judged by itself.
COUNTS_FROM = 0.05
WHOLE = "de hele catalogus"


def numbers(figures: object, names: tuple[str, ...]) -> dict[str, int]:
    return {name: getattr(figures, name) for name in names}


def our_groups(period: Period) -> dict:
    found = ours.figures_by_group(period)
    return {"capacity": capacity_of(period)} | {
        group: numbers(row.attendance, by_hand.COLUMNS) | {"reached": row.reached} for group, row in found.items()
    }


def our_workshops(period: Period) -> dict:
    return {
        row.workshop.pk: numbers(row.figures, (*by_hand.COLUMNS, "capacity")) | {"people": row.people}
        for row in ours.figures_by_workshop(period)
    }


def our_months(period: Period) -> dict:
    came = people_by_month(period)
    return {
        month: numbers(row, (*by_hand.COLUMNS, "capacity")) | {"people": came[month]}
        for month, row in ours.figures_by_month(period).items()
    }


def our_reached(period: Period) -> tuple:
    return ours.reached_people(period), people_who_took_part(period)


def our_flow(period: Period) -> dict:
    found = ours.flow_figures(period) | {"house": ours.house_flow_figures(period)}
    return {key: (row.begin, row.inflow, row.outflow, row.end, row.enrolled) for key, row in found.items()}


def our_flow_through(period: Period) -> tuple:
    row = ours.flow_through_figures(period)
    return row.moved, row.enrolled, row.between, row.to_partner


def our_retention(period: Period) -> dict:
    return {row.months: (row.stayed, row.cohort) for row in ours.retention_figures(period)}


def our_waiting(period: Period) -> tuple:
    row = ours.waiting_figures(period)
    return row.people, row.median


def our_utilisation(period: Period) -> tuple:
    row = ours.utilisation_figures(period)
    return row.delivered, row.entitled


def our_gone(period: Period) -> dict:
    return ours.destinations(period)


def our_strands(period: Period) -> tuple:
    found = strands_with_missing(period)
    everybody = found["filled"] + found["missing"]
    names = ("strand_social", "strand_educational", "strand_work", "filled")
    return (*(found[name] for name in names), everybody, ours.enrolled_people(period))


def our_growth(period: Period) -> dict:
    return {key: (row.n, row.total, row.up, row.down) for key, row in growth_figures(period).items()}


def our_coverage(period: Period) -> tuple:
    row = coverage_figures(period)
    return row.enrolled, row.refused, row.measured_any, row.measured["SELF"], row.measured["COACH"]


def our_ladder(period: Period) -> dict:
    row = ladder_figures(period)
    return {"rungs": row.people, "compared": row.compared, "up": row.up, "down": row.down}


def our_outputs(period: Period) -> dict:
    totals = ours.output_totals(period)
    return {total.type.derived_from or total.type.pk: total.quantity for total in totals if total.quantity}


# Name → (ours, by hand).
COUNTERPARTS = {
    "aanwezigheid per doelgroep": (our_groups, by_hand.groups),
    "aanwezigheid per werkplaats": (our_workshops, by_hand.workshops),
    "aanwezigheid per maand": (our_months, by_hand.months),
    "bereik": (our_reached, by_hand.reached),
    "in- en uitstroom": (our_flow, by_hand.flow),
    "waarheen": (our_gone, by_hand.gone),
    "doorstroom": (our_flow_through, by_hand.flow_through),
    "retentie": (our_retention, by_hand.retention),
    "wachttijd": (our_waiting, by_hand.waiting),
    "benutting": (our_utilisation, by_hand.utilisation),
    "soorten dagbesteding": (our_strands, by_hand.strands),
    "groei": (our_growth, by_hand.growth),
    "hoeveel mensen gemeten": (our_coverage, by_hand.coverage),
    "participatieladder": (our_ladder, by_hand.ladder),
    "opbrengsten": (our_outputs, by_hand.outputs),
}


def whole(period: Period) -> int:
    """The whole catalogue, as page and report read it; how many figures that are."""
    return len(catalogue(period))


# --- Timing ---------------------------------------------------------------------------------------------------------


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def timed(work: Callable[[Period], object]) -> tuple[float, object]:
    """Seconds, and what `work` found."""
    began = time.perf_counter()
    found = work(YEAR)
    return time.perf_counter() - began, found


@dataclass
class Times:
    """Seconds that one figure took in every round, in one database."""

    ours: list[float] = field(default_factory=list)
    by_hand: list[float] = field(default_factory=list)

    @property
    def medians(self) -> tuple[float, float]:
        return statistics.median(self.ours), statistics.median(self.by_hand)


def alternate(turn: int, first: object, second: object) -> tuple[object, object]:
    return (first, second) if turn % 2 == 0 else (second, first)


class Drill:
    """A house of so many people: its year alone in one database, and among other years in a copy of it."""

    def __init__(self, people: int, rounds: int):
        self.people, self.rounds = people, rounds
        self.faults: list[str] = []
        self.times = {database: defaultdict(Times) for database in TITLES}

    def build(self) -> None:
        began = time.monotonic()
        large_house.connect_to(ALONE)
        large_house.build_house(self.people)
        with large_house.without_indexes("workshops_attendance"):
            rows = large_house.add_year(YEAR.start.year, self.people, of_house=self.people, is_other=False)
        large_house.tidy()
        say(f"{self.people} mensen, {rows} regels aanwezigheid in {YEAR.start.year}: {time.monotonic() - began:.0f} s")
        began = time.monotonic()
        large_house.copy_database(ALONE, AMONG)
        people = int(self.people * SHARE_OF_OTHERS)
        rows = [large_house.add_year(year, people, of_house=self.people, is_other=True) for year in OTHER_YEARS]
        large_house.tidy()
        said = ", ".join(f"{year} met {count} regels" for year, count in zip(OTHER_YEARS, rows, strict=True))
        say(f"in een kopie erbij: {said}: {time.monotonic() - began:.0f} s")

    def measure(self) -> None:
        """Asks everything of both databases in turns: what a machine does in the meantime happens to both."""
        for turn in range(self.rounds):
            for database in alternate(turn, ALONE, AMONG):
                large_house.connect_to(database)
                whole(YEAR)  # what the other database left in memory is gone now, for both
                self.ask_everything(database, turn)

    def ask_everything(self, database: str, turn: int) -> None:
        """Who asks second finds in memory what the first read, so that too is in turns."""
        times, by_hand_together = self.times[database], 0.0
        for name, both in COUNTERPARTS.items():
            answers = {ask: timed(ask) for ask in alternate(turn, *both)}
            (took, found), (took_by_hand, expected) = (answers[ask] for ask in both)
            times[name].ours.append(took)
            times[name].by_hand.append(took_by_hand)
            by_hand_together += took_by_hand
            if found != expected:
                self.faults.append(f"{TITLES[database]}, {name}: {found!s:.200} is niet {expected!s:.200}")
        times[WHOLE].ours.append(timed(whole)[0])
        times[WHOLE].by_hand.append(by_hand_together)

    def report(self) -> None:
        """Says every figure, and keeps what took too long."""
        for database, title in TITLES.items():
            medians = {name: times.medians for name, times in self.times[database].items()}
            say(f"\n{title + ', in seconden':<34}{'ons':>8}{'met de hand':>13}{'keer':>7}")
            for name, (mine, theirs) in medians.items():
                say(f"  {name:<32}{mine:>8.2f}{theirs:>13.2f}{mine / theirs:>7.2f}")
                if mine > MOST_OF_HAND * theirs and mine > COUNTS_FROM * medians[WHOLE][1]:
                    self.faults.append(f"{title}, {name}: {mine / theirs:.2f} keer zo lang als met de hand")
        alone, among = (self.times[database][WHOLE].medians for database in (ALONE, AMONG))
        growth, growth_by_hand = (now / before for now, before in zip(among, alone, strict=True))
        say(f"\n{TITLES[AMONG]}: {growth:.2f} keer zo lang als zonder (met de hand {growth_by_hand:.2f})")
        if growth > MOST_GROWTH:
            self.faults.append(f"{TITLES[AMONG]}: {growth:.2f} keer zo lang als zonder")


def run(people: int, rounds: int) -> None:
    """What bin/drill figures runs in a process beside the server."""
    drill = Drill(people, rounds)
    drill.build()
    drill.measure()
    drill.report()
    sys.exit("\n".join(drill.faults) or 0)
