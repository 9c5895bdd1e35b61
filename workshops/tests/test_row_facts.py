"""What a register says of each person, and when it says nothing; on Monday morning 2 March 2026."""

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from participants.models import EndReason, Indication, Trajectory
from pluspunt.tests.factories import (
    AbilityFactory,
    AbilityGrantFactory,
    ConsentFactory,
    IndicationFactory,
    SessionFactory,
    TrajectoryFactory,
    WorkshopFactory,
)
from workshops.models import Attendance, DayPart, Session
from workshops.services.row_facts import RowFacts, row_facts

pytestmark = pytest.mark.django_db
Status, Scheme = Attendance.Status, Indication.Scheme
Group = Trajectory.TargetGroup
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def register(monday, workshop) -> Session:
    return SessionFactory(workshop=workshop, date=monday)


def planned(session: Session, path: Trajectory, status: str = Status.OPEN, **about) -> Attendance:
    recorded_at = None if status == Status.OPEN else "2026-03-02T08:00:00Z"
    where = {"workshop": session.workshop, "date": session.date, "day_part": session.day_part}
    return Attendance.objects.create(
        session=session,
        trajectory=path,
        participant=path.participant,
        status=status,
        recorded_at=recorded_at,
        **where,
        **about,
    )


@pytest.fixture
def row(register) -> Attendance:
    """Somebody in activation, who came last week and of whom only the photo has something to say."""
    row = planned(register, TrajectoryFactory())
    earlier(row, WEEK, Status.PRESENT)
    return row


def earlier(row: Attendance, ago: timedelta, status: str, *, workshop=None, part=DayPart.MORNING, **session):
    """Somebody's row of another session."""
    where = {"workshop": workshop or row.workshop, "date": row.date - ago, "day_part": part}
    return planned(SessionFactory(**where, **session), row.trajectory, status)


def facts_of(row: Attendance, today: date | None = None) -> RowFacts:
    row = Attendance.objects.select_related("session__workshop").get(pk=row.pk)
    return row_facts(row.session, [row], today or row.date)[row.pk]


def said(row: Attendance) -> str:
    """The words that the include shows, without that no photo may be taken."""
    context = {"row": row, "facts": facts_of(row), "icons": "icons.svg"}
    page = render_to_string("workshops/_register_facts.html", context)
    words = [part.split("</span>")[0].rpartition("</svg>")[2].strip() for part in page.split("<span")[1:]]
    words = [each.rpartition(">")[2].strip() for each in words]
    return ", ".join(word for word in words if word != "foto: nee")


def test_of_whom_all_is_well_only_the_photo_is_said(row):
    assert facts_of(row) == RowFacts(may_be_photographed=False)
    assert said(row) == ""


@pytest.mark.parametrize("number", [1, 3])
def test_the_facts_take_as_many_queries_for_one_as_for_three(number, register, django_assert_num_queries):
    machine = AbilityFactory(workshop=register.workshop, is_machine_permission=True)
    for _ in range(number):
        row = planned(register, TrajectoryFactory())
        earlier(row, WEEK, Status.PRESENT, workshop=WorkshopFactory())
        earlier(row, timedelta(), Status.OPEN, workshop=WorkshopFactory())
        AbilityGrantFactory(participant=row.participant, ability=machine)
        ConsentFactory(participant=row.participant)
        IndicationFactory(participant=row.participant)
    rows = list(register.attendances.select_related("participant", "trajectory"))
    with django_assert_num_queries(6):
        facts = row_facts(register, rows, register.date)
    assert list(facts) == [row.pk for row in rows]
    assert all(each.may_be_photographed and each.planned_at for each in facts.values())


# --- Machines ---------------------------------------------------------------------------------------------------


@pytest.fixture
def machines(workshop):
    """Two machines of the workshop; beside them what asks for no permission here."""
    AbilityFactory(workshop=workshop, name="band plakken")
    AbilityFactory(workshop=workshop, name="oude draaibank", is_machine_permission=True, is_active=False)
    AbilityFactory(name="oven", is_machine_permission=True)
    return [
        AbilityFactory(workshop=workshop, name=name, is_machine_permission=True) for name in ("lintzaag", "slijptol")
    ]


def test_a_machine_that_somebody_may_not_use_yet_is_named(row, machines):
    AbilityGrantFactory(participant=row.participant, ability=machines[1])
    assert said(row) == "nog niet: lintzaag"
    AbilityGrantFactory(participant=row.participant, ability=machines[0])
    assert facts_of(row).missing_machines == ()


def test_a_permission_that_was_withdrawn_is_missing(row, machines):
    AbilityGrantFactory(participant=row.participant, ability=machines[0])
    AbilityGrantFactory(participant=row.participant, ability=machines[1], withdrawn_on=date(2026, 2, 9))
    assert said(row) == "nog niet: slijptol"


def test_who_may_use_no_machine_at_all_has_one_line(row, machines):
    assert said(row) == "machines: nog niet vrijgegeven"


def test_the_only_machine_is_named_by_its_short_name(row, workshop):
    AbilityFactory(workshop=workshop, name="Veilig werken met de lintzaag", is_machine_permission=True)
    assert said(row) == "nog niet: lintzaag"


