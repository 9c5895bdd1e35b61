"""The year with a partner: what stands in the document, and that it tells about nobody."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from impact.report.document import make_report
from impact.report.guarding import Guarded
from impact.report.partner import PartnerYear, partner_year, years_together
from partners.models import Collaboration, Event
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    OpeningFactory,
    OrganisationFactory,
    ParticipantFactory,
    PlacementFactory,
    UserFactory,
    WorkshopFactory,
)
from pluspunt.tests.pdfua import failures
from workshops.models import Attendance, EventVisit, Milestone
from workshops.services.sessions import ensure_sessions

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 3, 1))


@pytest.fixture
def garden(monday):
    return OrganisationFactory(name="Voedseltuin Rotterdam", start_date=date(2024, 5, 1))


@pytest.fixture
def collaboration(garden):
    row = Collaboration.objects.create(name="Van tuin naar keuken", purpose="Gezond eten", start_date=date(2025, 1, 1))
    row.organisations.add(garden, OrganisationFactory(name="Buurman"))
    return row


def event_of(collaboration, day, people: int) -> Event:
    event = Event.objects.create(collaboration=collaboration, name=f"Oogst {day}", date=day, visitors=40)
    for _ in range(people):
        EventVisit.objects.create(event=event, participant=ParticipantFactory())
    return event


def host(partner, people: int):
    """A workshop at the partner where `people` came every Monday morning."""
    workshop = WorkshopFactory(name=f"Tuinploeg {partner}", host=partner)
    OpeningFactory(workshop=workshop)
    PlacementFactory.create_batch(people, workshop=workshop)
    ensure_sessions(YEAR.end)
    coach = UserFactory()
    Attendance.objects.update(status=Attendance.Status.PRESENT, recorded_by=coach, recorded_at=timezone.now())


def published_figures() -> Guarded:
    return make_report(YEAR, leaves_house=True).published


def year_of(partner) -> PartnerYear:
    return partner_year(partner, YEAR, published_figures())


def test_events_and_milestones_of_the_year_are_told(garden, collaboration):
    event_of(collaboration, date(2026, 2, 1), 5)
    event_of(collaboration, date(2025, 2, 1), 9)
    for position, (state, done_on) in enumerate(
        [("DONE", date(2025, 6, 1)), ("DONE", date(2026, 2, 3)), ("BUSY", None)]
    ):
        Milestone.objects.create(
            collaboration=collaboration, position=position, name=f"Bed {position}", state=state, done_on=done_on
        )
    [row] = year_of(garden).collaborations
    assert [(each.event.date, each.participants) for each in row.events] == [(date(2026, 2, 1), "5")]
    assert (row.partners, row.milestones, row.milestones_done) == (["Buurman"], 3, 2)
    assert [each.name for each in row.done_this_year] == ["Bed 1"]


@pytest.mark.parametrize(("people", "shown"), [(0, "0"), (1, "< 5"), (4, "< 5"), (5, "5")])
def test_few_participants_at_an_event_are_not_counted_out(garden, collaboration, people, shown):
    event_of(collaboration, date(2026, 2, 1), people)
    assert year_of(garden).collaborations[0].events[0].participants == shown


@pytest.mark.parametrize(("people", "shown"), [(4, ("< 5", "·")), (5, ("5", "40"))])
def test_the_day_parts_of_a_few_people_are_left_out(garden, people, shown):
    host(garden, people)
    [row] = year_of(garden).hosted
    assert (row.people, row.delivered) == shown


def test_day_parts_that_give_away_those_of_a_few_people_elsewhere_are_left_out(garden):
    host(garden, 6)
    host(OrganisationFactory(), 3)
    assert [row.delivered for row in year_of(garden).hosted] == ["·"]


def test_what_another_partner_does_is_not_told(garden, collaboration):
    other = OrganisationFactory()
    WorkshopFactory(host=other)
    assert year_of(garden).hosted == []
    assert year_of(other).collaborations == []


def test_years_go_back_to_the_first_thing_that_is_known(garden, collaboration):
    assert years_together(garden, 2026) == [2026, 2025, 2024]
    assert years_together(OrganisationFactory(), 2026) == []


def test_the_queries_do_not_grow_with_what_was_done(garden, collaboration, django_assert_max_num_queries):
    event_of(collaboration, date(2026, 2, 1), 1)
    published = published_figures()
    with django_assert_max_num_queries(20) as one:
        partner_year(garden, YEAR, published)
    for day in (2, 3):
        event_of(collaboration, date(2026, 2, day), 3)
        other = Collaboration.objects.create(name=f"Ander {day}", purpose="x", start_date=date(2026, 1, 1))
        other.organisations.add(garden)
        event_of(other, date(2026, 2, day), 2)
    with django_assert_max_num_queries(len(one.captured_queries)):
        partner_year(garden, YEAR, published)


@pytest.mark.slow
def test_the_document_is_accessible_and_names_nobody(garden, collaboration, signed_in, manager, tmp_path):
    event = event_of(collaboration, date(2026, 2, 1), 6)
    host(garden, 6)
    answer = signed_in(manager).get(reverse("partner_year_pdf", args=[garden.pk, 2026]))
    text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(answer.content)).pages)
    for said in ("Voedseltuin Rotterdam", "Van tuin naar keuken", event.name, "Tuinploeg", "2026 tot en met 1 maart"):
        assert said in text
    people = [visit.participant.surname for visit in event.visits.all()]
    assert [name for name in people if name in text] == []
    (tmp_path / "year.pdf").write_bytes(answer.content)
    assert failures("ua1", tmp_path / "year.pdf") == []
    assert failures("3a", tmp_path / "year.pdf") == []


def test_a_year_of_which_nothing_is_known_is_not_there(garden, signed_in, manager):
    assert signed_in(manager).get(reverse("partner_year_pdf", args=[garden.pk, 2023])).status_code == 404
