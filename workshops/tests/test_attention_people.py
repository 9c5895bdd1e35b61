"""What of people and indications needs somebody: each rule, and when it does not hold."""

from datetime import date, timedelta

import pytest

from participants.models import Indication, Pause, Trajectory
from pluspunt.tests.factories import (
    AbsenceFactory,
    GoalFactory,
    IndicationFactory,
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    SessionFactory,
    TrajectoryFactory,
    VolunteerFactory,
    VolunteerProfileFactory,
)
from workshops.models import Attendance, CallRule, Weeks
from workshops.services.attendance import mark_attendance
from workshops.services.attention import Kind, Urgency, find_out
from workshops.services.openings import change_openings
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
Status = Attendance.Status


@pytest.fixture
def found(monday, coordinator):
    """Items of a kind, as a coordinator sees them this Monday."""
    return lambda kind: [item for item in find_out(coordinator).now if item.kind is kind]


@pytest.fixture
def placement(monday, workshop):
    """Somebody who comes every Monday morning since long ago; registers exist from five weeks back."""
    workshop.registered_from = monday - 5 * WEEK
    workshop.save()
    placement = PlacementFactory(workshop=workshop)
    ensure_sessions(monday)
    return placement


def row_of(placement, day) -> Attendance:
    return Attendance.objects.get(participant=placement.participant, date=day)


# --- Places -----------------------------------------------------------------------------------------------------------


def test_who_keeps_a_place_where_it_closes_is_listed_until_they_go_elsewhere(found, monday, placement):
    workshop, closes = placement.workshop, monday + WEEK
    for weekday in (1, 2):
        OpeningFactory(weekday=weekday)  # the house goes on
    assert found(Kind.CLOSED_PLACE) == []
    over_before = PlacementFactory(workshop=workshop, end_date=closes - DAY)
    reopened = PlacementFactory(workshop=workshop, start_date=monday, end_date=closes + WEEK)
    change_openings(workshop, {}, closes, by=None)
    assert [(item.pk, item.day, item.urgency) for item in found(Kind.CLOSED_PLACE)] == [
        (placement.pk, closes, Urgency.LATER),
        (reopened.pk, closes, Urgency.LATER),
    ]
    assert "Dat is dicht vanaf ma 9 mrt." in found(Kind.CLOSED_PLACE)[0].what
    change_openings(workshop, {(1, "MORNING"): 8}, closes + WEEK, by=None)
    assert found(Kind.CLOSED_PLACE) == []
    assert over_before.end_date == closes - DAY


def test_the_end_of_the_schedule_of_the_house_is_nobodys_closed_place(found, monday, placement):
    placement.workshop.openings.update(end_date=monday + WEEK)
    assert found(Kind.CLOSED_PLACE) == []


# --- Indications ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "urgency"),
    [(-1, Urgency.NOW), (0, Urgency.THIS_WEEK), (28, Urgency.THIS_WEEK), (29, Urgency.LATER), (56, Urgency.LATER)],
)
def test_an_indication_that_runs_out_is_more_urgent_when_less_is_left(found, monday, days, urgency):
    row = IndicationFactory(participant=TrajectoryFactory().participant, end_date=monday + days * DAY)
    [item] = found(Kind.EXPIRED if days < 0 else Kind.INDICATION)
    assert (item.pk, item.urgency, item.participant) == (row.pk, urgency, row.participant)
    assert item.action.url == f"/deelnemers/{row.participant.key}/indicaties/#indication-{row.pk}"


def test_an_indication_that_holds_longer_has_a_successor_or_is_of_who_left_needs_nobody(found, monday):
    IndicationFactory(participant=TrajectoryFactory().participant, end_date=monday + 57 * DAY)
    IndicationFactory(participant=TrajectoryFactory(end_date=monday - DAY).participant, end_date=monday + DAY)
    old = IndicationFactory(participant=TrajectoryFactory().participant, end_date=monday + DAY)
    IndicationFactory(participant=old.participant, start_date=monday + 2 * DAY)
    assert found(Kind.INDICATION) == found(Kind.EXPIRED) == []


def test_notices_that_were_not_sent(found, monday):
    late = IndicationFactory(participant=TrajectoryFactory().participant)
    new = IndicationFactory(participant=TrajectoryFactory().participant, start_date=monday)
    IndicationFactory(participant=TrajectoryFactory().participant, start_notice_on=monday)
    assert [(each.pk, each.urgency) for each in found(Kind.START_NOTICE)] == [
        (late.pk, Urgency.NOW),
        (new.pk, Urgency.THIS_WEEK),
    ]
    assert found(Kind.STOP_NOTICE) == []


def test_a_stop_notice_that_was_not_sent(found, monday):
    path = TrajectoryFactory(end_date=monday - 30 * DAY)
    row = IndicationFactory(participant=path.participant, start_notice_on=monday)
    assert [each.pk for each in found(Kind.STOP_NOTICE)] == [row.pk]


