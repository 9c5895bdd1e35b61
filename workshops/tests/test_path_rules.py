"""Whatever happens on the paths of a few people, in whatever order: the periods and the figures keep their rules."""

from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.figures import flow_figures, flow_through_figures, house_flow_figures
from participants.models import Application, Pause, Trajectory
from participants.services.paths import (
    confirm_trial,
    decline_application,
    extend_trial,
    save_application,
    start_trajectory,
    withdraw_application,
)
from pluspunt.periods import Period
from pluspunt.tests.factories import ParticipantFactory, WorkshopFactory
from workshops.models import Placement
from workshops.services.advice import Slot
from workshops.services.placements import place
from workshops.services.trajectories import end_pause, end_trajectory, move_on, pause_trajectory

pytestmark = pytest.mark.django_db
FIRST, TODAY = date(2026, 1, 1), date(2026, 5, 1)
DAY = timedelta(days=1)
MONTHS = [Period(date(2025, 12, 1), date(2025, 12, 31))] + [
    Period(date(2026, month, 1), date(2026, month + 1, 1) - DAY) for month in range(1, 7)
]
GROUPS = Trajectory.TargetGroup.values
WHAT = ["apply", "decline", "withdraw", "start", "trial", "confirm", "extend"]
WHAT += ["pause", "end_pause", "end", "move", "place"]
EVENT = st.tuples(
    st.sampled_from(WHAT),
    st.integers(0, 1),  # who
    st.integers(-10, 35),  # how many days after the one before
    st.integers(0, 40),  # how much longer
    st.sampled_from(GROUPS),
)


def happens(what, person, on, later, group, workshop):
    """Let something happen to `person`, or be refused; somebody without a path begins one."""
    waiting = person.applications.waiting().first()
    running = person.trajectories.overlapping(on, None).order_by("start_date", "pk").first()
    if what == "apply":
        save_application(Application(participant=person, referrer="SELF", target_group=group, applied_on=on), by=None)
    elif what in ("decline", "withdraw") and waiting:
        decide = decline_application if what == "decline" else withdraw_application
        decide(waiting, on=on, reason="vol", by=None)
    elif what in ("start", "trial") or not running:
        row = Trajectory(participant=person, target_group=group, start_date=on)
        row.trial_until = later if what in ("trial", "confirm", "extend") else None
        start_trajectory(row, application=waiting, by=None)
    else:
        change(what, running, on, later, group, workshop)


def change(what, trajectory, on, later, group, workshop):
    if what == "confirm":
        confirm_trial(trajectory, on=on, by=None)
    elif what == "extend":
        extend_trial(trajectory, until=later, by=None)
    elif what == "pause":
        pause_trajectory(trajectory, start=on, end=later if later > on else None, reason="langer weg", by=None)
    elif what == "end_pause" and (pause := trajectory.pauses.first()):
        end_pause(pause, last_day=on, by=None)
    elif what == "end":
        end_trajectory(trajectory, last_day=on, reason="19", destination="UNKNOWN", by=None)
    elif what == "move":
        move_on(trajectory, group, start=on, by=None)
    elif what == "place":
        place(trajectory, [Slot(workshop, on.isoweekday(), "MORNING")], start=on, by=None)


def are_apart(rows) -> bool:
    periods = sorted((row.start_date, row.end_date or date.max) for row in rows)
    return all(before[1] < after[0] for before, after in pairwise(periods))


def lies_within(row, trajectory) -> bool:
    end, last = row.end_date or date.max, trajectory.end_date or date.max
    return trajectory.start_date <= row.start_date <= end <= last


def assert_the_rules_hold(people):
    for person in people:
        for group in GROUPS:
            assert are_apart(person.trajectories.filter(target_group=group))
        assert person.applications.waiting().count() <= 1
    for trajectory in Trajectory.objects.select_related("moved_from"):
        pauses = list(trajectory.pauses.all())
        assert are_apart(pauses)
        # A pause that has no end yet goes on for as long as the trajectory does.
        assert all(lies_within(each, trajectory) or not each.end_date for each in pauses)
        assert all(trajectory.runs_on(each.start_date) for each in pauses)
        if before := trajectory.moved_from:
            assert before.end_date == trajectory.start_date - DAY
            assert GROUPS.index(before.target_group) < GROUPS.index(trajectory.target_group)
    for placement in Placement.objects.select_related("trajectory"):
        assert lies_within(placement, placement.trajectory)
    for application in Application.objects.select_related("trajectory"):
        assert application.is_waiting == (application.decided_on is None)
        assert application.trajectory is None or application.trajectory.participant_id == application.participant_id


def assert_the_figures_add_up():
    ends = {}
    for month in MONTHS:
        for name, row in {**flow_figures(month), "house": house_flow_figures(month)}.items():
            assert row.begin + row.inflow - row.outflow == row.end
            assert row.begin == ends.get(name, 0)
            ends[name] = row.end
        through = flow_through_figures(month)
        assert through.moved <= through.enrolled


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.lists(EVENT, min_size=10, max_size=20))
def test_whatever_happens_on_a_path_keeps_the_rules(events):
    with time_machine.travel(f"{TODAY}T09:10:00+01:00", tick=False), transaction.atomic():
        people, workshop = ParticipantFactory.create_batch(2), WorkshopFactory(registered_from=None)
        on = FIRST
        for what, who, step, length, group in events:
            on += timedelta(days=step)
            with suppress(ValidationError), transaction.atomic():
                happens(what, people[who], on, on + timedelta(days=length), group, workshop)
        assert_the_rules_hold(people)
        assert_the_figures_add_up()
        assert Pause.objects.filter(reason="").count() == 0
        transaction.set_rollback(True)
