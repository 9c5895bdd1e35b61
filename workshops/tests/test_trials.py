"""Placements on trial: somebody decides whether they go on."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from pluspunt.tests.factories import OpeningFactory, PlacementFactory
from workshops.models import Placement, Weeks
from workshops.services.advice import Slot
from workshops.services.placements import change_placement, end_placement
from workshops.services.trials import confirm_placement, extend_placement_trial, stop_after_trial
from workshops.tests.pages import press

pytestmark = pytest.mark.django_db
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def placement(monday):
    return PlacementFactory(start_date=monday - 4 * WEEK, trial_until=monday)


def over(day):
    return list(Placement.objects.trial_over(day))


def test_a_trial_asks_for_a_decision_from_its_last_day_on(monday, placement):
    assert [over(monday - DAY), over(monday), over(monday + WEEK)] == [[], [placement], [placement]]
    assert placement.asks_decision


def test_a_trial_that_goes_on_asks_nothing_any_more(monday, placement):
    confirm_placement(placement, by=None)
    placement.refresh_from_db()
    assert (placement.trial_until, placement.end_date, over(monday)) == (None, None, [])
    with pytest.raises(ValidationError, match="Hierover is al besloten"):
        confirm_placement(placement, by=None)


def test_a_trial_that_stops_says_so_and_asks_nothing_any_more(monday, placement):
    stop_after_trial(placement, last_day=monday + WEEK, by=None)
    placement.refresh_from_db()
    assert (placement.end_date, placement.end_reason, over(monday)) == (monday + WEEK, "TRIAL", [])
    with pytest.raises(ValidationError, match="Hierover is al besloten"):
        extend_placement_trial(placement, until=monday + WEEK, by=None)


def test_a_trial_lasts_longer_and_no_shorter(monday, placement):
    for wrong in (monday - DAY, monday):
        with pytest.raises(ValidationError):
            extend_placement_trial(placement, until=wrong, by=None)
    extend_placement_trial(placement, until=monday + WEEK, by=None)
    assert (over(monday + 6 * DAY), over(monday + WEEK)) == ([], [placement])


def test_a_trial_does_not_last_longer_than_the_placement(monday, placement):
    end_placement(placement, last_day=monday + WEEK, by=None)
    with pytest.raises(ValidationError, match="De proef eindigt na de laatste dag"):
        extend_placement_trial(placement, until=monday + WEEK + DAY, by=None)


def test_a_move_keeps_the_weeks_and_a_trial_that_still_runs(monday):
    weeks = Weeks.of(monday)
    placement = PlacementFactory(start_date=monday - 4 * WEEK, trial_until=monday + 2 * WEEK, weeks=weeks)
    slot = Slot(OpeningFactory(weekday=2).workshop, 2, "MORNING")
    # From a day in a week in which nobody comes.
    moved = change_placement(placement, slot, start=monday + WEEK, by=None)
    assert (moved.weeks, moved.trial_until, moved.next_day) == (weeks, monday + 2 * WEEK, monday + 2 * WEEK + DAY)
    later = change_placement(moved, Slot(placement.workshop, 3, "MORNING"), start=monday + 2 * WEEK + 2 * DAY, by=None)
    assert (later.weeks, later.trial_until) == (weeks, None)


def decide(client, placement, **typed):
    url = reverse("trial_decide", args=[placement.participant.key, placement.pk])
    return press(client, client.get(url), "Bewaar besluit", **typed)


def test_a_coordinator_decides_on_a_page(monday, signed_in, coordinator, placement):
    client = signed_in(coordinator)
    person = client.get(reverse("participant_detail", args=[placement.participant.key]))
    assert "Besluit over de proef" in person.text
    assert decide(client, placement).context["form"].errors.keys() == {"decision"}
    assert decide(client, placement, decision="longer").context["form"].errors == {"until": ["Vul dit in."]}
    page = decide(client, placement, decision="longer", until="2026-02-01")
    assert page.context["form"].errors.keys() == {"until"}
    decide(client, placement, decision="longer", until="2026-03-31")
    placement.refresh_from_db()
    assert placement.trial_until == date(2026, 3, 31)
    decide(client, placement, decision="stops", last_day="2026-03-09")
    placement.refresh_from_db()
    assert (placement.end_date, placement.end_reason) == (date(2026, 3, 9), "TRIAL")
    assert placement.history.first().history_user == coordinator
    url = reverse("trial_decide", args=[placement.participant.key, placement.pk])
    assert client.get(url).status_code == 302


def test_a_trial_goes_on_by_the_page(monday, signed_in, coordinator, placement):
    decide(signed_in(coordinator), placement, decision="goes_on", last_day="")
    placement.refresh_from_db()
    assert placement.trial_until is None


def test_stopping_proposes_why_and_says_what_goes(monday, signed_in, coordinator, session):
    placement = session.attendances.first().participant.placements.get()
    placement.trial_until = monday + WEEK
    placement.save()
    client = signed_in(coordinator)
    url = reverse("placement_end", args=[placement.participant.key, placement.pk])
    page = client.get(url)
    assert page.context["form"]["reason"].value() == "TRIAL"
    assert page.context["effect"].rows == placement.participant.attendances.filter(date__gt=monday).count()
    press(client, page, "Laat plaatsing stoppen", reason="WISH")
    placement.refresh_from_db()
    assert (placement.end_date, placement.end_reason) == (monday, "WISH")
    ended = client.get(reverse("participant_detail", args=[placement.participant.key]))
    assert ended.status_code == 200
