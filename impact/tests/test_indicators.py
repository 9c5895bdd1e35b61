"""What the centre measures, aims at and reckons with: every form is the one on the page."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.models import Contribution, Factor, Indicator, Target
from impact.services.factors import save_factor
from impact.services.indicators import save_indicator, save_targets, targets_of
from pluspunt.tests.factories import OutputFactory
from workshops.models import OutputType
from workshops.tests.pages import forms_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(signed_in, manager):
    """The manager's, signed in."""
    return signed_in(manager)


def kind(name: str) -> OutputType:
    return OutputType.objects.get(name=name)


def fill(client, url: str, **typed):
    """The form on the page with what is typed in it, sent."""
    [form] = [form for form in forms_on(client.get(url)) if any(name in form.fields for name in ("name", "value"))]
    return client.post(url, form.fields | typed)


def errors(page) -> dict:
    return {name: list(each) for name, each in page.context["form"].errors.items()}


# --- Indicators -----------------------------------------------------------------------------------------------------


def test_thirteen_are_there_with_how_they_are_measured_and_what_feeds_them(desk):
    page = desk.get(reverse("indicator_list"))
    counts = {pillar.value: len(rows) for pillar, rows in page.context["pillars"]}
    assert counts == {"PEOPLE": 6, "PLANET": 1, "PLACE": 3, "PROSPERITY": 3}
    assert not Indicator.objects.filter(how_measured="").exists()
    assert not Indicator.objects.filter(scope="SOCIETY", contributions=None).exists()
    assert set(Indicator.objects.filter(pillar="PEOPLE").values_list("key", flat=True)) == {
        "SELF_CONFIDENCE",
        "SELF_RELIANCE",
        "PARTICIPATION",
        "LIFE_SKILLS",
        "LIVING_CONDITIONS",
        "QUALITY_OF_LIFE",
    }


def test_a_manager_changes_what_an_indicator_says_and_what_feeds_it(desk, manager):
    indicator = Indicator.objects.get(name="circulariteit")
    url = reverse("indicator_edit", args=[indicator.pk])
    outputs = [str(kind("materiaal hergebruikt").pk), str(kind("maaltijden gekookt").pk)]
    answer = fill(desk, url, name="Hergebruik", pillar="PLANET", outputs=outputs)
    assert answer.url == reverse("indicator_list")
    indicator.refresh_from_db()
    assert indicator.name == "Hergebruik"
    assert indicator.history.first().history_user == manager
    fed_by = indicator.contributions.values_list("output_type__name", flat=True).order_by("output_type__name")
    assert list(fed_by) == ["maaltijden gekookt", "materiaal hergebruikt"]


def test_a_new_indicator_is_of_the_city(desk):
    facts = {"pillar": "PLACE", "name": "stilte", "explanation": "Is het stiller?", "position": "20"}
    assert fill(desk, reverse("indicator_add"), **facts).status_code == 302
    assert Indicator.objects.get(name="stilte").scope == "SOCIETY"
    again = fill(desk, reverse("indicator_add"), **facts)
    assert errors(again) == {"name": ["Dit staat er al."]}


def test_people_has_six_and_no_seventh(desk, manager):
    page = fill(desk, reverse("indicator_add"), pillar="PEOPLE", name="moed", explanation="Meer moed?", position="9")
    assert errors(page) == {"pillar": ["Kies iets uit de lijst."]}
    seventh = Indicator(pillar="PEOPLE", name="moed", explanation="Meer moed?")
    with pytest.raises(ValidationError, match="zes vaste indicatoren"):
        save_indicator(seventh, outputs=[], by=manager)
    one = Indicator.objects.get(key="SELF_RELIANCE")
    with pytest.raises(ValidationError, match="meten we met stellingen"):
        save_indicator(one, outputs=[kind("maaltijden gekookt")], by=manager)


