"""Who reads the access log, and what stands out in a month of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User
from participants.models import MergedParticipant
from pluspunt.tests.factories import ParticipantFactory, PlacementFactory, UserFactory
from privacy.models import AccessEvent, ReviewOfMonth
from privacy.services import Action, record_access
from privacy.services.reviewing import (
    MANY_FILES,
    MANY_REFUSALS,
    Kind,
    flags_of,
    month_of,
    month_to_review,
    review_month,
)
from workshops.models import Closure

pytestmark = pytest.mark.django_db
# A Tuesday.
MORNING = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)
FEBRUARY = month_of(date(2026, 2, 1))


def look(user, *people, at=MORNING, action=Action.VIEW, data="naam"):
    with time_machine.travel(at, tick=False):
        record_access(user, action, type(people[0]) if people else None, [p.pk for p in people], data, address=None)


def flags() -> set[tuple]:
    return {(flag.kind, flag.user, flag.count) for flag in flags_of(FEBRUARY)}


def test_a_coordinator_reads_who_looked_when_and_why(monday, signed_in, coordinator, coach):
    person, other = ParticipantFactory(nickname="Ayşe"), ParticipantFactory()
    look(coach, person, other, data="register")
    look(coach, person, at=MORNING + timedelta(hours=1), action=Action.CHANGE, data="phone")
    look(coach, person, at=MORNING + timedelta(hours=2), action=Action.CHANGE, data="phone")
    look(coach, other, at=MORNING + timedelta(hours=3), data="iets van een ander")
    page = signed_in(coordinator).get(reverse("person_log", args=[person.key])).text
    for said in (
        "di 10 feb",
        coach.name,
        "begeleiding",
        "telefoon",
        "2 keer, van 11:00 tot 12:00",
        "samen met 1 ander",
    ):
        assert said in " ".join(page.split()), said
    assert "iets van een ander" not in page
    assert other.surname not in page
    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.user, event.subjects.get().object_id) == ("LOG", coordinator, person.pk)


def test_what_was_seen_before_records_were_merged_is_in_it(monday, signed_in, coordinator, coach):
    person, former = ParticipantFactory(), ParticipantFactory()
    look(coach, former, data="onder het oude nummer")
    MergedParticipant.objects.create(
        kept=person, former_pk=former.pk, former_key="oud", facts={}, merged_by=coordinator
    )
    assert "onder het oude nummer" in signed_in(coordinator).get(reverse("person_log", args=[person.key])).text


def test_it_can_be_narrowed_to_somebody_and_some_days(monday, signed_in, coordinator, coach):
    person, colleague = ParticipantFactory(), UserFactory(role=User.Role.COACH)
    look(coach, person, data="wat de coach zag")
    look(colleague, person, at=MORNING - timedelta(days=3), data="wat de collega zag")
    url, client = reverse("person_log", args=[person.key]), signed_in(coordinator)
    shown = client.get(url, {"wie": colleague.pk}).text
    assert ("wat de collega zag" in shown, "wat de coach zag" in shown) == (True, False)
    shown = client.get(url, {"van": "2026-02-10", "tot": "2026-02-10"}).text
    assert ("wat de collega zag" in shown, "wat de coach zag" in shown) == (False, True)
    assert "Niemand keek" in client.get(url, {"tot": "2026-01-01"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_a_longer_log_takes_no_more_queries(
    monday, signed_in, coordinator, coach, count, django_assert_max_num_queries
):
    person = ParticipantFactory()
    for number in range(count):
        look(UserFactory(), person, at=MORNING + timedelta(days=number))
    client, url = signed_in(coordinator), reverse("person_log", args=[person.key])
    client.get(url)
    with django_assert_max_num_queries(13):
        client.get(url)


def test_the_administrator_reads_of_how_many_people_and_not_of_whom(monday, signed_in, administrator, coach):
    person = ParticipantFactory()
    look(coach, person, ParticipantFactory())
    look(None, action=Action.SIGN_IN, data="inloggen")
    page = signed_in(administrator).get(reverse("access_log")).text
    assert coach.name in page
    assert "iemand zonder account" in page
    assert (person.surname in page, person.key in page) == (False, False)
    assert AccessEvent.objects.latest("pk").action == "LOG"
    only = signed_in(administrator).get(reverse("access_log"), {"wat": "SIGN_IN"}).text
    assert "1 regel." in only


def test_a_coach_in_somebody_elses_files_stands_out(monday, coach, workshop):
    own = PlacementFactory(workshop=workshop).participant
    look(coach, own)
    assert flags() == set()
    stranger = ParticipantFactory()
    look(coach, stranger)
    look(coach, stranger, at=MORNING + timedelta(hours=1))
    assert flags() == {(Kind.OUTSIDE, coach, 1)}


def test_a_list_of_many_people_is_no_file(monday, coach):
    look(coach, *ParticipantFactory.create_batch(4))
    assert flags() == set()


def test_a_coordinator_has_no_outside(monday, coordinator):
    look(coordinator, ParticipantFactory())
    assert flags() == set()


@pytest.mark.parametrize(
    ("at", "stands_out"),
    [
        ("2026-02-10T06:59+01:00", True),
        ("2026-02-10T07:00+01:00", False),
        ("2026-02-10T18:59+01:00", False),
        ("2026-02-10T19:00+01:00", True),
        ("2026-02-14T10:00+01:00", True),  # a Saturday
        ("2026-02-17T10:00+01:00", True),  # closed
        ("2026-02-18T10:00+01:00", False),
    ],
)
def test_odd_hours_stand_out(monday, coordinator, at, stands_out):
    Closure.objects.create(start_date=date(2026, 2, 16), end_date=date(2026, 2, 17), reason="feest")
    look(coordinator, at=datetime.fromisoformat(at))
    assert flags() == ({(Kind.HOURS, coordinator, 1)} if stands_out else set())


def test_many_files_stand_out_against_what_somebody_does_anyway(monday, coordinator):
    people = ParticipantFactory.create_batch(MANY_FILES)
    for days in (1, 2, 3):
        look(coordinator, people[0], at=MORNING - timedelta(days=days))
    for person in people[:-1]:
        look(coordinator, person)
    assert {kind for kind, *_ in flags()} == {Kind.HOURS}  # the Saturday and Sunday before
    look(coordinator, people[-1])
    assert (Kind.MANY, coordinator, MANY_FILES) in flags()


def test_refusals_exports_and_reveals_stand_out(monday, coordinator, coach):
    for _ in range(MANY_REFUSALS - 1):
        look(coach, action=Action.REFUSED)
    assert flags() == set()
    look(coach, action=Action.REFUSED)
    look(coordinator, action=Action.EXPORT)
    look(coordinator, action=Action.REVEAL)
    assert flags() == {
        (Kind.REFUSED, coach, MANY_REFUSALS),
        (Kind.EXPORT, coordinator, 1),
        (Kind.REVEAL, coordinator, 1),
    }


def test_last_month_asks_to_be_reviewed_until_somebody_did(monday, signed_in, administrator, coordinator):
    client, url = signed_in(administrator), reverse("month_review", args=[date(2026, 2, 1)])
    assert month_to_review(monday) is None
    look(coordinator, action=Action.EXPORT)
    assert "nog niet nagekeken" in client.get(reverse("account_list")).text
    refused = client.post(url, {"remark": ""})
    assert (refused.status_code, "Schrijf op wat je van de signalen vond" in refused.text) == (200, True)
    assert client.post(url, {"remark": "Het jaarverslag."}).status_code == 302
    review = ReviewOfMonth.objects.get()
    assert (review.month, review.findings, review.reviewed_by) == (date(2026, 2, 1), 1, administrator)
    assert "nog niet nagekeken" not in client.get(reverse("account_list")).text
    page = client.get(url).text
    assert "Het jaarverslag." in page
    assert "gegevens meegenomen als bestand" in page
    assert "Nagekeken op" in client.get(reverse("month_review_list")).text


def test_a_month_that_is_not_over_cannot_be_reviewed(monday, signed_in, administrator):
    with pytest.raises(ValidationError, match="nog niet voorbij"):
        review_month(date(2026, 3, 1), "", findings=0, by=administrator)
    assert signed_in(administrator).get(reverse("month_review", args=[monday])).status_code == 404


def test_a_change_of_rights_is_recorded(signed_in, administrator, coach):
    changed = {"name": coach.name, "email": coach.email, "role": "COORDINATOR", "is_active": "on"}
    assert signed_in(administrator).post(reverse("account_edit", args=[coach.pk]), changed).status_code == 302
    event = AccessEvent.objects.get()
    assert (event.action, event.data, event.user) == ("RIGHTS", "account gewijzigd: role", administrator)
    subject = event.subjects.get()
    assert (subject.content_type.model, subject.object_id) == ("user", coach.pk)


def test_who_walks_in_and_who_helps_out_is_the_reason(monday, signed_in, coach, session):
    PlacementFactory(participant__nickname="Zeynep")
    url = reverse("visitor_add", args=[session.workshop_id, session.date, session.day_part])
    signed_in(coach).get(url, {"q": "Zeynep"})
    assert AccessEvent.objects.latest("pk").ground == "WALK_IN"
