"""Comparing a small year with the database and writing it: what is new, what was there, what differs."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from participants.models import Indication, Participant, Trajectory
from partners.models import Organisation
from pluspunt.tests.factories import IndicationFactory, OpeningFactory, ParticipantFactory, WorkshopFactory
from workshops.models import (
    Attendance,
    AttendanceChange,
    DayPart,
    Opening,
    Placement,
    Session,
    Workshop,
)
from workshops.services.sessions import continue_schedule, ensure_sessions
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.writing import import_year
from workshops.tests.spreadsheets import ATTENDANCE, SmallYear, whole_database

pytestmark = pytest.mark.django_db
PEOPLE, WORKSHOPS, PLACEMENTS = "deelnemers.csv", "werkplaatsen.csv", "plaatsingen.csv"
Status = Attendance.Status
DIFFERS = "Wijkt af van wat er al staat; er is niets veranderd."


@pytest.fixture
def year():
    return SmallYear()


def take_in(year, by=None):
    return import_year(read_year(year.files()), by=by).report()


def refused(report):
    return [(r.file, r.line, r.column, r.reason) for r in report.refusals]


def differing(report):
    return [(r.file, r.line, r.column) for r in report.differences]


def counts(report):
    return {file.name: (file.new, file.same, file.differing, file.refused) for file in report.files}


def test_all_good_rows_are_written(year, coordinator):
    report = take_in(year, by=coordinator)
    assert counts(report) == {
        WORKSHOPS: (2, 0, 0, 0),
        "sluitingen.csv": (1, 0, 0, 0),
        "uitval.csv": (1, 0, 0, 0),
        PEOPLE: (2, 0, 0, 0),
        PLACEMENTS: (2, 0, 0, 0),
        ATTENDANCE: (5, 0, 0, 0),
    }
    garden = Workshop.objects.get(name="Tuin")
    assert (garden.discipline, garden.location.name, garden.host.name) == ("FOOD", "M4H", "Voedseltuin")
    assert garden.registered_from == date(2025, 1, 1)
    assert set(Opening.objects.values_list("start_date", "end_date")) == {(date(2025, 1, 1), date(2025, 12, 31))}
    person = Participant.objects.get(number=1)
    assert (person.full_name, person.search_name, person.district.name) == ("Hülya Öztürk", "hulya ozturk", "Noord")
    assert person.trajectories.get().target_group == Trajectory.TargetGroup.SOCIAL_DAY_CARE
    assert person.practitioners.get().name == "Evie Bakker"
    indication = person.indications.get()
    assert (indication.municipality_code, indication.product_category) == ("0599", "07")
    assert (indication.unit, indication.frequency, indication.volume) == ("16", "2", 4)
    assert indication.product_code is None


def test_attendance_says_who_took_it_in_and_what_was_not_written_down_stays_open(year, coordinator):
    take_in(year, by=coordinator)
    bikes = Attendance.objects.filter(participant__number=1, workshop__name="Fietsen")
    march = bikes.filter(date__month=3).order_by("date").values_list("date", "status", "reason__name", "recorded_by")
    assert list(march) == [
        (date(2025, 3, 3), Status.PRESENT, None, coordinator.pk),
        (date(2025, 3, 10), Status.EXCUSED, "afspraak instantie", coordinator.pk),
        (date(2025, 3, 17), Status.NO_SHOW, None, coordinator.pk),
        (date(2025, 3, 24), Status.OPEN, None, None),
        (date(2025, 3, 31), Status.OPEN, None, None),
    ]
    visit = Attendance.objects.get(workshop__name="Tuin")
    assert (visit.planned, visit.status) == (False, Status.PRESENT)


def test_sessions_are_of_that_year_only_and_know_closed_and_cancelled_days(year):
    take_in(year)
    days = Session.objects.filter(workshop__name="Fietsen", day_part=DayPart.MORNING).values_list("date", flat=True)
    assert (min(days), max(days), len(days)) == (date(2025, 1, 6), date(2025, 12, 29), 51)
    assert date(2025, 4, 21) not in days
    cancelled = Session.objects.get(state=Session.State.CANCELLED)
    assert (cancelled.date, cancelled.cancel_reason, cancelled.attendances.count()) == (date(2025, 3, 24), "teamdag", 2)


def test_history_says_who_added_people_and_placements(year, coordinator):
    take_in(year, by=coordinator)
    for model in (Participant, Trajectory, Indication, Placement):
        found = model.history.values_list("history_type", "history_user")
        assert set(found) == {("+", coordinator.pk)}, model


def test_a_second_time_changes_nothing(year):
    take_in(year)
    before = whole_database()
    report = take_in(year)
    assert whole_database() == before
    assert (report.total.new, report.total.same, report.has_news) == (0, 13, False)


def test_a_row_that_differs_is_reported_and_never_overwritten(year):
    take_in(year)
    before = whole_database()
    year.rows[WORKSHOPS][0].update({"Discipline": "hout", "Locatie": "Noord", "ma ochtend": "7", "di ochtend": "2"})
    year.rows["sluitingen.csv"][0]["Reden"] = "dicht"
    year.rows["uitval.csv"][0]["Reden"] = "storing"
    year.rows[PEOPLE][0].update(
        {
            **{"Roepnaam": "Hulya", "Postcode": "3011 AB", "Gebied": "", "Eind": "31-12-2025", "Waarheen": "opleiding"},
            **{"Indicatie tot": "30-12-2025", "Dagdelen per week": "5", "Behandelaar": "Noor de Wit"},
        }
    )
    year.rows[PLACEMENTS][0]["Tot"] = "30-06-2025"
    year.rows[ATTENDANCE][0].update({"Status": "afgemeld", "Reden": "ziek"})
    report = take_in(year)
    assert whole_database() == before
    assert differing(report) == [
        (WORKSHOPS, 2, "Discipline, Locatie, ma ochtend, di ochtend"),
        ("sluitingen.csv", 2, "Reden"),
        ("uitval.csv", 2, "Reden"),
        (
            PEOPLE,
            2,
            "Roepnaam, Postcode, Gebied, Eind, Waarheen, Indicatie tot, Dagdelen per week, Behandelaar",
        ),
        (PLACEMENTS, 2, "Tot"),
        (ATTENDANCE, 2, "Status, Reden"),
    ]
    assert {difference.reason for difference in report.differences} == {DIFFERS}
    assert report.refusals == ()


def test_a_number_with_another_birth_date_is_somebody_else(year):
    ParticipantFactory(number=1, birth_date=date(1990, 1, 1))
    report = take_in(year)
    there = "Dit nummer is geweigerd in deelnemers.csv."
    assert refused(report) == [
        (PEOPLE, 2, "Nr", "Dit nummer is al van iemand anders, met een andere geboortedatum."),
        (PLACEMENTS, 2, "Nr", there),
        *((ATTENDANCE, line, "Nr", there) for line in (2, 3, 4, 6)),
    ]
    assert Attendance.objects.recorded().count() == 1


@pytest.mark.parametrize("in_the_file", [True, False])
def test_an_allocation_number_of_somebody_else_is_refused(year, in_the_file):
    if in_the_file:
        copied = ("Toewijzingsnummer", "Indicatie van", "Indicatie tot", "Dagdelen per week")
        year.rows[PEOPLE][1].update({column: year.rows[PEOPLE][0][column] for column in copied})
    else:
        IndicationFactory(allocation_number=12345678)
    found = [row for row in refused(take_in(year)) if row[0] == PEOPLE]
    reason = "Dit toewijzingsnummer is al van iemand anders."
    assert found == [(PEOPLE, 3 if in_the_file else 2, "Toewijzingsnummer", reason)]


def test_a_district_that_is_not_in_the_list_is_refused(year):
    year.rows[PEOPLE][1]["Gebied"] = "Oost"
    assert refused(take_in(year))[0] == (PEOPLE, 3, "Gebied", "Dit gebied staat niet in de lijst met gebieden.")


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"Van": "31-12-2023"}, "Van", "De plaatsing valt buiten het traject."),
        ({"Dagdeel": "middag", "Rol": "vrijwilliger"}, "Rol", "De rol past niet bij de doelgroep van deze persoon."),
        (
            {"Werkplaats": "Tuin", "Van": "01-07-2025"},
            "Dagdeel",
            "Deze persoon is op dit dagdeel in die tijd al geplaatst.",
        ),
    ],
)
def test_a_placement_that_cannot_be_is_refused(year, changes, column, reason):
    year.rows[PLACEMENTS].append({**year.rows[PLACEMENTS][0], **changes})
    assert refused(take_in(year)) == [(PLACEMENTS, 4, column, reason)]


def test_a_placement_after_the_last_day_of_the_trajectory_is_refused(year):
    year.rows[PEOPLE][0]["Eind"] = "30-06-2025"
    assert (PLACEMENTS, 2, "Van", "De plaatsing valt buiten het traject.") in refused(take_in(year))


def test_attendance_of_a_refused_placement_is_refused_and_not_counted_as_a_visit(year):
    year.rows[PLACEMENTS][0]["Rol"] = "vrijwilliger"
    reason = "De plaatsing waar deze regel bij hoort, is geweigerd in plaatsingen.csv."
    assert refused(take_in(year))[1:] == [(ATTENDANCE, line, "Werkplaats", reason) for line in (2, 3, 4)]


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"Datum": "21-04-2025"}, "Datum", "Op deze dag is er gesloten."),
        ({"Datum": "24-03-2025"}, "Datum", "Deze sessie is uitgevallen."),
        ({"Datum": "04-03-2025"}, "Datum", "Op dit dagdeel is er in deze werkplaats geen sessie."),
        (
            {"Datum": "10-03-2025", "Dagdeel": "middag"},
            "Werkplaats",
            "Deze persoon staat op dit dagdeel al ergens anders als aanwezig.",
        ),
        (
            {"Dagdeel": "middag", "Status": "niet afgemeld"},
            "Status",
            "Wie niet gepland was, kan alleen aanwezig zijn.",
        ),
        (
            {"Datum": "07-04-2025", "Status": "afgemeld", "Reden": "geen zin"},
            "Reden",
            "Deze reden staat niet in de lijst met redenen.",
        ),
        ({"Datum": "22-12-2025", "Nr": "2"}, "Datum", "Deze persoon heeft op deze dag geen lopend traject."),
    ],
)
def test_attendance_that_cannot_be_is_refused(year, changes, column, reason):
    year.rows[PEOPLE][1]["Eind"] = year.rows[PLACEMENTS][1]["Tot"] = "30-11-2025"
    year.rows[ATTENDANCE].append({**year.rows[ATTENDANCE][0], **changes})
    assert refused(take_in(year)) == [(ATTENDANCE, 7, column, reason)]


def test_of_a_day_to_come_only_an_excuse_is_taken_in(year, monday):
    mark = year.rows.pop(ATTENDANCE)[0]
    year.rows["aanwezigheid-2026.csv"] = [
        {**mark, "Datum": "16-03-2026"},
        {**mark, "Datum": "23-03-2026", "Status": "afgemeld"},
    ]
    year.rows["sluitingen.csv"] = year.rows["uitval.csv"] = []
    assert refused(take_in(year)) == [
        ("aanwezigheid-2026.csv", 2, "Datum", "Deze dag komt nog: iemand kan nu alleen afgemeld zijn.")
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Datum": "25-03-2025"}, "De werkplaats is op dit dagdeel niet open."),
        ({"Datum": "21-04-2025"}, "Op deze dag is alles al gesloten."),
    ],
)
def test_a_session_that_was_not_there_cannot_be_cancelled(year, changes, reason):
    year.rows["uitval.csv"][0].update(changes)
    assert refused(take_in(year)) == [("uitval.csv", 2, "Datum", reason)]


def test_a_session_with_recorded_attendance_is_not_cancelled_afterwards(year):
    take_in(year)
    year.rows["uitval.csv"].append({**year.rows["uitval.csv"][0], "Datum": "03-03-2025"})
    assert differing(take_in(year)) == [("uitval.csv", 3, "Werkplaats")]


def test_what_was_written_down_later_fills_the_open_row_and_keeps_the_change(year, coordinator):
    take_in(year)
    row = Attendance.objects.get(participant__number=1, date=date(2025, 3, 31))
    year.rows[ATTENDANCE].append({**year.rows[ATTENDANCE][0], "Datum": "31-03-2025"})
    report = take_in(year, by=coordinator)
    row.refresh_from_db()
    assert (report.total.new, row.status, row.recorded_by) == (1, Status.PRESENT, coordinator)
    change = AttendanceChange.objects.get()
    assert (change.attendance, change.old_status, change.new_status, change.by) == (
        row,
        Status.OPEN,
        Status.PRESENT,
        coordinator,
    )


def test_a_new_closure_closes_the_sessions_that_were_there(year):
    take_in(year)
    year.rows["sluitingen.csv"].append({"Van": "31-03-2025", "Tot": "31-03-2025", "Reden": "storing"})
    take_in(year)
    assert not Attendance.objects.filter(date=date(2025, 3, 31)).exists()
    assert not Session.objects.filter(date=date(2025, 3, 31)).exists()


def test_a_paused_person_was_not_planned(year):
    take_in(year)
    path = Trajectory.objects.get(participant__number=1)
    path.pauses.create(start_date=date(2025, 3, 31), end_date=date(2025, 3, 31))
    year.rows[ATTENDANCE].append({**year.rows[ATTENDANCE][2], "Datum": "31-03-2025"})
    assert refused(take_in(year))[0][2:] == ("Status", "Wie niet gepland was, kan alleen aanwezig zijn.")


def test_locations_partners_and_a_workshop_without_openings_are_used_again(year):
    Organisation.objects.create(name="Voedseltuin")
    workshop = WorkshopFactory(name="Fietsen", registered_from=None)
    report = take_in(year)
    assert report.files[0].new == 2
    assert Organisation.objects.count() == 1
    workshop.refresh_from_db()
    assert (workshop.registered_from, workshop.openings.count()) == (date(2025, 1, 1), 2)


def test_a_register_that_began_earlier_keeps_its_start(year):
    workshop = WorkshopFactory(name="Fietsen", registered_from=date(2020, 1, 1))
    take_in(year)
    workshop.refresh_from_db()
    assert workshop.registered_from == date(2020, 1, 1)


def test_openings_that_cover_the_year_with_the_same_places_are_the_same(year):
    workshop = WorkshopFactory(name="Fietsen", registered_from=date(2025, 1, 1))
    for part in DayPart:
        OpeningFactory(workshop=workshop, day_part=part)
    assert take_in(year).files[0].same == 1
    assert workshop.openings.count() == 2


def test_workshops_elsewhere_and_their_registers_stay_as_they_are(year, session):
    before = list(session.attendances.order_by("pk").values())
    opening = session.workshop.openings.get()
    take_in(year)
    assert list(session.attendances.order_by("pk").values()) == before
    assert list(session.workshop.openings.all()) == [opening]


def test_after_the_year_the_schedule_goes_on_only_when_somebody_says_so(year, monday):
    take_in(year)
    ensure_sessions(monday)
    assert not Session.objects.filter(date__gte=date(2026, 1, 1)).exists()
    assert continue_schedule(date(2026, 2, 1)) == 4
    ensure_sessions(monday)
    assert Attendance.objects.filter(date=monday, participant__number=1).exists()


def test_a_new_placement_appears_in_registers_after_the_year_as_well(year, monday):
    take_in(year)
    continue_schedule(date(2026, 2, 1))
    ensure_sessions(monday)
    year.rows[PLACEMENTS].append({**year.rows[PLACEMENTS][0], "Dagdeel": "middag", "Van": "01-12-2025"})
    take_in(year)
    assert Attendance.objects.filter(date=monday, day_part=DayPart.AFTERNOON, participant__number=1).exists()


def test_nothing_is_written_when_somebody_adds_the_same_number_meanwhile(year):
    before = whole_database()

    def add_the_same_number(items, label):
        if label == "opslaan":
            ParticipantFactory(number=1)
        return items

    with pytest.raises(ValidationError, match="Iemand anders wijzigde net dezelfde gegevens"):
        import_year(read_year(year.files()), by=None, progress=add_the_same_number)
    assert whole_database() == before
