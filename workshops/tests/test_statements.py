"""The overview of a closed month that is set down: its versions, its pages, and files that never change."""

import subprocess
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from participants.models import ProductCode
from pluspunt.tests.factories import (
    IndicationFactory,
    ParticipantFactory,
    PlacementFactory,
    TrajectoryFactory,
    UserFactory,
)
from privacy.models import AccessEvent, AccessSubject
from workshops.models import Attendance, ClosedMonth, MonthStatement, StatementLine
from workshops.services.attendance import Mark, mark_attendance
from workshops.services.corrections import decide_correction, request_correction
from workshops.services.merging import merge_participants
from workshops.services.months import close_month
from workshops.services.sessions import ensure_sessions
from workshops.services.statement_figures import changes_between, fingerprint_of
from workshops.services.statements import draft_statement, make_statement
from workshops.tests.pages import press
from workshops.tests.test_concurrency import at_once
from workshops.tests.test_statement_rules import attend

pytestmark = pytest.mark.django_db
Status = Attendance.Status
FEBRUARY = date(2026, 2, 1)
MONDAYS = [date(2026, 2, day) for day in (2, 9, 16, 23)]
PAGE = "/maanden/2026-02-01/overzicht/"


@pytest.fixture
def person(monday, workshop):
    """Came on three of the four Mondays of February, with an indication of one day part a week."""
    trajectory = TrajectoryFactory(participant=ParticipantFactory(nickname="Hülya", surname="Öztürk", number=12))
    placement = PlacementFactory(workshop=workshop, trajectory=trajectory, start_date=MONDAYS[0])
    IndicationFactory(participant=placement.participant, volume=1, allocation_number=123456789)
    ensure_sessions(monday)
    return placement.participant


@pytest.fixture
def closed(person, coordinator):
    """February is closed; the last Monday was forgotten."""
    for row in person.attendances.filter(date__in=MONDAYS[:3]):
        mark_attendance(row, Status.PRESENT, by=coordinator)
    return close_month(FEBRUARY, coordinator)


def correct(person, by) -> None:
    """The Monday that was forgotten is mended: asked by one, approved by another."""
    row = person.attendances.get(date=MONDAYS[3])
    asked = request_correction(row, Mark(Status.PRESENT), why="Stond op papier", by=UserFactory())
    decide_correction(asked, is_approved=True, by=by, seen=row.version, answer="")


def words(statement: MonthStatement) -> list[tuple]:
    return list(statement.lines_in_order().values_list("name", "number", "amount", "delivered", "cap", "claimable"))


# --- versions -------------------------------------------------------------------------------------------------------


def test_a_version_keeps_the_words_of_its_moment(closed, person, coordinator):
    statement = make_statement(FEBRUARY, by=coordinator)
    assert (statement.version, statement.made_by, statement.month) == (1, coordinator, closed)
    person.surname, person.number = "de Wit", 99
    person.save()
    person.indications.update(allocation_number=None, scheme="PGB")
    line = statement.lines.get()
    assert words(statement) == [("Öztürk, Hülya", 12, "1 dagdeel per week", 3, 5, 3)]
    granted = (line.scheme, line.municipality_code, line.product_category, line.product_code, line.allocation_number)
    assert granted == ("Wmo", "0599", "07", "", 123456789)
    assert statement.fingerprint == fingerprint_of(FEBRUARY, statement.lines_in_order())


def test_nothing_changed_makes_no_new_version(closed, person, coordinator):
    make_statement(FEBRUARY, by=coordinator)
    person.surname = "de Wit"
    person.save()
    with pytest.raises(ValidationError, match="Er is niets veranderd sinds versie 1"):
        make_statement(FEBRUARY, by=coordinator)
    assert MonthStatement.objects.count() == 1


