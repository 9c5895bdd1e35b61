"""The figures of a large house: ours, each beside its counterpart by hand, as values that can be compared."""

from impact import figures as ours
from impact.figures.attendance import capacity_of
from impact.figures.catalogue import catalogue
from impact.figures.chapters.attendance import people_by_month, people_who_took_part
from impact.figures.chapters.people import strands_with_missing
from impact.figures.growth import coverage_figures, growth_figures
from impact.figures.ladder import ladder_figures
from pluspunt.periods import Period
from pluspunt.tests import figures_by_hand as by_hand


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
