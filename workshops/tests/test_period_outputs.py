"""What is brought forth over a period or by a collaboration: on its last day, once, and by who works there."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pluspunt.tests.factories import (
    CollaborationFactory,
    OrganisationFactory,
    OutputFactory,
    WorkshopFactory,
)
from workshops.models import ClosedMonth, Output, OutputType
from workshops.services.outputs import KeyIsUsed, record_output
from workshops.tests.pages import forms_on, press

pytestmark = pytest.mark.django_db
ADD, LIST = "period_output_add", "output_list"


@pytest.fixture
def tablet(signed_in, coach, workshop, monday):
    """The coach's, signed in."""
    return signed_in(coach)


def harvest() -> OutputType:
    return OutputType.objects.get(name="voedsel geoogst")


def new(workshop, **about) -> Output:
    facts = {"type": harvest(), "quantity": Decimal("80.5"), "key": uuid4(), "date": date(2026, 2, 28), **about}
    return Output(workshop=workshop, source="ESTIMATED", **facts)


def send(client, **typed):
    [form] = [form for form in forms_on(client.get(reverse(ADD))) if "quantity" in form.fields]
    return client.post(reverse(ADD), form.fields | typed)


def errors(page) -> dict:
    return {name: list(each) for name, each in page.context["form"].errors.items()}


def test_a_coach_enters_a_harvest_of_weeks_that_was_estimated(tablet, workshop, coach):
    facts = {"workshop": str(workshop.pk), "type": str(harvest().pk), "quantity": "80,5", "source": "ESTIMATED"}
    answer = send(tablet, start_date="2026-02-02", date="2026-02-28", **facts)
    assert answer.url == reverse(LIST)
    output = Output.objects.get()
    assert (output.quantity, output.start_date, output.date) == (Decimal("80.5"), date(2026, 2, 2), date(2026, 2, 28))
    assert (output.recorded_by, output.session) == (coach, None)
    page = tablet.get(reverse(LIST))
    assert "80,5 kg" in page.text
    assert "icons.svg#warning" in page.text
    assert "geschat" in page.text


def test_a_double_tap_counts_once(tablet, workshop):
    [form] = [form for form in forms_on(tablet.get(reverse(ADD))) if "quantity" in form.fields]
    facts = {"workshop": str(workshop.pk), "type": str(harvest().pk), "quantity": "8", "source": "WEIGHED"}
    for _ in range(2):
        tablet.post(reverse(ADD), form.fields | facts)
    assert Output.objects.count() == 1
    assert "Dit stond er al" in tablet.get(reverse(LIST)).text


@pytest.mark.parametrize(
    ("about", "sentence"),
    [
        ({"start_date": date(2025, 12, 30)}, "één kalenderjaar"),
        ({"start_date": date(2026, 3, 1)}, "De einddatum ligt voor de begindatum"),
        ({"date": date(2026, 3, 3)}, "er is nog geen opbrengst"),
    ],
)
def test_a_period_that_cannot_be_is_refused(monday, coach, about, sentence):
    with pytest.raises(ValidationError, match=sentence):
        record_output(new(WorkshopFactory(), **about), by=coach)
    assert not Output.objects.exists()


def test_the_month_of_the_last_day_decides_whether_it_is_too_late(monday, coach, coordinator):
    ClosedMonth.objects.create(month=date(2026, 1, 1), closed_by=coordinator)
    workshop = WorkshopFactory()
    with pytest.raises(ValidationError, match="Deze maand is gesloten"):
        record_output(new(workshop, date=date(2026, 1, 31)), by=coach)
    assert record_output(new(workshop, start_date=date(2026, 1, 5)), by=coach)


