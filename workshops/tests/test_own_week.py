"""Somebody's own week: by the registers, and beyond them by the patterns; and the card that it is printed on."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from participants.models import Pause
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    AbsenceFactory,
    DutyFactory,
    LeaveFactory,
    OneOffFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WorkshopFactory,
)
from pluspunt.tests.pdfua import failures
from privacy.models import AccessEvent
from workshops.models import AbsenceReason, Closure, DayPart, Placement, Session, StandIn, Weeks, Workshop
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.own_week import State, own_parts, week_of
from workshops.services.placements import end_placement
from workshops.services.sessions import ensure_sessions, reconcile_sessions

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def person(monday, workshop):
    """Gerrit Zwartewaal works here on Monday mornings; the registers of three weeks are made."""
    path = TrajectoryFactory(participant__nickname="Gerrit", participant__surname="Zwartewaal")
    PlacementFactory(trajectory=path, workshop=workshop)
    ensure_sessions(monday + 2 * WEEK + 6 * DAY)
    return path.participant


@pytest.fixture(params=["register", "pattern"])
def first(request, monday):
    """The first day of a week of which the register is made, and of one of which it is not."""
    return monday + WEEK if request.param == "register" else monday + 5 * WEEK


def states(person, monday) -> list[tuple]:
    return [(part.day - monday, part.day_part, part.state) for part in week_of(person, monday).parts]


def plan_again(*workshops):
    reconcile_sessions(Workshop.objects.filter(pk__in=[each.pk for each in workshops]), date(2026, 1, 1))


COMES_ON_MONDAY = [(0 * DAY, "MORNING", State.COMES)]


def test_an_ordinary_week(person, first):
    assert states(person, first) == COMES_ON_MONDAY
    assert len(week_of(person, first).days) == 5


def test_a_day_of_the_weekend_stands_there_when_there_is_something(person, workshop, first):
    OpeningFactory(workshop=workshop, weekday=6)
    PlacementFactory(trajectory=person.trajectories.get(), workshop=workshop, weekday=6)
    plan_again(workshop)
    assert [day.day.isoweekday() for day in week_of(person, first).days] == [1, 2, 3, 4, 5, 6]


def test_who_comes_every_other_week_is_free_in_the_other_one(person, workshop, first):
    Placement.objects.update(weeks=Weeks.of(first))
    plan_again(workshop)
    assert [len(week_of(person, first + n * WEEK).comes) for n in (0, 1, 2, 3)] == [1, 0, 1, 0]
    assert week_of(person, first).comes[0].is_every_other_week


def test_nobody_is_expected_where_nothing_is_open(person, workshop, first):
    workshop.openings.update(end_date=first - DAY)
    plan_again(workshop)
    assert states(person, first) == []


def test_a_closed_day_says_why(person, workshop, first):
    Closure.objects.create(start_date=first, end_date=first, reason="Tweede Paasdag")
    plan_again(workshop)
    [part] = week_of(person, first).parts
    assert (part.state, part.reason) == (State.CLOSED, "Tweede Paasdag")


def test_a_closure_of_another_location_closes_nothing_here(person, workshop, first):
    elsewhere = WorkshopFactory(location__name="Noord").location
    Closure.objects.create(start_date=first, end_date=first, reason="verhuizing", location=elsewhere)
    assert states(person, first) == COMES_ON_MONDAY


def test_who_is_paused_does_not_come(person, workshop, first):
    Pause.objects.create(trajectory=person.trajectories.get(), start_date=first)
    plan_again(workshop)
    assert states(person, first) == [(0 * DAY, "MORNING", State.PAUSED)]


def test_who_stays_away_sees_that_it_was_heard(person, workshop, coach, first):
    AbsenceFactory(participant=person, taken_by=coach, start_date=first, end_date=first)
    plan_again(workshop)
    assert states(person, first) == [(0 * DAY, "MORNING", State.ABSENT)]


def test_an_absence_that_was_withdrawn_counts_no_more(person, workshop, coach, monday):
    day = monday + 5 * WEEK
    absence = AbsenceFactory(participant=person, taken_by=coach, start_date=day, end_date=day)
    absence.withdrawn_by, absence.withdrawn_at = coach, absence.taken_at
    absence.save()
    assert states(person, day) == COMES_ON_MONDAY


def test_a_cancelled_session_stays_in_sight(person, workshop, monday):
    cancel_session(workshop.sessions.get(date=monday), reason="de coach is ziek", by=None)
    [part] = week_of(person, monday).parts
    assert (part.state, part.reason) == (State.CANCELLED, "")


def test_what_was_recorded_does_not_change_where_somebody_is_expected(person, workshop, coach, monday):
    mark_attendance(person.attendances.get(date=monday), "NO_SHOW", by=coach)
    assert states(person, monday) == COMES_ON_MONDAY


def test_a_placement_that_ended_leaves_no_trace(person, coordinator, first):
    end_placement(person.placements.get(), last_day=first - DAY, by=coordinator)
    assert states(person, first) == []


def test_for_one_time_elsewhere(person, workshop, monday):
    other = WorkshopFactory(name="Houtwerkplaats", location__name="Noord")
    OpeningFactory(workshop=other, weekday=2)
    ensure_sessions(monday + WEEK)
    away = workshop.sessions.get(date=monday)
    to = other.sessions.get(date=monday + DAY)
    OneOffFactory(trajectory=person.trajectories.get(), away_from=away, comes_to=to)
    plan_again(workshop, other)
    assert states(person, monday) == [(0 * DAY, "MORNING", State.NOT_NOW), (DAY, "MORNING", State.COMES)]
    [part] = week_of(person, monday).comes
    assert (part.workshop, part.location.name, part.is_once) == (other, "Noord", True)
    assert states(person, monday + WEEK) == COMES_ON_MONDAY


def test_who_goes_elsewhere_at_the_same_time_reads_only_where(person, workshop, monday):
    other = WorkshopFactory()
    OpeningFactory(workshop=other)
    ensure_sessions(monday + WEEK)
    away, to = (Session.objects.get(workshop=each, date=monday) for each in (workshop, other))
    OneOffFactory(trajectory=person.trajectories.get(), away_from=away, comes_to=to)
    plan_again(workshop, other)
    assert [part.workshop for part in week_of(person, monday).parts] == [other]


def test_a_one_off_that_was_taken_back_counts_no_more(person, workshop, coordinator, monday):
    away = workshop.sessions.get(date=monday)
    one_off = OneOffFactory(trajectory=person.trajectories.get(), away_from=away)
    one_off.withdrawn_by, one_off.withdrawn_at = coordinator, one_off.made_at
    one_off.save()
    assert states(person, monday) == COMES_ON_MONDAY


def test_who_is_there_follows_the_rota(person, workshop, first):
    for name in ("Sanne de Vries", "Joris Bakker", "Ali Kaya"):
        DutyFactory(user__name=name, workshop=workshop)
    DutyFactory(user__name="Kim Elders")
    DutyFactory(user__name="Bo Middag", workshop=workshop, day_part=DayPart.AFTERNOON)
    joris = workshop.duties.get(user__name="Joris Bakker").user
    LeaveFactory(user=joris, start_date=first, end_date=first)
    assert week_of(person, first).comes[0].coaches == ("Ali", "Sanne")
    assert week_of(person, first + WEEK).comes[0].coaches == ("Ali", "Joris", "Sanne")


def test_who_helps_out_is_named_too(person, workshop, monday):
    helper = UserFactory(name="Femke Jansen")
    StandIn.objects.create(session=workshop.sessions.get(date=monday), user=helper)
    assert week_of(person, monday).comes[0].coaches == ("Femke",)
    assert week_of(person, monday + WEEK).comes[0].coaches == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    weeks=st.sampled_from(Weeks.values),
    start=st.integers(-10, 30),
    lasts=st.none() | st.integers(0, 40),
    closed=st.integers(0, 40),
)
def test_the_patterns_say_beforehand_what_the_registers_will_say(
    db, person, workshop, monday, weeks, start, lasts, closed
):
    Closure.objects.all().delete()
    Placement.objects.update(
        weeks=weeks,
        start_date=monday + start * DAY,
        end_date=None if lasts is None else monday + (start + lasts) * DAY,
    )
    Closure.objects.create(start_date=monday + closed * DAY, end_date=monday + (closed + 6) * DAY, reason="feest")
    period = Period(monday, monday + 6 * WEEK)
    Workshop.objects.update(sessions_until=None)
    Session.objects.untouched().delete()
    person.attendances.all().delete()
    Session.objects.all().delete()
    before = [(part.key, part.state) for part in own_parts(person, period)]
    ensure_sessions(period.end)
    assert [(part.key, part.state) for part in own_parts(person, period)] == before


@pytest.mark.parametrize("count", [1, 3])
def test_a_week_takes_the_same_queries_for_one_and_three(monday, workshop, count, django_assert_num_queries):
    path = TrajectoryFactory()
    for n in range(count):
        place = WorkshopFactory()
        for weekday in (1 + 2 * n, 2 + 2 * n):
            OpeningFactory(workshop=place, weekday=weekday)
            PlacementFactory(trajectory=path, workshop=place, weekday=weekday)
        DutyFactory(workshop=place, weekday=1 + 2 * n)
    ensure_sessions(monday)
    with django_assert_num_queries(10):
        assert len(week_of(path.participant, monday).parts) >= count + 1


# --- The page and the card ---------------------------------------------------------------------------------------


def text_of(answer) -> str:
    assert answer.status_code == 200
    [page] = PdfReader(BytesIO(answer.content)).pages
    return " ".join(page.extract_text().split())


def card_of(client, person, week="") -> str:
    return text_of(client.get(reverse("week_card_pdf", args=[person.key]), {"week": week} if week else {}))


def test_the_card_says_where_when_and_who(person, workshop, coach, signed_in):
    workshop.location.address = "Mathenesserdijk 1, Rotterdam"
    workshop.location.save()
    DutyFactory(user__name="Sanne de Vries", workshop=workshop)
    text = card_of(signed_in(coach), person)
    for words in (
        "De week van Gerrit",
        "2 maart tot en met 6 maart 2026",
        "Ochtend 8.30 – 12.30 uur",
        "Maandag 2 mrt Fietsenwerkplaats West",
        "West · met Sanne",
        "West: Mathenesserdijk 1, Rotterdam",
        "Dinsdag 3 mrt vrij vrij",
    ):
        assert words in text


def test_nothing_on_the_card_says_who_it_is_or_why(person, workshop, coach, signed_in):
    person.number, person.attention = 4711, "geen slijptol"
    person.save()
    DutyFactory(user__name="Sanne de Vries", workshop=workshop)
    row = person.attendances.get(date=date(2026, 3, 2))
    mark_attendance(row, "EXCUSED", reason=AbsenceReason.objects.get(name="ziek"), by=coach)
    answer = signed_in(coach).get(reverse("week_card_pdf", args=[person.key]))
    text = text_of(answer) + str(PdfReader(BytesIO(answer.content)).metadata) + answer["Content-Disposition"]
    assert "Je bent afgemeld" in text
    for secret in ("Zwartewaal", "4711", "slijptol", "ziek", "Vries", person.key):
        assert secret not in text


def test_a_week_without_anything_says_so_kindly(person, coach, signed_in):
    text = card_of(signed_in(coach), person, "2023-05-01")
    assert "Deze week sta je niet op het rooster." in text


def test_a_closed_and_a_cancelled_day_on_the_card(person, workshop, coach, signed_in, monday):
    Closure.objects.create(start_date=monday + WEEK, end_date=monday + WEEK, reason="Tweede Paasdag")
    plan_again(workshop)
    cancel_session(workshop.sessions.get(date=monday), reason="de coach is ziek", by=None)
    client = signed_in(coach)
    assert "Gesloten Tweede Paasdag" in card_of(client, person, "2026-03-09")
    text = card_of(client, person)
    assert "Gaat niet door Fietsenwerkplaats West" in text
    assert "ziek" not in text


@pytest.mark.parametrize("week", ["gisteren", "2026-02-30", "20260302", "1999-01-04", "2026-W10"])
def test_a_week_that_does_not_exist_is_not_there(person, coach, signed_in, week):
    for name in ("week_card", "week_card_pdf"):
        assert signed_in(coach).get(reverse(name, args=[person.key]), {"week": week}).status_code == 404


def test_somebody_elses_week_is_not_there(person, signed_in):
    for name in ("week_card", "week_card_pdf"):
        assert signed_in(UserFactory()).get(reverse(name, args=[person.key])).status_code == 404


def test_looking_and_printing_are_logged(person, coach, signed_in):
    client = signed_in(coach)
    client.get(reverse("week_card", args=[person.key]))
    client.get(reverse("week_card_pdf", args=[person.key]))
    assert [event.action for event in AccessEvent.objects.order_by("pk")] == ["VIEW", "PRINT"]


def test_the_page_leads_to_the_weeks_around_and_to_the_card(person, coach, signed_in):
    page = signed_in(coach).get(reverse("week_card", args=[person.key]), {"week": "2026-03-11"}).text
    for link in ("?week=2026-03-02", "?week=2026-03-16", "week.pdf?week=2026-03-09"):
        assert f'{link}"' in page


@pytest.fixture
def fullest(monday, coach):
    """Somebody with the longest names on all fourteen day parts, in places with the longest addresses."""
    path = TrajectoryFactory(participant__nickname="Wilhelmina-Alexandrina " * 2 + "Maria")
    for weekday in range(1, 8):
        for part in DayPart.values:
            place = WorkshopFactory(
                name=f"Werkplaats voor restauratie van tweewielers en bakfietsen {weekday} {part}".ljust(80, "w"),
                location__name=f"Leerwerkpark in Merwe-Vierhavens aan het water {weekday}".ljust(60, "l"),
                coaches=[coach],
            )
            place.location.address = "Mathenesserdijk 1 op de eerste verdieping achter de grote poort".ljust(120, "a")
            place.location.save()
            OpeningFactory(workshop=place, weekday=weekday, day_part=part)
            PlacementFactory(trajectory=path, workshop=place, weekday=weekday, day_part=part)
            DutyFactory(workshop=place, weekday=weekday, day_part=part, user__name="Marie-Antoinette de Wit")
    return path.participant


@pytest.mark.slow
def test_it_is_one_page_for_everybody_and_pdf_ua(person, fullest, coach, signed_in, tmp_path):
    client, path = signed_in(coach), tmp_path / "card.pdf"
    for who, week in ((person, ""), (person, "2023-05-01"), (fullest, "")):
        answer = client.get(reverse("week_card_pdf", args=[who.key]), {"week": week} if week else {})
        assert text_of(answer)
        path.write_bytes(answer.content)
        assert failures("ua1", path) == []
        assert failures("3a", path) == []
