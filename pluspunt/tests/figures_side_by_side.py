"""The figures of a large house: ours, each beside its counterpart by hand, as values to compare, and timed."""

import statistics
import sys
import time
from collections.abc import Callable

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


def same_work(period: Period) -> int:
    """Work for PostgreSQL that does not depend on what is stored: how fast this machine is at the moment."""
    return by_hand.rows("SELECT count(DISTINCT n / 30) FROM generate_series(1, 3000000) n", period)[0][0]


# --- Timing ---------------------------------------------------------------------------------------------------------


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def timed(work: Callable[[Period], object]) -> tuple[float, object]:
    """Seconds, and what `work` found."""
    began = time.perf_counter()
    found = work(YEAR)
    return time.perf_counter() - began, found


class Drill:
    """A house of so many people, in the database of this process."""

    def __init__(self, people: int, rounds: int):
        self.people, self.rounds = people, rounds
        self.faults: list[str] = []

    def add_main_year(self) -> None:
        began = time.monotonic()
        large_house.build_house(self.people)
        with large_house.without_indexes("workshops_attendance"):
            rows = large_house.add_year(YEAR.start.year, self.people, of_house=self.people, is_other=False)
        large_house.tidy()
        say(f"{self.people} mensen, {rows} regels aanwezigheid in {YEAR.start.year}: {time.monotonic() - began:.0f} s")

    def add_other_years(self, years: tuple[int, ...]) -> None:
        began, people = time.monotonic(), int(self.people * SHARE_OF_OTHERS)
        rows = [large_house.add_year(year, people, of_house=self.people, is_other=True) for year in years]
        large_house.tidy()
        said = ", ".join(f"{year} met {count} regels" for year, count in zip(years, rows, strict=True))
        say(f"\nerbij: {said}: {time.monotonic() - began:.0f} s")

    def measure(self, title: str) -> float:
        """How long the whole takes compared to work that always is the same; says every figure and keeps the faults."""
        times: dict[str, tuple[list, list]] = {name: ([], []) for name in COUNTERPARTS}
        of_whole, of_same = [], []
        for _ in range(self.rounds):
            of_same.append(timed(same_work)[0])
            for name, (mine, theirs) in COUNTERPARTS.items():
                (took, found), (took_by_hand, expected) = timed(mine), timed(theirs)
                times[name][0].append(took)
                times[name][1].append(took_by_hand)
                if found != expected:
                    self.faults.append(f"{title}, {name}: {found!s:.200} is niet {expected!s:.200}")
            of_whole.append(timed(whole)[0])
        medians = {name: tuple(map(statistics.median, pair)) for name, pair in times.items()}
        whole_by_hand = sum(theirs for _, theirs in medians.values())
        medians[WHOLE] = statistics.median(of_whole), whole_by_hand
        say(f"\n{title + ', in seconden':<34}{'ons':>8}{'met de hand':>13}{'keer':>7}")
        for name, (mine, theirs) in medians.items():
            say(f"  {name:<32}{mine:>8.2f}{theirs:>13.2f}{mine / theirs:>7.2f}")
            if mine > MOST_OF_HAND * theirs and mine > COUNTS_FROM * whole_by_hand:
                self.faults.append(f"{title}, {name}: {mine / theirs:.2f} keer zo lang als met de hand")
        say(f"  {'altijd hetzelfde werk':<32}{statistics.median(of_same):>8.2f}")
        return medians[WHOLE][0] / statistics.median(of_same)

    def compare(self, title: str, now: float, alone: float) -> None:
        say(f"{title}: {now / alone:.2f} keer zo lang als zonder")
        if now > MOST_GROWTH * alone:
            self.faults.append(f"{title}: {now / alone:.2f} keer zo lang als zonder")


def run(people: int, rounds: int) -> None:
    """What bin/drill figures runs in a process beside the server."""
    drill = Drill(people, rounds)
    drill.add_main_year()
    alone = drill.measure("alleen dit jaar")
    drill.add_other_years(OTHER_YEARS[:1])
    drill.compare("met één ander jaar", drill.measure("met één ander jaar"), alone)
    drill.add_other_years(OTHER_YEARS[1:])
    drill.compare("met vier andere jaren", drill.measure("met vier andere jaren"), alone)
    sys.exit("\n".join(drill.faults) or 0)
