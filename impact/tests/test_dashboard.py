"""Management sees at a glance how the year goes, what lies behind and what makes the figures unsure."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from impact.figures.aims import house_aims, share_of_year
from impact.figures.catalogue import catalogue
from impact.figures.figure import Figure, Kind
from impact.models import MeasurementChoice, Story, Target
from impact.report.dashboard import behind_target, coverage_sentence, lead_sentence
from impact.report.screen import flow_title
from participants.models import ConsentPurpose, ConsentText, Participant
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    MeasurementChoiceFactory,
    OpeningFactory,
    OutputFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, ClosedMonth, Workshop
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
YEAR_SO_FAR = Period(date(2026, 1, 1), date(2026, 3, 1))
House = Target.Figure


@pytest.fixture
def page(signed_in, manager):
    def get():
        answer = signed_in(manager).get(reverse("dashboard"))
        assert answer.status_code == 200
        return " ".join(answer.content.decode().replace("\u00a0", " ").replace("&nbsp;", " ").split())

    return get


@pytest.fixture
def house(monday, workshop, coach):
    """Four people who were expected on eight Mondays; each Monday three of them came."""
    for n in range(4):
        path = TrajectoryFactory(start_date="2024-01-01", participant__surname=f"Geheim{n}")
        PlacementFactory(trajectory=path, workshop=workshop, start_date="2024-01-01")
    ensure_sessions(monday)
    rows = Attendance.objects.filter(date__lt=monday).order_by("date", "participant")
    rows.update(status="PRESENT", recorded_by=coach, recorded_at=timezone.now())
    for n, row in enumerate(rows):
        if (n // 4 + n) % 4 == 0:
            rows.filter(pk=row.pk).update(status="NO_SHOW")


def nobody_takes_part(by):
    """Everybody refused to be measured."""
    text = ConsentText.objects.get(purpose=ConsentPurpose.MEASURE)
    for person in Participant.objects.all():
        MeasurementChoice.objects.create(participant=person, takes_part=False, text=text, recorded_by=by)


def aim(figure: str, value: int, year: int = 2026) -> Target:
    return Target.objects.create(year=year, figure=figure, value=value)


def behind() -> list[str]:
    figures = {figure.key: figure for figure in catalogue(YEAR_SO_FAR)}
    return [each.sentence.replace("\u00a0", " ") for each in behind_target(house_aims(YEAR_SO_FAR, figures))]


def test_it_is_the_home_of_management(signed_in, manager):
    assert signed_in(manager).get(reverse("home")).url == reverse("dashboard")


def test_the_year_so_far_leads_to_its_facts_and_names_nobody(house, page):
    text = page()
    assert "2026 tot en met 1 maart" in text
    assert "Dit jaar kwamen er 4 mensen minstens één keer." in text
    assert "Van elke 100 geplande dagdelen was de deelnemer er 75 keer." in text
    facts = reverse("figure_facts", args=["attendance.attendance_rate"])
    assert f'<a href="{facts}?start=2026-01-01&amp;end=2026-03-01">75,0 %</a>' in text
    assert "Geheim" not in text


def test_without_a_target_nothing_is_said_about_it(house, page):
    aim(House.ATTENDANCE_RATE, 80, year=2025)
    text = page()
    assert "doel" not in text
    assert "op koers" not in text


def test_a_target_that_is_missed_is_said_and_one_that_is_met_is_not(house, page):
    aim(House.ATTENDANCE_RATE, 80)
    aim(House.COMPLETENESS, 100)
    assert behind() == ["opkomst: 75,0 %. Het doel is 80,0 %."]
    text = page()
    assert "1 doel loopt achter" in text
    assert "Opkomst: 75,0 %. Het doel is 80,0 %." in text


def test_a_target_that_is_just_met_is_not_behind(house, page):
    aim(House.ATTENDANCE_RATE, 75)
    assert behind() == []
    assert "Geen enkel doel loopt achter" in page()


def test_what_is_most_off_comes_first(house):
    aim(House.ATTENDANCE_RATE, 76)
    aim(House.OCCUPANCY, 90)
    assert [sentence.split(":")[0] for sentence in behind()] == ["bezetting", "opkomst"]


def test_a_number_of_the_whole_year_is_compared_with_the_days_so_far(house):
    assert share_of_year(YEAR_SO_FAR) == Decimal(60) / 365
    target = aim(House.DELIVERED, 140)
    assert behind() == []
    Target.objects.filter(pk=target.pk).update(value=200)
    assert behind() == ["geleverd: 24. Het doel voor het hele jaar is 200; nu zou 33 passen."]


def test_a_part_of_the_year_has_no_targets(house):
    aim(House.ATTENDANCE_RATE, 80)
    february = Period(date(2026, 2, 1), date(2026, 2, 28))
    assert house_aims(february, {figure.key: figure for figure in catalogue(february)}) == []


def test_a_house_without_registers_says_so(monday, page):
    assert "Er zijn nog geen cijfers" in page()


def test_a_new_year_begins_without_figures_and_looks_back(house, page):
    Workshop.objects.update(registered_from="2025-06-01", sessions_until=None)
    with time_machine.travel("2026-01-01T10:00:00+01:00", tick=False):
        Attendance.objects.filter(date__gte="2026-01-01").delete()
        text = page()
    assert "Het jaar is net begonnen." in text
    assert f'href="{reverse("figures")}?start=2025-01-01&amp;end=2025-12-31"' in text


def test_a_first_year_says_since_when(house, page):
    assert "Er is nog geen vorig jaar om mee te vergelijken: de registratie begon op 1 januari 2026." in page()


def test_what_makes_the_figures_unsure_is_said_with_who_can_mend_it(house, monday, workshop, coach, manager, page):
    Attendance.objects.filter(date=monday - timedelta(days=7)).update(status="OPEN", recorded_by=None, recorded_at=None)
    OutputFactory(workshop=workshop, date=date(2026, 1, 5))
    TrajectoryFactory(start_date="2024-01-01", end_date="2026-02-01")
    Story.objects.create(text="Ik ben er weer.", shown_as="Een deelnemer", recorded_by=manager)
    text = page()
    assert "1 werkplaats heeft minder dan 95 % ingevuld." in text
    assert "Fietsenwerkplaats West: 87,5 %, 4 dagdelen open (Coach Carla)" in text
    assert "2 maanden zijn nog niet gesloten</strong>, vanaf januari 2026" in text
    assert "Van 1 mens die stopte weten we niet waarheen." in text
    assert "1 werkplaats vulde vier weken geen opbrengst in." in text
    assert "1 verhaal mag nog niet in het jaarverslag." in text


def test_when_all_is_done_the_figures_are_complete(house, coordinator, page):
    nobody_takes_part(coordinator)
    for month in (1, 2):
        ClosedMonth.objects.create(month=date(2026, month, 1), closed_by=coordinator)
    assert "De cijfers zijn compleet" in page()


def test_it_takes_the_same_queries_for_one_workshop_and_three(monday, signed_in, manager):
    client, taken = signed_in(manager), []
    for count in (1, 2):
        for _ in range(count):
            opening = OpeningFactory(workshop=WorkshopFactory())
            PlacementFactory(workshop=opening.workshop, start_date=monday - timedelta(days=14))
            OutputFactory(workshop=opening.workshop, date=date(2026, 1, 5))
        client.get(reverse("dashboard"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("dashboard"))
        taken.append(len(queries))
    assert taken[0] == taken[1]


def figures_of(**values) -> dict[str, Figure]:
    """Figures of the catalogue by key, with "__" for the dot."""
    keys = {name.replace("__", "."): value for name, value in values.items()}
    kinds = {"rate": Kind.RATE, "completeness": Kind.RATE}
    return {
        key: Figure(key, "", key, value, "", kinds.get(key.split(".")[-1], Kind.PEOPLE), "")
        for key, value in keys.items()
    }


@pytest.mark.parametrize(
    ("measured", "refused", "sentence"),
    [
        (0, 0, "Van de 20 deelnemers is dit jaar nog niemand gemeten."),
        (1, 1, "Van de 20 deelnemers is er 1 gemeten: 5 %. 1 wil niet meedoen; dat mag."),
        (12, 0, "Van de 20 deelnemers zijn er 12 gemeten: 60 %."),
        (12, 3, "Van de 20 deelnemers zijn er 12 gemeten: 60 %. 3 willen niet meedoen; dat mag."),
    ],
)
def test_coverage_is_said_for_none_one_and_many(measured, refused, sentence):
    figures = figures_of(
        coverage__enrolled=20, coverage__measured=measured, coverage__refused=refused, coverage__rate=measured / 20
    )
    assert coverage_sentence(figures).replace("\u00a0", " ") == sentence


def test_without_participants_nothing_is_said_about_measuring():
    assert coverage_sentence({}) == ""
    assert coverage_sentence(figures_of(coverage__enrolled=0)) == ""


@pytest.mark.parametrize(
    ("now", "then", "sentence"),
    [
        (None, None, ""),
        (0, 5, "Dit jaar kwam er nog niemand."),
        (1, None, "Dit jaar kwam er 1 mens minstens één keer."),
        (7, 7, "Dit jaar kwamen er 7 mensen minstens één keer, evenveel als op dezelfde dagen vorig jaar."),
        (7, 9, "Dit jaar kwamen er 7 mensen minstens één keer; op dezelfde dagen vorig jaar 9."),
        (7, 0, "Dit jaar kwamen er 7 mensen minstens één keer; op dezelfde dagen vorig jaar 0."),
    ],
)
def test_the_lead_is_true_for_none_one_equal_and_missing(now, then, sentence):
    assert lead_sentence(figures_of(reached__house=now), figures_of(reached__house=then)) == sentence


@pytest.mark.parametrize(
    ("came", "went", "title"),
    [
        (0, 0, "Er kwam niemand bij en niemand stopte"),
        (1, 1, "Er kwam 1 mens bij en 1 mens stopte"),
        (12, 3, "Er kwamen 12 mensen bij en 3 mensen stopten"),
    ],
)
def test_the_title_about_flow_is_true_for_none_one_and_many(came, went, title):
    assert flow_title(came, went) == title


def test_a_measurement_that_is_late_is_said_with_the_coaches(house, coach, page):
    """The house measures since somebody else agreed to it, longer ago than the six weeks that people get."""
    MeasurementChoiceFactory(decided_on=date(2026, 1, 5))
    text = page()
    assert "Bij 4 deelnemers is een meting te laat." in text
    assert "Fietsenwerkplaats West: 4 (Coach Carla)" in text
    assert "Geheim" not in text
    nobody_takes_part(coach)
    assert "een meting te laat" not in page()