def test_of_one_of_people_the_words_change_and_nothing_else(desk):
    one = Indicator.objects.get(key="SELF_RELIANCE")
    url = reverse("indicator_edit", args=[one.pk])
    assert fill(desk, url, name="zelf doen", pillar="PLACE", is_active="").status_code == 302
    one.refresh_from_db()
    assert (one.name, one.pillar, one.key, one.is_active) == ("zelf doen", "PEOPLE", "SELF_RELIANCE", True)


def test_kilos_that_were_counted_before_do_not_feed_planet_again(desk):
    indicator = Indicator.objects.get(name="circulariteit")
    handed_out = str(kind("voedsel uitgedeeld").pk)
    page = fill(desk, reverse("indicator_edit", args=[indicator.pk]), pillar="PLANET", outputs=[handed_out])
    assert "dan twee keer voor Planet: voedsel uitgedeeld" in errors(page)["outputs"][0]
    assert not indicator.contributions.filter(output_type=handed_out).exists()


def test_a_type_feeds_an_indicator_once():
    row = Contribution.objects.first()
    again = Contribution(indicator=row.indicator, output_type=row.output_type)
    with pytest.raises(ValidationError, match="telt al mee"):
        again.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


# --- Targets --------------------------------------------------------------------------------------------------------


def send_targets(client, year: int, **typed):
    url = reverse("target_edit", args=[year])
    [form] = [form for form in forms_on(client.get(url)) if "figure_REACHED" in form.fields]
    return client.post(url, form.fields | typed)


def test_the_targets_of_a_year_stand_in_one_form(desk, manager):
    bikes, one = kind("fietsen gerepareerd"), Indicator.objects.get(key="SELF_RELIANCE")
    answer = send_targets(
        desk,
        2026,
        figure_ATTENDANCE_RATE="77,5",
        **{f"output_{bikes.pk}": "1.200", f"indicator_{one.pk}": "50"},
    )
    assert answer.url == reverse("target_list")
    assert targets_of(2026) == {
        "figure_ATTENDANCE_RATE": Decimal("77.5"),
        f"indicator_{one.pk}": 50,
        f"output_{bikes.pk}": 1200,
    }
    assert Target.objects.get(output_type=bikes).indicator.name == "circulariteit"
    page = desk.get(reverse("target_edit", args=[2026]))
    assert 'value="77,5"' in page.text
    assert 'value="1.200,0"' in page.text
    assert "3 doelen" in desk.get(reverse("target_list")).text
    send_targets(desk, 2026, figure_ATTENDANCE_RATE="")
    assert len(targets_of(2026)) == 2
    assert Target.history.filter(figure="ATTENDANCE_RATE").first().history_user == manager


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("101", "Een percentage is hoogstens 100."),
        ("-1", "Een doel is niet kleiner dan nul."),
        ("veel", "Vul een getal in, bijvoorbeeld 80 of 12,5."),
        ("7,25", "Vul hoogstens één cijfer in achter de komma."),
    ],
)
def test_a_target_that_cannot_be_comes_back(desk, typed, sentence):
    page = send_targets(desk, 2026, figure_ATTENDANCE_RATE=typed)
    assert errors(page) == {"figure_ATTENDANCE_RATE": [sentence]}
    assert not Target.objects.exists()


def test_two_people_who_change_different_targets_keep_both(desk, manager):
    url = reverse("target_edit", args=[2026])
    [form] = [form for form in forms_on(desk.get(url)) if "figure_REACHED" in form.fields]
    save_targets(2026, {"figure_OCCUPANCY": Decimal(70)}, by=manager)
    desk.post(url, form.fields | {"figure_REACHED": "120"})
    assert targets_of(2026) == {"figure_REACHED": 120, "figure_OCCUPANCY": 70}


def test_a_year_that_cannot_have_targets_has_no_page(desk):
    assert desk.get(reverse("target_edit", args=[2019])).status_code == 404


# --- Factors --------------------------------------------------------------------------------------------------------


def send_factor(client, name: str = "materiaal hergebruikt", **typed):
    facts = {
        "output_type": str(kind(name).pk),
        "kind": "CO2E",
        "value": "1,25",
        "source": "Een studie",
        "source_year": "2025",
        "start_date": "2026-07-01",
    }
    return fill(client, reverse("factor_add"), **facts | typed)