def test_of_many_machines_two_are_named(row, machines, workshop):
    extra = [AbilityFactory(workshop=workshop, name=name, is_machine_permission=True) for name in ("oven", "pers")]
    AbilityGrantFactory(participant=row.participant, ability=extra[0])
    assert said(row) == "nog niet: lintzaag, pers en nog 1"


def test_a_volunteer_needs_no_permission_and_no_indication(register, machines):
    row = planned(register, TrajectoryFactory(target_group=Group.SKILLED_VOLUNTEER))
    IndicationFactory(participant=row.participant, end_date=date(2026, 3, 1))
    ConsentFactory(participant=row.participant)
    assert facts_of(row) == RowFacts(may_be_photographed=True)


# --- Photo ------------------------------------------------------------------------------------------------------


def photo(row: Attendance) -> str:
    page = render_to_string("workshops/_register_facts.html", {"row": row, "facts": facts_of(row), "icons": ""})
    return "nee" if 'class="is-no"' in page and "foto: nee" in page else "" if "foto" in page else "ja"


def test_a_photo_is_a_no_until_somebody_agreed_and_after_they_withdrew(row):
    assert photo(row) == "nee"
    consent = ConsentFactory(participant=row.participant)
    assert photo(row) == "ja"
    consent.withdrawn_on = date(2026, 2, 9)
    consent.save()
    assert photo(row) == "nee"


# --- Indication -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (8 * WEEK + DAY, ""),
        (8 * WEEK, "indicatie: nog 8 weken"),
        (5 * WEEK + DAY, "indicatie: nog 5 weken"),
        (3 * DAY, "indicatie: nog 3 dagen"),
        (DAY, "indicatie loopt morgen af"),
        (timedelta(), "indicatie loopt vandaag af"),
        (-DAY, "indicatie verlopen"),
        (-40 * WEEK, "indicatie verlopen"),
    ],
)
def test_an_indication_that_runs_out_is_one_word(row, left, words):
    IndicationFactory(participant=row.participant, end_date=row.date + left)
    assert said(row) == words


def test_an_indication_with_a_successor_or_without_an_end_is_well(row):
    IndicationFactory(participant=row.participant, end_date=row.date + WEEK)
    IndicationFactory(participant=row.participant, start_date=row.date + WEEK + DAY, end_date=row.date + 52 * WEEK)
    assert said(row) == ""
    other = planned(row.session, TrajectoryFactory())
    earlier(other, 2 * WEEK, Status.PRESENT)
    IndicationFactory(participant=other.participant, end_date=None, frequency=Indication.Frequency.TOTAL)
    assert said(other) == ""


def test_who_has_none_is_said_to_in_day_care_only(register):
    for group, words in ((Group.SOCIAL_DAY_CARE, "geen indicatie"), (Group.ACTIVATION, "")):
        row = planned(register, TrajectoryFactory(target_group=group))
        assert facts_of(row).indication == words


def test_one_for_transport_is_not_about_coming_here(register):
    row = planned(register, TrajectoryFactory(target_group=Group.SOCIAL_DAY_CARE))
    IndicationFactory(participant=row.participant, product_category=Indication.Category.TRANSPORT)
    assert facts_of(row).indication == "geen indicatie"


@pytest.mark.parametrize("scheme", [Scheme.SUBSIDY, Scheme.WMO_GENERAL, Scheme.VOLUNTEER, Scheme.NONE])
@pytest.mark.parametrize("left", [WEEK, -WEEK])
def test_a_scheme_that_needs_no_indication_says_nothing(row, scheme, left):
    IndicationFactory(participant=row.participant, scheme=scheme, end_date=row.date + left)
    assert facts_of(row).indication == ""


@pytest.mark.parametrize(
    ("reason", "words"),
    [(EndReason.BY_MUNICIPALITY, "geen indicatie"), (EndReason.CHANGE_REQUEST, "indicatie verlopen")],
)
def test_one_that_was_stopped_did_not_run_out_unless_the_next_is_to_come(row, reason, words):
    IndicationFactory(participant=row.participant, end_date=row.date - WEEK, end_reason=reason)
    assert facts_of(row).indication == words


def test_one_that_is_still_to_begin_is_none_yet(register):
    row = planned(register, TrajectoryFactory(target_group=Group.SOCIAL_DAY_CARE))
    IndicationFactory(participant=row.participant, start_date=register.date + DAY)
    assert facts_of(row).indication == "geen indicatie"
    assert facts_of(row, today=register.date + DAY).indication == ""


# --- Elsewhere --------------------------------------------------------------------------------------------------


@pytest.fixture
def wood():
    return WorkshopFactory(name="Hout")


def test_who_is_planned_elsewhere_on_this_day_part_is_said_to(row, wood):
    earlier(row, timedelta(), Status.OPEN, workshop=wood)
    assert said(row) == "ook ingepland bij Hout"


