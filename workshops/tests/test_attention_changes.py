"""What was put off on the list of what needs somebody: it is back when it changes, gets worse or returns."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from participants.models import Pause, RenewalStep
from pluspunt.tests.factories import (
    GoalFactory,
    IndicationFactory,
    OpeningFactory,
    PlacementFactory,
    TrajectoryFactory,
    VolunteerProfileFactory,
    WaitingEntryFactory,
)
from workshops.models import Attendance, Snooze
from workshops.services.attention import find_item, find_out, snooze
from workshops.services.sessions import HORIZON, ensure_sessions
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
LIST = reverse("attention_list")


@pytest.fixture
def desk(monday, signed_in, coordinator):
    return signed_in(coordinator)


def put_off(item: str, until: date, by) -> None:
    snooze(find_item(by, item), until=until, reason="dat kan wachten", by=by)
    assert item in {each.key for each in find_out(by).put_off}


def is_back(item: str, by) -> bool:
    return item in {each.key for each in find_out(by).now}


def test_what_gets_worse_is_back_and_says_so(desk, monday, coordinator):
    workshop = OpeningFactory(workshop__registered_from=monday, capacity=1).workshop
    for _ in range(2):
        PlacementFactory(workshop=workshop)
    ensure_sessions(monday + HORIZON)
    session = workshop.sessions.get(date=monday + WEEK)
    put_off(item := f"vol-{session.pk}", monday + 5 * DAY, coordinator)
    PlacementFactory(workshop=workshop)
    assert is_back(item, coordinator)
    said = " ".join(desk.get(LIST).text.split())
    assert "Was uitgesteld tot za 7 mrt door Coördinator Cor: dat kan wachten <strong>Sindsdien is er iets" in said
    form = desk.get(reverse("attention_snooze", args=[item]))
    assert "Al eerder uitgesteld (1 keer)" in form.text
    press(desk, form, "Stel uit", until=f"{monday + 6 * DAY}", reason="nog steeds")
    assert not is_back(item, coordinator)
    assert Snooze.objects.count() == 2


def test_somebody_else_who_fits_from_the_waiting_list_is_not_put_off_with_the_others(monday, coordinator):
    free = OpeningFactory(workshop__registered_from=monday, weekday=3)
    ensure_sessions(monday + HORIZON)
    WaitingEntryFactory(workshop=free.workshop, participant=TrajectoryFactory().participant)
    put_off(item := f"wachtlijst-{free.workshop_id}", monday + WEEK, coordinator)
    WaitingEntryFactory(workshop=free.workshop, participant=TrajectoryFactory().participant)
    assert is_back(item, coordinator)


def test_who_was_here_again_and_then_stayed_away_is_not_put_off_by_what_was_said_before(workshop, monday, coordinator):
    workshop.registered_from = monday - 5 * WEEK
    workshop.save()
    placement = PlacementFactory(workshop=workshop)
    ensure_sessions(monday + HORIZON)
    rows = Attendance.objects.filter(participant=placement.participant, date__lt=monday)
    rows.update(status="NO_SHOW", recorded_at=f"{monday}T00:00+01:00")
    put_off(item := f"niet-gezien-{placement.participant_id}", monday + 8 * WEEK, coordinator)
    rows.filter(date=monday - 3 * WEEK).update(status="PRESENT")
    assert is_back(item, coordinator)


def test_more_planned_than_granted_is_another_thing_than_coming_too_little(monday, coordinator):
    path = TrajectoryFactory()
    IndicationFactory(participant=path.participant, volume=1, start_notice_on=monday)
    for weekday in (2, 3):
        PlacementFactory(trajectory=path, participant=path.participant, weekday=weekday)
    put_off(item := f"gebruik-{path.participant_id}", monday + WEEK, coordinator)
    PlacementFactory(trajectory=path, participant=path.participant, weekday=4)
    assert is_back(item, coordinator)


def test_a_pause_that_takes_longer_and_a_certificate_that_expires_are_back(monday, coordinator):
    path = TrajectoryFactory()
    pause = Pause.objects.create(trajectory=path, start_date=date(2026, 2, 2), expected_until=monday)
    put_off(item := f"onderbreking-{pause.pk}", monday + WEEK, coordinator)
    pause.expected_until = monday - DAY
    pause.save()
    assert is_back(item, coordinator)
    profile = VolunteerProfileFactory(vog_seen_on=date(2023, 4, 1), vog_renew_on=monday + 10 * DAY)
    put_off(item := f"vog-{profile.participant_id}", monday + 8 * WEEK, coordinator)
    with time_machine.travel("2026-03-13T09:00:00+01:00", tick=False):
        assert is_back(item, coordinator)


def test_a_notice_that_becomes_late_and_a_renewal_that_is_ours_again_are_back(monday, coordinator):
    row = IndicationFactory(participant=TrajectoryFactory().participant, start_date=monday, end_date=monday + 50 * DAY)
    RenewalStep.objects.create(
        indication=row, text="Gevraagd", done_on=monday, next_actor="MUNICIPALITY", recorded_by=coordinator
    )
    put_off(renewal := f"indicatie-{row.pk}", monday + WEEK, coordinator)
    RenewalStep.objects.create(indication=row, text="Bericht", done_on=monday, next_actor="US", recorded_by=coordinator)
    assert is_back(renewal, coordinator)
    put_off(notice := f"startbericht-{row.pk}", monday + 4 * WEEK, coordinator)
    with time_machine.travel("2026-03-10T09:00:00+01:00", tick=False):
        assert is_back(notice, coordinator)


def test_who_had_a_place_in_between_is_without_one_again(monday, coordinator):
    path = TrajectoryFactory()
    put_off(item := f"zonder-plek-{path.participant_id}", monday + 8 * WEEK, coordinator)
    PlacementFactory(trajectory=path, participant=path.participant, end_date=monday + 6 * DAY)
    with time_machine.travel("2026-03-10T09:00:00+01:00", tick=False):
        assert is_back(item, coordinator)


def test_nothing_is_put_off_past_the_day_on_which_it_can_be_done(desk, monday, coordinator):
    """Time takes these off the list: put off past that day nobody would ever have seen them again."""
    path = TrajectoryFactory(trial_until=monday + 3 * DAY)
    item = f"proef-{path.pk}"
    form = desk.get(reverse("attention_snooze", args=[item]))
    assert "Vanaf morgen, uiterlijk do 5 mrt." in form.text
    page = press(desk, form, "Stel uit", until=f"{monday + 4 * DAY}", reason="later")
    assert "Na do 5 mrt kan het niet meer. Kies een eerdere dag." in page.text
    assert not Snooze.objects.exists()
    press(desk, form, "Stel uit", until=f"{monday + 3 * DAY}", reason="later")
    assert not is_back(item, coordinator)
    with time_machine.travel("2026-03-05T09:00:00+01:00", tick=False):
        assert is_back(item, coordinator)


def test_what_can_only_be_done_today_cannot_wait(desk, monday):
    path = TrajectoryFactory(trial_until=monday)
    assert reverse("attention_snooze", args=[f"proef-{path.pk}"]) not in desk.get(LIST).text
    page = desk.get(reverse("attention_snooze", args=[f"proef-{path.pk}"]), follow=True)
    assert "Dit kan niet wachten: vandaag is de laatste dag." in page.text


def test_a_review_with_another_day_is_another_review(monday, coordinator):
    goal = GoalFactory(participant=TrajectoryFactory().participant, review_on=monday)
    put_off(item := f"evaluatie-{goal.pk}", monday + WEEK, coordinator)
    goal.review_on = monday - DAY
    goal.save()
    assert is_back(item, coordinator)
