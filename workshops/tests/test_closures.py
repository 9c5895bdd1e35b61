"""Days on which it is closed: what is refused, what it touches, and the public holidays of a year."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pluspunt.tests.factories import LocationFactory, OpeningFactory, PlacementFactory, WorkshopFactory
from workshops.models import AbsenceReason, Attendance, ClosedMonth, Closure, Session, Weeks, Workshop
from workshops.services.absences import report_absence
from workshops.services.attendance import mark_attendance
from workshops.services.closures import (
    add_closures,
    change_closure,
    closed_besides,
    days_added,
    effect_of_closing,
    effect_of_withdrawing,
    propose_holidays,
    withdraw_closure,
)
from workshops.services.sessions import ensure_sessions, reconcile_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def closure(start, end=None, **where) -> Closure:
    return Closure(start_date=start, end_date=end or start, reason="schilders", **where)


def open_days(workshop):
    planned = workshop.sessions.filter(state=Session.State.PLANNED, date__gte=date(2026, 3, 2))
    return list(planned.order_by("date").values_list("date", flat=True))


@pytest.fixture
def to_come(session):
    """The workshop of the session, with registers for this Monday and the next two."""
    ensure_sessions(session.date + 2 * WEEK)
    return session.workshop


# --- closing --------------------------------------------------------------------------------------------------------


def test_a_closed_day_has_no_session_and_an_absence_stays_reported(monday, to_come, coach):
    row = to_come.attendances.filter(date=monday + WEEK).first()
    reason = AbsenceReason.objects.first()
    absence = report_absence(row.participant, monday + WEEK, monday + WEEK, "", reason, "SELF", by=coach)
    effect = effect_of_closing(closure(monday + WEEK))
    made = effect.registers
    assert (made.sessions, made.planned, made.people, made.absences, made.recorded) == (1, 3, 3, 1, 0)
    assert effect.workshops == [(to_come, made)]
    add_closures([closure(monday + WEEK)])
    assert open_days(to_come) == [monday, monday + 2 * WEEK]
    assert not Attendance.objects.filter(date=monday + WEEK, session__state="PLANNED").exists()
    absence.refresh_from_db()
    assert absence.withdrawn_at is None


def test_only_the_workshop_or_the_location_closes(monday, to_come):
    north = LocationFactory(name="Noord")
    elsewhere = WorkshopFactory(location=north)
    OpeningFactory(workshop=elsewhere)
    ensure_sessions(monday + 2 * WEEK)
    add_closures([closure(monday + WEEK, location=north), closure(monday + 2 * WEEK, workshop=to_come)])
    assert open_days(to_come) == [monday, monday + WEEK]
    assert monday + WEEK not in open_days(elsewhere)
    assert monday + 2 * WEEK in open_days(elsewhere)


def test_a_day_on_which_somebody_is_present_stays_open(session, coach):
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    with pytest.raises(ValidationError, match="op ma 2 mrt staat er al iemand op aanwezig"):
        add_closures([closure(session.date - DAY, session.date + DAY)])
    assert not Closure.objects.exists()


def test_all_or_none(monday, session, coach):
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    with pytest.raises(ValidationError):
        add_closures([closure(monday + WEEK), closure(monday)])
    assert not Closure.objects.exists()


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (date(2026, 1, 31), date(2026, 2, 2), "Tot en met za 31 jan is de maand gesloten"),
        (date(2026, 3, 9), date(2027, 3, 10), "hoogstens een jaar"),
        (date(2036, 3, 9), date(2036, 3, 9), "meer dan twee jaar vooruit"),
        (date(2026, 4, 26), date(2026, 4, 28), "al gesloten: feest"),
        (date(2026, 3, 9), date(2026, 3, 8), "De einddatum ligt voor de begindatum"),
    ],
)
def test_a_closure_is_refused(monday, workshop, coordinator, start, end, sentence):
    ClosedMonth.objects.create(month=date(2026, 1, 1), closed_by=coordinator)
    Closure.objects.create(start_date=date(2026, 4, 27), end_date=date(2026, 4, 27), reason="feest")
    with pytest.raises(ValidationError, match=sentence):
        add_closures([closure(start, end)])


# --- changing and withdrawing -----------------------------------------------------------------------------------------


def test_other_days_open_and_close(monday, to_come):
    kept = closure(monday + WEEK)
    add_closures([kept])
    kept.start_date = kept.end_date = monday + 2 * WEEK
    change_closure(kept)
    assert open_days(to_come) == [monday, monday + WEEK]
    withdraw_closure(kept)
    assert open_days(to_come) == [monday, monday + WEEK, monday + 2 * WEEK]
    assert to_come.attendances.filter(date=monday + 2 * WEEK).count() == 3


def test_days_that_have_been_stay_closed(monday, to_come):
    begun = closure(monday - WEEK, monday + WEEK)
    begun.save()
    begun.start_date = monday - DAY
    with pytest.raises(ValidationError, match="al begonnen"):
        change_closure(begun)
    begun.start_date, begun.end_date = monday - WEEK, monday - 2 * DAY
    with pytest.raises(ValidationError, match="blijft gesloten"):
        change_closure(begun)
    withdraw_closure(Closure.objects.get())
    assert Closure.objects.get().end_date == monday - DAY
    for action in (change_closure, withdraw_closure):
        with pytest.raises(ValidationError, match="voorbij"):
            action(Closure.objects.get())


def test_a_closure_does_not_begin_earlier_than_today(monday):
    coming = closure(monday + WEEK)
    coming.save()
    coming.start_date = monday - DAY
    with pytest.raises(ValidationError, match="vandaag of een latere dag"):
        change_closure(coming)


def test_a_closure_that_somebody_withdrew_is_gone(monday):
    coming = closure(monday + WEEK)
    coming.save()
    Closure.objects.all().delete()
    with pytest.raises(ValidationError, match="intussen ingetrokken"):
        withdraw_closure(coming)


def test_what_another_closure_keeps_closed_does_not_come_back(monday, to_come):
    """Also not in what is shown before; with people who come every other week."""
    other = WorkshopFactory(location=to_come.location)
    OpeningFactory(workshop=other)
    for weeks in (Weeks.EVEN, Weeks.ODD):
        PlacementFactory(workshop=other, weeks=weeks)
    ensure_sessions(monday + 2 * WEEK)
    before = list(Attendance.objects.order_by("date", "participant").values_list("date", "participant", "status"))
    house = closure(monday + WEEK, monday + 2 * WEEK)
    one = closure(monday + 2 * WEEK, workshop=to_come)
    add_closures([house])
    add_closures([one])
    opens = effect_of_withdrawing(house)
    assert list(closed_besides(house, monday)) == [one]
    assert list(closed_besides(one, monday)) == [house]
    back = {workshop: (made.sessions, made.people, made.planned) for workshop, made in opens.workshops}
    assert back == {to_come: (1, 3, 3), other: (2, 2, 2)}
    assert open_days(to_come) == [monday]
    withdraw_closure(house)
    assert open_days(to_come) == [monday, monday + WEEK]
    withdraw_closure(one)
    rows = Attendance.objects.order_by("date", "participant").values_list("date", "participant", "status")
    assert list(rows) == before


def test_only_closures_of_the_same_place_keep_it_closed(monday, to_come):
    north = LocationFactory(name="Noord")
    elsewhere = WorkshopFactory(location=north)
    mine, theirs, house = (closure(monday), closure(monday, location=north), closure(monday + DAY))
    mine.workshop = to_come
    for each in (mine, theirs, house):
        each.save()
    assert not closed_besides(mine, monday).exists()
    one = closure(monday, monday + DAY, workshop=elsewhere)
    one.save()
    assert list(closed_besides(one, monday)) == [theirs, house]
    assert list(closed_besides(theirs, monday)) == [one]


def test_the_days_that_are_added(monday):
    old = closure(monday, monday + 4 * DAY)

    def added(start, end):
        return [(p.start, p.end) for p in days_added(old, closure(start, end))]

    assert added(monday, monday + 4 * DAY) == []
    assert added(monday - DAY, monday + 5 * DAY) == [(monday - DAY,) * 2, (monday + 5 * DAY,) * 2]
    assert added(monday + WEEK, monday + WEEK) == [(monday + WEEK,) * 2]
    assert added(monday - 3 * DAY, monday - 2 * DAY) == [(monday - 3 * DAY, monday - 2 * DAY)]


def test_the_effect_takes_as_many_queries_for_one_workshop_as_for_three(monday, to_come, django_assert_num_queries):
    with django_assert_num_queries(5):
        assert len(effect_of_closing(closure(monday + WEEK)).workshops) == 1
    for _ in range(2):
        OpeningFactory(workshop=(other := WorkshopFactory()))
        PlacementFactory.create_batch(2, workshop=other)
    ensure_sessions(monday + 2 * WEEK)
    with django_assert_num_queries(5):
        assert len(effect_of_closing(closure(monday + WEEK)).workshops) == 3


# --- public holidays --------------------------------------------------------------------------------------------------


def names(year):
    return [each.name for each in propose_holidays(year)]


def test_holidays_on_days_that_are_open(monday, workshop):
    assert names(2026) == ["Tweede paasdag", "Koningsdag", "Tweede pinksterdag"]
    OpeningFactory(workshop=workshop, weekday=5)
    assert names(2026)[0] == "Goede vrijdag"
    assert [each.is_proposed for each in propose_holidays(2026)][:2] == [False, True]


def test_liberation_day_only_in_a_lustrum_year(monday, workshop):
    for weekday in (2, 3, 4, 5):
        OpeningFactory(workshop=workshop, weekday=weekday)
    assert "Bevrijdingsdag" in names(2025)
    assert "Bevrijdingsdag" not in names(2026)


def test_holidays_are_ticked_and_added_at_once(signed_in, coordinator, monday, to_come):
    Closure.objects.create(start_date=date(2026, 4, 27), end_date=date(2026, 4, 27), reason="feest")
    client = signed_in(coordinator)
    page = client.get(reverse("holiday_propose", args=[2026]))
    assert "al een sluiting: feest" in page.text
    assert "1 register, 3 mensen gepland" in page.text
    answer = press(client, page, "Voeg sluitingen toe")
    assert answer.url == reverse("closure_list")
    added = Closure.objects.exclude(reason="feest").order_by("start_date")
    assert list(added.values_list("start_date", "reason")) == [
        (date(2026, 4, 6), "Tweede paasdag"),
        (date(2026, 5, 25), "Tweede pinksterdag"),
    ]
    nothing = client.get(reverse("holiday_propose", args=[2026]))
    assert "Kies minstens één feestdag" in press(client, nothing, "Voeg sluitingen toe").text


def test_a_year_without_an_address_is_not_found(signed_in, coordinator):
    assert signed_in(coordinator).get(reverse("holiday_propose", args=[3000])).status_code == 404


# --- the pages --------------------------------------------------------------------------------------------------------


def test_a_closure_is_shown_asked_and_added(signed_in, coordinator, monday, to_come):
    client = signed_in(coordinator)
    page = client.get(reverse("closure_add"))
    typed = {"where": f"werkplaats-{to_come.pk}", "start_date": "2026-03-09", "end_date": "2026-03-09"}
    shown = press(client, page, "Bekijk", reason="schilders in huis", **typed)
    assert "3</strong> mensen zijn" in shown.text
    assert not Closure.objects.exists()
    PlacementFactory(workshop=to_come)
    ensure_sessions(monday + 2 * WEEK)
    press(client, shown, "Bewaar sluiting")
    [made] = Closure.objects.all()
    assert (made.workshop, made.location, made.reason) == (to_come, None, "schilders in huis")
    listed = client.get(reverse("closure_list"))
    assert "schilders in huis" in listed.text


def test_a_closure_is_changed_and_withdrawn_on_its_page(signed_in, coordinator, monday, to_come):
    coming = closure(monday + WEEK)
    add_closures([coming])
    client = signed_in(coordinator)
    page = client.get(reverse("closure_edit", args=[coming.pk]))
    shown = press(client, page, "Bekijk", end_date="2026-03-16", start_date="2026-03-10")
    assert "Weer open: <strong>ma 9 mrt</strong>" in shown.text
    assert "<strong>1</strong> register komt terug, op <strong>1</strong> dag (ma 9 mrt)" in shown.text
    back = press(client, shown, "Terug")
    shown = press(client, back, "Bekijk")
    assert press(client, shown, "Wijzig sluiting").status_code == 302
    assert open_days(to_come)[:3] == [monday, monday + WEEK, monday + 3 * WEEK]
    page = client.get(reverse("closure_withdraw", args=[coming.pk]))
    assert "<strong>3</strong> mensen staan er dan weer in, samen 3 keer." in page.text
    PlacementFactory(workshop=to_come)
    again = press(client, page, "Trek sluiting in")
    assert "Er is intussen iets veranderd" in again.text
    assert "<strong>4</strong> mensen staan er dan weer in" in again.text
    press(client, again, "Trek sluiting in")
    assert not Closure.objects.exists()
    assert to_come.attendances.filter(date=monday + 2 * WEEK).count() == 4


def test_somebody_new_on_a_holiday_is_shown_first(signed_in, coordinator, monday, to_come):
    ensure_sessions(date(2026, 4, 6))
    client = signed_in(coordinator)
    page = client.get(reverse("holiday_propose", args=[2026]))
    PlacementFactory(workshop=to_come)
    reconcile_sessions(Workshop.objects.all(), monday)
    again = press(client, page, "Voeg sluitingen toe")
    assert "Er is intussen iets veranderd" in again.text
    assert not Closure.objects.exists()
    press(client, again, "Voeg sluitingen toe")
    assert Closure.objects.count() == 3


def test_a_refusal_is_said_on_the_form(signed_in, coordinator, session, coach):
    mark_attendance(session.attendances.first(), "PRESENT", by=coach)
    client = signed_in(coordinator)
    refused = press(client, client.get(reverse("closure_add")), "Bekijk", reason="schilders")
    assert "Die dag kan niet meer dicht" in refused.text