def test_a_new_factor_ends_the_old_one_the_day_before(desk, manager):
    answer = send_factor(desk)
    assert answer.status_code == 302, errors(answer)
    old, new = Factor.objects.filter(output_type__name="materiaal hergebruikt").order_by("start_date")
    assert (old.end_date, new.value, new.source_year) == (date(2026, 6, 30), Decimal("1.25"), 2025)
    assert old.history.first().history_user == manager
    page = desk.get(reverse("factor_list"))
    assert "1,25 kg CO2e per kg" in page.text
    assert "2,75 kg CO2e per kg" in page.text
    assert "zwakke bron" in page.text
    assert "jaar onbekend" in page.text


@pytest.mark.parametrize(
    ("name", "typed", "field", "sentence"),
    [
        ("materiaal hergebruikt", {"start_date": "2019-01-01"}, "__all__", "In deze tijd geldt al een andere factor"),
        ("materiaal hergebruikt", {"kind": "WEIGHT"}, "kind", "is al in kilo's"),
        ("materiaal hergebruikt", {"end_date": "2026-06-01"}, "end_date", "De einddatum ligt voor de begindatum."),
        ("materiaal hergebruikt", {"value": "-1"}, "value", "Vul een getal in vanaf 0."),
        ("materiaal hergebruikt", {"source": ""}, "source", "Vul dit in."),
        ("materiaal hergebruikt", {"source_year": "1066"}, "source_year", "Kijk het jaar van de bron na."),
        ("voedsel uitgedeeld", {}, "output_type", "Kies iets uit de lijst."),
        ("klussen gedaan", {}, "output_type", "Kies iets uit de lijst."),
    ],
)
def test_a_factor_that_cannot_be_is_refused(desk, name, typed, field, sentence):
    before = list(Factor.objects.order_by("pk").values_list("pk", "end_date"))
    page = send_factor(desk, name, **typed)
    assert any(sentence in each for each in errors(page)[field])
    assert list(Factor.objects.order_by("pk").values_list("pk", "end_date")) == before


@pytest.mark.parametrize("name", ["voedsel uitgedeeld", "klussen gedaan"])
def test_what_counts_elsewhere_gets_no_factor(manager, name):
    factor = Factor(output_type=kind(name), kind="CO2E", value=1, source="x", start_date=date(2026, 1, 1))
    with pytest.raises(ValidationError):
        save_factor(factor, by=manager)


def test_a_factor_ends_and_then_asks_for_another(desk, monday):
    factor = Factor.objects.get(output_type__name="materiaal hergebruikt")
    fill(desk, reverse("factor_edit", args=[factor.pk]), end_date="2026-02-28")
    page = desk.get(reverse("factor_list"))
    assert "De factor voor materiaal hergebruikt (kg CO2e per kg) is verlopen." in page.text
    assert factor in page.context["past"]


@given(
    days=st.lists(
        st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 30))), min_size=1, max_size=6, unique=True
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_on_no_day_two_factors_hold(manager, days):
    Factor.objects.all().delete()
    first = date(2026, 1, 1)
    for start, length in days:
        begin = date.fromordinal(first.toordinal() + start)
        end = None if length is None else date.fromordinal(begin.toordinal() + length)
        factor = Factor(output_type=kind("voedsel gered"), kind="CO2E", value=1, source="x")
        factor.start_date, factor.end_date = begin, end
        try:
            save_factor(factor, by=manager)
        except ValidationError as error:
            assert "geldt al een andere factor" in str(error)  # noqa: PT017 (refused is as good as saved)
    for number in range(120):
        day = date.fromordinal(first.toordinal() + number)
        assert Factor.objects.on(day).count() <= 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_lists_take_as_many_queries_for_one_as_for_three(number, desk, django_assert_num_queries):
    for each in range(number):
        send_factor(desk, start_date=f"2027-0{each + 1}-01")
        OutputFactory()
    desk.get(reverse("factor_list"))
    with django_assert_num_queries(4):
        desk.get(reverse("factor_list"))