def test_an_approved_correction_makes_the_next_version_and_leaves_the_first(closed, person, coordinator):
    first = make_statement(FEBRUARY, by=coordinator)
    before = words(first)
    correct(person, coordinator)
    second = make_statement(FEBRUARY, by=coordinator)
    assert second.version == 2
    assert second.fingerprint != first.fingerprint
    assert words(first) == before
    [change] = changes_between(first.lines_in_order(), second.lines_in_order())
    assert (change.before.claimable, change.after.claimable) == (3, 4)


def test_another_indication_is_a_change_and_one_that_went_is_said(closed, person, coordinator):
    first = make_statement(FEBRUARY, by=coordinator)
    person.indications.update(volume=2)
    [change] = changes_between(first.lines_in_order(), draft_statement(FEBRUARY))
    assert (change.before.amount, change.after.amount) == ("1 dagdeel per week", "2 dagdelen per week")
    person.indications.update(end_date=date(2026, 1, 31))
    changes = changes_between(first.lines_in_order(), draft_statement(FEBRUARY))
    assert [(c.before and c.before.delivered, c.after and c.after.cut_reason) for c in changes] == [
        (None, "NONE"),
        (3, None),
    ]


def test_a_month_that_is_open_has_no_overview(person, coordinator):
    with pytest.raises(ValidationError, match="nog niet gesloten"):
        make_statement(FEBRUARY, by=coordinator)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_make_it_at_once_one_does(monday, coordinator):
    ClosedMonth.objects.create(month=FEBRUARY, closed_by=coordinator)
    attend(TrajectoryFactory(), MONDAYS)

    def work(number: int) -> str:
        try:
            return f"versie {make_statement(FEBRUARY, by=coordinator).version}"
        except ValidationError as error:
            return error.messages[0]

    answers = sorted(at_once(work))
    assert answers == [*["Er is niets veranderd sinds versie 1. Een nieuwe versie is niet nodig."] * 7, "versie 1"]
    assert StatementLine.objects.get().delivered == 4


# --- the files ------------------------------------------------------------------------------------------------------


def hashes(desk) -> list[str]:
    names = ("month_statement_xlsx", "month_statement_pdf")
    answers = [desk.get(reverse(name, args=[FEBRUARY, 1])) for name in names]
    assert [answer.status_code for answer in answers] == [200, 200]
    return [sha256(answer.content).hexdigest() for answer in answers]


def test_the_files_of_a_version_are_the_same_to_the_byte(closed, person, coordinator, signed_in):
    statement = make_statement(FEBRUARY, by=coordinator)
    attend(double := TrajectoryFactory(), [date(2026, 3, 2)])
    first = hashes(signed_in(coordinator))
    person.surname = "de Wit"
    person.save()
    User.objects.filter(pk=coordinator.pk).update(name="Iemand Anders")
    merge_participants(double.participant, person, facts=[], by=coordinator)
    with time_machine.travel("2027-07-14T21:44:13+02:00"):
        correct(double.participant, UserFactory(role=User.Role.COORDINATOR))
        make_statement(FEBRUARY, by=coordinator)
        assert hashes(signed_in(coordinator)) == first
    assert statement.lines.get().participant == double.participant
    assert statement.fingerprint == fingerprint_of(FEBRUARY, statement.lines_in_order())


def test_the_document_has_only_our_own_letters_on_any_machine(closed, person, coordinator, signed_in, tmp_path):
    make_statement(FEBRUARY, by=coordinator)
    answer = signed_in(coordinator).get(reverse("month_statement_pdf", args=[FEBRUARY, 1]))
    path = tmp_path / "overzicht.pdf"
    path.write_bytes(answer.content)
    listed = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    names = {line.split()[0].partition("+")[2] for line in listed}
    assert names <= {"Atkinson-Print", "Atkinson-Print-Bold", "Atkinson-Print-Ext", "Source-Sans-Print"}


