"""What is published together: a solver cannot find one number of one to four people in it."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures import TargetGroup, period_figures
from impact.figures.figure import Figure, Kind
from impact.report.guarding import guarded
from impact.report.published import figures_to_publish, published_figures
from impact.tests.attacker import Attacker
from impact.tests.made_up import made_up
from impact.tests.reader import read_back
from pluspunt.periods import Period
from pluspunt.tests.factories import OpeningFactory, PlacementFactory, TrajectoryFactory, WorkshopFactory
from workshops.services.attendance import mark_all_present
from workshops.services.sessions import ensure_sessions
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.writing import import_year
from workshops.tests.spreadsheets import real_files

YEAR = Period.of_year(2026)


def people(key: str, value: int, **more) -> Figure:
    return Figure(key, "Groep", key, value, "mensen", Kind.PEOPLE, "Uitleg.", **more)


def slots(key: str, value: int, about: str) -> Figure:
    return Figure(key, "Groep", key, value, "dagdelen", Kind.SLOTS, "Uitleg.", about=about)


def rate(key: str, part: Figure, whole: Figure) -> Figure:
    return Figure(key, "Groep", key, part.value / whole.value, "%", Kind.RATE, "Uitleg.", parts=(part.key, whole.key))


def texts(*figures: Figure) -> dict[str, str]:
    return {key: shown.text for key, shown in guarded(figures).items()}


def test_a_rate_goes_with_the_few_people_that_it_divides():
    few, whole = people("few", 4), people("whole", 12)
    assert texts(few, whole, rate("rate", few, whole)) == {"few": "< 5", "whole": "12", "rate": "·"}


def test_a_rate_goes_when_it_would_tell_how_few_are_left_over():
    part, whole = people("part", 33), people("whole", 36)
    shown = texts(part, whole, rate("rate", part, whole))
    assert shown["rate"] == "·"
    assert "·" in (shown["part"], shown["whole"])


def test_a_rate_of_enough_people_stays():
    part, whole = people("part", 20), people("whole", 40)
    assert texts(part, whole, rate("rate", part, whole))["rate"] == "50,0\u00a0%"


def test_slots_of_few_people_go_and_so_do_those_of_another_workshop():
    lines = [("workshop.1", 3, 40), ("workshop.2", 9, 200), ("workshop.3", 20, 500)]
    figures = [people("attendance.people", 32), slots("attendance.planned", 740, "attendance.people")]
    for key, came, planned in lines:
        figures += [people(f"{key}.people", came), slots(f"{key}.planned", planned, f"{key}.people")]
        figures.append(slots(f"{key}.attended", planned // 2, f"{key}.people"))
    shown = texts(*figures)
    assert [shown[f"{key}.planned"] for key, *_ in lines] == ["·", "·", "500"]
    assert [shown[f"{key}.attended"] for key, *_ in lines] == ["·", "·", "250"]
    assert shown["attendance.planned"] == "740"


def test_how_few_were_planned_and_never_came_cannot_be_subtracted():
    came = [people("reached.SOCIAL_DAY_CARE", 12), people("reached.ACTIVATION", 9)]
    shown = texts(people("attendance.people", 23), *came)
    assert "·" in shown.values()
    assert "·" not in texts(people("attendance.people", 21), *came).values()


@pytest.mark.parametrize(("n", "mean", "up"), [(9, "·", "·"), (10, "+0,40", "5")])
def test_growth_is_about_ten_people_or_more(n, mean, up):
    score = Figure("growth.SELF.X.mean", "Groei", "groei", 0.4, "punten", Kind.SCORE, "Uitleg.", about="n", least=10)
    shown = texts(people("n", n), score, people("growth.SELF.X.up", 5, about="n", least=10))
    assert (shown["growth.SELF.X.mean"], shown["growth.SELF.X.up"]) == (mean, up)


def test_no_more_than_two_traits_are_crossed():
    with pytest.raises(ValueError, match=r"more than 2 traits are crossed in few"):
        guarded([people("few", 3, traits=("werkplaats", "maand", "doelgroep"))])


def test_last_year_does_not_give_this_year_away():
    """Last year ended with 22 people, so that 22 + 3 = 25 tells who began, unless something else goes."""
    shown = texts(
        people("before/flow.house.end", 22),
        people("flow.house.begin", 22),
        people("flow.house.inflow", 3),
        people("flow.house.outflow", 0),
        people("flow.house.end", 25),
    )
    assert shown["flow.house.inflow"] == "< 5"
    assert shown["flow.house.end"] == "·" or shown["flow.house.begin"] == shown["before/flow.house.end"] == "·"


# --- A solver tries ---------------------------------------------------------------------------------------------


@pytest.fixture
def template(monday, workshop, coach):
    """A version of a year with three workshops, in which made-up numbers are put."""
    for at in (workshop, WorkshopFactory(), WorkshopFactory()):
        at.registered_from = date(2025, 1, 1)
        at.save()
        OpeningFactory(workshop=at, weekday=2)
        PlacementFactory(workshop=at, weekday=2, start_date=date(2026, 1, 5))
    ensure_sessions(monday)
    return figures_to_publish(period_figures(YEAR), period_figures(YEAR.year_before))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), size=st.sampled_from([3, 8, 30]))
def test_nobody_is_found_in_a_made_up_year(template, seed, size):
    values = made_up(Random(seed), template, size)
    version = guarded([replace(figure, value=values.get(figure.key, figure.value)) for figure in template])
    assert Attacker(read_back(version)).found_out() == []


def test_the_solver_does_find_what_is_not_protected(template):
    """The numbers of one to four alone kept back, and nothing else: that is not enough."""
    values = made_up(Random(1), template, 30)
    figures = [replace(figure, value=values.get(figure.key, figure.value)) for figure in template]
    version = guarded(figures)
    bare = {key: replace(shown, sign=shown.sign if shown.sign == "< 5" else "") for key, shown in version.items()}
    assert Attacker(type(version)(bare)).found_out() != []


@pytest.mark.slow
@pytest.mark.django_db
def test_nobody_is_found_in_the_year_of_the_files():
    import_year(read_year(real_files()), by=None)
    period = Period.of_year(2025)
    version = published_figures(period_figures(period), period_figures(period.year_before))
    assert version.signs
    assert Attacker(read_back(version)).found_out() == []


def test_nobody_is_found_in_a_small_house(monday, workshop, coach):
    for n in range(14):
        group = list(TargetGroup)[n % 3]
        path = TrajectoryFactory(target_group=group, start_date=date(2026, 1, 5) + timedelta(days=n))
        PlacementFactory(trajectory=path, workshop=workshop, start_date=path.start_date)
    ensure_sessions(monday)
    mark_all_present(workshop.sessions.get(date=monday - timedelta(days=7)), by=coach)
    period = Period(date(2026, 1, 1), monday)
    version = published_figures(period_figures(period), period_figures(period.year_before))
    assert Attacker(read_back(version)).found_out() == []


def test_it_is_quick(template):
    values = made_up(Random(7), template, 30)
    figures = [replace(figure, value=values.get(figure.key, figure.value)) for figure in template]
    began = perf_counter()
    guarded(figures)
    assert perf_counter() - began < 1
