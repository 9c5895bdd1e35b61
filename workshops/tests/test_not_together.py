"""Two people registered as not together are never planned in one session; a walk-in that breaks it warns discreetly."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from participants.models import NotTogether, Participant, Pause
from pluspunt.tests.factories import (
    NotTogetherFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Attendance, DayPart, Placement
from workshops.services.advice import Slot, placement_problems
from workshops.services.attendance import mark_attendance
from workshops.services.not_together import (
    first_shared_day,
    people_in_the_way,
    register_not_together,
    remove_not_together,
    shared_slots,
)
from workshops.services.placements import change_placement, end_placement, place
from workshops.services.sessions import ensure_sessions
from workshops.services.visitors import AskFirst, add_visitor
from workshops.tests.pages import press
from workshops.tests.spreadsheets import ATTENDANCE, SmallYear
from workshops.tests.test_placements_at_once import at_once
from workshops.tests.test_registers import said
from workshops.tests.test_year_import import take_in

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MORNING, AFTERNOON = DayPart.MORNING, DayPart.AFTERNOON
TOGETHER = "Deze twee werken nu samen. Verplaats of stop eerst één van de twee plaatsingen."


@pytest.fixture
def slot(workshop):
    return Slot(workshop, 1, MORNING)


@pytest.fixture
def jan(monday):
    return TrajectoryFactory(participant__nickname="Jan", participant__surname="Zeldzaam")


@pytest.fixture
def piet(monday):
    return TrajectoryFactory(participant__nickname="Piet", participant__surname="Bijzonder")


@pytest.fixture
def pair(jan, piet, coordinator):
    return register_not_together(piet.participant, jan.participant, by=coordinator)


def placed(trajectory, slot, **dates):
    return PlacementFactory(
        trajectory=trajectory, workshop=slot.workshop, weekday=slot.weekday, day_part=slot.day_part, **dates
    )


# --- registering a pair -----------------------------------------------------------------------------------------


def test_a_pair_is_kept_in_one_order_and_once(pair, jan, piet, coordinator):
    assert (pair.first, pair.second) == (jan.participant, piet.participant)
    assert pair.history.get().history_user == coordinator
    with pytest.raises(ValidationError, match="Deze twee staan al als niet samen"):
        register_not_together(jan.participant, piet.participant, by=coordinator)


def test_nobody_is_kept_apart_from_themselves(jan, coordinator):
    with pytest.raises(ValidationError, match="dit is dezelfde persoon"):
        register_not_together(jan.participant, jan.participant, by=coordinator)


def test_who_works_together_now_cannot_be_registered(jan, piet, slot, coordinator):
    placed(jan, slot)
    placed(piet, slot)
    with pytest.raises(ValidationError) as refusal:
        register_not_together(jan.participant, piet.participant, by=coordinator)
    assert refusal.value.messages == [TOGETHER]
    assert not NotTogether.objects.exists()


def test_a_pause_does_not_lift_it(jan, piet, slot, coordinator, monday):
    placed(jan, slot)
    placed(piet, slot)
    Pause.objects.create(trajectory=jan, start_date=monday - WEEK)
    with pytest.raises(ValidationError):
        register_not_together(jan.participant, piet.participant, by=coordinator)


@pytest.mark.parametrize(
    ("mine", "theirs", "is_together"),
    [
        ((0, None), (0, None), True),
        ((0, 7), (7, None), True),  # both on the second Monday
        ((0, 6), (7, None), False),
        ((0, 9), (8, None), False),  # two days in common, no Monday
        ((-28, -1), (-28, None), False),  # what has been, has been
        ((7, 7), (0, None), True),
    ],
)
def test_only_sessions_from_today_on_count(jan, piet, slot, coordinator, monday, mine, theirs, is_together):
    for trajectory, (start, end) in ((jan, mine), (piet, theirs)):
        end = None if end is None else monday + end * DAY
        placed(trajectory, slot, start_date=monday + start * DAY, end_date=end)
    assert bool(shared_slots(jan.participant, piet.participant, since=monday)) is is_together
    if is_together:
        with pytest.raises(ValidationError):
            register_not_together(jan.participant, piet.participant, by=coordinator)
    else:
        assert register_not_together(jan.participant, piet.participant, by=coordinator).pk


def test_a_session_of_today_that_is_recorded_has_been(jan, piet, slot, coordinator, monday, coach):
    placed(jan, slot, end_date=monday)
    placed(piet, slot)
    ensure_sessions(monday)
    assert [shared.first_day for shared in shared_slots(jan.participant, piet.participant, since=monday)] == [monday]
    mark_attendance(jan.attendances.get(date=monday), Attendance.Status.PRESENT, by=coach)
    assert register_not_together(jan.participant, piet.participant, by=coordinator).pk


@pytest.mark.parametrize("other", [{"weekday": 2}, {"day_part": AFTERNOON}, {"workshop": None}])
def test_another_day_day_part_or_workshop_is_apart(jan, piet, slot, coordinator, other):
    placed(jan, slot)
    where = {"workshop": slot.workshop, "weekday": 1, "day_part": MORNING} | other
    where["workshop"] = where["workshop"] or WorkshopFactory()
    PlacementFactory(trajectory=piet, **where)
    assert register_not_together(jan.participant, piet.participant, by=coordinator).pk


days = st.integers(0, 30).map(lambda n: date(2026, 3, 1) + n * DAY)
spans = st.tuples(days, st.none() | days)


@given(spans, spans, st.integers(1, 7), days)
def test_the_first_shared_day_is_the_first_session_that_both_are_planned_in(mine, theirs, weekday, since):
    one, other = [
        Placement(workshop_id=1, weekday=weekday, day_part=MORNING, start_date=start, end_date=end)
        for start, end in (mine, theirs)
    ]
    one.workshop = other.workshop = WorkshopFactory.build(pk=1)
    found = [
        day
        for day in (date(2026, 3, 1) + n * DAY for n in range(80))
        if day >= since and day.isoweekday() == weekday and one.runs_on(day) and other.runs_on(day)
    ]
    assert first_shared_day(one, other, since) == (found[0] if found else None)


def test_a_pair_that_goes_stays_in_the_history(pair, jan, piet, slot, coordinator, monday):
    placed(piet, slot)
    remove_not_together(pair, by=coordinator)
    remove_not_together(pair, by=coordinator)
    assert not NotTogether.objects.exists()
    assert list(NotTogether.history.values_list("history_type", flat=True)) == ["-", "+"]
    assert place(jan, [slot], start=monday, by=None)


# --- planning ---------------------------------------------------------------------------------------------------


def test_somebody_is_not_placed_where_the_other_works(pair, jan, piet, slot, monday):
    placed(piet, slot)
    with pytest.raises(ValidationError) as refusal:
        place(jan, [slot], start=monday, by=None)
    assert refusal.value.messages == [f"{slot}: niet samen met Piet Bijzonder. Die werkt hier dan ook."]
    assert not jan.placements.exists()


def test_a_paused_person_keeps_the_place_to_themselves(pair, jan, piet, slot, monday):
    placed(piet, slot)
    Pause.objects.create(trajectory=piet, start_date=monday - WEEK)
    assert placement_problems(jan, [slot], monday)


def test_after_the_other_left_there_is_room(pair, jan, piet, slot, monday):
    placed(piet, slot, end_date=monday + WEEK)
    assert placement_problems(jan, [slot], monday + WEEK)
    assert placement_problems(jan, [slot], monday + 2 * WEEK) == []
    assert placement_problems(jan, [Slot(slot.workshop, 1, AFTERNOON)], monday) == []


def test_somebody_else_is_not_in_the_way(pair, jan, slot, monday):
    PlacementFactory(workshop=slot.workshop)
    assert placement_problems(jan, [slot], monday) == []


def test_nobody_moves_to_where_the_other_works(pair, jan, piet, slot, monday):
    placed(piet, slot)
    mine = placed(jan, Slot(slot.workshop, 2, MORNING))
    with pytest.raises(ValidationError, match="niet samen met Piet Bijzonder"):
        change_placement(mine, slot, start=monday + DAY, by=None)
    mine.refresh_from_db()
    assert (mine.weekday, mine.end_date) == (2, None)


def test_a_placement_does_not_go_on_into_that_of_the_other(pair, jan, piet, slot, monday):
    mine = placed(jan, slot, end_date=monday)
    placed(piet, slot, start_date=monday + 2 * WEEK)
    assert end_placement(mine, last_day=monday + WEEK, by=None).end_date == monday + WEEK
    with pytest.raises(ValidationError, match="niet samen met Piet Bijzonder"):
        end_placement(mine, last_day=monday + 2 * WEEK, by=None)


def test_looking_for_the_other_takes_three_queries_however_many_day_parts(
    pair, jan, piet, slot, django_assert_num_queries
):
    wanted = [placed(jan, Slot(slot.workshop, weekday, MORNING)) for weekday in (1, 2, 3)]
    for weekday in (1, 2, 3):
        placed(piet, Slot(slot.workshop, weekday, MORNING))
    for number in (1, 3):
        with django_assert_num_queries(3):
            assert len(people_in_the_way(jan.participant_id, wanted[:number])) == number


def test_the_page_says_so_before_anything_is_kept_and_logs_both(pair, jan, piet, slot, monday, signed_in, coordinator):
    OpeningFactory(workshop=slot.workshop, weekday=2)
    placed(piet, slot)
    desk = signed_in(coordinator)
    url = reverse("placement_add", args=[jan.participant.key])
    chosen = {"slots": f"{slot.workshop.pk}-1-MORNING", "start": "2026-03-02", "trajectory": jan.pk}
    page = desk.post(url, chosen | {"step": "check"})
    assert page.context["form"].non_field_errors() == [
        f"{slot}: niet samen met Piet Bijzonder. Die werkt hier dan ook."
    ]
    assert AccessEvent.objects.filter(data="naam, niet samen", subjects__object_id=piet.participant_id).exists()
    mine = placed(jan, Slot(slot.workshop, 2, MORNING))
    url = reverse("placement_change", args=[jan.participant.key, mine.pk])
    page = desk.post(url, chosen | {"start": "2026-03-03", "step": "check"})
    assert "niet samen met Piet Bijzonder" in page.text
    assert AccessEvent.objects.filter(data="naam, niet samen").count() == 2


# --- taking a year in -------------------------------------------------------------------------------------------


@pytest.fixture
def year(monday, coordinator):
    """The two people of a small year, who are not together and are both placed at the bikes in the file."""
    year = SmallYear()
    placements, marks = year.rows["plaatsingen.csv"], year.rows[ATTENDANCE]
    year.rows["plaatsingen.csv"], year.rows[ATTENDANCE] = [], marks[4:]
    take_in(year)
    year.rows["plaatsingen.csv"], year.rows[ATTENDANCE] = placements, marks
    register_not_together(*Participant.objects.all(), by=coordinator)
    return year


def test_a_placement_in_a_file_that_breaks_it_is_refused(year):
    refusals = [(r.file, r.line, r.reason) for r in take_in(year).refusals]
    reason = "Hier werkt dan iemand met wie deze persoon niet samen gepland wordt."
    assert [r for r in refusals if r[0] == "plaatsingen.csv"] == [("plaatsingen.csv", 3, reason)]
    assert Placement.objects.get().participant.number == 1


def test_what_was_before_today_is_taken_in(year):
    for row in year.rows["plaatsingen.csv"]:
        row["Tot"] = "31-12-2025"
    assert not take_in(year).refusals
    assert Placement.objects.count() == 2


# --- a walk-in --------------------------------------------------------------------------------------------------


@pytest.fixture
def register(pair, piet, slot, monday):
    """This morning, with Piet planned."""
    placed(piet, slot)
    ensure_sessions(monday)
    return slot.workshop.sessions.get(date=monday)


def visit(session):
    return reverse("visitor_add", args=[session.workshop_id, session.date, session.day_part])


def test_a_coach_is_asked_to_talk_first_and_is_told_neither_who_nor_why(register, jan, signed_in, coach):
    tablet = signed_in(coach)
    page = press(tablet, tablet.get(visit(register), {"q": "zeldzaam"}), "Zet op aanwezig")
    assert "Overleg even met de coördinator voor je Jan Z. erbij zet." in page.text
    assert "Piet" not in page.text
    assert "samen" not in page.text
    assert not register.attendances.filter(participant=jan.participant).exists()
    press(tablet, page, "Toch erbij zetten")
    row = register.attendances.get(participant=jan.participant)
    assert (row.planned, row.status) == (False, Attendance.Status.PRESENT)
    assert said(tablet.get(visit(register))) == ["Jan Z. staat erbij en is aanwezig."]
    actions = AccessEvent.objects.filter(subjects__object_id=jan.participant_id).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["SEARCH", "VIEW", "ADD"]


def test_a_coordinator_is_sent_to_the_page_that_says_more(register, jan, signed_in, coordinator):
    page = signed_in(coordinator).post(visit(register), {"participant": jan.participant.key})
    assert reverse("participant_around", args=[jan.participant.key]) in page.text
    assert "Piet" not in page.text


def test_a_visitor_counts_as_well_as_somebody_planned(pair, jan, piet, session, coach):
    add_visitor(session, piet.participant, by=coach)
    with pytest.raises(AskFirst):
        add_visitor(session, jan.participant, by=coach)
    assert add_visitor(session, jan.participant, by=coach, is_agreed=True).status == Attendance.Status.PRESENT
    assert add_visitor(session, jan.participant, by=coach).pk  # a second tap asks nothing


def test_who_said_that_they_do_not_come_is_not_there(register, jan, coach):
    mark_attendance(register.attendances.get(), Attendance.Status.EXCUSED, by=coach)
    assert add_visitor(register, jan.participant, by=coach).pk


def test_anybody_else_walks_in_as_before(register, coach):
    assert add_visitor(register, TrajectoryFactory().participant, by=coach).pk


# --- at the same moment -----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_only_one_of_a_pair_is_placed_at_the_same_moment(monday, coordinator):
    for _ in range(3):
        paths = TrajectoryFactory.create_batch(2)
        NotTogetherFactory(first=paths[0].participant, second=paths[1].participant, recorded_by=coordinator)
        slot = Slot(OpeningFactory().workshop, 1, MORNING)
        answers = at_once(lambda path, slot=slot: place(path, [slot], start=monday, by=None), paths)
        assert answers.count("done") == 1
        assert slot.workshop.placements.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_pair_and_a_placement_at_the_same_moment_do_not_pass_each_other(monday, coordinator):
    for _ in range(3):
        one, other = TrajectoryFactory.create_batch(2)
        slot = Slot(OpeningFactory().workshop, 1, MORNING)
        placed(other, slot)
        actions = [
            lambda one=one, slot=slot: place(one, [slot], start=monday, by=None),
            lambda one=one, other=other: register_not_together(one.participant, other.participant, by=coordinator),
        ]
        answers = at_once(lambda action: action(), actions)
        assert answers.count("done") == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_walk_in_at_the_same_moment_are_not_both_let_in_unasked(session, coach, coordinator):
    one, other = TrajectoryFactory.create_batch(2)
    NotTogetherFactory(first=one.participant, second=other.participant, recorded_by=coordinator)
    answers = at_once(lambda path: add_visitor(session, path.participant, by=coach), [one, other])
    assert answers.count("done") == 1
    assert session.attendances.filter(planned=False).count() == 1