def test_more_planned_than_granted(found, workshop):
    # Without registers nothing is known of who came.
    type(workshop).objects.update(registered_from=None)
    placement = PlacementFactory(workshop=workshop)
    person, path = placement.participant, placement.trajectory
    indication = IndicationFactory(participant=person, volume=1)
    assert found(Kind.USE) == []
    other = PlacementFactory(workshop=workshop, trajectory=path, participant=person, weekday=2, weeks=Weeks.ODD)
    [item] = found(Kind.USE)
    assert item.what == "Er is meer gepland dan toegekend: 1,5 van 1 dagdeel per week."
    assert item.action.url == f"/deelnemers/{person.key}/#plekken"
    assert item.urgency == Urgency.THIS_WEEK
    Indication.objects.filter(pk=indication.pk).update(volume=2)
    assert found(Kind.USE) == []
    assert other.participant == person


def use_of(monday, *, came: int, volume: int = 1, missing: int = 0, paused: int = 0) -> None:
    """Eight weeks with `volume` day parts a week, of which somebody came `came` and `missing` are not recorded."""
    path = TrajectoryFactory()
    IndicationFactory(participant=path.participant, volume=volume)
    SessionFactory(workshop__registered_from=date(2025, 12, 1), date=date(2025, 12, 1))
    if paused:
        Pause.objects.create(trajectory=path, start_date=monday - paused * WEEK, end_date=monday)
    for number in range(came + missing):
        session = SessionFactory(date=monday - (number + 1) * DAY)
        status = Status.PRESENT if number < came else Status.OPEN
        row = Attendance(session=session, trajectory=path, participant=path.participant, workshop=session.workshop)
        row.date, row.day_part, row.status = session.date, session.day_part, status
        row.recorded_at = "2026-03-01T12:00+01:00" if status == Status.PRESENT else None
        row.save()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"came": 4}, "veel minder"),  # 50 %
        ({"came": 5}, None),  # 62.5 %
        ({"came": 4, "missing": 1}, None),  # not recorded is not absent
        ({"came": 8}, None),
        ({"came": 9}, "meer"),  # 112.5 %
        ({"came": 11, "volume": 2, "paused": 0}, None),  # 69 %
        ({"came": 2, "paused": 4}, "veel minder"),  # of the four weeks that are left
        ({"came": 3, "paused": 4}, None),
        ({"came": 0, "paused": 5}, None),  # too few days to judge
    ],
)
def test_over_and_under_use_in_eight_weeks(found, monday, facts, words):
    use_of(monday, **facts)
    items = found(Kind.USE)
    assert [f"Kwam {words} dan" in each.what and each.urgency == Urgency.LATER for each in items] == [True] * bool(
        words
    )


def test_a_new_indication_and_a_volunteer_are_not_judged(found, monday):
    IndicationFactory(participant=TrajectoryFactory().participant, start_date=monday - 27 * DAY)
    IndicationFactory(participant=VolunteerFactory().participant)
    SessionFactory(date=monday - DAY)
    assert found(Kind.USE) == []


# --- Staying away -----------------------------------------------------------------------------------------------------


def mark(placement, day, status, by):
    mark_attendance(row_of(placement, day), status, by=by)


def test_not_seen_for_fourteen_days(found, placement, monday, coordinator):
    mark(placement, monday - 3 * WEEK, Status.PRESENT, coordinator)
    mark(placement, monday - 2 * WEEK, Status.NO_SHOW, coordinator)
    [item] = found(Kind.NOT_SEEN)
    assert (item.participant, item.day) == (placement.participant, monday - 3 * WEEK)
    assert item.what == "1 keer gepland en niet gekomen in 14 dagen. Van 1 keer is nog niets ingevuld. " + (
        "Laatst gezien op ma 9 feb."
    )


def test_who_was_seen_is_not_missed_and_not_recorded_is_not_absent(found, placement, monday, coordinator):
    assert found(Kind.NOT_SEEN) == []
    mark(placement, monday - WEEK, Status.NO_SHOW, coordinator)
    mark(placement, monday, Status.PRESENT, coordinator)
    assert found(Kind.NOT_SEEN) == []


def test_who_said_so_beforehand_is_not_missed(found, placement, monday, coordinator):
    absence = AbsenceFactory(
        participant=placement.participant, start_date=monday - 3 * WEEK, end_date=monday, taken_by=coordinator
    )
    rows = Attendance.objects.filter(participant=placement.participant, date__lt=monday)
    rows.update(status=Status.EXCUSED, absence=absence, recorded_at="2026-02-09T12:00+01:00")
    assert found(Kind.NOT_SEEN) == []
    rows.filter(date=monday - WEEK).update(absence=None)
    assert len(found(Kind.NOT_SEEN)) == 1