def test_an_indication_that_stood_there_twice_takes_its_lines_along(closed, person, coordinator, signed_in):
    twin = TrajectoryFactory(participant__birth_date=person.birth_date)
    IndicationFactory(participant=twin.participant, volume=1)
    attend(twin, [date(2026, 2, 3)])
    make_statement(FEBRUARY, by=coordinator)
    first = hashes(signed_in(coordinator))
    merge_participants(person, twin.participant, facts=[], by=coordinator)
    assert StatementLine.objects.filter(indication=person.indications.get()).count() == 2
    assert hashes(signed_in(coordinator)) == first
    # Together they delivered and were paid the same: only what each was granted may be said otherwise.
    assert {line.delivered for line in draft_statement(FEBRUARY)} == {4}


def test_the_spreadsheet_says_what_the_lines_say(closed, person, coordinator, signed_in):
    person.surname = '=HYPERLINK("https://voorbeeld.nl")'
    person.save()
    code = ProductCode.objects.create(category="07", code="00012", description="Groep")
    person.indications.update(product_code=code)
    attend(TrajectoryFactory(participant__surname="Zonder"), MONDAYS[:2])
    make_statement(FEBRUARY, by=coordinator)
    answer = signed_in(coordinator).get(reverse("month_statement_xlsx", args=[FEBRUARY, 1]))
    assert 'filename="maandoverzicht-2026-02-versie-1.xlsx"' in answer["Content-Disposition"]
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["Regels", "Per gemeente en product", "Uitleg"]
    head, first, second, total = book["Regels"].iter_rows(values_only=True)
    assert head[:2] == ("Naam", "Nummer")
    assert first[0].startswith("=HYPERLINK")
    assert book["Regels"]["A2"].data_type == "s"
    assert first[3:6] == ("0599", "07", "00012")
    assert first[10:] == (3, 5, 3, 0, None)
    assert second[10:] == (2, None, 0, 2, "geen indicatie in dagdelen op die dagen")
    assert (total[0], total[10], total[12], total[13]) == ("Totaal", 5, 3, 2)
    sums = list(book["Per gemeente en product"].iter_rows(min_row=2, values_only=True))
    assert sums == [
        ("Rotterdam (0599)", "07 00012", "Wmo", 1, 3, 3, 0),
        ("zonder indicatie", None, None, 1, 2, 0, 2),
        ("Totaal", None, None, 2, 5, 3, 2),
    ]
    assert book.properties.created.date() == date(2026, 3, 2)


def test_a_version_that_there_is_not_is_not_found(closed, coordinator, signed_in):
    desk = signed_in(coordinator)
    assert desk.get(f"{PAGE}?versie=1").status_code == 404
    assert desk.get(f"{PAGE}?versie=abc").status_code == 404
    assert desk.get(reverse("month_statement_pdf", args=[FEBRUARY, 1])).status_code == 404


# --- the page -------------------------------------------------------------------------------------------------------


def test_it_is_looked_at_and_set_down(closed, person, coordinator, signed_in):
    desk = signed_in(coordinator)
    assert PAGE in desk.get(reverse("month_list")).text
    assert PAGE in desk.get(reverse("month_close", args=[FEBRUARY])).text
    page = desk.get("/maanden/2026-02-14/overzicht/")
    assert "Dit overzicht ligt nog niet vast." in page.text
    assert "Öztürk, Hülya" in page.text
    assert "overzicht.pdf" not in page.text
    page = desk.get(press(desk, page, "Leg versie 1 vast").url)
    assert "Versie 1 van februari 2026 ligt vast." in page.text
    assert "overzicht.pdf" in page.text
    assert "Leg versie" not in page.text


