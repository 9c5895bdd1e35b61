"""People of a session that does not go on, or has too few places: a proposal each, and what is planned for one time."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participants.models import NotTogether, Pause
from pluspunt.tests.factories import (
    AbsenceFactory,
    DutyFactory,
    IndicationFactory,
    NotTogetherFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    VolunteerFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from privacy.models import AccessSubject
from workshops.models import Attendance, DayPart, OneOff, Session, Workshop
from workshops.services.advice import Slot
from workshops.services.attendance import mark_attendance
from workshops.services.cancelling import cancel_session, restore_session
from workshops.services.one_offs import withdraw_one_off
from workshops.services.placements import place
from workshops.services.replanning import HOME, STAYS, propose, replan
from workshops.services.sessions import ensure_sessions
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
MORNING, AFTERNOON = DayPart.MORNING, DayPart.AFTERNOON
MONDAY = date(2026, 3, 2)
SUNDAY = date(2026, 3, 8)


def opened(name="", weekday=1, part=MORNING, capacity=8, **about):
    workshop = WorkshopFactory(**({"name": name} if name else {}), **about)
    OpeningFactory(workshop=workshop, weekday=weekday, day_part=part, capacity=capacity)
    return workshop


def session_of(workshop, day=MONDAY, part=MORNING):
    ensure_sessions(SUNDAY)
    return Session.objects.get(workshop=workshop, date=day, day_part=part)


def keep_apart(one, other):
    first, second = sorted((one, other), key=lambda person: person.pk)
    NotTogetherFactory(first=first, second=second)


def cancelled(workshop, by):
    return cancel_session(session_of(workshop), reason="Geen begeleiding", by=by)


def proposed(session):
    """Person → where they would go: a workshop with its day, or the word."""
    found = {}
    for line in propose(session).lines:
        option = line.option(line.proposed)
        found[line.participant] = (option.session.workshop, option.session.date) if option else line.proposed
    return found


def accept(session, by):
    choices = {line.participant.key: line.proposed for line in propose(session).lines}
    return replan(session, choices, by=by)


def detail(name, session):
    return reverse(name, args=[session.workshop_id, session.date, session.day_part])


def test_the_same_day_part_goes_first_then_the_nearest(monday, workshop, coordinator):
    same, afternoon, tuesday = opened("Hout"), opened("Staal", part=AFTERNOON), opened("Keuken", weekday=2)
    person = PlacementFactory(workshop=workshop).participant
    session = cancelled(workshop, coordinator)
    [line] = propose(session).lines
    assert [option.session.workshop for option in line.options] == [same, afternoon, tuesday]
    assert proposed(session) == {person: (same, monday)}


def test_what_somebody_wished_goes_before_what_is_known_and_alike(monday, workshop, coordinator):
    wished, known = opened("Z-werkplaats", discipline="WOOD"), opened("Y-werkplaats", discipline="WOOD")
    alike, other = opened("X-werkplaats"), opened("A-werkplaats", discipline="STEEL")
    person = PlacementFactory(workshop=workshop).participant
    WaitingEntryFactory(participant=person, workshop=wished)
    PlacementFactory(trajectory=person.trajectories.get(), workshop=known, weekday=3, end_date=date(2025, 1, 1))
    [line] = propose(cancelled(workshop, coordinator)).lines
    assert [option.session.workshop for option in line.options] == [wished, known, alike, other]
    assert line.options[0].reasons[0] == "wil hier graag heen"


@pytest.mark.parametrize(
    "why", ["full", "closed", "busy", "absent", "paused", "not together", "outside the path", "nobody supervises"]
)
def test_nobody_is_sent_where_they_cannot_be(why, monday, workshop, coordinator, coach):
    other = opened("Hout", capacity=1, part=AFTERNOON)
    placement = PlacementFactory(workshop=workshop)
    person, path = placement.participant, placement.trajectory
    slot = {"weekday": 1, "day_part": AFTERNOON}
    if why == "full":
        PlacementFactory(workshop=other, **slot)
    elif why == "closed":
        other.openings.update(end_date=date(2026, 3, 1))
    elif why == "busy":
        PlacementFactory(trajectory=path, workshop=opened("Vol", part=AFTERNOON, capacity=1), **slot)
    elif why == "absent":
        AbsenceFactory(participant=person, start_date=monday, end_date=monday, day_part=AFTERNOON)
    elif why == "paused":
        other.openings.update(weekday=2)
        Pause.objects.create(trajectory=path, start_date=date(2026, 3, 3), end_date=date(2026, 3, 3), reason="reis")
    elif why == "not together":
        there = VolunteerFactory()
        PlacementFactory(trajectory=there, workshop=other, **slot)
        Pause.objects.create(trajectory=there, start_date=monday, end_date=monday, reason="reis")
        keep_apart(there.participant, person)
    elif why == "outside the path":
        other.openings.update(weekday=2)
        path.end_date = placement.end_date = monday
        path.save(), placement.save()
    elif why == "nobody supervises":
        DutyFactory(workshop=other, weekday=2)
    session = cancelled(workshop, coordinator)
    assert proposed(session) == {person: HOME}


def test_who_has_few_places_to_choose_from_chooses_first(monday, workshop, coordinator):
    small = opened("Klein", capacity=1)
    big = opened("Ruim", capacity=1)
    anywhere, one_place = PlacementFactory.create_batch(2, workshop=workshop)
    there = PlacementFactory(workshop=big, trajectory=VolunteerFactory()).participant
    keep_apart(there, one_place.participant)
    assert proposed(cancelled(workshop, coordinator)) == {
        anywhere.participant: (big, monday),
        one_place.participant: (small, monday),
    }


def test_enough_day_parts_in_that_week_is_enough(monday, workshop, coordinator):
    opened("Hout")
    placement = PlacementFactory(workshop=workshop)
    IndicationFactory(participant=placement.participant, volume=1)
    tuesday = opened("Staal", weekday=2)
    PlacementFactory(trajectory=placement.trajectory, workshop=tuesday, weekday=2)
    [line] = propose(cancelled(workshop, coordinator)).lines
    assert (line.planned, line.granted_per_week, line.proposed, len(line.options)) == (1, 1, HOME, 1)


def test_a_cancelled_session_of_twelve_takes_two_taps(monday, workshop, coordinator, signed_in):
    workshop.openings.update(capacity=12)
    PlacementFactory.create_batch(12, workshop=workshop)
    opened("Hout", capacity=8), opened("Staal", capacity=4)
    session, client = session_of(workshop), signed_in(coordinator)
    page = client.get(detail("session_cancel", session))
    page = client.get(press(client, page, "Laat sessie uitvallen", reason="Storing").url)
    taps = 1
    assert f'href="{detail("session_replan", session)}"' in page.text
    page = client.get(detail("session_replan", session))
    taps += 1
    page = client.get(press(client, page, "Plan iedereen").url)
    assert "12 mensen zijn ergens anders gepland." in page.text
    assert taps <= 4
    assert OneOff.objects.standing().filter(away_from=session, made_by=coordinator).count() == 12
    rows = Attendance.objects.filter(date=monday, status="OPEN", planned=True).exclude(session=session)
    assert sorted(rows.values_list("workshop__name", flat=True)) == ["Hout"] * 8 + ["Staal"] * 4
    # Nothing leaves the session that was cancelled: those day parts count as such.
    assert session.attendances.filter(planned=True).count() == 12
    assert "Zoek een andere plek" not in client.get(detail("register_detail", session)).text


def test_from_a_session_with_too_few_places_only_as_many_go_as_needed(monday, workshop, coordinator):
    workshop.openings.update(capacity=1)
    opened("Hout", capacity=8)
    one, two, three = (placement.participant for placement in PlacementFactory.create_batch(3, workshop=workshop))
    # For one of them there is nothing else: that one stays.
    PlacementFactory(trajectory=VolunteerFactory(), workshop=opened("Vol", capacity=1))
    AbsenceFactory(participant=one, start_date=date(2026, 3, 3), end_date=SUNDAY)
    there = PlacementFactory(trajectory=VolunteerFactory(), workshop=Workshop.objects.get(name="Hout")).participant
    blocked = PlacementFactory(trajectory=VolunteerFactory(), workshop=Workshop.objects.get(name="Vol")).participant
    keep_apart(one, there), keep_apart(one, blocked)
    session = session_of(workshop)
    found = proposed(session)
    assert found.pop(one) == STAYS
    assert set(found) == {two, three}
    assert STAYS not in found.values()
    accept(session, coordinator)
    assert list(session.attendances.filter(planned=True).values_list("participant", flat=True)) == [one.pk]
    with pytest.raises(ValidationError, match="Hier hoeft niemand meer weg"):
        replan(session, {one.key: HOME}, by=coordinator)


def test_a_place_that_went_meanwhile_is_told_and_nothing_is_lost(monday, workshop, coordinator, signed_in):
    hout = opened("Hout", capacity=1)
    staal = opened("Staal", capacity=2)
    one, two = (placement.participant for placement in PlacementFactory.create_batch(2, workshop=workshop))
    WaitingEntryFactory(participant=one, workshop=hout)
    session, client = cancelled(workshop, coordinator), signed_in(coordinator)
    page = client.get(detail("session_replan", session))
    visitor = PlacementFactory(workshop=hout)
    Workshop.objects.update(sessions_until=None)
    ensure_sessions(SUNDAY)
    answer = press(client, page, "Plan iedereen", **{two.key: HOME})
    assert "Deze plek is intussen weg" in answer.text
    assert not OneOff.objects.exists()
    assert answer.context["form"][two.key].value() == HOME
    chosen = str(session_of(staal).pk)
    assert press(client, answer, "Plan iedereen", **{one.key: chosen}).status_code == 302
    assert set(OneOff.objects.values_list("participant", "comes_to__workshop")) == {(one.pk, staal.pk), (two.pk, None)}
    assert visitor.participant.attendances.filter(workshop=hout, planned=True).exists()


def test_one_person_is_planned_and_the_others_keep_what_was_chosen(monday, workshop, coordinator, signed_in):
    opened("Hout")
    one, two = (placement.participant for placement in PlacementFactory.create_batch(2, workshop=workshop))
    session, client = cancelled(workshop, coordinator), signed_in(coordinator)
    page = client.get(detail("session_replan", session))
    [form] = [form for form in forms_on(page) if two.key in form.fields]
    answer = client.post(detail("session_replan", session), form.fields | {two.key: HOME, "only": one.key})
    page = client.get(answer.url)
    assert "Voor één keer anders" in page.text
    assert [line.participant for line, _ in page.context["form"].rows] == [two]
    assert page.context["form"].initial[two.key] == HOME
    assert list(OneOff.objects.values_list("participant", flat=True)) == [one.pk]


@pytest.mark.parametrize("name", ["register_detail", "session_replan"])
def test_who_goes_elsewhere_for_one_time_is_named_and_logged(monday, workshop, coordinator, signed_in, name):
    opened("Hout")
    people = [placement.participant for placement in PlacementFactory.create_batch(3, workshop=workshop)]
    workshop.openings.update(capacity=1)
    session, client = session_of(workshop), signed_in(coordinator)
    replan(session, {people[0].key: HOME}, by=coordinator)
    before = AccessSubject.objects.count()
    page = client.get(detail(name, session))
    assert people[0].floor_name in page.text
    logged = AccessSubject.objects.order_by("pk").values_list("object_id", flat=True)[before:]
    assert set(logged) == {person.pk for person in people}


def test_taking_back_restores_the_week_and_is_refused_once_something_is_recorded(
    monday, workshop, coordinator, coach, signed_in
):
    hout = opened("Hout")
    one, two = (placement.participant for placement in PlacementFactory.create_batch(2, workshop=workshop))
    workshop.openings.update(capacity=1)
    session, client = session_of(workshop), signed_in(coordinator)
    replan(session, {one.key: str(session_of(hout).pk), two.key: HOME}, by=coordinator)
    assert not session.attendances.exists()
    page = client.get(reverse("participant_detail", args=[one.key]))
    assert "voor één keer bij Hout, in plaats van Fietsenwerkplaats West" in " ".join(page.text.split())
    press(client, page, "Draai terug")
    assert list(session.attendances.values_list("participant", flat=True)) == [one.pk]
    assert not session_of(hout).attendances.exists()
    with pytest.raises(ValidationError, match="al teruggedraaid"):
        withdraw_one_off(OneOff.objects.get(participant=one), by=coordinator)
    with pytest.raises(ValidationError, match="niemand meer weg"):
        replan(session, {one.key: HOME}, by=coordinator)


def test_restoring_takes_people_back_but_not_who_is_recorded(monday, workshop, coordinator, coach, signed_in):
    hout = opened("Hout")
    one, two = (placement.participant for placement in PlacementFactory.create_batch(2, workshop=workshop))
    session, client = cancelled(workshop, coordinator), signed_in(coordinator)
    accept(session, coordinator)
    there = session_of(hout)
    mark_attendance(there.attendances.get(participant=one), "PRESENT", by=coach)
    page = client.get(detail("session_restore", session))
    words = " ".join(page.text.split())
    assert "1 persoon die ergens anders gepland was, komt hier terug" in words
    assert "1 persoon blijft daar: er is al iets ingevuld" in words
    press(client, page, "Laat sessie doorgaan", reason="Er is een invaller")
    assert list(session.attendances.values_list("participant", flat=True)) == [two.pk]
    assert list(there.attendances.values_list("participant", "status")) == [(one.pk, "PRESENT")]
    with pytest.raises(ValidationError, match="al iets ingevuld"):
        withdraw_one_off(OneOff.objects.standing().get(), by=coordinator)


def test_who_is_sent_on_comes_back_in_order(monday, workshop, coordinator):
    hout, staal = opened("Hout"), opened("Staal", weekday=2)
    person = PlacementFactory(workshop=workshop).participant
    first = cancelled(workshop, coordinator)
    replan(first, {person.key: str(session_of(hout).pk)}, by=coordinator)
    second = cancel_session(session_of(hout), reason="Storing", by=coordinator)
    replan(second, {person.key: str(session_of(staal, date(2026, 3, 3)).pk)}, by=coordinator)
    here = Attendance.objects.filter(participant=person, session__state="PLANNED", date__range=(MONDAY, SUNDAY))
    assert list(here.values_list("workshop__name", flat=True)) == ["Staal"]
    with pytest.raises(ValidationError, match="weer ergens anders heen"):
        withdraw_one_off(OneOff.objects.get(away_from=first), by=coordinator)
    restore_session(first, reason="Vergissing", by=coordinator)
    assert list(here.values_list("workshop", flat=True)) == [workshop.pk]
    assert not OneOff.objects.standing().exists()


def test_nobody_is_placed_with_who_comes_for_one_time(monday, workshop, coordinator):
    hout = opened("Hout")
    person = PlacementFactory(workshop=workshop).participant
    session = cancelled(workshop, coordinator)
    accept(session, coordinator)
    other = TrajectoryFactory()
    keep_apart(person, other.participant)
    with pytest.raises(ValidationError, match="niet samen"):
        place(other, [Slot(hout, 1, MORNING)], start=monday, by=coordinator)
    place(other, [Slot(hout, 1, MORNING)], start=monday + timedelta(days=1), by=coordinator)


def test_a_session_that_has_been_is_left_alone(session, coordinator, signed_in):
    earlier = Session.objects.get(workshop=session.workshop, date=session.date - timedelta(weeks=1))
    with pytest.raises(ValidationError, match="voorbij"):
        replan(earlier, {earlier.attendances.first().participant.key: HOME}, by=coordinator)
    assert "Hier hoeft niemand weg" in signed_in(coordinator).get(detail("session_replan", earlier)).text


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_asks_as_many_questions_for_one_as_for_three(people, monday, workshop, coordinator, signed_in):
    for n in range(people):
        other = opened(f"Hout {n}")
        DutyFactory(workshop=other)
        person = PlacementFactory(workshop=workshop).participant
        IndicationFactory(participant=person)
        WaitingEntryFactory(participant=person, workshop=other)
        NotTogetherFactory(first=person)
    session, client = cancelled(workshop, coordinator), signed_in(coordinator)
    client.get(detail("session_replan", session))
    with CaptureQueriesContext(connection) as queries:
        client.get(detail("session_replan", session))
    asked = [q for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) == QUERIES


QUERIES = 26


def pairs_in(session):
    there = set(session.attendances.values_list("participant", flat=True))
    pairs = NotTogether.objects.filter(first__in=there, second__in=there)
    return {(session.pk, *pair) for pair in pairs.values_list("first", "second")}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_proposal_never_breaks_a_rule(data, monday, coordinator):
    """Never more than there are places, nobody twice, nobody together who should not be, and only what is open."""
    with transaction.atomic():
        here = opened(capacity=8)
        places = [
            opened(weekday=data.draw(st.sampled_from([1, 1, 2])), part=data.draw(st.sampled_from(DayPart)), capacity=c)
            for c in data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
        ]
        people = PlacementFactory.create_batch(data.draw(st.integers(1, 6)), workshop=here)
        for placement in data.draw(st.lists(st.sampled_from(people), unique=True, max_size=3)):
            other = data.draw(st.sampled_from(places)).openings.get()
            if (other.weekday, other.day_part) != (1, MORNING):
                PlacementFactory(
                    trajectory=placement.trajectory,
                    workshop=other.workshop,
                    weekday=other.weekday,
                    day_part=other.day_part,
                )
        for placement in data.draw(st.lists(st.sampled_from(people), unique=True, max_size=3)):
            opening = data.draw(st.sampled_from(places)).openings.get()
            stranger = PlacementFactory(
                trajectory=TrajectoryFactory(),
                workshop=opening.workshop,
                weekday=opening.weekday,
                day_part=opening.day_part,
            )
            keep_apart(placement.participant, stranger.participant)
        # Two of them may be together here from before that was known: they do not go on together.
        pairs = list(combinations(people, 2)) or [()]
        for one, other in filter(None, data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=4))):
            keep_apart(one.participant, other.participant)
        if data.draw(st.booleans()):
            session = cancelled(here, coordinator)
        else:
            here.openings.update(capacity=data.draw(st.integers(1, 3)))
            session = session_of(here)
        full_before = {
            s.pk: s.attendances.count()
            for s in Session.objects.filter(date__range=(MONDAY, SUNDAY)).exclude(pk=session.pk)
        }
        together_before = {pair for pk in full_before for pair in pairs_in(Session.objects.get(pk=pk))}
        needed = len(people) if session.state == "CANCELLED" else max(0, len(people) - session.capacity)
        if needed:
            one_offs = accept(session, coordinator)
            assert len(one_offs) <= needed
        for each in Session.objects.filter(pk__in=full_before):
            there = list(each.attendances.values_list("participant", flat=True))
            assert each.state == "PLANNED"
            assert len(there) <= max(each.capacity, full_before[each.pk])
            assert pairs_in(each) <= together_before
        going_on = Attendance.objects.filter(session__state="PLANNED", date__range=(MONDAY, SUNDAY))
        slots = list(going_on.values_list("participant", "date", "day_part"))
        assert len(slots) == len(set(slots))
        transaction.set_rollback(True)
