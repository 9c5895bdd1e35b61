"""Any order of taps, bulk, undo, walk-ins, cancelling, corrections and closing keeps figures and history whole."""

from collections import Counter
from contextlib import suppress
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import User
from impact.figures.attendance import attendance_figures
from pluspunt.periods import Period
from pluspunt.tests.factories import OpeningFactory, PlacementFactory, TrajectoryFactory, UserFactory, WorkshopFactory
from workshops.models import AbsenceReason, Attendance, ClosedMonth, CorrectionRequest, Session, Value
from workshops.services.attendance import Mark, change_attendance, mark_all_present, undo_batch, undo_last_change
from workshops.services.cancelling import cancel_session, restore_session
from workshops.services.corrections import decide_correction, request_correction
from workshops.services.months import close_month
from workshops.services.sessions import ensure_sessions
from workshops.services.visitors import add_visitor

Status = Attendance.Status
BEGAN, UNTIL = date(2026, 2, 16), date(2026, 3, 9)
PERIOD = Period(BEGAN, UNTIL)
MONTHS = [date(2026, 2, 1), date(2026, 3, 1)]
nth = st.integers(min_value=0, max_value=10**6)


class RegisterMachine(RuleBasedStateMachine):
    """Two workshops on Monday mornings, six people planned, two who walk in; one month is over, the other goes by.

    A rule may be refused (`ValidationError`): then nothing may have changed, which the invariants see.
    """

    def __init__(self):
        super().__init__()
        self.clock = time_machine.travel("2026-03-02T09:10:00+01:00", tick=False)
        self.now = self.clock.start()
        self.world = transaction.atomic()
        self.world.__enter__()
        self.batches = []
        self.frozen: dict[int, tuple] = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)
        self.clock.stop()

    @initialize()
    def open_the_house(self):
        self.coach = UserFactory()
        self.coordinators = UserFactory.create_batch(2, role=User.Role.COORDINATOR)
        self.workshops = [WorkshopFactory(registered_from=BEGAN, coaches=[self.coach]) for _ in range(2)]
        for workshop in self.workshops:
            OpeningFactory(workshop=workshop)
            PlacementFactory.create_batch(3, workshop=workshop)
        self.walkers = [TrajectoryFactory().participant, self.workshops[0].placements.first().participant]
        self.reason = AbsenceReason.objects.first().pk
        ensure_sessions(UNTIL)

    # --- What people do ---------------------------------------------------------------------------------------

    def row(self, number: int) -> Attendance:
        rows = Attendance.objects.order_by("pk")
        return rows[number % rows.count()]

    def session(self, number: int) -> Session:
        sessions = Session.objects.order_by("pk")
        return sessions[number % sessions.count()]

    def value(self, status: str, detail: bool) -> Value:
        if status == Status.EXCUSED:
            return Value(status, self.reason if detail else None)
        return Value(status, None, time(9, 40) if detail and status == Status.PRESENT else None)

    @rule(number=nth, status=st.sampled_from(Status.values), detail=st.booleans(), behind=st.integers(0, 1), by=nth)
    def tap(self, number, status, detail, behind, by):
        row = self.row(number)
        mark = Mark.to(self.value(status, detail), seen=max(0, row.version - behind))
        with suppress(ValidationError), transaction.atomic():
            change_attendance(row.pk, mark, by=[self.coach, *self.coordinators][by % 3])

    @rule(number=nth)
    def set_everyone_present(self, number):
        batch = uuid4()
        with suppress(ValidationError), transaction.atomic():
            mark_all_present(self.session(number), by=self.coach, batch=batch)
            self.batches.append((self.session(number), batch))

    @rule(number=nth)
    def undo_everyone(self, number):
        if self.batches:
            session, batch = self.batches[number % len(self.batches)]
            with suppress(ValidationError), transaction.atomic():
                undo_batch(session, batch, by=self.coach)

    @rule(number=nth)
    def undo_one(self, number):
        with suppress(ValidationError), transaction.atomic():
            undo_last_change(self.row(number), by=self.coach)

    @rule(number=nth, who=st.integers(0, 1))
    def walk_in(self, number, who):
        with suppress(ValidationError), transaction.atomic():
            add_visitor(self.session(number), self.walkers[who], by=self.coach, is_agreed=True)

    @rule(number=nth)
    def cancel_or_restore(self, number):
        session = self.session(number)
        change = cancel_session if session.takes_marks else restore_session
        with suppress(ValidationError), transaction.atomic():
            change(session, reason="de kachel", by=self.coordinators[0])

    @rule(number=nth, status=st.sampled_from(Status.values), detail=st.booleans(), by=nth)
    def ask(self, number, status, detail, by):
        with suppress(ValidationError), transaction.atomic():
            asker = [self.coach, *self.coordinators][by % 3]
            request_correction(self.row(number), self.value(status, detail), why="Stond op papier", by=asker)

    @rule(approves=st.booleans(), by=st.integers(0, 1), behind=st.integers(0, 1))
    def decide(self, approves, by, behind):
        correction = CorrectionRequest.objects.filter(is_approved__isnull=True).select_related("attendance").first()
        if correction is None:
            return
        row, decider = correction.attendance, self.coordinators[by]
        with suppress(ValidationError), transaction.atomic():
            seen = max(0, row.version - behind)
            decide_correction(correction, is_approved=approves, by=decider, seen=seen, answer="Daarom")
            assert decider != correction.asked_by
            if approves and row.pk in self.frozen:
                row.refresh_from_db()
                assert row.value == correction.value
                self.frozen[row.pk] = (row.value, row.planned, row.session.state)

    @rule(month=st.sampled_from(MONTHS))
    def close(self, month):
        with suppress(ValidationError), transaction.atomic():
            close_month(month, by=self.coordinators[0])
        last_day = ClosedMonth.objects.last_day()
        for row in Attendance.objects.filter(date__lte=last_day or date.min).select_related("session"):
            self.frozen.setdefault(row.pk, (row.value, row.planned, row.session.state))

    @rule(days=st.integers(0, 7))
    def time_goes_on(self, days):
        self.now.shift(timedelta(days=days, minutes=1))

    # --- What stays true --------------------------------------------------------------------------------------

    @invariant()
    def every_planned_slot_has_one_status(self):
        figures = attendance_figures(PERIOD)
        assert figures.attended + figures.excused + figures.no_show + figures.open == figures.planned
        rows = Attendance.objects.select_related("session")
        counted = Counter((row.session.state, row.planned, row.status) for row in rows)
        going_on = {status: counted[Session.State.PLANNED, True, status] for status in Status.values}
        assert figures.planned == sum(going_on.values())
        assert (figures.attended, figures.open) == (going_on[Status.PRESENT], going_on[Status.OPEN])
        assert figures.extra == counted[Session.State.PLANNED, False, Status.PRESENT]

    @invariant()
    def every_row_is_the_end_of_its_history(self):
        for row in Attendance.objects.prefetch_related("changes"):
            changes = sorted(row.changes.all(), key=lambda change: change.pk)
            values = [Value(Status.OPEN), *(change.new for change in changes)]
            assert [change.old for change in changes] == values[:-1]
            assert row.value == values[-1]
            assert [change.version for change in changes] == list(range(1, row.version + 1))

    @invariant()
    def a_closed_month_stays_as_it_was(self):
        rows = Attendance.objects.filter(pk__in=self.frozen).select_related("session")
        assert {row.pk: (row.value, row.planned, row.session.state) for row in rows} == self.frozen
        last_day = ClosedMonth.objects.last_day()
        assert Attendance.objects.filter(date__lte=last_day or date.min).count() == len(self.frozen)


@pytest.mark.django_db
def test_whatever_the_house_does_the_figures_and_the_history_stay_whole():
    quick = settings(max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(RegisterMachine, settings=quick)
