"""Who stayed away without a word so often in a row that somebody calls them, and what comes of it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from participants.models import Pause, Trajectory
from pluspunt.tests.factories import (
    ParticipantFactory,
    PlacementFactory,
    UserFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent, AccessSubject
from workshops.models import Attendance, Call, CallRule, DayPart, Session
from workshops.services.calls import LOOKS_BACK, people_to_call, record_call, to_call
from workshops.services.cancelling import cancel_session
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
Status, Outcome = Attendance.Status, Call.Outcome
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
MONDAY = date(2026, 3, 2)
MARKS = {"P": Status.PRESENT, "E": Status.EXCUSED, "N": Status.NO_SHOW, "O": Status.OPEN}


@pytest.fixture(autouse=True)
def _now(monday):
    """It is Monday 2 March 2026."""


@pytest.fixture
def placement(workshop):
    person = ParticipantFactory(nickname="Nora", surname="Aker", phone="06-1234 5678", emergency_contact="Zus Ria")
    return PlacementFactory(workshop=workshop, trajectory__participant=person)


def add_row(placement, status, day, **other) -> Attendance:
    part = other.pop("day_part", DayPart.MORNING)
    session, _ = Session.objects.get_or_create(
        workshop=placement.workshop, date=day, day_part=part, defaults={"capacity": 8}
    )
    return Attendance.objects.create(
        session=session,
        trajectory=placement.trajectory,
        participant=placement.participant,
        workshop=session.workshop,
        date=day,
        day_part=part,
        status=status,
        recorded_at=None if status == Status.OPEN else timezone.now(),
        **other,
    )


def fill(placement, letters: str, until=MONDAY) -> list[Attendance]:
    """One row a day, the last on `until`: "PNN" is present, and then twice away without a word."""
    days = [until - n * DAY for n in reversed(range(len(letters)))]
    return [add_row(placement, MARKS[letter], day) for letter, day in zip(letters, days, strict=True)]


def times(user) -> dict[int, int]:
    return {each.participant.pk: each.times for each in people_to_call(user, timezone.localdate())}


# --- Who is called -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letters", "number"),
    [
        ("", None),
        ("N", None),
        ("NN", 2),
        ("PNNN", 3),
        ("NNP", None),
        ("NNE", None),
        ("NPN", None),
        ("NEN", None),
        ("NON", 2),
        ("NNO", 2),
        ("NNPN", None),
        ("NNPNN", 2),
    ],
)
def test_who_stays_away_twice_in_a_row_is_called(placement, coach, letters, number):
    fill(placement, letters)
    key = placement.participant_id
    assert times(coach) == ({} if number is None else {key: number})
    assert to_call([key], MONDAY) == times(coach)


def test_the_afternoon_comes_after_the_morning(placement, coach):
    add_row(placement, Status.NO_SHOW, MONDAY - DAY)
    add_row(placement, Status.PRESENT, MONDAY, day_part=DayPart.MORNING)
    add_row(placement, Status.NO_SHOW, MONDAY, day_part=DayPart.AFTERNOON)
    assert times(coach) == {}


def test_a_visit_that_was_not_planned_changes_nothing(placement, coach):
    fill(placement, "NN", until=MONDAY - DAY)
    add_row(placement, Status.PRESENT, MONDAY, planned=False)
    assert times(coach) == {placement.participant_id: 2}


def test_what_was_said_of_a_day_to_come_does_not_count_yet(placement, coach):
    fill(placement, "NN")
    add_row(placement, Status.EXCUSED, MONDAY + DAY)
    assert times(coach) == {placement.participant_id: 2}


def test_a_session_that_did_not_go_on_does_not_count(placement, coach, coordinator):
    rows = fill(placement, "NN")
    cancel_session(rows[0].session, reason="de kachel is stuk", by=coordinator)
    assert times(coach) == {}


def test_what_is_long_ago_is_not_called_about(placement, coach):
    fill(placement, "NN", until=MONDAY - LOOKS_BACK - DAY)
    assert times(coach) == {}
    fill(placement, "NN", until=MONDAY - LOOKS_BACK + DAY)
    assert times(coach) == {placement.participant_id: 2}


def test_each_target_group_has_its_rule(placement, coach):
    fill(placement, "NN")
    CallRule.objects.filter(target_group="SOCIAL_DAY_CARE").update(no_shows=5)
    assert times(coach) == {placement.participant_id: 2}
    CallRule.objects.filter(target_group="ACTIVATION").update(no_shows=3)
    assert times(coach) == {}
    CallRule.objects.filter(target_group="ACTIVATION").update(no_shows=1, is_active=False)
    assert times(coach) == {}
    CallRule.objects.all().delete()
    assert times(coach) == {}


def test_who_is_paused_or_has_stopped_is_not_called(placement, coach):
    fill(placement, "NN")
    pause = Pause.objects.create(trajectory=placement.trajectory, start_date=MONDAY)
    assert times(coach) == to_call([placement.participant_id], MONDAY) == {}
    pause.delete()
    assert times(coach) == {placement.participant_id: 2}
    Trajectory.objects.update(end_date=MONDAY - DAY, destination="UNKNOWN")
    assert times(coach) == {}


def test_a_coach_calls_their_own_people_a_coordinator_everybody(placement, coach, coordinator):
    fill(placement, "NN")
    assert times(UserFactory()) == {}
    assert times(coach) == times(coordinator) == {placement.participant_id: 2}


def test_a_register_asks_only_about_its_own_rows(placement, coach, django_assert_num_queries):
    fill(placement, "NN")
    other = PlacementFactory(workshop=placement.workshop)
    fill(other, "NNN")
    with django_assert_num_queries(1):
        assert to_call([other.participant_id], MONDAY) == {other.participant_id: 3}
    assert to_call([], MONDAY) == {}


# --- What comes of it --------------------------------------------------------------------------------------------


def test_who_was_spoken_to_is_called_again_after_a_new_no_show(placement, coach):
    last = fill(placement, "NN", until=MONDAY - DAY)[-1]
    record_call(last, Outcome.REACHED, by=coach)
    assert times(coach) == to_call([placement.participant_id], MONDAY) == {}
    add_row(placement, Status.NO_SHOW, MONDAY)
    assert times(coach) == to_call([placement.participant_id], MONDAY) == {placement.participant_id: 3}


@pytest.mark.parametrize("outcome", [Outcome.MESSAGE, Outcome.NO_ANSWER])
def test_who_was_not_spoken_to_was_tried_today_and_comes_back_tomorrow(placement, coach, outcome):
    last = fill(placement, "NN")[-1]
    call = record_call(last, outcome, by=coach)
    [each] = people_to_call(coach, MONDAY)
    assert (each.is_tried_today, each.tries) == (True, [(MONDAY, call)])
    with time_machine.travel("2026-03-03T09:00:00+01:00", tick=False):
        [each] = people_to_call(coach, MONDAY + DAY)
        assert (each.is_tried_today, each.tries) == (False, [(MONDAY, call)])


def test_who_was_not_tried_yet_comes_first(placement, coach):
    last = fill(placement, "NN")[-1]
    other = PlacementFactory(workshop=placement.workshop, trajectory__participant__surname="Zomer")
    fill(other, "NN")
    assert [each.participant for each in people_to_call(coach, MONDAY)] == [placement.participant, other.participant]
    record_call(last, Outcome.NO_ANSWER, by=coach)
    assert [each.participant for each in people_to_call(coach, MONDAY)] == [other.participant, placement.participant]


def test_two_taps_within_a_minute_are_one_call(placement, coach, coordinator):
    last = fill(placement, "NN")[-1]
    now = timezone.now()
    first = record_call(last, Outcome.NO_ANSWER, by=coach, at=now)
    assert record_call(last, Outcome.NO_ANSWER, by=coach, at=now + timedelta(seconds=59)) == first
    record_call(last, Outcome.NO_ANSWER, by=coach, at=now + timedelta(seconds=60))
    record_call(last, Outcome.NO_ANSWER, by=coordinator, at=now)
    record_call(last, Outcome.REACHED, by=coach, at=now)
    assert Call.objects.count() == 4


@pytest.mark.parametrize("outcome", ["", "HUNG_UP"])
def test_an_unknown_outcome_is_refused(placement, coach, outcome):
    last = fill(placement, "NN")[-1]
    with pytest.raises(ValidationError, match="Kies gesproken"):
        record_call(last, outcome, by=coach)


def test_about_somebody_who_came_after_all_there_is_nothing_to_call(placement, coach):
    last = fill(placement, "NN")[-1]
    Attendance.objects.filter(pk=last.pk).update(status=Status.PRESENT)
    with pytest.raises(ValidationError, match="intussen veranderd"):
        record_call(last, Outcome.REACHED, by=coach)
    assert not Call.objects.exists()


# --- The page ----------------------------------------------------------------------------------------------------


@pytest.fixture
def tablet(signed_in, coach):
    return signed_in(coach)


def test_the_list_says_whom_to_call_about_what(placement, tablet):
    fill(placement, "NN")
    page = tablet.get(reverse("call_list"))
    text = " ".join(page.text.split())
    assert "Nora Aker" in text
    assert "2 × achter elkaar niet afgemeld" in text
    assert 'href="tel:0612345678"' in text
    assert "Zus Ria" in text
    assert "vanochtend, Fietsenwerkplaats West; gisteren ochtend, Fietsenwerkplaats West" in text


def test_one_tap_keeps_the_outcome(placement, tablet, coach):
    last = fill(placement, "NN")[-1]
    page = press(tablet, tablet.get(reverse("call_list")), "Geen gehoor")
    page = tablet.get(page.url)
    assert "vandaag 09:10 geen gehoor (Coach Carla)" in " ".join(page.text.split())
    assert (page.context["people"], len(page.context["tried"])) == ([], 1)
    page = tablet.get(press(tablet, page, "Gesproken").url)
    assert "Vandaag hoef je niemand te bellen" in page.text
    assert [(c.about, c.outcome, c.by) for c in Call.objects.all()] == [
        (last, Outcome.NO_ANSWER, coach),
        (last, Outcome.REACHED, coach),
    ]


def test_a_wrong_tap_is_told_and_kept_nowhere(placement, tablet):
    last = fill(placement, "NN")[-1]
    page = tablet.post(reverse("call_add", args=[last.pk]), {"outcome": "x"}, follow=True)
    assert "Nora A. is niet bijgewerkt. Kies gesproken" in page.text
    assert not Call.objects.exists()


def test_another_coach_calls_nobody_here(placement, signed_in):
    last = fill(placement, "NN")[-1]
    client = signed_in(UserFactory())
    assert forms_on(client.get(reverse("call_list")))[-1].attributes["action"] == reverse("account_logout")
    assert client.post(reverse("call_add", args=[last.pk]), {"outcome": "REACHED"}).status_code == 404


def test_seeing_the_list_and_calling_are_logged(placement, tablet):
    fill(placement, "NN")
    press(tablet, tablet.get(reverse("call_list")), "Gesproken")
    logged = AccessSubject.objects.filter(object_id=placement.participant_id).order_by("pk")
    assert list(logged.values_list("event__action", "event__data")) == [
        (AccessEvent.Action.VIEW, "bellen: telefoon, contact bij nood, aanwezigheid"),
        (AccessEvent.Action.ADD, "telefoontje: uitkomst"),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_one_person_as_for_three(
    number, placement, coach, tablet, django_assert_num_queries
):
    for _ in range(number):
        person = PlacementFactory(workshop=WorkshopFactory(coaches=[coach]))
        for row in fill(person, "N" * (number + 1)):
            record_call(row, Outcome.NO_ANSWER, by=UserFactory())
    tablet.get(reverse("call_list"))  # the content type that the log needs is now known
    with django_assert_num_queries(6):
        tablet.get(reverse("call_list"))
