"""What the house means for the city: totals per type, kilos and CO2e, each counted once; in exact decimals."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures import (
    factor_remarks,
    indicator_figures,
    output_totals,
    outputs_by,
    outputs_by_month,
    reuse_figures,
)
from impact.models import Contribution, Factor, Indicator, Target
from partners.models import Theme
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    CollaborationFactory,
    EventFactory,
    JobFactory,
    OrganisationFactory,
    OutputFactory,
    PlacementFactory,
    SessionFactory,
    UserFactory,
    VolunteerFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, Job, Output, OutputType, Session
from workshops.services.jobs import set_job_state
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
Source = Output.Source
YEAR = Period.of_year(2026)
DAY = timedelta(days=1)


def kind(name: str) -> OutputType:
    return OutputType.objects.get(name=name)


def total(name: str, period: Period = YEAR):
    [found] = [each for each in output_totals(period) if each.type.name == name]
    return found


def bring(name: str, quantity, **about) -> Output:
    return OutputFactory(type=kind(name), quantity=Decimal(str(quantity)), **about)


# --- Totals -------------------------------------------------------------------------------------------------------


def test_a_total_says_how_it_is_known():
    bring("materiaal hergebruikt", "12.5", source=Source.WEIGHED)
    bring("materiaal hergebruikt", "0.1", source=Source.WEIGHED)
    bring("materiaal hergebruikt", 40, source=Source.ESTIMATED)
    found = total("materiaal hergebruikt")
    assert found.by_source == {"WEIGHED": Decimal("12.6"), "ESTIMATED": Decimal("40.0")}
    assert (found.quantity, found.estimated, found.entries) == (Decimal("52.6"), 40, 3)
    assert found.is_partly_estimated


def test_what_nobody_counted_yet_is_not_zero():
    bring("fietsen gerepareerd", 3, date=date(2026, 3, 2))
    assert total("fietsen gerepareerd", Period(date(2026, 2, 1), date(2026, 3, 1))).quantity is None
    assert total("fietsen gerepareerd", Period(date(2026, 3, 3), date(2026, 3, 9))).quantity == 0
    assert total("maaltijden gekookt").quantity is None


def test_an_entry_over_a_period_counts_on_its_last_day():
    bring("voedsel geoogst", 100, start_date=date(2026, 1, 5), date=date(2026, 4, 1))
    assert total("voedsel geoogst", Period(date(2026, 1, 1), date(2026, 3, 31))).quantity is None
    assert total("voedsel geoogst", Period(date(2026, 4, 1), date(2026, 4, 1))).quantity == 100
    months = outputs_by_month(YEAR)[kind("voedsel geoogst").pk]
    assert len(months) == 12
    assert [month for month, quantity in months.items() if quantity] == [(2026, 4)]


def test_jobs_done_are_the_finished_jobs_and_nothing_that_was_typed(monday, coordinator):
    job = JobFactory()
    JobFactory(state=Job.State.DROPPED)
    set_job_state(job, Job.State.DONE, by=coordinator)
    bring("klussen gedaan", 7)
    found = total("klussen gedaan")
    assert (found.quantity, found.by_source, found.typed_as_well) == (1, {"DERIVED": 1}, 7)
    assert outputs_by("workshop", YEAR)[kind("klussen gedaan").pk] == {job.workshop_id: 1}


def test_events_and_visitors_are_those_of_collaborations_and_registers():
    workshop = WorkshopFactory()
    event = EventFactory(visitors=60, date=date(2026, 2, 14))
    event.collaboration.workshops.add(workshop)
    SessionFactory(workshop=workshop, date=event.date, visitors=20)  # they came to the event
    SessionFactory(workshop=workshop, date=event.date + DAY, visitors=3)
    SessionFactory(workshop=workshop, date=event.date + 2 * DAY, visitors=5, state=Session.State.CLOSED)
    assert total("evenementen gehouden").quantity == 1
    assert total("bezoekers ontvangen").quantity == 63
    visitors = kind("bezoekers ontvangen").pk
    assert outputs_by("collaboration", YEAR)[visitors] == {event.collaboration_id: 60}
    assert outputs_by("workshop", YEAR)[visitors] == {workshop.pk: 3}


def test_neighbours_are_those_that_a_register_counted():
    session = SessionFactory(neighbours=4)
    bring("buren geholpen", 9, workshop=session.workshop)
    assert total("buren geholpen").quantity == 4
    assert total("buren geholpen", Period(date(2026, 1, 1), session.date - DAY)).quantity is None


def test_hours_of_volunteers_are_four_for_each_day_part_that_went_on(workshop, monday):
    placement = PlacementFactory(trajectory=VolunteerFactory(), workshop=workshop)
    PlacementFactory(workshop=workshop)
    ensure_sessions(monday)
    Attendance.objects.filter(date__lte=monday).update(status=Attendance.Status.PRESENT, recorded_at=timezone.now())
    mondays = Attendance.objects.filter(participant=placement.participant, date__lte=monday).count()
    assert total("uren van vrijwilligers").quantity == 4 * mondays > 0


# --- Whose it is --------------------------------------------------------------------------------------------------


def test_an_entry_is_of_its_partner_else_of_its_collaboration_else_of_the_host():
    host, partner, other = OrganisationFactory.create_batch(3)
    workshop = WorkshopFactory(host=host)
    together = CollaborationFactory()
    together.organisations.add(partner, other)
    bring("voedsel geoogst", 1, workshop=workshop)
    bring("voedsel geoogst", 10, workshop=workshop, collaboration=together)
    bring("voedsel geoogst", 100, workshop=workshop, collaboration=together, partner=partner)
    assert outputs_by("partner", YEAR)[kind("voedsel geoogst").pk] == {host.pk: 1, partner.pk: 110, other.pk: 10}


def test_a_workshop_with_one_theme_in_two_ways_counts_once_for_it():
    theme, other = Theme.objects.all()[:2]
    first, second = CollaborationFactory.create_batch(2)
    first.themes.add(theme)
    second.themes.add(theme, other)
    workshop = WorkshopFactory()
    workshop.collaborations.add(first, second)
    bring("voedsel geoogst", 5, workshop=workshop)
    bring("voedsel geoogst", 2, workshop=workshop, collaboration=first)
    assert outputs_by("theme", YEAR)[kind("voedsel geoogst").pk] == {theme.pk: 7, other.pk: 5}


def test_per_workshop_and_per_location_it_adds_up_to_the_house():
    here, there = WorkshopFactory.create_batch(2)
    for number, workshop in enumerate((here, here, there)):
        bring("fietsen weggegeven", number + 1, workshop=workshop)
    bikes = kind("fietsen weggegeven").pk
    assert outputs_by("workshop", YEAR)[bikes] == {here.pk: 3, there.pk: 3}
    assert outputs_by("location", YEAR)[bikes] == {here.location_id: 6}


# --- Kilos and CO2e ---------------------------------------------------------------------------------------------


def test_a_bike_given_away_weighs_fifteen_kilos_and_one_of_its_owner_nothing():
    bring("fietsen weggegeven", 4)
    bring("fietsen gerepareerd", 30)
    bring("materiaal hergebruikt", "10.5")
    bring("voedsel gered", 8)
    bring("voedsel geoogst", 100)
    bring("voedsel uitgedeeld", 100)
    found = reuse_figures(YEAR)
    assert found.kilos == Decimal("78.5")
    assert found.avoided == 60 + Decimal("10.5") + 22
    assert found.avoided_weakly == 22
    assert {line.type.name: line.avoided for line in found.lines} == {
        "fietsen gerepareerd": 0,
        "fietsen weggegeven": 60,
        "voedsel geoogst": 0,
        "voedsel gered": 22,
        "materiaal hergebruikt": Decimal("10.5"),
    }


def test_before_anything_was_counted_there_are_no_kilos():
    found = reuse_figures(YEAR)
    assert (found.kilos, found.avoided, found.lines) == (None, None, [])
    bring("materiaal hergebruikt", 1, date=date(2025, 6, 1))
    assert reuse_figures(YEAR).kilos == 0


def test_each_day_has_the_factor_that_held_then():
    bikes = kind("fietsen weggegeven")
    Factor.objects.filter(output_type=bikes, kind="CO2E").update(end_date=date(2026, 6, 30))
    Factor.objects.create(output_type=bikes, kind="CO2E", value=2, source="Nieuw", start_date=date(2026, 7, 1))
    bring("fietsen weggegeven", 1, date=date(2026, 6, 30))
    bring("fietsen weggegeven", 1, date=date(2026, 7, 1))
    found = reuse_figures(YEAR)
    assert [(line.period.start, line.avoided) for line in found.lines] == [
        (date(2026, 1, 1), 15),
        (date(2026, 7, 1), 30),
    ]
    assert {factor.source for factor in found.factors} == {
        "Afspraak van Pluspunt",
        "TNO, hergebruiksector in Nederland",
        "Nieuw",
    }


def test_without_a_factor_the_kilos_stand_and_the_estimate_does_not():
    material = kind("materiaal hergebruikt")
    Factor.objects.filter(output_type=material).update(end_date=date(2025, 12, 31))
    bring("materiaal hergebruikt", 5)
    found = reuse_figures(YEAR)
    assert (found.kilos, found.avoided) == (5, 0)
    assert [line.type for line in found.without_factor] == [material]
    [remark] = [each for each in factor_remarks(date(2026, 3, 2)) if each.is_out_of_date]
    assert remark.sentence == "De factor voor materiaal hergebruikt (kg CO2e per kg) is verlopen."


def test_a_type_that_feeds_planet_twice_still_has_its_kilos_once():
    second = Indicator.objects.create(
        pillar="PLANET", scope="SOCIETY", name="minder afval", explanation="Gaat er minder weg?"
    )
    Contribution.objects.create(indicator=second, output_type=kind("materiaal hergebruikt"))
    bring("materiaal hergebruikt", 5)
    assert reuse_figures(YEAR).kilos == 5


# --- Against target and last year -------------------------------------------------------------------------------


def test_an_indicator_stands_beside_its_target_and_last_year():
    circular = Indicator.objects.get(name="circulariteit")
    bikes = kind("fietsen weggegeven")
    Target.objects.create(year=2026, indicator=circular, output_type=bikes, value=73)
    bring("fietsen weggegeven", 10, date=date(2025, 1, 1))
    bring("fietsen weggegeven", 12, date=date(2026, 1, 3))
    period = Period(date(2026, 1, 1), date(2026, 3, 1))
    [found] = [each for each in indicator_figures(period) if each.indicator == circular]
    [line] = [each for each in found.lines if each.total.type == bikes]
    assert (line.total.quantity, line.before.quantity, line.target) == (12, 10, 73)
    assert line.expected == 12  # sixty of 365 days
    assert (line.is_behind, line.is_comparable) == (False, True)
    assert indicator_figures(Period(date(2025, 7, 1), date(2026, 6, 30)))[0].lines[0].target is None


def test_last_year_says_nothing_when_counting_began_halfway():
    bring("fietsen weggegeven", 10, date=date(2025, 6, 1))
    [found] = [each for each in indicator_figures(YEAR) if each.indicator.name == "sociale mobiliteit"]
    [line] = found.lines
    assert not line.is_comparable


# --- Whatever was entered -----------------------------------------------------------------------------------------

ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["fietsen weggegeven", "materiaal hergebruikt", "voedsel gered"]),
        st.integers(1, 9999),
        st.sampled_from(["COUNTED", "WEIGHED", "ESTIMATED"]),
        st.integers(0, 500),
    ),
    max_size=12,
)


@given(entries=ENTRIES, cut=st.integers(1, 400))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_are_those_of_the_entries_one_by_one(django_user_model, entries, cut):
    Output.objects.all().delete()
    types, workshop = {each.name: each for each in OutputType.objects.all()}, WorkshopFactory()
    by, first = UserFactory(), date(2025, 10, 1)
    rows = [
        Output(
            type=types[name],
            quantity=Decimal(tenths) / 10,
            source=source,
            date=first + after * DAY,
            key=uuid4(),
            workshop=workshop,
            recorded_by=by,
        )
        for name, tenths, source, after in entries
    ]
    Output.objects.bulk_create(rows)
    change = first + cut * DAY
    Factor.objects.filter(output_type=types["voedsel gered"]).exclude(start_date=date(2020, 1, 1)).delete()
    Factor.objects.filter(output_type=types["voedsel gered"]).update(end_date=change - DAY)
    Factor.objects.create(output_type=types["voedsel gered"], kind="CO2E", value=3, source="x", start_date=change)
    within = [row for row in rows if YEAR.start <= row.date <= YEAR.end]
    for found in output_totals(YEAR):
        mine = [row for row in within if row.type_id == found.type.pk]
        assert sum(found.by_source.values()) == sum(row.quantity for row in mine)
        assert sum(found.by_source.values()) == sum(outputs_by_month(YEAR).get(found.type.pk, {}).values())
    rate = {"fietsen weggegeven": 15, "materiaal hergebruikt": 1}
    avoided = sum(
        row.quantity * (rate.get(row.type.name) or (3 if row.date >= change else Decimal("2.75"))) for row in within
    )
    assert (reuse_figures(YEAR).avoided or 0) == avoided


@pytest.mark.parametrize("number", [1, 3])
def test_the_figures_take_as_many_queries_for_one_entry_as_for_three(number, django_assert_num_queries):
    for _ in range(number):
        bring("materiaal hergebruikt", 1)
        bring("voedsel gered", 1)
    with django_assert_num_queries(14):
        output_totals(YEAR)
    with django_assert_num_queries(5):
        reuse_figures(YEAR)
