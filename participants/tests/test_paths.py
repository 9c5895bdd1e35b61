"""The path of somebody: beginning again, the trial, and everything as one line of time."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from participants.models import Application, EndReason, Pause, Trajectory
from participants.services.paths import (
    confirm_trial,
    decline_application,
    extend_trial,
    line_of_time,
    start_trajectory,
)
from pluspunt.tests.factories import ApplicationFactory, OrganisationFactory, ParticipantFactory, TrajectoryFactory
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
CARE, ACTIVATION, VOLUNTEER = Trajectory.TargetGroup


@pytest.fixture
def client_of_coordinator(monday, signed_in, coordinator):
    return signed_in(coordinator)


@pytest.fixture
def application(monday):
    return ApplicationFactory(referrer_name="Wim de Wijs", wish="iets met fietsen")


def url(name, row):
    return reverse(name, args=[row.participant.key, row.pk])


def path_of(participant):
    return reverse("participant_path", args=[participant.key])


def first_day(participant, start, group=ACTIVATION, **facts):
    return start_trajectory(Trajectory(participant=participant, target_group=group, start_date=start, **facts), by=None)


# --- beginning again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("gap", "goes_on"), [(1, True), (28, True), (29, False)])
def test_a_restart_within_28_days_goes_on_with_the_old_trajectory(monday, gap, goes_on):
    ended = monday - gap * DAY
    old = TrajectoryFactory(end_date=ended, destination="UNKNOWN", end_reason=EndReason.BY_PARTICIPANT)
    started = first_day(old.participant, monday, strand_work=True)
    assert (started.pk == old.pk) == goes_on
    started.refresh_from_db()
    assert (started.end_date, started.destination, started.end_reason, started.strand_work) == (None, "", "", True)
    pauses = [(pause.start_date, pause.end_date, pause.reason) for pause in Pause.objects.all()]
    assert pauses == ([(ended + DAY, monday - DAY, "tussentijds gestopt")] if goes_on and gap > 1 else [])


def test_a_restart_of_another_kind_or_after_moving_on_begins_anew(monday):
    old = TrajectoryFactory(target_group=CARE, end_date=monday - WEEK)
    assert first_day(old.participant, monday, VOLUNTEER).pk != old.pk
    TrajectoryFactory(participant=old.participant, start_date=monday - WEEK + DAY, moved_from=old)
    assert first_day(old.participant, monday, CARE).pk != old.pk


def test_a_restart_says_before_and_after_that_it_goes_on(client_of_coordinator, monday):
    old = TrajectoryFactory(end_date=monday - WEEK, destination="UNKNOWN", start_date=date(2026, 1, 5))
    address = reverse("trajectory_add", args=[old.participant.key])
    page = client_of_coordinator.get(address)
    assert "Begint " in page.text
    assert "uiterlijk ma 23 mrt opnieuw, dan gaat dat traject door" in " ".join(page.text.split())
    typed = {"target_group": "ACTIVATION", "start_date": "2026-03-02"}
    answer = client_of_coordinator.post(address, typed, follow=True)
    assert "Het traject activering van ma 5 jan gaat door." in answer.text
    assert old.participant.trajectories.count() == 1


def test_a_restart_has_no_new_trial_unless_it_was_on_trial(monday):
    old = TrajectoryFactory(end_date=monday - WEEK)
    with pytest.raises(ValidationError, match="er is geen nieuwe proef"):
        first_day(old.participant, monday, trial_until=monday + WEEK)
    on_trial = TrajectoryFactory(start_date=monday - 2 * WEEK, trial_until=monday, end_date=monday - WEEK)
    assert first_day(on_trial.participant, monday, trial_until=monday + WEEK).trial_until == monday + WEEK


def test_an_application_may_lead_back_to_the_old_trajectory(monday):
    old = TrajectoryFactory(end_date=monday - WEEK)
    for applied, state in [(date(2024, 1, 1), "STARTED"), (monday, "WAITING")]:
        facts = {"trajectory": old, "decided_on": old.start_date} if state == "STARTED" else {}
        application = ApplicationFactory(participant=old.participant, applied_on=applied, state=state, **facts)
    again = Trajectory(participant=old.participant, target_group=ACTIVATION, start_date=monday)
    assert start_trajectory(again, application=application, by=None) == old
    assert old.applications.count() == 2


def test_a_first_day_of_who_waits_closes_the_application_whatever_page_it_was_typed_on(
    client_of_coordinator, application
):
    page = client_of_coordinator.get(reverse("trajectory_add", args=[application.participant.key]))
    answer = press(client_of_coordinator, page, "Begin traject", start_date="2026-03-02")
    assert answer.url == reverse("placement_add", args=[application.participant.key])
    application.refresh_from_db()
    assert (application.state, application.trajectory) == ("STARTED", application.participant.trajectories.get())


# --- the trial ------------------------------------------------------------------------------------------------------


@pytest.fixture
def on_trial(monday):
    return TrajectoryFactory(start_date=monday - WEEK, trial_until=monday + WEEK)


def test_a_trial_that_went_well_ends_on_the_day_before(client_of_coordinator, monday, on_trial):
    page = client_of_coordinator.get(url("trial_confirm", on_trial))
    assert press(client_of_coordinator, page, "Maak actief").url == path_of(on_trial.participant)
    on_trial.refresh_from_db()
    assert (on_trial.trial_until, on_trial.status) == (monday - DAY, Trajectory.Status.ACTIVE)


def test_who_is_active_from_the_first_day_was_not_on_trial(on_trial):
    assert confirm_trial(on_trial, on=on_trial.start_date, by=None).trial_until is None


def test_a_trial_is_made_longer(client_of_coordinator, monday, on_trial):
    page = client_of_coordinator.get(url("trial_extend", on_trial))
    refused = press(client_of_coordinator, page, "Verleng", until="2026-03-09")
    assert refused.context["form"].errors == {"until": ["De proef loopt al tot en met ma 9 mrt."]}
    press(client_of_coordinator, page, "Verleng", until="2026-03-16")
    on_trial.refresh_from_db()
    assert on_trial.trial_until == monday + 2 * WEEK


def test_a_trial_that_is_not_there_is_not_changed(monday, on_trial):
    with pytest.raises(ValidationError, match="De proef loopt van"):
        confirm_trial(on_trial, on=monday + 2 * WEEK, by=None)
    for facts in ({}, {"trial_until": monday - DAY}):
        other = TrajectoryFactory(start_date=monday - WEEK, **facts)
        with pytest.raises(ValidationError, match="Er loopt geen proef"):
            confirm_trial(other, on=monday, by=None)
        with pytest.raises(ValidationError, match="Er loopt geen proef"):
            extend_trial(other, until=monday + WEEK, by=None)
    ending = TrajectoryFactory(start_date=monday, trial_until=monday + WEEK, end_date=monday + WEEK)
    with pytest.raises(ValidationError, match="Dit traject stopt op"):
        extend_trial(ending, until=monday + 2 * WEEK, by=None)


# --- the line of time -----------------------------------------------------------------------------------------------


def test_everything_stands_on_one_line_the_newest_first(monday, application):
    person = application.participant
    Application.objects.update(intake_on=date(2026, 2, 9), applied_on=date(2026, 1, 5))
    application.refresh_from_db()
    care = Trajectory(
        participant=person, target_group=CARE, start_date=date(2026, 2, 10), trial_until=date(2026, 2, 11)
    )
    care = start_trajectory(care, application=application, by=None)
    Pause.objects.create(trajectory=care, start_date=date(2026, 2, 12), end_date=date(2026, 2, 13), reason="langer weg")
    Trajectory.objects.filter(pk=care.pk).update(end_date=monday - DAY, end_reason="19")
    care.refresh_from_db()
    TrajectoryFactory(
        participant=person, start_date=monday, strand_work=True, moved_from=care, end_date=monday + WEEK,
        end_reason=EndReason.BY_PARTICIPANT, destination="PAID_WORK",
    )  # fmt: skip
    rows = person.trajectories.select_related("moved_from", "moved_to").prefetch_related("pauses")
    application.refresh_from_db()
    events = line_of_time([application], rows, today=monday, with_referrer=True)
    told = [(event.on.isoformat()[5:], event.kind.value, event.words, event.details) for event in events]
    assert told == [
        ("03-09", "ended", "Gestopt met activering", ("reden: deelnemer wilde stoppen", "daarna: betaald werk")),
        ("03-02", "moved", "Doorstroom van sociale dagbesteding naar activering", ("arbeidsmatig",)),
        ("02-12", "paused", "Onderbroken", ("langer weg",)),
        ("02-12", "active", "Proef voorbij: actief in sociale dagbesteding", ()),
        ("02-10", "started", "Eerste proefdag: sociale dagbesteding", ("op proef tot en met wo 11 feb",)),
        ("02-09", "intake", "Intake", ()),
        ("01-05", "applied", "Aangemeld door wijkteam", ("Wim de Wijs", "voor activering", "wens: iets met fietsen")),
    ]
    assert [event.is_coming for event in events] == [True] + [False] * 6
    assert events[2].until == date(2026, 2, 13)
    without = line_of_time([application], rows, today=monday, with_referrer=False)
    assert without[-1].details == ("voor activering", "wens: iets met fietsen")


def test_an_application_that_was_declined_says_why(monday, application):
    declined = decline_application(application, on=monday, reason="geen plek", by=None)
    event = line_of_time([declined], [], today=monday, with_referrer=True)[0]
    assert (event.words, event.details, event.on) == ("Aanmelding afgewezen", ("geen plek",), monday)


@pytest.mark.parametrize(
    ("facts", "button"),
    [
        ({"trial_until": date(2026, 3, 9)}, "Proef gelukt"),
        ({}, "Laat doorstromen"),
        ({"end_date": date(2026, 2, 27)}, "Begin opnieuw"),
    ],
)
def test_the_page_has_one_next_step(client_of_coordinator, facts, button):
    person = TrajectoryFactory(start_date=date(2026, 2, 23), **facts).participant
    page = client_of_coordinator.get(path_of(person)).text
    [main] = [part for part in page.split("<a ")[1:] if "btn btn-primary" in part]
    assert button in main


def test_who_waits_is_offered_an_intake_and_then_a_first_day(client_of_coordinator, application):
    page = client_of_coordinator.get(path_of(application.participant)).text
    assert "Noteer intake" in page
    Application.objects.update(intake_on=date(2026, 3, 4))
    page = client_of_coordinator.get(path_of(application.participant)).text
    assert "Noteer intake" not in page
    assert "komt nog" in page


def test_a_coach_reads_the_line_without_the_name_of_the_referrer(monday, signed_in, coach, workshop, session):
    person = session.attendances.first().participant
    ApplicationFactory(participant=person, referrer_name="Wim de Wijs")
    page = signed_in(coach).get(path_of(person)).text
    assert "Aangemeld door wijkteam" in page
    assert "Wim de Wijs" not in page
    assert "Wijs af" not in page


def test_the_page_takes_as_many_queries_for_one_as_for_three(client_of_coordinator, django_assert_max_num_queries):
    person = ParticipantFactory()

    def fill(groups):
        for number, group in enumerate(groups):
            ended = TrajectoryFactory(participant=person, target_group=group, end_date=date(2025, 1, 1))
            Pause.objects.create(trajectory=ended, start_date=date(2024, 2, number + 1), end_date=date(2024, 2, 20))
            ApplicationFactory(
                participant=person, state="DECLINED", decided_on=date(2026, 3, 1), reason="vol",
                referrer_organisation=OrganisationFactory(),
            )  # fmt: skip

    fill([CARE])
    client_of_coordinator.get(path_of(person))
    with django_assert_max_num_queries(25) as first:
        client_of_coordinator.get(path_of(person))
    fill([ACTIVATION, VOLUNTEER])
    with django_assert_max_num_queries(25) as second:
        client_of_coordinator.get(path_of(person))
    assert len(first) == len(second)