def test_who_is_present_elsewhere_is_said_to_also_unplanned(row, wood):
    other = earlier(row, timedelta(), Status.PRESENT, workshop=wood)
    Attendance.objects.filter(pk=other.pk).update(planned=False)
    assert said(row) == "aanwezig bij Hout"


def test_elsewhere_on_another_moment_cancelled_or_taken_away_says_nothing(row, wood, workshop):
    earlier(row, timedelta(), Status.OPEN, workshop=wood, part=DayPart.AFTERNOON)
    earlier(row, DAY, Status.OPEN, workshop=wood)
    cancelled = {"state": Session.State.CANCELLED, "cancel_reason": "de kachel is stuk"}
    earlier(row, timedelta(), Status.OPEN, workshop=WorkshopFactory(), **cancelled)
    taken_away = earlier(row, timedelta(), Status.OPEN, workshop=WorkshopFactory())
    Attendance.objects.filter(pk=taken_away.pk).update(planned=False)
    other = planned(row.session, TrajectoryFactory())
    earlier(other, timedelta(), Status.OPEN, workshop=WorkshopFactory())
    assert (facts_of(row).planned_at, facts_of(row).present_at) == ("", "")


# --- Last seen --------------------------------------------------------------------------------------------------


@pytest.fixture
def missed(register) -> Attendance:
    """Somebody who came three weeks ago, and not since."""
    row = planned(register, TrajectoryFactory())
    earlier(row, 3 * WEEK, Status.PRESENT)
    earlier(row, 2 * WEEK, Status.EXCUSED)
    earlier(row, WEEK, Status.NO_SHOW)
    return row


def test_who_was_expected_and_not_seen_for_weeks_is_said_to(missed):
    assert said(missed) == "3 weken niet gezien"


def test_two_weeks_are_long_and_a_day_less_is_not(register):
    row = planned(register, TrajectoryFactory())
    earlier(row, 2 * WEEK, Status.PRESENT)
    earlier(row, WEEK, Status.NO_SHOW)
    assert facts_of(row).days_unseen == 14
    earlier(row, 13 * DAY, Status.PRESENT)
    assert facts_of(row).days_unseen is None


def test_who_was_seen_anywhere_in_the_house_was_seen(missed, wood):
    earlier(missed, 3 * DAY, Status.PRESENT, workshop=wood)
    assert said(missed) == ""


def test_who_was_seen_earlier_today_was_seen(register, missed):
    SessionFactory(workshop=register.workshop, day_part=DayPart.AFTERNOON)
    afternoon = planned(
        register.workshop.sessions.get(day_part=DayPart.AFTERNOON, date=register.date), missed.trajectory
    )
    assert facts_of(afternoon).days_unseen == 21
    Attendance.objects.filter(pk=missed.pk).update(status=Status.PRESENT, recorded_at="2026-03-02T08:00:00Z")
    assert facts_of(afternoon).days_unseen is None


def test_what_nobody_recorded_is_not_being_away(missed, wood):
    earlier(missed, 10 * DAY, Status.OPEN, workshop=wood)
    assert said(missed) == ""


def test_who_was_not_expected_is_not_missed(register):
    other = planned(register, TrajectoryFactory())
    earlier(other, 5 * WEEK, Status.NO_SHOW)
    earlier(other, 4 * WEEK, Status.PRESENT)
    cancelled = {"state": Session.State.CANCELLED, "cancel_reason": "de kachel is stuk"}
    earlier(other, 3 * WEEK, Status.EXCUSED, **cancelled)
    assert facts_of(other).days_unseen is None
    earlier(other, 2 * WEEK, Status.EXCUSED)
    assert facts_of(other).days_unseen == 28


def test_a_register_to_come_counts_to_today(missed):
    row = earlier(missed, -2 * WEEK, Status.OPEN)
    earlier(missed, -WEEK, Status.OPEN)
    Attendance.objects.filter(pk=missed.pk).update(status=Status.NO_SHOW, recorded_at="2026-03-02T08:00:00Z")
    assert facts_of(row, today=missed.date).days_unseen == 21
    Attendance.objects.filter(pk=missed.pk).update(status=Status.PRESENT)
    assert facts_of(row, today=missed.date).days_unseen is None


@pytest.fixture
def newcomer(register, wood) -> Attendance:
    """Somebody who began in January, after the register, and came elsewhere before."""
    row = planned(register, TrajectoryFactory(start_date=date(2026, 1, 12)))
    earlier(row, WEEK, Status.PRESENT, workshop=wood)
    return row


def test_the_first_time_here_is_said(newcomer):
    assert said(newcomer) == "eerste keer hier"


@pytest.mark.parametrize("status", [Status.PRESENT, Status.OPEN])
def test_who_came_here_before_or_may_have_is_no_newcomer(newcomer, status):
    earlier(newcomer, 2 * WEEK, status)
    assert said(newcomer) == ""


def test_of_who_began_before_the_register_nobody_knows_the_first_time(register):
    row = planned(register, TrajectoryFactory(start_date=date(2025, 12, 31)))
    assert said(row) == ""


def test_a_day_to_come_is_nobodys_first_time(newcomer):
    assert not facts_of(newcomer, today=newcomer.date - DAY).is_first_time
