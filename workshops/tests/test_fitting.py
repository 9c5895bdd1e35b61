"""Before somebody is placed: what is known, which day parts fit and why the others do not."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from participants.models import District, Indication
from pluspunt.tests.factories import (
    AbilityFactory,
    AbilityGrantFactory,
    ApplicationFactory,
    IndicationFactory,
    LocationFactory,
    NotTogetherFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    VolunteerFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import DayPart, Opening, Placement, Weeks, Workshop
from workshops.services.advice import Slot, indication_room, placement_warnings
from workshops.services.fitting import Fit, fitting_grid, situation
from workshops.services.room import Rooms
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
MORNING = DayPart.MORNING


@pytest.fixture
def trajectory():
    return TrajectoryFactory()


def cells(trajectory, start, end=None, **how):
    """(workshop, weekday) → the cell on that morning."""
    grid = fitting_grid(trajectory, Workshop.objects.select_related("location"), start, end, **how)
    found = [cell for row in grid.rows for cell in row.cells if cell]
    return {(cell.slot.workshop.pk, cell.slot.weekday): cell for cell in found}


def fits(trajectory, start, end=None, **how):
    return {key: cell.fit for key, cell in cells(trajectory, start, end, **how).items()}


# --- which day parts fit --------------------------------------------------------------------------------------------


def test_each_cell_says_why_it_does_not_fit(monday, trajectory):
    here, full, apart, free = WorkshopFactory.create_batch(4)
    for workshop in (here, full, apart, free):
        for weekday in (1, 2):
            OpeningFactory(workshop=workshop, weekday=weekday, capacity=1)
    PlacementFactory(trajectory=trajectory, workshop=here, weekday=1)
    PlacementFactory(workshop=full, weekday=2)
    pair = NotTogetherFactory(first=trajectory.participant)
    # As a volunteer: the place is free, only this person is in the way.
    PlacementFactory(trajectory=VolunteerFactory(participant=pair.second), workshop=apart, weekday=2)
    found = fits(trajectory, monday)
    assert {found[each.pk, 1] for each in (full, apart, free)} == {Fit.ELSEWHERE}
    assert found[here.pk, 1] == Fit.HERE
    assert [found[each.pk, 2] for each in (here, full, apart, free)] == [Fit.FITS, Fit.FULL, Fit.APART, Fit.FITS]


def test_outside_the_trajectory_nothing_fits(monday):
    opening = OpeningFactory()
    path = TrajectoryFactory(start_date=monday, end_date=monday + WEEK)
    key = (opening.workshop_id, 1)
    assert fits(path, monday)[key] == Fit.FITS
    assert fits(path, monday - DAY)[key] == Fit.OUTSIDE
    assert fits(path, monday, monday + 2 * WEEK)[key] == Fit.OUTSIDE
    assert fits(path, monday + 2 * WEEK)[key] == Fit.OUTSIDE


def test_every_other_week_somebody_shares_a_place(monday, trajectory):
    workshop = OpeningFactory(capacity=1).workshop
    key = (workshop.pk, 1)
    PlacementFactory(workshop=workshop, weeks=Weeks.of(monday + WEEK))
    assert (cells(trajectory, monday)[key].fit, cells(trajectory, monday)[key].half_free) == (Fit.FULL, True)
    assert fits(trajectory, monday, every_other_week=True)[key] == Fit.FITS
    assert fits(trajectory, monday + WEEK, every_other_week=True)[key] == Fit.FULL


def test_not_together_counts_only_in_the_same_weeks(monday, trajectory):
    workshop = OpeningFactory().workshop
    pair = NotTogetherFactory(first=trajectory.participant)
    other = TrajectoryFactory(participant=pair.second)
    PlacementFactory(trajectory=other, workshop=workshop, weeks=Weeks.of(monday + WEEK))
    key = (workshop.pk, 1)
    assert fits(trajectory, monday)[key] == Fit.APART
    assert fits(trajectory, monday, every_other_week=True)[key] == Fit.FITS
    assert fits(trajectory, monday + WEEK, every_other_week=True)[key] == Fit.APART


def test_a_day_part_that_closes_or_shrinks_later_is_full_from_that_day_on(monday, trajectory):
    opening = OpeningFactory(capacity=2, end_date=monday + WEEK)
    slot = Slot(opening.workshop, 1, MORNING)
    assert placement_warnings(trajectory, [slot], monday) == [
        f"{slot}: vanaf ma 16 mrt is de werkplaats dan niet meer open."
    ]
    OpeningFactory(workshop=opening.workshop, capacity=1, start_date=opening.end_date + DAY)
    PlacementFactory(workshop=opening.workshop)
    assert placement_warnings(trajectory, [slot], monday) == [
        f"{slot}: vol vanaf ma 16 mrt, 1 van 1 plaatsen zijn bezet."
    ]
    assert placement_warnings(trajectory, [slot], monday, monday + WEEK) == []


PATTERN = st.tuples(
    st.integers(0, 60), st.one_of(st.none(), st.integers(0, 40)), st.sampled_from(Weeks), st.sampled_from([1, 2])
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(patterns=[(15, None, Weeks.ODD, 1)], weeks=Weeks.ODD, length=0)
@given(
    patterns=st.lists(PATTERN, max_size=6),
    weeks=st.sampled_from(Weeks),
    length=st.one_of(st.none(), st.integers(0, 50)),
)
def test_room_is_what_counting_day_by_day_says(patterns, weeks, length):
    """Over the turn of a year with a week 53."""
    start = date(2026, 12, 7)
    end = None if length is None else start + timedelta(days=length)
    workshop = WorkshopFactory()
    openings = [OpeningFactory(workshop=workshop, capacity=2)]
    people = []
    for offset, days, turns, weekday in patterns:
        first = start - 2 * WEEK + timedelta(days=offset)
        last = None if days is None else first + timedelta(days=days)
        people.append(
            PlacementFactory(workshop=workshop, start_date=first, end_date=last, weeks=turns, weekday=weekday)
        )
    room = Rooms([workshop], start, end).in_slot(Slot(workshop, 1, MORNING), weeks)
    last = min(end or date.max, start + timedelta(days=150))
    days = [start + timedelta(days=n) for n in range((last - start).days + 1)]
    mine = [day for day in days if day.isoweekday() == 1 and weeks.hold_on(day)]
    # Somebody may be placed for a time in which no such day falls: then it is about those of that time, a week later.
    of_that_time = [each for each in people if each.start_date <= last]
    for day in mine or [room.first_day]:
        there = sum(each.comes_on(day) for each in of_that_time)
        assert room.free <= max(0, openings[0].capacity - there)
    assert len(room.there) == sum(each.comes_on(room.day) for each in of_that_time)
    if mine:
        assert room.day in mine
    Placement.objects.all().delete()
    Opening.objects.all().delete()


# --- two-weekly patterns and the indication -------------------------------------------------------------------------

LIFE = st.tuples(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 60)), st.sampled_from(Weeks))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=LIFE, other=LIFE)
def test_a_double_booking_is_refused_exactly_when_there_may_be_a_day_with_both(one, other):
    """Compared by hand day by day; the rule looks at whole periods, so it may refuse a period without such a day."""
    start = date(2026, 11, 30)
    Placement.objects.all().delete()
    trajectory = TrajectoryFactory()
    first, second = (
        PlacementFactory.build(
            trajectory=trajectory,
            participant=trajectory.participant,
            workshop=WorkshopFactory(),
            start_date=start + timedelta(days=offset),
            end_date=None if length is None else start + timedelta(days=offset + length),
            weeks=weeks,
        )
        for offset, length, weeks in (one, other)
    )
    first.save()
    days = [start + timedelta(days=n) for n in range(200)]
    both = [day for day in days if first.comes_on(day) and second.comes_on(day)]
    overlap = [day for day in days if first.runs_on(day) and second.runs_on(day)]
    if overlap and first.meets(second):
        with pytest.raises(ValidationError, match="al geplaatst"):
            second.full_clean()
    else:
        second.full_clean()
        assert both == []


@given(day=st.dates(date(2015, 1, 1), date(2040, 12, 31)))
def test_weeks_take_turns_also_over_a_year_end(day):
    assert Weeks.of(day) != Weeks.of(day + WEEK)
    assert Weeks.of(day) == Weeks.of(day + 2 * WEEK) == Weeks.of(day - timedelta(days=day.weekday()))
    assert Weeks.EVERY.hold_on(day)


def test_week_53_and_week_1_take_turns():
    """2026 has a week 53: by their numbers both would be odd."""
    assert [date(2026, 12, 28).isocalendar().week, date(2027, 1, 4).isocalendar().week] == [53, 1]
    assert Weeks.of(date(2026, 12, 28)) != Weeks.of(date(2027, 1, 4))


def test_every_other_week_counts_for_half_in_the_indication(monday, trajectory):
    IndicationFactory(participant=trajectory.participant, volume=2)
    workshop = OpeningFactory().workshop
    for weekday in (2, 3):
        OpeningFactory(workshop=workshop, weekday=weekday)
    PlacementFactory(trajectory=trajectory, workshop=workshop, weekday=2)
    PlacementFactory(trajectory=trajectory, workshop=workshop, weekday=3, weeks=Weeks.ODD)
    room = indication_room(trajectory, monday)
    assert (room.granted, room.planned, room.left) == (2, Fraction(3, 2), Fraction(1, 2))
    slot = Slot(workshop, 1, MORNING)
    assert placement_warnings(trajectory, [slot], monday, every_other_week=True) == []
    assert placement_warnings(trajectory, [slot], monday) == [
        "De indicatie is 2 dagdelen per week; hiermee worden het er gemiddeld 2,5."
    ]


def test_an_ability_that_is_wanted_beforehand_warns_until_somebody_has_it(monday, trajectory):
    slot = Slot(OpeningFactory().workshop, 1, MORNING)
    ability = AbilityFactory(workshop=slot.workshop, name="lintzaag", is_wanted_before=True)
    AbilityFactory(workshop=slot.workshop)
    assert placement_warnings(trajectory, [slot], monday) == [
        f"{slot.workshop.name} wil vooraf: lintzaag. Dat staat nog niet bij de vaardigheden."
    ]
    grant = AbilityGrantFactory(participant=trajectory.participant, ability=ability)
    assert placement_warnings(trajectory, [slot], monday) == []
    grant.withdrawn_on = monday
    grant.save()
    assert len(placement_warnings(trajectory, [slot], monday)) == 1


# --- the page -------------------------------------------------------------------------------------------------------


def add_page(client, trajectory, **asked):
    return client.get(reverse("placement_add", args=[trajectory.participant.key]), asked)


def test_the_page_shows_what_matters_before_one_chooses(monday, signed_in, coordinator, trajectory):
    person = trajectory.participant
    person.district, person.postcode = District.objects.get(name="Noord"), "3035 AB"
    person.save()
    near = OpeningFactory(
        workshop__location=LocationFactory(name="Noord", district=person.district, address="Zaagmolenkade 1")
    ).workshop
    AbilityFactory(workshop=near, name="lintzaag", is_wanted_before=True)
    ApplicationFactory(participant=person, wish="Iets met hout")
    WaitingEntryFactory(participant=person, workshop=near, weekday=1)
    IndicationFactory(participant=person, volume=3)
    IndicationFactory(
        participant=person, product_category=Indication.Category.TRANSPORT, unit=Indication.Unit.PIECE, volume=8
    )
    ended = PlacementFactory(trajectory=trajectory, weekday=2, end_date=monday - WEEK, end_reason="DID_NOT_FIT")
    page = add_page(signed_in(coordinator), trajectory)
    words = " ".join(page.text.split())
    for expected in (
        "Iets met hout",
        f"Wacht op <strong>{near.name}</strong>, maandag",
        "<strong>3</strong> per week toegekend, <strong>0</strong> gepland",
        f"{ended.workshop.name}: dinsdag ochtend",
        "het paste niet",
        "Woont in Noord, 3035 AB",
        "Vervoer toegekend",
        "Zaagmolenkade 1, Noord <strong>(eigen gebied)</strong>",
        "Vooraf gewenst: lintzaag",
        "nog niet",
        f"Past bij de wens:</strong> {near.name}, maandag ochtend.",
    ):
        assert expected in words


def test_the_page_says_with_whom_somebody_is_never_planned_and_logs_both(monday, signed_in, coordinator, trajectory):
    OpeningFactory()
    placement = PlacementFactory(trajectory=trajectory)
    pair = NotTogetherFactory(first=trajectory.participant)
    client = signed_in(coordinator)
    for name, more in (("placement_add", []), ("placement_change", [placement.pk])):
        before = AccessEvent.objects.count()
        page = client.get(reverse(name, args=[trajectory.participant.key, *more]))
        assert f"<dt>Nooit samen met</dt><dd>{pair.second.full_name}</dd>" in re.sub(r">\s+<", "><", page.text)
        events = AccessEvent.objects.order_by("pk")[before:]
        seen = {subject.object_id for event in events for subject in event.subjects.all()}
        assert seen == {pair.first_id, pair.second_id}


def test_the_page_asks_as_many_queries_for_one_workshop_as_for_three(monday, signed_in, coordinator, trajectory):
    client = signed_in(coordinator)
    NotTogetherFactory(first=trajectory.participant)
    counts = []
    for batch in (1, 2):
        for workshop in WorkshopFactory.create_batch(batch):
            OpeningFactory(workshop=workshop)
            AbilityFactory(workshop=workshop, is_wanted_before=True)
            WaitingEntryFactory(participant=trajectory.participant, workshop=workshop)
            PlacementFactory.create_batch(batch, workshop=workshop)
            PlacementFactory(
                trajectory=trajectory, workshop=workshop, weekday=workshop.pk % 5 + 1, end_date=monday - DAY
            )
        add_page(client, trajectory)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert add_page(client, trajectory).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_somebody_is_placed_every_other_week_on_trial(monday, signed_in, coordinator, trajectory):
    workshop = OpeningFactory().workshop
    client = signed_in(coordinator)
    key = f"{workshop.pk}-1-MORNING"
    typed = {"slots": [key], "start": "2026-03-03", "rhythm": "other", "trial_until": "2026-04-06"}
    question = press(client, add_page(client, trajectory), "Plaats in werkplaats", **typed)
    assert "om de week: eerst ma 9 mrt, dan ma 23 mrt" in question.text
    assert "Op proef tot en met maandag 6 april 2026" in question.text
    press(client, question, "Plaats in werkplaats")
    placement = trajectory.placements.get()
    assert (placement.weeks, placement.trial_until) == (Weeks.of(date(2026, 3, 9)), date(2026, 4, 6))


def test_several_day_parts_every_other_week_fall_in_the_same_weeks(monday, signed_in, coordinator, trajectory):
    workshop = OpeningFactory().workshop
    OpeningFactory(workshop=workshop, weekday=4)
    client = signed_in(coordinator)
    keys = [f"{workshop.pk}-{weekday}-MORNING" for weekday in (1, 4)]
    typed = {"slots": keys, "start": "2026-03-04", "rhythm": "other"}
    question = press(client, add_page(client, trajectory), "Plaats in werkplaats", **typed)
    assert "eerst ma 16 mrt, dan ma 30 mrt" in question.text
    assert "eerst do 5 mrt, dan do 19 mrt" in question.text


@pytest.mark.parametrize(("until", "end"), [("2026-03-01", ""), ("2026-03-20", "2026-03-16"), ("2027-01-01", "")])
def test_a_trial_lies_within_the_days(monday, signed_in, coordinator, until, end):
    trajectory = TrajectoryFactory(end_date=date(2026, 12, 31))
    workshop = OpeningFactory().workshop
    typed = {"slots": [f"{workshop.pk}-1-MORNING"], "start": "2026-03-02", "trial_until": until, "end": end}
    client = signed_in(coordinator)
    page = press(client, add_page(client, trajectory), "Plaats in werkplaats", **typed)
    assert page.context["form"].errors.keys() == {"trial_until"}


def test_a_pattern_is_taken_over(monday, signed_in, coordinator, trajectory):
    client = signed_in(coordinator)
    old, now = OpeningFactory.create_batch(2)
    stopped = PlacementFactory(weekday=3).workshop
    PlacementFactory(trajectory=trajectory, workshop=old.workshop, end_date=monday - DAY)
    other = PlacementFactory(workshop=now.workshop)
    PlacementFactory(trajectory=other.trajectory, participant=other.participant, workshop=stopped, weekday=2)
    PlacementFactory(trajectory=other.trajectory, workshop=now.workshop, weekday=3, weeks=Weeks.ODD)
    own = add_page(client, trajectory, overnemen=trajectory.participant.key)
    assert own.context["form"].chosen_keys == [f"{old.workshop_id}-1-MORNING"]
    found = add_page(client, trajectory, q=other.participant.surname)
    assert f"?overnemen={other.participant.key}" in found.text
    theirs = add_page(client, trajectory, overnemen=other.participant.key)
    assert theirs.context["form"].chosen_keys == [f"{now.workshop_id}-1-MORNING", f"{stopped.pk}-2-MORNING"]
    assert f"{stopped.name}, dinsdag ochtend is niet meer open." in theirs.text
    assert "is om de week. Plaats dat dagdeel apart." in theirs.text


def test_what_is_known_is_read_in_constant_queries(monday, trajectory, django_assert_num_queries):
    PlacementFactory(trajectory=trajectory)
    IndicationFactory(participant=trajectory.participant)
    with django_assert_num_queries(7):
        known = situation(trajectory.participant, trajectory, monday)
    assert len(known.placed) == 1