@pytest.mark.parametrize("change", ["paused", "ended", "began", "left"])
def test_who_could_not_be_seen_is_not_missed(found, placement, monday, coordinator, change):
    mark(placement, monday - WEEK, Status.NO_SHOW, coordinator)
    assert len(found(Kind.NOT_SEEN)) == 1
    paths = Trajectory.objects.filter(pk=placement.trajectory_id)
    if change == "paused":
        Pause.objects.create(trajectory=placement.trajectory, start_date=monday - 2 * DAY)
    elif change == "ended":
        paths.update(end_date=monday - DAY)
    elif change == "began":
        paths.update(start_date=monday - 13 * DAY)
    else:
        type(placement).objects.filter(pk=placement.pk).update(end_date=monday - DAY)
    assert found(Kind.NOT_SEEN) == []


def test_who_is_called(found, placement, monday, coordinator):
    CallRule.objects.update(no_shows=1, is_active=True)
    assert found(Kind.CALL) == []
    mark(placement, monday - WEEK, Status.NO_SHOW, coordinator)
    [item] = found(Kind.CALL)
    assert (item.pk, item.urgency) == (row_of(placement, monday - WEEK).pk, Urgency.NOW)


def test_without_a_place(found, monday, workshop):
    path = TrajectoryFactory()
    TrajectoryFactory(end_date=monday - DAY)
    PlacementFactory(workshop=workshop, start_date=monday + 30 * DAY)
    assert [each.participant for each in found(Kind.NO_PLACE)] == [path.participant]


# --- Trials, pauses, reviews, certificates ----------------------------------------------------------------------------


def test_a_placement_on_trial_that_is_over(found, workshop, monday):
    on_trial = PlacementFactory(workshop=workshop, trial_until=monday)
    PlacementFactory(workshop=workshop, trial_until=monday + DAY)
    PlacementFactory(workshop=workshop, trial_until=monday - DAY, end_date=monday - DAY)
    PlacementFactory(workshop=workshop)
    [item] = found(Kind.TRIAL_PLACE)
    assert (item.pk, item.workshops) == (on_trial.pk, {workshop.pk})


def test_a_trajectory_whose_trial_ends_within_a_week(found, monday):
    near, now = (TrajectoryFactory(trial_until=monday + days * DAY) for days in (7, 0))
    TrajectoryFactory(trial_until=monday + 8 * DAY)
    TrajectoryFactory(trial_until=monday - DAY)
    assert [(each.pk, each.urgency) for each in found(Kind.TRIAL)] == [
        (now.pk, Urgency.NOW),
        (near.pk, Urgency.LATER),
    ]


def test_pauses_that_should_be_over(found, monday):
    def pause(**days):
        return Pause.objects.create(trajectory=TrajectoryFactory(), start_date=date(2026, 1, 5), **days)

    expected = pause(expected_until=monday)
    last_day, over = pause(end_date=monday), pause(end_date=monday - 14 * DAY)
    pause(expected_until=monday + DAY)
    pause(end_date=monday - 15 * DAY)
    pause(end_date=monday + DAY, expected_until=monday - DAY)
    pause()
    assert {each.pk for each in found(Kind.PAUSE)} == {expected.pk, last_day.pk, over.pk}


def test_who_is_back_from_a_pause_or_paused_again_needs_nobody(found, placement, monday, coordinator):
    path = placement.trajectory
    pause = Pause.objects.create(trajectory=path, start_date=date(2026, 1, 5), end_date=monday - 8 * DAY)
    assert [each.pk for each in found(Kind.PAUSE)] == [pause.pk]
    mark(placement, monday - WEEK, Status.PRESENT, coordinator)
    assert found(Kind.PAUSE) == []
    Attendance.objects.update(status=Status.OPEN, recorded_at=None)
    Pause.objects.create(trajectory=path, start_date=monday)
    assert found(Kind.PAUSE) == []


def test_reviews_that_are_due(found, monday):
    person = TrajectoryFactory().participant
    goal = GoalFactory(participant=person, review_on=monday)
    GoalFactory(participant=person, review_on=monday + DAY)
    GoalFactory(participant=ParticipantFactory(), review_on=monday)
    assert [each.pk for each in found(Kind.REVIEW)] == [goal.pk]


def test_certificates_of_volunteers(found, monday):
    without = VolunteerFactory().participant
    over, soon, fine = (
        VolunteerProfileFactory(vog_seen_on=date(2024, 1, 1), vog_renew_on=monday + days * DAY).participant
        for days in (0, 91, 92)
    )
    asked = VolunteerProfileFactory(vog_requested_on=monday - DAY).participant
    VolunteerFactory(end_date=monday - DAY)
    urgency = {each.pk: each.urgency for each in found(Kind.CERTIFICATE)}
    assert urgency == {
        without.pk: Urgency.THIS_WEEK,
        over.pk: Urgency.NOW,
        soon.pk: Urgency.LATER,
        asked.pk: Urgency.LATER,
    }
    assert fine.pk not in urgency