def test_what_changed_since_the_version_is_shown_and_makes_the_next(closed, person, coordinator, signed_in):
    make_statement(FEBRUARY, by=coordinator)
    correct(person, coordinator)
    desk = signed_in(coordinator)
    page = desk.get(PAGE)
    assert "Er is iets veranderd sinds versie 1." in page.text
    assert "geleverd 3, te declareren 3" in page.text
    assert "geleverd 4, te declareren 4" in page.text
    assert page.context["total"].claimable == 3
    assert desk.get(f"{PAGE}?versie=nu").context["total"].claimable == 4
    page = desk.get(press(desk, page, "Leg versie 2 vast").url)
    assert "Wat er anders is dan in de versie ervoor" in page.text
    assert page.context["total"].claimable == 4
    assert desk.get(f"{PAGE}?versie=1").context["total"].claimable == 3
    assert "Er is iets veranderd" not in page.text


def test_pressing_late_says_that_nothing_changed(closed, coordinator, signed_in):
    make_statement(FEBRUARY, by=coordinator)
    desk = signed_in(coordinator)
    answer = desk.post(reverse("month_statement_make", args=[FEBRUARY]))
    assert "Er is niets veranderd sinds versie 1." in desk.get(answer.url).text
    assert MonthStatement.objects.count() == 1


def test_an_open_month_leads_to_closing_it(person, coordinator, signed_in):
    desk = signed_in(coordinator)
    page = desk.get(PAGE)
    assert "Deze maand is nog niet gesloten." in page.text
    assert reverse("month_close", args=[FEBRUARY]) in page.text
    answer = desk.post(reverse("month_statement_make", args=[FEBRUARY]))
    assert "Een overzicht maak je van een gesloten maand." in desk.get(answer.url).text
    page = desk.get("/maanden/2026-03-01/overzicht/")
    assert "Deze maand is nog niet voorbij." in page.text
    assert reverse("month_close", args=[date(2026, 3, 1)]) not in page.text


def test_the_filters_choose_lines_and_their_totals(closed, person, coordinator, signed_in):
    other = TrajectoryFactory()
    IndicationFactory(participant=other.participant, municipality_code="0606", scheme="WLZ", volume=1)
    attend(other, [date(2026, 2, 1) + n * timedelta(days=1) for n in range(7)])
    desk = signed_in(coordinator)
    everything = desk.get(PAGE)
    assert everything.context["total"].delivered == 10
    for chosen, delivered in [
        ({"municipality": "0606"}, 7),
        ({"scheme": "Wmo"}, 3),
        ({"product": "07"}, 10),
        ({"cut": "ja"}, 7),
        ({"cut": "CAP", "scheme": "Wmo"}, 0),
        ({"municipality": "9999"}, 10),
    ]:
        page = press(desk, everything, "Toon", **chosen)
        assert page.context["total"].delivered == delivered, chosen
        assert page.wsgi_request.GET["versie"] == "nu"


def test_looking_taking_along_and_printing_are_logged(closed, person, coordinator, signed_in):
    make_statement(FEBRUARY, by=coordinator)
    desk = signed_in(coordinator)
    desk.get(PAGE)
    hashes(desk)
    events = AccessEvent.objects.filter(data__startswith="maandoverzicht").order_by("pk")
    assert list(events.values_list("action", flat=True)) == ["VIEW", "EXPORT", "PRINT"]
    subjects = AccessSubject.objects.filter(event__in=events).values_list("object_id", flat=True)
    assert list(subjects) == [person.pk] * 3


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_takes_as_many_questions_for_one_line_as_for_three(
    people, closed, coordinator, signed_in, django_assert_num_queries
):
    for _ in range(people):
        attend(TrajectoryFactory(), MONDAYS)
    make_statement(FEBRUARY, by=coordinator)
    IndicationFactory(participant=TrajectoryFactory().participant)
    desk = signed_in(coordinator)
    with django_assert_num_queries(QUERIES_OF_PAGE):
        desk.get(PAGE)
    with django_assert_num_queries(QUERIES_OF_PDF):
        desk.get(reverse("month_statement_pdf", args=[FEBRUARY, 1]))


# Signing in (2), the month, its versions and lines, the draft (4), and the log.
QUERIES_OF_PAGE = 11
QUERIES_OF_PDF = 7
