"""Skilled volunteers: craft, certificate of conduct, hours from attendance, allowance against the limit of the year."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from participants.models import VOG_WARNS_BEFORE, Allowance, AllowanceLimit, VolunteerProfile
from participants.services.volunteers import AllowanceYear, allowance_years, save_allowance
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    AllowanceFactory,
    PlacementFactory,
    SessionFactory,
    TrajectoryFactory,
    VolunteerFactory,
    VolunteerProfileFactory,
)
from privacy.models import AccessEvent
from workshops.models import Attendance, DayPart
from workshops.services.volunteers import volunteer_hours, volunteer_hours_by_month
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
LIST = "/deelnemers/vakvrijwilligers/"
DAY = timedelta(days=1)
YEAR = Period.of_year(2026)


@pytest.fixture
def volunteer(monday):
    return VolunteerFactory(participant__nickname="Bert", participant__surname="Aalders").participant


@pytest.fixture
def desk(signed_in, coordinator):
    return signed_in(coordinator)


@pytest.fixture
def limit(db):
    return AllowanceLimit.objects.create(year=2026, per_month=210, per_year=2100)


def page_of(person, name="volunteer_detail"):
    return reverse(name, args=[person.key])


def attend(path, day, *, status="PRESENT", state="PLANNED", part=DayPart.MORNING, planned=True):
    """One row of attendance in a session of its own workshop."""
    reason = "storm" if state == "CANCELLED" else ""
    session = SessionFactory(date=day, day_part=part, state=state, cancel_reason=reason)
    Attendance.objects.create(
        session=session,
        trajectory=path,
        participant=path.participant,
        workshop=session.workshop,
        date=day,
        day_part=part,
        status=status,
        planned=planned,
        recorded_at=None if status == "OPEN" else "2026-03-02T09:00Z",
    )


def names(client, **query):
    return [line.person.surname for line in client.get(LIST, query).context["page_obj"]]


# --- the certificate of conduct -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("requested", "seen", "renew", "state"),
    [
        (None, None, None, "MISSING"),
        (0, None, None, "REQUESTED"),
        (None, -400, None, "VALID"),
        (None, -400, 92, "VALID"),
        (None, -400, 91, "EXPIRING"),
        (None, -400, 1, "EXPIRING"),
        (None, -400, 0, "EXPIRED"),
        (-3, -400, -1, "EXPIRED"),
    ],
)
def test_the_state_of_the_certificate_at_its_edges(monday, requested, seen, renew, state):
    days = [None if each is None else monday + each * DAY for each in (requested, seen, renew)]
    profile = VolunteerProfile(vog_requested_on=days[0], vog_seen_on=days[1], vog_renew_on=days[2])
    assert profile.vog_state == state
    assert VOG_WARNS_BEFORE.days == 91


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "VOG nog niet gezien"),
        ({"vog_requested_on": date(2026, 2, 2)}, "VOG aangevraagd op 02-02-2026"),
        ({"vog_seen_on": date(2025, 2, 2)}, "VOG gezien op 02-02-2025"),
        (
            {"vog_seen_on": date(2025, 2, 2), "vog_renew_on": date(2028, 2, 2)},
            "VOG gezien op 02-02-2025, vernieuwen voor 02-02-2028",
        ),
        (
            {"vog_seen_on": date(2025, 2, 2), "vog_renew_on": date(2026, 5, 1)},
            "VOG vernieuwen binnen 3 maanden: voor 01-05-2026",
        ),
        ({"vog_seen_on": date(2025, 2, 2), "vog_renew_on": date(2026, 3, 2)}, "VOG verlopen op 02-03-2026"),
    ],
)
def test_the_page_says_it_in_words(volunteer, desk, facts, words):
    VolunteerProfileFactory(participant=volunteer, **facts)
    text = desk.get(page_of(volunteer)).text.replace('<span class="nowrap">', "").replace("</span>", "")
    assert words in text


# --- the profile ----------------------------------------------------------------------------------------------------


def test_the_first_save_makes_the_profile_and_the_next_one_changes_it(volunteer, desk):
    assert "Vul vak en VOG in" in desk.get(page_of(volunteer)).text
    for craft in ("kok", "bakker"):
        answer = press(desk, desk.get(page_of(volunteer, "volunteer_edit")), "Bewaar", craft=craft)
        assert answer.url == page_of(volunteer)
    profile = VolunteerProfile.objects.get()
    assert (profile.craft, profile.participant) == ("bakker", volunteer)
    assert [(row.craft, row.history_user.name) for row in profile.history.all()] == [
        ("bakker", "Coördinator Cor"),
        ("kok", "Coördinator Cor"),
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"vog_seen_on": "2026-03-03"}, "Deze dag moet nog komen."),
        ({"vog_requested_on": "2026-03-03"}, "Deze dag moet nog komen."),
        ({"vog_renew_on": "2027-03-03"}, "Vernieuwen hoort bij een VOG die is gezien."),
        ({"vog_seen_on": "2026-03-02", "vog_renew_on": "2026-03-02"}, "Vernieuwen komt na de dag"),
        ({"craft": ""}, "Vul dit in."),
    ],
)
def test_what_cannot_be_is_refused_and_stays_on_the_page(volunteer, desk, typed, sentence):
    typed = {"craft": "kok", "availability": "dinsdag"} | typed
    page = press(desk, desk.get(page_of(volunteer, "volunteer_edit")), "Bewaar", **typed)
    assert sentence in page.text
    assert "dinsdag" in page.text
    assert not VolunteerProfile.objects.exists()


@pytest.mark.parametrize("name", ["volunteer_detail", "volunteer_edit", "allowance_add"])
def test_of_somebody_who_never_volunteered_the_pages_are_not_there(monday, desk, name):
    person = TrajectoryFactory().participant
    assert desk.get(page_of(person, name)).status_code == 404
    assert page_of(person) not in desk.get(page_of(person, "participant_skills")).text


def test_who_volunteers_beside_another_trajectory_has_the_tab(volunteer, desk):
    TrajectoryFactory(participant=volunteer, start_date=date(2026, 1, 1))
    assert page_of(volunteer) in desk.get(page_of(volunteer, "participant_skills")).text


# --- hours ----------------------------------------------------------------------------------------------------------


def test_hours_are_four_for_each_attended_day_part_that_went_on(volunteer):
    path = volunteer.trajectories.get()
    attend(path, date(2026, 2, 2))
    attend(path, date(2026, 2, 2), part=DayPart.AFTERNOON, planned=False)
    attend(path, date(2026, 1, 1))
    for status in ("OPEN", "EXCUSED", "NO_SHOW"):
        attend(path, date(2026, 2, 3), status=status)
    attend(path, date(2026, 2, 4), state="CANCELLED")
    attend(path, date(2025, 12, 31))
    attend(TrajectoryFactory(participant=volunteer), date(2026, 2, 5))
    assert volunteer_hours([volunteer], YEAR) == {volunteer.pk: 12}
    assert volunteer_hours_by_month(volunteer, 2026) == {1: 4, 2: 8}
    assert volunteer_hours_by_month(volunteer, 2025) == {12: 4}


def test_who_did_not_come_has_no_hours(volunteer):
    assert volunteer_hours([volunteer], YEAR) == {volunteer.pk: 0}


def test_the_page_shows_hours_and_money_of_the_year_that_is_asked_for(volunteer, desk, limit):
    path = volunteer.trajectories.get()
    attend(path, date(2026, 2, 2))
    attend(path, date(2025, 12, 31))
    AllowanceFactory(participant=volunteer, amount=Decimal("1234.5"), paid_on=date(2025, 12, 31))
    page = desk.get(page_of(volunteer)).text
    assert "werkte 4 uur mee en kreeg €\u00a00,00" in page
    assert "De grens van 2026 is €\u00a0210,00 per maand en €\u00a02.100,00 per jaar." in page
    assert "werkte 4 uur mee en kreeg €\u00a01.234,50" in desk.get(page_of(volunteer), {"jaar": "2025"}).text
    assert "€\u00a00,00" in desk.get(page_of(volunteer), {"jaar": "2031"}).text


# --- allowance ------------------------------------------------------------------------------------------------------


def year_of(volunteer, *payments) -> AllowanceYear:
    for day, amount in payments:
        AllowanceFactory(participant=volunteer, paid_on=day, amount=amount)
    return allowance_years([volunteer], 2026)[volunteer.pk]


def test_the_first_and_last_day_of_month_and_year_belong_to_them(volunteer, limit):
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date(2026, 12, 31)]
    year = year_of(volunteer, *((day, 10) for day in days), (date(2027, 1, 1), 10))
    assert year.by_month == {1: 20, 2: 10, 12: 10}
    assert year.paid == 40


def test_the_limit_itself_is_not_over_and_a_cent_more_is(volunteer, limit):
    year = year_of(volunteer, (date(2026, 1, 5), 200), (date(2026, 1, 20), 10), (date(2026, 2, 1), "210.01"))
    assert (year.months_over, year.is_year_over, year.is_over) == ([2], False, True)


def test_the_year_is_over_without_a_month_that_is(volunteer, limit):
    limit.per_year = 400
    limit.save()
    payments = [(date(2026, 1, 5), 200), (date(2026, 2, 5), 200)]
    assert not year_of(volunteer, *payments).is_over
    year = year_of(volunteer, (date(2026, 3, 1), "0.01"))
    assert (year.months_over, year.is_year_over) == ([], True)


def test_without_a_limit_nothing_is_over_and_the_page_says_who_adds_it(volunteer, desk):
    assert not year_of(volunteer, (date(2026, 1, 5), 9000)).is_over
    page = desk.get(page_of(volunteer)).text
    assert "De grens van 2026 staat nog niet in de lijst. De beheerder zet die erin, bij Lijsten." in page


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payments=st.lists(
        st.tuples(
            st.dates(date(2025, 11, 1), date(2026, 3, 2)), st.decimals(Decimal("0.01"), Decimal("300"), places=2)
        ),
        max_size=8,
    )
)
def test_months_add_up_to_the_year(payments, monday):
    person = VolunteerFactory().participant
    Allowance.objects.bulk_create(Allowance(participant=person, paid_on=d, amount=a) for d, a in payments)
    for number in (2025, 2026):
        year = allowance_years([person], number)[person.pk]
        assert year.paid == sum((a for d, a in payments if d.year == number), Decimal(0))
        assert year.by_month.keys() == {d.month for d, _ in payments if d.year == number}


@pytest.mark.parametrize(("typed", "amount"), [("12,50", "12.50"), ("1.234,50", "1234.50"), ("12.50", "12.50")])
def test_an_amount_is_typed_as_people_write_it(volunteer, desk, limit, typed, amount):
    page = desk.get(page_of(volunteer, "allowance_add"))
    press(desk, page, "Voeg vergoeding toe", amount=typed)
    row = volunteer.allowances.get()
    assert (row.amount, row.paid_on) == (Decimal(amount), date(2026, 3, 2))
    assert row.history.get().history_user.name == "Coördinator Cor"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"amount": "0"}, "Een bedrag is meer dan nul."),
        ({"amount": "-5"}, "Een bedrag is meer dan nul."),
        ({"amount": "vijf"}, "Schrijf een bedrag als 12,50."),
        ({"amount": "1,005"}, "hoogstens twee cijfers achter de komma"),
        ({"amount": "123456,00"}, "Dit bedrag is te groot."),
        ({"amount": "5", "paid_on": "2026-03-03"}, "Deze dag moet nog komen."),
    ],
)
def test_a_payment_that_cannot_be_is_refused(volunteer, desk, typed, sentence):
    page = press(desk, desk.get(page_of(volunteer, "allowance_add")), "Voeg vergoeding toe", **typed)
    assert sentence in page.text
    assert not Allowance.objects.exists()


def test_a_payment_over_the_limit_is_saved_and_warned_about(volunteer, desk, limit):
    page = desk.get(page_of(volunteer, "allowance_add"))
    answer = press(desk, page, "Voeg vergoeding toe", amount="210,01")
    shown = desk.get(answer.url).text
    assert "Bert komt in 2026 boven de grens." in shown
    assert "In mrt is er meer betaald dan de grens per maand." in shown
    assert volunteer.allowances.get().amount == Decimal("210.01")


def test_a_payment_is_changed_and_what_stood_there_stays(volunteer, desk, coordinator):
    row = Allowance(participant=volunteer, paid_on=date(2026, 2, 2), amount=50)
    save_allowance(row, by=coordinator)
    url = reverse("allowance_edit", args=[volunteer.key, row.pk])
    press(desk, desk.get(url), "Bewaar vergoeding", amount="45")
    assert [each.amount for each in row.history.all()] == [45, 50]
    assert "€\u00a050,00, betaald op ma 2 feb" in desk.get(url).text


def test_a_payment_that_never_was_is_taken_away_and_stays_readable(volunteer, desk):
    row = AllowanceFactory(participant=volunteer)
    press(desk, desk.get(reverse("allowance_edit", args=[volunteer.key, row.pk])), "Trek vergoeding in")
    assert not Allowance.objects.exists()
    assert "ingetrokken op 2 maart 2026 door Coördinator Cor" in desk.get(page_of(volunteer)).text


def test_a_payment_of_somebody_else_is_not_there(volunteer, desk):
    row = AllowanceFactory()
    assert desk.get(reverse("allowance_edit", args=[volunteer.key, row.pk])).status_code == 404
    assert desk.post(reverse("allowance_withdraw", args=[volunteer.key, row.pk])).status_code == 404
    assert Allowance.objects.get() == row


def test_a_payment_tomorrow_is_refused_by_the_service(volunteer, coordinator, monday):
    with pytest.raises(ValidationError, match="moet nog komen"):
        save_allowance(Allowance(participant=volunteer, paid_on=monday + DAY, amount=5), by=coordinator)


# --- the list -------------------------------------------------------------------------------------------------------


def add_volunteer(surname, craft="kok", **facts):
    person = VolunteerFactory(participant__surname=surname).participant
    return VolunteerProfileFactory(participant=person, craft=craft, **facts).participant


@pytest.fixture
def three(monday, limit):
    """Bakker is fine, Claes got too much in January, and nobody saw the certificate of Duin."""
    add_volunteer("Bakker", vog_seen_on=date(2025, 2, 2))
    paid = add_volunteer("Claes", craft="lasser", vog_seen_on=date(2025, 2, 2))
    AllowanceFactory(participant=paid, paid_on=date(2026, 1, 5), amount=300)
    return [*VolunteerProfile.objects.order_by("pk"), add_volunteer("Duin").volunteer_profile]


def test_those_who_need_something_come_first(three, desk):
    assert names(desk) == ["Claes", "Duin", "Bakker"]
    assert "3 vakvrijwilligers, 2 vragen aandacht" in " ".join(desk.get(LIST).text.split())


def test_nobody_else_is_in_the_list(three, desk, monday):
    TrajectoryFactory()
    VolunteerFactory(participant__surname="Weg", end_date=monday - DAY)
    assert "Weg" not in names(desk)
    assert len(names(desk)) == 3
    assert "Weg" in names(desk, status="ALL")


def test_who_stopped_needs_no_certificate(monday, desk):
    VolunteerFactory(end_date=monday - DAY)
    [line] = desk.get(LIST, {"status": "ALL"}).context["page_obj"]
    assert (line.vog_state, line.needs_something) == ("MISSING", False)


def test_filters_and_order(three, desk):
    assert names(desk, needs="ja") == ["Claes", "Duin"]
    assert names(desk, needs="vog") == ["Duin"]
    assert names(desk, needs="grens") == ["Claes"]
    assert names(desk, craft="lasser") == ["Claes"]
    assert names(desk, sort="naam") == ["Bakker", "Claes", "Duin"]
    assert names(desk, sort="vergoeding") == ["Claes", "Bakker", "Duin"]
    attend(three[0].participant.trajectories.get(), date(2026, 2, 2))
    assert names(desk, sort="uren") == ["Bakker", "Claes", "Duin"]


def test_a_filter_on_workshop_and_one_that_is_not_understood(three, desk):
    path = three[2].participant.trajectories.get()
    placement = PlacementFactory(trajectory=path, participant=path.participant, workshop__name="Keuken Noord")
    assert names(desk, workshop=placement.workshop_id) == ["Duin"]
    assert len(names(desk, workshop="x", craft="?", needs="?", sort="?")) == 3


def test_the_filter_is_remembered_and_forgotten(three, desk):
    desk.get(LIST, {"needs": "vog"})
    assert desk.get(LIST).url == f"{LIST}?needs=vog"
    desk.get(LIST, {"wis": "1"})
    assert desk.get(LIST).status_code == 200


def test_the_list_goes_along_as_a_spreadsheet(three, desk):
    answer = desk.get(LIST, {"als": "xlsx", "needs": "grens"})
    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    found = dict(zip(rows[0], rows[1], strict=True))
    assert len(rows) == 2
    assert found["Naam"].startswith("Claes, ")
    assert (found["VOG"], found["Uren 2026"], found["Vergoeding 2026"], found["Grens 2026"]) == ("gezien", 0, 300, 2100)
    assert found["Vraagt aandacht"] == "vergoeding jan boven de grens"
    event = AccessEvent.objects.get()
    assert (event.action, event.subjects.get().object_id) == ("EXPORT", three[1].participant_id)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_three(count, limit, desk, monday, django_assert_num_queries):
    for number in range(count):
        path = add_volunteer(f"Bakker{number}").trajectories.get()
        PlacementFactory(trajectory=path, participant=path.participant)
        AllowanceFactory(participant=path.participant)
        attend(path, date(2026, 2, 2))
    desk.get(LIST)
    with django_assert_num_queries(12):
        desk.get(LIST)


def test_pages_hold_twenty_five(monday, desk):
    VolunteerFactory.create_batch(26)
    assert len(names(desk)) == 25
    assert len(names(desk, page="2")) == 1


# --- the list of limits ---------------------------------------------------------------------------------------------


def test_an_administrator_adds_the_limit_of_a_year(signed_in, administrator):
    client = signed_in(administrator)
    url = reverse("admin:participants_allowancelimit_add")
    refused = client.post(url, {"year": "2026", "per_month": "210", "per_year": "200"})
    assert "De grens per jaar is minstens die per maand." in refused.text
    client.post(url, {"year": "2026", "per_month": "210", "per_year": "2100"})
    assert AllowanceLimit.objects.get(year=2026).per_month == 210