def test_an_entry_of_a_collaboration_names_who_takes_part(monday, coach):
    workshop, partner = WorkshopFactory(), OrganisationFactory()
    together = CollaborationFactory(name="Tuin en keuken", start_date=date(2026, 1, 1), end_date=date(2026, 2, 28))
    with pytest.raises(ValidationError, match="doet niet mee aan Tuin en keuken"):
        record_output(new(workshop, collaboration=together), by=coach)
    together.workshops.add(workshop)
    with pytest.raises(ValidationError, match=f"{partner} doet niet mee"):
        record_output(new(workshop, collaboration=together, partner=partner), by=coach)
    together.organisations.add(partner)
    with pytest.raises(ValidationError, match="liep niet op deze dagen"):
        record_output(
            new(workshop, collaboration=together, date=date(2026, 3, 1), start_date=date(2026, 3, 1)), by=coach
        )
    assert record_output(new(workshop, collaboration=together, partner=partner), by=coach)


def test_the_same_form_with_another_period_is_another_entry(monday, coach):
    first = new(WorkshopFactory())
    record_output(first, by=coach)
    with pytest.raises(KeyIsUsed):
        record_output(new(first.workshop, key=first.key, start_date=date(2026, 2, 1)), by=coach)


def test_what_follows_from_other_facts_is_not_offered_and_not_taken(tablet, workshop):
    hours = OutputType.objects.get(derived_from="VOLUNTEER_HOURS")
    page = tablet.get(reverse(ADD))
    assert hours not in page.context["form"].fields["type"].queryset
    page = send(tablet, workshop=str(workshop.pk), type=str(hours.pk), quantity="8", source="COUNTED")
    assert errors(page) == {"type": ["Kies iets uit de lijst."]}


def test_a_coach_adds_for_their_own_workshops_only(tablet, workshop):
    facts = {"type": str(harvest().pk), "quantity": "8", "source": "WEIGHED"}
    page = send(tablet, workshop=str(WorkshopFactory().pk), **facts)
    assert errors(page) == {"workshop": ["Kies iets uit de lijst."]}


def test_what_was_wrong_is_taken_away_by_who_entered_it(tablet, workshop, coach):
    own = OutputFactory(workshop=workshop, recorded_by=coach)
    other = OutputFactory(workshop=workshop)
    away = OutputFactory()
    page = tablet.get(reverse(LIST))
    assert {output.pk for output in page.context["page_obj"]} == {own.pk, other.pk}
    press(tablet, page, "Haal weg: fietsen gerepareerd van ma 2 mrt")
    assert set(Output.objects.values_list("pk", flat=True)) == {other.pk, away.pk}
    assert Output.history.filter(id=own.pk, history_type="-").get().history_user == coach
    assert tablet.post(reverse("period_output_withdraw", args=[other.pk])).status_code == 403
    assert tablet.post(reverse("period_output_withdraw", args=[away.pk])).status_code == 404


def test_of_a_closed_month_nothing_goes(tablet, workshop, coach, coordinator):
    output = OutputFactory(workshop=workshop, recorded_by=coach)
    ClosedMonth.objects.create(month=date(2026, 3, 1), closed_by=coordinator)
    tablet.post(reverse("period_output_withdraw", args=[output.pk]))
    assert "Deze maand is gesloten" in tablet.get(reverse(LIST)).text
    assert Output.objects.exists()


def test_what_was_typed_before_it_followed_by_itself_stands_there_and_does_not_count(tablet, workshop):
    OutputFactory(workshop=workshop, type=OutputType.objects.get(name="klussen gedaan"))
    assert "telt niet mee" in tablet.get(reverse(LIST)).text


def test_the_list_answers_to_its_filters(tablet, workshop):
    OutputFactory(workshop=workshop)
    estimated = OutputFactory(workshop=workshop, source="ESTIMATED", date=date(2025, 6, 1))
    page = tablet.get(f"{reverse(LIST)}?source=ESTIMATED&year=2025")
    assert [output.pk for output in page.context["page_obj"]] == [estimated.pk]
    assert "Geen opbrengst gevonden" in tablet.get(f"{reverse(LIST)}?source=WEIGHED").text


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_as_many_queries_for_one_entry_as_for_three(number, tablet, workshop, django_assert_num_queries):
    for _ in range(number):
        OutputFactory(workshop=workshop, collaboration=CollaborationFactory(), partner=OrganisationFactory())
    tablet.get(reverse(LIST))
    with django_assert_num_queries(8):
        page = tablet.get(reverse(LIST))
    assert len(page.context["page_obj"]) == number
