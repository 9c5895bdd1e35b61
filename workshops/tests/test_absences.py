"""Somebody says beforehand that they stay away: it fills the coming registers, and nothing that a person recorded."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from participants.models import Pause
from pluspunt.tests.factories import (
    OpeningFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Absence, AbsenceReason, Attendance, AttendanceChange, ClosedMonth, Closure
from workshops.services.absences import LONGEST, report_absence, withdraw_absence
from workshops.services.advice import Slot
from workshops.services.attendance import mark_attendance, undo_last_change
from workshops.services.cancelling import cancel_session, restore_session
from workshops.services.placements import end_placement, place
from workshops.services.sessions import HORIZON, ensure_sessions, reconcile_sessions
from workshops.services.trajectories import end_pause, pause_trajectory
from workshops.tests.pages import forms_on, press

Status = Attendance.Status
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SELF = Absence.ReportedBy.SELF


@pytest.fixture
def workshop(workshop):
    """Open on Monday and Tuesday, mornings and afternoons."""
    for weekday, part in ((1, "AFTERNOON"), (2, "MORNING"), (2, "AFTERNOON")):
        OpeningFactory(workshop=workshop, weekday=weekday, day_part=part)
    return workshop


@pytest.fixture
def person(monday, workshop):
    """Placed on each of those four day parts; the registers of three weeks are made."""
    path = TrajectoryFactory(participant__nickname="Hülya")
    for weekday, part in ((1, "MORNING"), (1, "AFTERNOON"), (2, "MORNING"), (2, "AFTERNOON")):
        PlacementFactory(trajectory=path, workshop=workshop, weekday=weekday, day_part=part)
    ensure_sessions(monday + 2 * WEEK + DAY)
    return path.participant


@pytest.fixture
def report(person, coach):
    def report(start, end, day_part="", reason=None, who=person):
        return report_absence(who, start, end, day_part, reason, SELF, by=coach)

    return report


@pytest.fixture
def ill(db):
    return AbsenceReason.objects.get(name="ziek")


def filled(person) -> list[tuple]:
    rows = person.attendances.filter(status=Status.EXCUSED).order_by("date", "-day_part")
    return [(row.date.day, row.day_part[0]) for row in rows]


def row_of(person, day, part="MORNING") -> Attendance:
    return person.attendances.get(date=day, day_part=part)


# --- Reporting ------------------------------------------------------------------------------------------------------


def test_whole_days_fill_what_is_open_in_them_with_source_and_reason(person, report, ill, monday, coach):
    absence = report(monday, monday + WEEK, reason=ill)
    assert filled(person) == [(2, "M"), (2, "A"), (3, "M"), (3, "A"), (9, "M"), (9, "A")]
    row = row_of(person, monday)
    assert (row.absence, row.reason, row.recorded_by, row.version) == (absence, ill, coach, 1)
    change = row.changes.get()
    assert (change.old_status, change.new_status, change.new_reason, change.by) == ("OPEN", "EXCUSED", ill, coach)
    assert absence.attendances.count() == 6


def test_one_day_part_of_each_day(person, report, monday):
    report(monday, monday + DAY, "AFTERNOON")
    assert filled(person) == [(2, "A"), (3, "A")]


def test_what_is_recorded_or_does_not_go_on_stays(person, report, monday, coach, workshop):
    mark_attendance(row_of(person, monday), Status.PRESENT, by=coach)
    cancel_session(workshop.sessions.get(date=monday + DAY, day_part="MORNING"), reason="geen stroom", by=coach)
    report(monday, monday + DAY)
    assert filled(person) == [(2, "A"), (3, "A")]
    assert row_of(person, monday).status == Status.PRESENT
    assert row_of(person, monday + DAY).status == Status.OPEN


def test_somebody_elses_rows_and_other_weeks_stay(person, report, monday, workshop):
    other = PlacementFactory(workshop=workshop).participant
    reconcile_sessions(type(workshop).objects.all(), monday)
    report(monday, monday)
    assert filled(other) == []
    assert filled(person) == [(2, "M"), (2, "A")]


def test_a_visitor_is_not_excused(person, report, monday, workshop):
    person.attendances.filter(date=monday).update(planned=False)
    report(monday, monday)
    assert filled(person) == []


def test_rows_that_are_made_later_are_filled_too_with_a_change(person, report, monday, coach):
    absence = report(monday + 2 * WEEK + DAY, monday + 4 * WEEK)
    assert filled(person) == [(17, "M"), (17, "A")]
    ensure_sessions(monday + 4 * WEEK)
    assert filled(person)[2:] == [(23, "M"), (23, "A"), (24, "M"), (24, "A"), (30, "M"), (30, "A")]
    assert {change.by for change in AttendanceChange.objects.all()} == {coach}
    assert AttendanceChange.objects.count() == absence.attendances.count() == 8


def test_a_new_place_within_an_absence_is_filled(report, person, monday, coordinator):
    report(monday, monday + 2 * DAY)
    kitchen = OpeningFactory(workshop=WorkshopFactory(), weekday=3).workshop
    ensure_sessions(monday + WEEK)
    place(person.trajectories.get(), [Slot(kitchen, 3, "MORNING")], start=monday, by=coordinator)
    assert filled(person)[-1] == (4, "M")
    assert row_of(person, monday + 2 * DAY).absence is not None


def test_who_emptied_a_row_meant_that(person, report, monday, coach, workshop):
    report(monday, monday)
    mark_attendance(row_of(person, monday), Status.OPEN, by=coach)
    reconcile_sessions(type(workshop).objects.all(), monday)
    row = row_of(person, monday)
    assert (row.status, row.absence, row.version) == (Status.OPEN, None, 2)


def test_a_tap_goes_before_what_was_said_beforehand(person, report, monday, coach):
    absence = report(monday, monday)
    row = mark_attendance(row_of(person, monday), Status.PRESENT, by=coach)
    assert (row.status, row.absence) == (Status.PRESENT, None)
    withdraw_absence(absence, by=coach)
    assert row_of(person, monday).status == Status.PRESENT
    assert filled(person) == []


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (-1, 3, "Kies vandaag of een latere dag"),
        (400, 401, "Kijk het jaar na"),
        (0, LONGEST, "Dan is het een onderbreking"),
        (3, 1, "De einddatum ligt voor de begindatum."),
    ],
)
def test_days_that_cannot_be_are_refused(person, report, monday, start, end, sentence):
    with pytest.raises(ValidationError, match=sentence):
        report(monday + start * DAY, monday + end * DAY)
    assert not Absence.objects.exists()


def test_the_longest_absence_is_kept(person, report, monday):
    assert report(monday, monday + (LONGEST - 1) * DAY).attendances.count() == 12


def test_an_end_a_reason_in_use_and_a_running_trajectory_are_needed(person, report, monday, ill):
    with pytest.raises(ValidationError, match="Dan is het een onderbreking"):
        report(monday, None)
    AbsenceReason.objects.filter(pk=ill.pk).update(is_active=False)
    with pytest.raises(ValidationError, match="niet meer in gebruik"):
        report(monday, monday, reason=ill)
    with pytest.raises(ValidationError, match="geen lopend traject"):
        report(monday, monday, who=ParticipantFactory())
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [("", "", False), ("", "MORNING", False), ("MORNING", "", False), ("MORNING", "AFTERNOON", True)],
)
def test_the_same_day_part_is_not_reported_twice(person, report, monday, first, second, may):
    report(monday, monday + DAY, first)
    if may:
        report(monday + DAY, monday + 2 * DAY, second)
        return
    with pytest.raises(ValidationError, match="Hülya is al afgemeld van ma 2 mrt t/m di 3 mrt"):
        report(monday + DAY, monday + 2 * DAY, second)
    assert Absence.objects.count() == 1


def test_a_closed_month_stays_as_it_is(person, report, monday, coordinator):
    ClosedMonth.objects.create(month=date(2026, 3, 1), closed_by=coordinator)
    report(monday, monday + DAY)
    assert filled(person) == []


# --- Withdrawing ----------------------------------------------------------------------------------------------------


def test_withdrawing_empties_what_is_to_come_and_leaves_what_has_been(person, report, monday, coach, coordinator):
    absence = report(monday, monday + WEEK)
    with time_machine.travel("2026-03-03T13:00:00+01:00", tick=False):
        assert withdraw_absence(absence, by=coordinator) == 3
    assert filled(person) == [(2, "M"), (2, "A"), (3, "M")]
    row = row_of(person, monday + WEEK)
    assert (row.status, row.reason, row.absence, row.recorded_by, row.version) == (Status.OPEN, None, None, None, 2)
    last = row.changes.last()
    assert (last.old_status, last.new_status, last.by, last.version) == ("EXCUSED", "OPEN", coordinator, 2)
    absence.refresh_from_db()
    assert absence.withdrawn_by == coordinator


def test_withdrawing_leaves_what_a_colleague_changed(person, report, monday, coach, ill):
    absence = report(monday, monday)
    mark_attendance(row_of(person, monday), Status.EXCUSED, by=coach, reason=ill)
    assert withdraw_absence(absence, by=coach) == 1
    assert filled(person) == [(2, "M")]


def test_withdrawing_twice_is_refused_and_changes_nothing(person, report, monday, coach):
    absence = report(monday, monday)
    withdraw_absence(absence, by=coach)
    with pytest.raises(ValidationError, match="al ingetrokken"):
        withdraw_absence(absence, by=coach)
    assert AttendanceChange.objects.count() == 4
    assert report(monday, monday).attendances.count() == 2


def test_withdrawing_reaches_a_session_that_was_cancelled_meanwhile(person, report, monday, coach, workshop):
    absence = report(monday, monday)
    cancel_session(workshop.sessions.get(date=monday, day_part="MORNING"), reason="geen stroom", by=coach)
    assert withdraw_absence(absence, by=coach) == 2
    assert row_of(person, monday).status == Status.OPEN


def test_another_absence_that_stands_takes_over(person, report, monday, coach):
    """Two records that became one may both have said it."""
    absence = report(monday, monday)
    other = Absence.objects.create(
        participant=person, start_date=monday, end_date=monday, day_part="MORNING", taken_by=coach
    )
    assert withdraw_absence(absence, by=coach) == 1
    assert filled(person) == [(2, "M")]
    assert row_of(person, monday).absence == other


# --- The schedule changes -------------------------------------------------------------------------------------------


def test_a_filled_row_goes_when_the_placement_ends(person, report, monday, coordinator):
    report(monday, monday + 2 * WEEK)
    for placement in person.placements.filter(weekday=1):
        end_placement(placement, last_day=monday + DAY, by=coordinator)
    assert filled(person) == [(2, "M"), (2, "A"), (3, "M"), (3, "A"), (10, "M"), (10, "A")]
    row = row_of(person, monday + WEEK)
    assert (row.status, row.planned, row.absence) == (Status.OPEN, False, None)
    assert not row.is_listed
    assert row.changes.count() == 2


def test_a_row_that_a_person_recorded_stays_when_the_placement_ends(person, report, monday, coach, coordinator, ill):
    report(monday + WEEK, monday + WEEK)
    mark_attendance(row_of(person, monday + WEEK), Status.EXCUSED, by=coach, reason=ill)
    for placement in person.placements.filter(weekday=1):
        end_placement(placement, last_day=monday, by=coordinator)
    assert filled(person) == [(9, "M")]
    assert row_of(person, monday + WEEK).planned


def test_a_pause_takes_the_rows_and_the_end_of_it_fills_them_again(person, report, monday, coordinator):
    absence = report(monday + WEEK, monday + WEEK)
    pause = pause_trajectory(
        person.trajectories.get(), start=monday + DAY, end=monday + 2 * WEEK, reason="kliniek", by=coordinator
    )
    assert filled(person) == []
    assert person.attendances.listed().filter(date=monday + WEEK).count() == 0
    end_pause(pause, last_day=monday + 2 * DAY, by=coordinator)
    assert filled(person) == [(9, "M"), (9, "A")]
    assert absence.attendances.count() == 2
    assert Pause.objects.count() == 1


def test_a_day_that_is_closed_afterwards_loses_the_rows(person, report, monday, workshop):
    report(monday + WEEK, monday + WEEK)
    closure = Closure.objects.create(start_date=monday + WEEK, end_date=monday + WEEK, reason="teamdag")
    reconcile_sessions(type(workshop).objects.all(), monday)
    assert filled(person) == []
    closure.delete()
    reconcile_sessions(type(workshop).objects.all(), monday)
    assert filled(person) == [(9, "M"), (9, "A")]


def test_a_session_that_goes_on_after_all_is_filled(person, report, monday, coordinator, workshop):
    session = workshop.sessions.get(date=monday, day_part="MORNING")
    cancel_session(session, reason="geen stroom", by=coordinator)
    report(monday, monday)
    restore_session(session, reason="weer stroom", by=coordinator)
    assert filled(person) == [(2, "M"), (2, "A")]


def test_reconciling_again_changes_nothing(person, report, monday, workshop):
    report(monday, monday + WEEK)
    before = list(Attendance.objects.order_by("pk").values())
    reconcile_sessions(type(workshop).objects.all(), monday)
    assert list(Attendance.objects.order_by("pk").values()) == before


def test_an_undo_brings_back_what_was_open(person, report, monday, coach):
    report(monday, monday)
    row = undo_last_change(row_of(person, monday), by=coach)
    assert (row.status, row.absence) == (Status.OPEN, None)


# --- Every case -----------------------------------------------------------------------------------------------------


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.integers(0, 9),
    length=st.integers(1, 12),
    part=st.sampled_from(["", "MORNING", "AFTERNOON"]),
    recorded=st.dictionaries(st.integers(0, 11), st.sampled_from(["EXCUSED", "PRESENT", "NO_SHOW"])),
    ahead=st.booleans(),
)
def test_an_absence_fills_exactly_what_it_covers_and_taking_it_back_restores_it(
    person, coach, monday, start, length, part, recorded, ahead
):
    with transaction.atomic():
        rows = list(person.attendances.filter(date__gte=monday).order_by("date", "-day_part"))
        assert len(rows) == 12
        for number, status in recorded.items():
            row = rows[number]
            status = "EXCUSED" if row.session.is_future else status
            mark_attendance(row, status, by=coach)
        before = {row.pk: row.status for row in person.attendances.all()}
        first, last = monday + start * DAY, monday + (start + length - 1) * DAY
        absence = report_absence(person, first, last, part, None, SELF, by=coach)
        if ahead:
            ensure_sessions(monday + HORIZON)
        for row in person.attendances.all():
            covered = first <= row.date <= last and part in ("", row.day_part) and row.date >= monday
            was_open = before.get(row.pk, "OPEN") == "OPEN"
            is_filled = row.absence_id == absence.pk
            assert is_filled == (covered and was_open)
            assert row.status == ("EXCUSED" if is_filled else before.get(row.pk, "OPEN"))
            assert row.changes.count() == row.version
        withdraw_absence(absence, by=coach)
        for row in person.attendances.all():
            assert row.status == before.get(row.pk, "OPEN")
            assert row.changes.count() == row.version
        transaction.set_rollback(True)


# --- The pages ------------------------------------------------------------------------------------------------------


def test_a_coach_reports_an_absence_and_takes_it_back(person, signed_in, coach, monday, ill):
    client = signed_in(coach)
    overview = client.get(reverse("participant_detail", args=[person.key]))
    assert "is nu niet vooraf afgemeld" in overview.text
    address = reverse("absence_add", args=[person.key])
    assert address in overview.text
    page = client.get(address)
    typed = {"end_date": "2026-03-09", "reason": str(ill.pk), "reported_by": "FAMILY"}
    overview = client.post(address, {**_fields(page), **typed}, follow=True)
    assert "Afgemeld voor 6 dagdelen in 1 werkplaats, t/m ma 9 mrt." in overview.text
    assert "Ma 2 mrt t/m ma 9 mrt</strong>: ziek" in overview.text
    assert "Gemeld door familie of mantelzorger, aan Coach Carla" in overview.text
    overview = client.get(press(client, overview, "Trek in").url)
    assert "De afmelding is ingetrokken. 6 dagdelen staan weer open." in overview.text
    assert filled(person) == []


def _fields(page) -> dict:
    [form] = [form for form in forms_on(page) if "start_date" in form.fields]
    return form.fields


def test_what_the_service_refuses_stands_on_the_form_with_what_was_typed(person, signed_in, coach, report, monday):
    report(monday, monday)
    client = signed_in(coach)
    page = client.get(reverse("absence_add", args=[person.key]))
    page = press(client, page, "Meld afwezig", day_part="AFTERNOON")
    assert "Hülya is al afgemeld op ma 2 mrt. Trek die afmelding eerst in." in page.text
    assert _fields(page)["day_part"] == "AFTERNOON"
    page = press(client, page, "Meld afwezig", end_date="")
    assert page.status_code == 200
    assert Absence.objects.count() == 1


def test_an_absence_on_days_without_a_place_says_so(person, signed_in, coach, monday):
    client = signed_in(coach)
    page = client.get(reverse("absence_add", args=[person.key]))
    overview = press(client, page, "Meld afwezig", start_date="2026-03-05", end_date="2026-03-05")
    assert "In die dagen is er geen dagdeel om af te melden" in client.get(overview.url).text


def test_days_beyond_the_registers_follow_by_themselves(person, signed_in, coach, monday):
    client = signed_in(coach)
    page = client.get(reverse("absence_add", args=[person.key]))
    overview = press(client, page, "Meld afwezig", start_date="2026-04-13", end_date="2026-05-01")
    assert "Latere dagdelen volgen vanzelf" in client.get(overview.url).text


def test_taking_back_twice_says_so(person, signed_in, coach, report, monday):
    address = reverse("absence_withdraw", args=[person.key, report(monday, monday).pk])
    client = signed_in(coach)
    client.post(address)
    assert "al ingetrokken" in client.post(address, follow=True).text


def test_only_who_may_see_the_person_reports(person, signed_in, monday):
    client = signed_in(UserFactory())
    assert client.get(reverse("absence_add", args=[person.key])).status_code == 404


def test_an_absence_of_somebody_else_cannot_be_taken_back(person, signed_in, coordinator, report, monday):
    other = ParticipantFactory()
    address = reverse("absence_withdraw", args=[other.key, report(monday, monday).pk])
    assert signed_in(coordinator).post(address).status_code == 404


def test_reporting_and_taking_back_are_logged_without_values(person, signed_in, coach, report, monday):
    client = signed_in(coach)
    press(client, client.get(reverse("absence_add", args=[person.key])), "Meld afwezig")
    client.post(reverse("absence_withdraw", args=[person.key, Absence.objects.get().pk]))
    said = list(AccessEvent.objects.order_by("pk").values_list("action", "data"))
    assert said == [
        ("VIEW", "naam"),
        ("ADD", "afwezigheid vooraf: dagen, reden"),
        ("CHANGE", "afwezigheid vooraf: ingetrokken"),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_overview_takes_as_many_queries_for_one_absence_as_for_three(
    number, person, signed_in, coach, report, monday, django_assert_num_queries
):
    for week in range(number):
        report(monday + week * WEEK, monday + week * WEEK)
    client = signed_in(coach)
    with django_assert_num_queries(22):
        client.get(reverse("participant_detail", args=[person.key]))


@pytest.mark.parametrize("number", [1, 3])
def test_reconciling_without_absences_asks_one_thing_more(number, monday, workshop, django_assert_num_queries):
    PlacementFactory.create_batch(number, workshop=workshop)
    ensure_sessions(monday)
    with django_assert_num_queries(12):
        reconcile_sessions(type(workshop).objects.all(), monday)


# --- Before it is saved, and when it is too long ----------------------------------------------------------------------


def test_the_page_tells_beforehand_which_sessions_a_holiday_touches(person, signed_in, coach, monday):
    elsewhere = OpeningFactory(workshop=WorkshopFactory(name="Staal"), weekday=3).workshop
    PlacementFactory(trajectory=person.trajectories.get(), workshop=elsewhere, weekday=3)
    ensure_sessions(monday + 2 * WEEK + DAY)
    client = signed_in(coach)
    page = client.get(reverse("absence_add", args=[person.key]))
    shown = press(client, page, "Kijk eerst", end_date="2026-03-09", reported_by="FAMILY")
    assert "<strong>7 dagdelen in 2 werkplaatsen</strong>, van ma 2 mrt t/m ma 9 mrt" in shown.text
    assert "Staal: 1 dagdeel<" in shown.text
    assert not Absence.objects.exists()
    overview = client.post(shown.request["PATH_INFO"], _fields(shown), follow=True)
    assert "Afgemeld voor 7 dagdelen in 2 werkplaatsen, t/m ma 9 mrt." in overview.text
    assert Absence.objects.get().reported_by == "FAMILY"


def test_who_stays_away_too_long_is_paused(person, signed_in, coach, coordinator):
    address, typed = reverse("absence_add", args=[person.key]), {"end_date": "2026-07-01"}
    for user, said in ((coach, "Vraag de coördinator"), (coordinator, "Leg het vast als onderbreking")):
        client = signed_in(user)
        refused = press(client, client.get(address), "Meld afwezig", **typed)
        assert said in refused.text
        assert "langer dan 92 dagen" in refused.text
    path = person.trajectories.get()
    pause_url = reverse("pause_add", args=[person.key, path.pk])
    assert f'href="{pause_url}?van=2026-03-02&amp;tot=2026-07-01"' in refused.text
    page = client.get(f"{pause_url}?van=2026-03-02&tot=2026-07-01")
    press(client, page, "Onderbreek", reason="langer weg")
    pause = Pause.objects.get()
    assert (pause.start_date, pause.end_date) == (date(2026, 3, 2), date(2026, 7, 1))
    assert not Absence.objects.exists()
    assert client.get(f"{pause_url}?van=gisteren&tot=").status_code == 200


@pytest.mark.parametrize(
    ("end", "expected", "said"),
    [
        ("", "", "Vul in tot wanneer het waarschijnlijk duurt, of vul de laatste dag in."),
        ("2026-04-01", "2026-04-01", "De laatste dag is al bekend. Laat dit leeg."),
        ("", "2026-03-01", "Deze dag ligt voor de eerste dag."),
    ],
)
def test_a_pause_has_an_end_known_or_expected(person, signed_in, coordinator, end, expected, said):
    client = signed_in(coordinator)
    page = client.get(reverse("pause_add", args=[person.key, person.trajectories.get().pk]))
    refused = press(client, page, "Onderbreek", reason="weg", end_date=end, expected_until=expected)
    assert refused.context["form"].errors == {"expected_until": [said]}
    assert not Pause.objects.exists()


def test_a_pause_is_asked_about_again_until_the_last_day_is_known(person, signed_in, coordinator):
    client, path = signed_in(coordinator), person.trajectories.get()
    page = client.get(reverse("pause_add", args=[person.key, path.pk]))
    press(client, page, "Onderbreek", reason="weg", expected_until="2026-04-01")
    pause = Pause.objects.get()
    assert (pause.end_date, pause.expected_until) == (None, date(2026, 4, 1))
    on_path = client.get(reverse("participant_path", args=[person.key])).text
    assert "weg sinds ma 2 mrt, waarschijnlijk tot en met wo 1 apr" in on_path
    page = client.get(reverse("pause_end", args=[person.key, pause.pk]))
    for typed in ({}, {"last_day": "2026-05-01", "expected_until": "2026-05-01"}):
        refused = press(client, page, "Bewaar onderbreking", **typed)
        assert refused.context["form"].non_field_errors() == ["Vul één van de twee dagen in."]
    gone = press(client, page, "Bewaar onderbreking", expected_until="2026-03-01")
    assert "Deze dag is geweest" in gone.text
    asked = WaitingEntryFactory(workshop=path.placements.first().workshop, participant=TrajectoryFactory().participant)
    longer = press(client, page, "Bewaar onderbreking", expected_until="2026-05-01")
    # The place stays free for longer: who fits there stands on the next page.
    assert asked.participant.full_name in client.get(longer.url).text
    pause.refresh_from_db()
    assert (pause.end_date, pause.expected_until) == (None, date(2026, 5, 1))
    press(client, page, "Bewaar onderbreking", last_day="2026-04-20")
    pause.refresh_from_db()
    assert pause.end_date == date(2026, 4, 20)
    late = press(client, page, "Bewaar onderbreking", expected_until="2026-05-01")
    assert "De laatste dag is al bekend" in late.text
