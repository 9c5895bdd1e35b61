"""Every figure opens the facts behind it: they add up to it, and only who may see people sees whom."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from impact.figures.catalogue import catalogue
from impact.figures.facts import Estimate, facts_of, listed
from impact.figures.scope import Scope
from participants.models import Participant, Trajectory
from partners.models import Theme
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    CollaborationFactory,
    EventFactory,
    JobFactory,
    OpeningFactory,
    OrganisationFactory,
    OutputFactory,
    PlacementFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from privacy.models import AccessSubject
from workshops.models import Attendance, DayPart, OutputType, Session
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
CARE, ACTIVATION, VOLUNTEER = Trajectory.TargetGroup.values
Status = Attendance.Status
YEAR = Period(date(2026, 1, 1), date(2026, 3, 1))
# What is worked out per day, or lies in the middle of others: no rows add up to it.
WORKED_OUT = {"utilisation.entitled", "waiting.median"}


def path(surname: str, group: str, start: str, end: str | None = None, **facts) -> Trajectory:
    return TrajectoryFactory(
        target_group=group,
        start_date=start,
        end_date=end,
        participant__surname=surname,
        participant__prefix="",
        **facts,
    )


@pytest.fixture
def house(monday, workshop, coach):
    """Two workshops, eight weeks, people of every kind, and every status in the registers."""
    other = WorkshopFactory(name="Houtwerkplaats Noord")
    OpeningFactory(workshop=other, weekday=3, day_part=DayPart.AFTERNOON, capacity=6)
    paths = [path(f"Geheim{n}", CARE, "2024-01-01") for n in range(3)]
    paths += [path(f"Geheim{n}", ACTIVATION, "2026-01-12", strand_work=n == 4) for n in range(3, 6)]
    paths += [path("Geheim6", VOLUNTEER, "2024-01-01")]
    for n, each in enumerate(paths):
        PlacementFactory(trajectory=each, workshop=workshop, start_date=each.start_date)
        if n % 2:
            PlacementFactory(
                trajectory=each, workshop=other, weekday=3, day_part=DayPart.AFTERNOON, start_date=each.start_date
            )
    ensure_sessions(monday)
    rows = Attendance.objects.order_by("date", "pk")
    for n, row in enumerate(rows):
        status = [Status.PRESENT, Status.EXCUSED, Status.NO_SHOW, Status.PRESENT, Status.OPEN][n % 5]
        if status != Status.OPEN:
            rows.filter(pk=row.pk).update(status=status, recorded_by=coach, recorded_at=timezone.now())
    rows.filter(pk=rows.filter(status=Status.PRESENT).first().pk).update(planned=False)
    Session.objects.filter(date=date(2026, 2, 9)).update(state="CANCELLED", cancel_reason="storm")
    path("Geheim7", CARE, "2024-01-01", "2026-02-01", destination="PAID_WORK")
    path("Geheim8", CARE, "2024-01-01", "2026-02-02")
    moved = path("Geheim9", CARE, "2024-01-01", "2026-01-31")
    TrajectoryFactory(participant=moved.participant, target_group=ACTIVATION, start_date="2026-02-01", moved_from=moved)
    add_outputs(workshop)
    return paths


def add_outputs(workshop):
    """What is typed, what follows from other facts, and a factor that changes halfway."""
    bikes = OutputType.objects.get(name="fietsen weggegeven")
    for day, quantity in ((5, 3), (12, "2.5"), (19, "0.1")):
        OutputFactory(type=bikes, workshop=workshop, date=date(2026, 1, day), quantity=quantity)
    JobFactory(workshop=workshop, state="DONE", finished_on=date(2026, 2, 3))
    EventFactory(date=date(2026, 2, 4), visitors=40)
    Session.objects.filter(workshop=workshop, date=date(2026, 2, 16)).update(neighbours=6, visitors=9)


def test_the_facts_add_up_to_the_figure_for_every_key(house):
    figures = [figure for figure in catalogue(YEAR) if figure.value is not None and figure.parts is None]
    figures = [figure for figure in figures if figure.key not in WORKED_OUT]
    totals = {f.key: sum(each.total for each in facts_of(f.key, YEAR)) for f in figures}
    assert totals == {f.key: f.value for f in figures}
    assert sum(1 for figure in figures if figure.value) > 60


@pytest.mark.parametrize("name", ["workshop", "location", "target_group", "partner", "theme"])
def test_the_facts_add_up_in_a_part_of_the_house(house, workshop, name):
    workshop.host = OrganisationFactory(name="Gastheer")
    workshop.save()
    theme = Theme.objects.first()
    collaboration = CollaborationFactory(start_date=date(2026, 1, 1))
    collaboration.themes.add(theme)
    workshop.collaborations.add(collaboration)
    what = {
        "workshop": workshop,
        "location": workshop.location,
        "target_group": CARE,
        "partner": workshop.host,
        "theme": theme,
    }
    scope = Scope(**{name: what[name]})
    figures = [f for f in catalogue(YEAR, scope) if f.value is not None and not f.parts and f.key not in WORKED_OUT]
    totals = {f.key: sum(each.total for each in facts_of(f.key, YEAR, scope)) for f in figures}
    assert totals == {f.key: f.value for f in figures}
    assert sum(1 for figure in figures if figure.value) > 20


def test_a_rate_divides_the_figures_that_it_names(house):
    figures = {figure.key: figure for figure in catalogue(YEAR)}
    rates = [figure for figure in figures.values() if figure.parts and figure.value is not None]
    for rate in rates:
        part, whole = (figures[name].value for name in rate.parts)
        expected = 1 - part / whole if rate.key.endswith(".completeness") else part / whole
        assert rate.value == pytest.approx(expected), rate.key
    assert len(rates) > 20


def test_what_is_told_apart_adds_up_again(house):
    for figure in catalogue(YEAR):
        for facts in facts_of(figure.key, YEAR) if figure.value and not figure.parts else []:
            for breakdown in [] if isinstance(facts, Estimate) else facts.breakdowns():
                whole = sum(part.total for part in breakdown.parts)
                assert whole == facts.total or (breakdown.overlaps and whole > facts.total), figure.key


def test_management_never_sees_a_name(house, signed_in, manager):
    client = signed_in(manager)
    for figure in catalogue(YEAR):
        answer = client.get(reverse("figure_facts", args=[figure.key]), {"start": YEAR.start, "end": YEAR.end})
        assert answer.status_code == 200, figure.key
        assert "Geheim" not in answer.content.decode(), figure.key
    assert not AccessSubject.objects.exists()


def test_a_coordinator_sees_whom_and_that_is_logged(house, signed_in, coordinator):
    answer = signed_in(coordinator).get(reverse("figure_facts", args=["destination.PAID_WORK"]))
    assert "Geheim7" in answer.content.decode()
    person = Participant.objects.get(surname="Geheim7")
    assert list(AccessSubject.objects.values_list("object_id", flat=True)) == [person.pk]


def test_only_the_people_on_the_page_are_logged(house, signed_in, coordinator, monkeypatch):
    monkeypatch.setattr("pluspunt.lists.PAGE_SIZE", 2)
    url = reverse("figure_facts", args=["flow.house.enrolled"])
    text = signed_in(coordinator).get(url, {"page": 2}).content.decode()
    logged = Participant.objects.filter(pk__in=AccessSubject.objects.values("object_id"))
    assert logged.count() == 2
    assert all(person.full_name in text for person in logged)


def test_a_rate_leads_on_to_what_it_divides(house, signed_in, manager):
    text = signed_in(manager).get(reverse("figure_facts", args=["attendance.attendance_rate"])).content.decode()
    for key in ("attendance.attended", "attendance.planned"):
        assert f'href="{reverse("figure_facts", args=[key])}?start=2026-01-01&amp;end=2026-03-01"' in text


@pytest.mark.parametrize(
    "key", ["niets", "attendance", "attendance.", "workshop.999.planned", "flow.house.pk", "a%00b"]
)
def test_what_is_no_figure_is_not_found(house, signed_in, manager, key):
    assert signed_in(manager).get(reverse("figures") + f"feiten/{key}/").status_code == 404


def test_what_is_not_known_is_said(house, signed_in, manager):
    days = {"start": "2025-01-01", "end": "2025-12-31"}
    text = signed_in(manager).get(reverse("figure_facts", args=["flow.house.begin"]), days).content.decode()
    assert "Hierover weten we niets" in text


def test_nothing_is_said_to_be_zero(house, signed_in, manager):
    text = signed_in(manager).get(reverse("figure_facts", args=["destination.DETENTION"])).content.decode()
    assert "dit getal is nul" in text


def test_the_list_has_a_line_for_everything_that_counts(house):
    for figure in catalogue(YEAR):
        for facts in facts_of(figure.key, YEAR) if figure.value is not None and not figure.parts else []:
            if not isinstance(facts, Estimate):
                rows = listed(facts)
                whole = sum(getattr(row, facts.amount) for row in rows) if facts.amount else rows.count()
                assert whole * facts.times == facts.total, figure.key


@pytest.mark.parametrize("key", ["attendance.planned", "reached.house", "flow.house.enrolled", "attendance.capacity"])
@pytest.mark.parametrize("who", ["manager", "coordinator"])
def test_the_facts_take_the_same_queries_for_one_workshop_and_three(monday, signed_in, request, who, key):
    client, url = signed_in(request.getfixturevalue(who)), reverse("figure_facts", args=[key])
    taken = []
    for count in (1, 2):
        for _ in range(count):
            opening = OpeningFactory(workshop=WorkshopFactory())
            PlacementFactory(workshop=opening.workshop, start_date=monday - timedelta(days=14))
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_a_part_of_the_house_stays_chosen_on_the_way_to_the_facts_and_back(house, workshop, signed_in, manager):
    client, choice = (
        signed_in(manager),
        {"start": "2026-02-01", "end": "2026-03-01", "scope": f"werkplaats-{workshop.pk}"},
    )
    query = f"?start=2026-02-01&amp;end=2026-03-01&amp;scope=werkplaats-{workshop.pk}"
    text = client.get(reverse("figures"), choice).content.decode()
    assert f'<option value="werkplaats-{workshop.pk}" selected>' in text
    assert f"attendance.planned/{query}" in text
    facts = client.get(reverse("figure_facts", args=["attendance.planned"]), choice).content.decode()
    assert "Fietsenwerkplaats West · 01-02-2026" in facts
    assert f'href="{reverse("figures")}{query}"' in facts


@pytest.mark.parametrize("choice", ["werkplaats-999999", "iets", "doelgroep-"])
def test_a_part_that_does_not_exist_is_said_and_the_whole_house_is_shown(house, signed_in, manager, choice):
    text = signed_in(manager).get(reverse("figures"), {"scope": choice}).content.decode()
    assert "Dit onderdeel bestaat niet." in text
    assert "Fietsenwerkplaats West ·" not in text
