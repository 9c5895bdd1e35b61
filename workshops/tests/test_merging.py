"""Two records of one person become one: every fact goes along, a day stays a day, and the old address still leads."""

from datetime import date, time, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from impact.figures import attendance_figures
from impact.models import Story
from participants.models import (
    Application,
    CitizenNumber,
    Consent,
    MergedParticipant,
    NoteDraft,
    NotTogether,
    Participant,
    Pause,
    RenewalStep,
    Trajectory,
    VolunteerProfile,
)
from pluspunt.periods import Period
from pluspunt.tests.factories import (
    AbilityGrantFactory,
    AbsenceFactory,
    AllowanceFactory,
    ApplicationFactory,
    CalendarFeedFactory,
    CitizenNumberFactory,
    ConsentFactory,
    CorrectionRequestFactory,
    EventFactory,
    GoalFactory,
    IndicationFactory,
    LadderPositionFactory,
    LadderStepFactory,
    MeasurementChoiceFactory,
    MeasurementFactory,
    MicroMeasurementFactory,
    MonthStatementFactory,
    NoteFactory,
    NotTogetherFactory,
    OneOffFactory,
    OpeningFactory,
    OrganisationFactory,
    ParticipantFactory,
    PlacementFactory,
    PractitionerFactory,
    RepresentativeFactory,
    ScoreFactory,
    StatementLineFactory,
    TrajectoryFactory,
    UserFactory,
    VolunteerProfileFactory,
    WaitingEntryFactory,
    WorkshopFactory,
)
from privacy.models import AccessEvent
from workshops.models import Attendance, Call, EventVisit, MonthStatement, Placement, Session, WalkIn, Weeks
from workshops.services.absences import report_absence, withdraw_absence
from workshops.services.attendance import Mark, change_attendance, mark_attendance
from workshops.services.cancelling import cancel_session
from workshops.services.corrections import decide_correction, request_correction
from workshops.services.merging import (
    FACTS,
    MOVERS,
    PATH_RELATIONS,
    merge_participants,
    preview_merge,
    relations,
)
from workshops.services.months import close_month
from workshops.services.sessions import ensure_sessions
from workshops.services.year_import.cleaning import read_year
from workshops.services.year_import.writing import import_year
from workshops.tests.pages import press
from workshops.tests.spreadsheets import ATTENDANCE, SmallYear
from workshops.tests.test_concurrency import at_once

WEEK = timedelta(weeks=1)
Status = Attendance.Status


@pytest.fixture
def kept(db, monday):
    return ParticipantFactory(nickname="Hülya", surname="Öztürk", number=12, phone="010 111 11 11")


@pytest.fixture
def merged(kept):
    return ParticipantFactory(nickname="Hulya", surname="Ozturk", number=40, email="h@voorbeeld.nl")


@pytest.fixture
def merge(kept, merged, coordinator):
    return lambda *facts: merge_participants(kept, merged, facts=facts, by=coordinator)


def refused(kept, merged, by) -> list[str]:
    preview = preview_merge(kept, merged)
    with pytest.raises(ValidationError) as refusal:
        merge_participants(kept, merged, facts=[], by=by)
    sentences = [sentence for sentence, _ in preview.obstacles]
    assert refusal.value.messages == sentences
    assert Participant.objects.filter(pk__in=[kept.pk, merged.pk]).count() == 2
    return sentences


# --- every relation -------------------------------------------------------------------------------------------------


def test_every_relation_to_a_participant_has_a_rule():
    """Whoever adds a model about participants says here what becomes of its rows when two records become one."""
    assert set(relations()) == PATH_RELATIONS | set(MOVERS)


def one_of_everything(person, by):
    """A row of every model about a participant, and the rows under it."""
    placement = PlacementFactory(trajectory__participant=person, trajectory__start_date=date(2026, 1, 5))
    OpeningFactory(workshop=placement.workshop)
    ensure_sessions(date(2026, 3, 2))
    row = person.attendances.first()
    mark_attendance(row, Status.PRESENT, by=by)
    consent = ConsentFactory(participant=person)
    profile = VolunteerProfileFactory(participant=person)
    NotTogetherFactory(first=person)
    AbilityGrantFactory(participant=person)
    LadderStepFactory(participant=person)
    ApplicationFactory(participant=person)
    RenewalStep.objects.create(
        indication=IndicationFactory(participant=person), text="gebeld", next_actor="US", recorded_by=by
    )
    CitizenNumberFactory(participant=person)
    PractitionerFactory(participant=person)
    RepresentativeFactory(participant=person)
    GoalFactory(participant=person)
    NoteFactory(participant=person)
    draft = NoteDraft(author=by, participant=person)
    draft.text = "nog niet af"
    draft.save()
    AllowanceFactory(participant=person)
    EventVisit.objects.create(event=EventFactory(), participant=person)
    AbsenceFactory(participant=person, taken_by=by)
    CalendarFeedFactory(participant=person)
    StatementLineFactory(participant=person, statement=MonthStatement.objects.first() or MonthStatementFactory())
    WaitingEntryFactory(participant=person)
    MeasurementChoiceFactory(participant=person)
    measurement = MeasurementFactory(trajectory=placement.trajectory, finished_at=timezone.now())
    ScoreFactory(measurement=measurement)
    MicroMeasurementFactory(participant=person)
    LadderPositionFactory(participant=person)
    Story.objects.create(participant=person, text="Dit is mijn verhaal.", shown_as="Ali", recorded_by=by)
    session = Session.objects.filter(date__gte=date(2026, 3, 2)).earliest("date")
    OneOffFactory(trajectory=placement.trajectory, away_from=session, withdrawn_at=timezone.now(), withdrawn_by=by)
    person.sent_documents.create(
        kind="SUPPORT_PLAN",
        consent=consent,
        period_start=date(2026, 1, 1),
        period_end=date(2026, 2, 1),
        sent_by=by,
        content=b"x",
    )
    MergedParticipant.objects.create(
        kept=person, former_pk=990_000 + person.pk, former_key="oud", facts={}, merged_by=by
    )
    return profile


def test_everything_moves_and_keeps_its_number(kept, merged, merge, coordinator):
    one_of_everything(merged, coordinator)
    rows = {
        name: set(
            relation.related_model._base_manager.filter(**{relation.field.name: merged}).values_list("pk", flat=True)
        )
        for name, relation in relations().items()
    }
    assert [name for name, keys in rows.items() if not keys] == ["participants.NotTogether.second"]
    former = merged.pk
    record = merge()
    for name, keys in rows.items():
        relation = relations()[name]
        field = {"participants.NotTogether.first": "second"}.get(name, relation.field.name)
        mine = set(
            relation.related_model._base_manager.filter(**{relation.field.name: kept}).values_list("pk", flat=True)
        )
        if name.startswith("participants.NotTogether"):
            pairs = NotTogether.objects.of(kept)
            assert set(pairs.values_list("pk", flat=True)) == rows["participants.NotTogether.first"], field
        else:
            assert keys <= mine, name
    assert record.facts["dissolved"] == []
    assert record.facts["moved"]["participants.Note"] == list(rows["participants.Note.participant"])
    note = kept.notes.get()
    assert kept.citizen_number.number == "999993653"
    assert note.text == "Werkte de hele ochtend door"
    assert note.history.first().history_user == coordinator
    assert Participant.history.filter(id=former).first().history_type == "-"


def test_two_of_everything_still_become_one(kept, merged, coordinator):
    """Both have one of each, in other workshops and with other words: nothing is in the way but the same week slot."""
    one_of_everything(kept, coordinator)
    MergedParticipant.objects.update(former_key="ouder")
    one_of_everything(merged, coordinator)
    Placement.objects.filter(participant=merged).update(weekday=2)
    Attendance.objects.filter(participant=merged).update(date=date(2026, 3, 3))
    merge_participants(kept, merged, facts=[], by=coordinator)
    assert not Participant.objects.filter(pk=merged.pk).exists()
    assert (kept.trajectories.count(), kept.placements.count(), kept.indications.count()) == (1, 2, 1)
    assert (kept.consents.running().count(), kept.consents.count()) == (1, 2)
    assert sorted(kept.applications.values_list("state", flat=True)) == ["WAITING", "WITHDRAWN"]
    assert kept.note_drafts.get().text == "nog niet af\n\nnog niet af"
    assert RenewalStep.objects.filter(indication__participant=kept).count() == 2
    assert kept.ladder_steps.count() == kept.ability_grants.count() == kept.goals.count() == 2


@pytest.mark.parametrize("spoiled", ["kept", "merged"])
def test_a_draft_that_cannot_be_read_any_more_does_not_stop_a_merge(merge, kept, merged, coordinator, spoiled):
    for person in (kept, merged):
        draft = NoteDraft(author=coordinator, participant=person)
        draft.text = "nog niet af"
        draft.save()
    NoteDraft.objects.filter(participant={"kept": kept, "merged": merged}[spoiled]).update(sealed_text="x:AAAA")
    merge()
    assert kept.note_drafts.get().text == "nog niet af"


@pytest.mark.parametrize(
    ("other", "sentence"), [("999990019", "een ander burgerservicenummer"), (None, "niet te lezen")]
)
def test_two_numbers_that_differ_or_cannot_be_read_stop_a_merge(kept, merged, coordinator, other, sentence):
    CitizenNumberFactory(participant=kept)
    row = CitizenNumberFactory(participant=merged, number=other or "999993653")
    if other is None:
        CitizenNumber.objects.filter(pk=row.pk).update(sealed_number="x:AAAA")
    [refusal] = refused(kept, merged, coordinator)
    assert sentence in refusal


def test_the_same_number_of_both_stays_once_and_never_stands_in_the_trace(kept, merged, merge):
    for person in (kept, merged):
        CitizenNumberFactory(participant=person)
    record = merge()
    assert CitizenNumber.objects.get().participant == kept
    assert "999993653" not in str(record.facts)


# --- the facts ------------------------------------------------------------------------------------------------------


def test_chosen_facts_and_facts_that_were_empty(kept, merged, merge, coordinator):
    kept_key, former = kept.key, merged.key
    record = merge("surname", "number")
    kept = Participant.objects.get(key=kept_key)
    assert (kept.full_name, kept.number) == ("Hülya Ozturk", 40)
    assert (kept.phone, kept.email) == ("010 111 11 11", "h@voorbeeld.nl")
    assert record.facts["nickname"] == "Hulya"
    assert record.facts["birth_date"] == "1980-05-17"
    assert record.facts["replaced"] == {"surname": "Öztürk", "number": 12}
    assert (record.former_key, record.merged_by, record.kept) == (former, coordinator, kept)
    assert kept.history.first().history_user == coordinator


def test_the_same_person_and_somebody_who_is_gone_are_refused(kept, merged, merge, coordinator):
    with pytest.raises(ValidationError, match="dit is dezelfde persoon"):
        merge_participants(kept, kept, facts=[], by=coordinator)
    merge()
    with pytest.raises(ValidationError, match="intussen samengevoegd"):
        merge()


def test_a_birth_date_that_makes_somebody_too_young_is_refused(kept, merged, merge):
    Participant.objects.filter(pk=merged.pk).update(birth_date=date(2020, 1, 1))
    TrajectoryFactory(participant=kept)
    with pytest.raises(ValidationError, match="minstens 10 jaar"):
        merge("birth_date")
    assert Participant.objects.filter(pk=merged.pk).exists()


# --- trajectories, pauses, placements -------------------------------------------------------------------------------


def path(person, start, end=None, **facts):
    return TrajectoryFactory(participant=person, start_date=start, end_date=end, **facts)


def days(paths) -> list[tuple]:
    return sorted(paths.values_list("start_date", "end_date"), key=str)


def test_overlapping_trajectories_of_a_kind_become_one(kept, merged, merge):
    mine = path(kept, date(2025, 6, 1), strand_work=True)
    path(merged, date(2025, 1, 1), date(2025, 7, 1), destination="UNKNOWN", strand_social=True)
    record = merge()
    [joined] = kept.trajectories.all()
    assert (joined.pk, joined.start_date, joined.end_date) == (mine.pk, date(2025, 1, 1), None)
    assert joined.strands == ["sociaal", "arbeidsmatig"]
    assert [(row["model"], row["destination"]) for row in record.facts["dissolved"]] == [
        ("participants.Trajectory", "UNKNOWN")
    ]


def test_trajectories_apart_and_of_another_kind_stay_apart(kept, merged, merge):
    path(kept, date(2025, 6, 1))
    path(merged, date(2024, 1, 1), date(2024, 7, 1))
    path(merged, date(2025, 1, 1), target_group="SKILLED_VOLUNTEER")
    merge()
    assert len(days(kept.trajectories)) == 3


periods = st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 15)), max_size=3)


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(periods, periods)
@pytest.mark.django_db
def test_nobody_is_enrolled_on_another_day_than_before(coordinator, mine, theirs):
    """Whatever the periods: afterwards the trajectories do not overlap, and together cover the same days."""
    kept, merged = ParticipantFactory(), ParticipantFactory()
    first = date(2025, 1, 1)
    for person, spans in ((kept, mine), (merged, theirs)):
        for start, length in _apart(spans):
            end = None if length is None else first + timedelta(days=start + length)
            path(person, first + timedelta(days=start), end)

    def covered(people):
        found = Trajectory.objects.filter(participant__in=people)
        return {day for day in Period(first, first + timedelta(days=70)).days for each in found if each.runs_on(day)}

    before = covered([kept, merged])
    merge_participants(kept, merged, facts=[], by=coordinator)
    assert covered([kept]) == before
    for each in kept.trajectories.all():
        each.validate_constraints()


def _apart(spans):
    """The spans that do not touch the ones before them."""
    taken, last = [], -1
    for start, length in sorted(spans, key=lambda span: span[0]):
        if last is not None and start > last:
            taken.append((start, length))
            last = None if length is None else start + length
    return taken


def test_two_ends_on_one_day_must_say_the_same(kept, merged, coordinator):
    path(kept, date(2025, 1, 1), date(2025, 7, 1), destination="EDUCATION")
    path(merged, date(2025, 3, 1), date(2025, 7, 1), destination="PAID_WORK")
    assert refused(kept, merged, coordinator) == [
        "Twee trajecten activering stoppen op di 1 jul 2025, maar anders. Maak de reden eerst gelijk."
    ]


def test_who_moved_on_did_so_after_the_joined_trajectory(kept, merged, coordinator):
    before = path(kept, date(2025, 1, 1), date(2025, 7, 1), target_group="SOCIAL_DAY_CARE")
    path(kept, date(2025, 7, 2), moved_from=before)
    path(merged, date(2025, 1, 1), target_group="SOCIAL_DAY_CARE")
    [sentence] = refused(kept, merged, coordinator)
    assert sentence.startswith("Een traject waaruit iemand doorstroomde, loopt dan door.")


def test_moving_on_from_a_joined_trajectory_stays(kept, merged, merge):
    mine = path(kept, date(2025, 1, 1), date(2025, 7, 1), target_group="SOCIAL_DAY_CARE")
    theirs = path(merged, date(2025, 2, 1), date(2025, 7, 1), target_group="SOCIAL_DAY_CARE")
    following = path(merged, date(2025, 7, 2), moved_from=theirs)
    merge()
    following.refresh_from_db()
    assert (following.participant, following.moved_from) == (kept, mine)


def test_pauses_that_overlap_become_one(kept, merged, merge):
    mine, theirs = path(kept, date(2025, 1, 1)), path(merged, date(2025, 1, 1))
    Pause.objects.create(trajectory=mine, start_date=date(2026, 1, 5), end_date=date(2026, 1, 20), reason="op reis")
    Pause.objects.create(
        trajectory=theirs, start_date=date(2026, 1, 12), end_date=date(2026, 2, 1), reason="langer weg"
    )
    Pause.objects.create(trajectory=theirs, start_date=date(2026, 4, 1))
    merge()
    assert list(mine.pauses.order_by("start_date").values_list("start_date", "end_date", "reason")) == [
        (date(2026, 1, 5), date(2026, 2, 1), "op reis; langer weg"),
        (date(2026, 4, 1), None, ""),
    ]


def test_of_two_pauses_that_go_on_the_later_day_on_which_somebody_is_expected_stays(kept, merged, merge):
    mine, theirs = path(kept, date(2025, 1, 1)), path(merged, date(2025, 1, 1))
    Pause.objects.create(trajectory=mine, start_date=date(2026, 1, 5), reason="op reis")
    Pause.objects.create(trajectory=theirs, start_date=date(2026, 1, 12), expected_until=date(2026, 5, 1))
    merge()
    assert mine.pauses.values_list("start_date", "end_date", "expected_until").get() == (
        date(2026, 1, 5),
        None,
        date(2026, 5, 1),
    )


def test_two_placements_in_one_slot_of_one_workshop_become_one(kept, merged, merge, workshop):
    mine = PlacementFactory(trajectory=path(kept, date(2025, 1, 1)), workshop=workshop, start_date=date(2026, 1, 5))
    PlacementFactory(
        trajectory=path(merged, date(2024, 1, 1)),
        workshop=workshop,
        start_date=date(2025, 6, 2),
        end_date=date(2026, 2, 2),
    )
    merge()
    [joined] = kept.placements.all()
    assert (joined.pk, joined.start_date, joined.end_date) == (mine.pk, date(2025, 6, 2), None)


def test_a_joined_placement_keeps_what_it_came_from_and_what_is_still_asked(kept, merged, merge, workshop):
    """The one that goes on longest says how it ends, and whether a trial asks for a decision."""
    mine = PlacementFactory(
        trajectory=path(kept, date(2025, 1, 1)),
        workshop=workshop,
        start_date=date(2026, 1, 5),
        end_date=date(2026, 2, 2),
        end_reason=Placement.EndReason.WISH,
    )
    theirs = PlacementFactory(
        trajectory=path(merged, date(2025, 1, 1)),
        workshop=workshop,
        start_date=date(2026, 1, 12),
        trial_until=date(2026, 4, 6),
    )
    entry = WaitingEntryFactory(
        participant=merged, workshop=workshop, state="PLACED", decided_on=date(2026, 3, 2), placement=theirs
    )
    merge()
    joined = kept.placements.get()
    assert (joined.pk, joined.end_date, joined.end_reason) == (mine.pk, None, "")
    assert joined.trial_until == date(2026, 4, 6)
    entry.refresh_from_db()
    assert (entry.participant, entry.placement) == (kept, mine)


def test_places_to_which_somebody_comes_in_turns_are_in_nobodys_way(kept, merged, merge, workshop):
    PlacementFactory(trajectory=path(kept, date(2025, 1, 1)), workshop=workshop, weeks=Weeks.EVEN)
    PlacementFactory(trajectory=path(merged, date(2025, 1, 1)), workshop__name="Keuken", weeks=Weeks.ODD)
    merge()
    assert sorted(kept.placements.values_list("workshop__name", "weeks")) == [
        ("Fietsenwerkplaats West", Weeks.EVEN),
        ("Keuken", Weeks.ODD),
    ]


def test_a_double_booking_is_refused(kept, merged, coordinator, workshop):
    PlacementFactory(trajectory__participant=kept, workshop=workshop)
    PlacementFactory(trajectory__participant=merged, workshop__name="Keuken")
    assert refused(kept, merged, coordinator) == [
        "Op maandag ochtend is deze persoon dubbel geplaatst (Fietsenwerkplaats West en Keuken). Stop of wijzig eerst"
        " één van de twee."
    ]


# --- attendance -----------------------------------------------------------------------------------------------------


@pytest.fixture
def both_placed(kept, merged, workshop, monday):
    """Both records stand in the register of every Monday morning."""
    for person in (kept, merged):
        PlacementFactory(trajectory=path(person, date(2026, 1, 1)), workshop=workshop, start_date=date(2026, 1, 5))
    ensure_sessions(monday)


def mark(person, day, status, by):
    return mark_attendance(Attendance.objects.get(participant=person, date=day), status, by=by)


def values_of(row) -> list[tuple[str, str]]:
    return list(row.changes.order_by("pk").values_list("old_status", "new_status"))


STATUSES = ["OPEN", "PRESENT", "EXCUSED", "NO_SHOW"]


@pytest.mark.parametrize("mine", STATUSES)
@pytest.mark.parametrize("theirs", STATUSES)
def test_of_two_rows_in_one_register_one_stays(kept, merged, merge, both_placed, coach, monday, mine, theirs):
    row = Attendance.objects.get(participant=kept, date=monday)
    for person, status in ((kept, mine), (merged, theirs)):
        if status != "OPEN":
            mark(person, monday, status, coach)
    merge()
    row.refresh_from_db()
    assert Attendance.objects.filter(date=monday).get() == row
    assert row.status == next(s for s in ("PRESENT", "EXCUSED", "NO_SHOW", "OPEN") if s in (mine, theirs))
    kept_values = {status for pair in values_of(row) for status in pair} | {row.status}
    assert {mine, theirs} <= kept_values
    assert (row.recorded_by is None) == (row.status == "OPEN")
    assert values_of(row) == [] or values_of(row)[-1][1] == row.status


def test_what_points_at_the_row_that_goes_follows(kept, merged, merge, both_placed, coach, coordinator, monday):
    """Every relation to a row in a register has a rule here: its changes, calls, corrections and walk-in."""
    followers = {relation.related_model._meta.label for relation in Attendance._meta.related_objects}
    assert followers == {
        "workshops.AttendanceChange",
        "workshops.Call",
        "workshops.CorrectionRequest",
        "workshops.WalkIn",
    }
    other = mark(merged, monday, "NO_SHOW", coach)
    call = Call.objects.create(about=other, outcome="NO_ANSWER", by=coach)
    correction = CorrectionRequestFactory(attendance=other)
    walk_in = WalkIn.objects.create(attendance=other, is_over_capacity=True)
    record = merge()
    row = Attendance.objects.get(date=monday)
    assert (row.participant, row.status, row.version) == (kept, "NO_SHOW", 2)
    assert (row.changes.count(), row.calls.get(), row.correction_requests.get()) == (1, call, correction)
    assert record.facts["moved"]["workshops.Call"] == [call.pk]
    assert record.facts["moved"]["workshops.CorrectionRequest"] == [correction.pk]
    # Planned under one of the two numbers: nobody walked in.
    assert not WalkIn.objects.exists()
    assert {"workshops.WalkIn", str(walk_in.pk)} <= {v for each in record.facts["dissolved"] for v in each.values()}


@pytest.mark.parametrize("settled", ["kept", "merged", "both"])
def test_of_two_walk_ins_one_stays_and_is_settled_when_both_are(
    kept, merged, merge, both_placed, coordinator, monday, settled
):
    Placement.objects.all().delete()
    Attendance.objects.filter(date=monday).update(planned=False)
    for name, person in (("kept", kept), ("merged", merged)):
        is_settled = settled in (name, "both")
        WalkIn.objects.create(
            attendance=Attendance.objects.get(participant=person, date=monday),
            is_over_capacity=name == "kept",
            is_without_indication=name == "merged",
            settled_by=coordinator if is_settled else None,
            settled_at=timezone.now() if is_settled else None,
        )
    merge()
    walk_in = WalkIn.objects.get()
    assert walk_in.attendance.participant == kept
    assert (walk_in.is_over_capacity, walk_in.is_without_indication) == (True, True)
    assert (walk_in.settled_by is None) == (settled != "both")


@pytest.mark.parametrize(
    ("mine", "theirs", "times"),
    [
        ({"arrived_at": time(9, 30)}, {"left_at": time(11)}, (time(9, 30), time(11))),
        ({"arrived_at": time(9, 30)}, {"arrived_at": time(10)}, (time(9, 30), None)),
        ({"left_at": time(10)}, {"arrived_at": time(11)}, (None, time(10))),
        ({}, {"arrived_at": time(10)}, (time(10), None)),
    ],
)
def test_details_that_one_row_lacks_come_from_the_other(
    kept, merged, merge, both_placed, coach, monday, mine, theirs, times
):
    for person, details in ((kept, mine), (merged, theirs)):
        row = Attendance.objects.get(participant=person, date=monday)
        change_attendance(row.pk, Mark("PRESENT", **details), by=coach)
    before = set(Attendance.objects.values_list("status", "arrived_at", "left_at"))
    merge()
    row = Attendance.objects.get(date=monday)
    assert (row.status, row.arrived_at, row.left_at, row.version) == ("PRESENT", *times, 2)
    # Both values still stand in the history, and the last change made what stands there now.
    changes = list(row.changes.order_by("pk"))
    known = {(value.status, value.arrived_at, value.left_at) for each in changes for value in (each.old, each.new)}
    assert before <= known | {("OPEN", None, None)}
    assert (changes[-1].new, changes[-1].version) == (row.value, 2)


def test_what_was_said_beforehand_twice_stands_there_once(kept, merged, merge, both_placed, coach, monday):
    ensure_sessions(monday + WEEK)
    both = [report_absence(who, monday, monday + WEEK, "", None, "SELF", by=coach) for who in (kept, merged)]
    other = report_absence(merged, monday + 2 * WEEK, monday + 2 * WEEK, "", None, "SELF", by=coach)
    record = merge()
    assert set(kept.absences.all()) == {both[0], other}
    assert record.facts["moved"]["workshops.Absence"] == [other.pk]
    rows = Attendance.objects.filter(date__gte=monday)
    assert {(row.participant, row.status, row.absence) for row in rows} == {(kept, "EXCUSED", both[0])}
    withdraw_absence(both[0], by=coach)
    assert set(rows.values_list("status", flat=True)) == {"OPEN"}


def test_an_absence_covers_what_the_other_record_was_planned_for(kept, merged, merge, both_placed, coach, monday):
    report_absence(merged, monday, monday, "", None, "SELF", by=coach)
    merge()
    row = Attendance.objects.get(date=monday)
    assert (row.status, row.absence) == ("EXCUSED", kept.absences.get())


def test_who_was_excused_in_a_register_stays_so_when_the_absence_goes(kept, merged, merge, both_placed, coach, monday):
    mark(kept, monday, "EXCUSED", coach)
    absence = report_absence(merged, monday, monday, "", None, "SELF", by=coach)
    merge()
    assert Attendance.objects.get(date=monday).absence is None
    with pytest.raises(ValidationError, match="intussen samengevoegd"):
        withdraw_absence(absence, by=coach)
    withdraw_absence(kept.absences.get(), by=coach)
    assert Attendance.objects.get(date=monday).status == "EXCUSED"


def test_a_difference_is_told_beforehand(kept, merged, both_placed, coach, monday):
    mark(kept, monday, "NO_SHOW", coach)
    mark(merged, monday, "PRESENT", coach)
    preview = preview_merge(kept, merged)
    assert preview.obstacles == []
    assert "Op ma 2 mrt ochtend staat er twee keer iets anders" in preview.changes[1]


def test_what_is_frozen_first_says_the_same_by_a_correction(kept, merged, merge, both_placed, coach, coordinator):
    day = date(2026, 2, 2)
    mark(kept, day, "NO_SHOW", coach)
    mark(merged, day, "PRESENT", coach)
    close_month(day, by=coordinator)
    assert refused(kept, merged, coordinator) == [
        "Op ma 2 feb ochtend staat er twee keer iets anders in hetzelfde register, in een gesloten maand. Vraag eerst"
        " een correctie, zodat er hetzelfde staat."
    ]
    row = Attendance.objects.get(participant=kept, date=day)
    asked = request_correction(row, Mark("PRESENT"), why="Stond dubbel.", by=UserFactory(role="COORDINATOR"))
    decide_correction(asked, is_approved=True, by=coordinator, seen=row.version)
    told = preview_merge(kept, merged).changes[-1]
    assert told.startswith("In een gesloten maand staat deze persoon dubbel, op ma 5 jan ochtend,")
    merge()
    assert Attendance.objects.get(date=day).status == "PRESENT"


def test_a_cancelled_session_of_a_closed_month_is_in_nobodys_way(kept, merged, merge, both_placed, coach, coordinator):
    day = date(2026, 2, 2)
    mark(kept, day, "NO_SHOW", coach)
    cancel_session(mark(merged, day, "PRESENT", coach).session, reason="Stroomstoring", by=coordinator)
    close_month(day, by=coordinator)
    merge()
    assert Attendance.objects.get(date=day).status == "PRESENT"


def test_present_in_two_places_is_refused(kept, merged, coach, coordinator, workshop, monday):
    kitchen = WorkshopFactory()
    OpeningFactory(workshop=kitchen)
    for person, place in ((kept, workshop), (merged, kitchen)):
        PlacementFactory(trajectory=path(person, date(2026, 1, 1)), workshop=place, end_date=monday, start_date=monday)
    ensure_sessions(monday)
    for person in (kept, merged):
        mark(person, monday, "PRESENT", coach)
    Placement.objects.all().delete()
    assert refused(kept, merged, coordinator) == [
        "Op ma 2 mrt ochtend staat deze persoon op twee plekken als aanwezig. Verbeter eerst één register."
    ]


def test_the_figures_stay_but_for_the_number_of_people(kept, merged, merge, coach, workshop, monday):
    """The duplicate came on Mondays, the person themselves on Tuesdays: what was delivered stays the same."""
    OpeningFactory(workshop=workshop, weekday=2)
    for person, weekday in ((kept, 2), (merged, 1)):
        start = date(2026, 1, 5)
        PlacementFactory(trajectory=path(person, start), workshop=workshop, weekday=weekday, start_date=start)
    ensure_sessions(monday)
    for row in Attendance.objects.filter(date__lt=monday):
        mark_attendance(row, "PRESENT" if row.pk % 3 else "NO_SHOW", by=coach)
    period = Period(date(2026, 1, 1), date(2026, 2, 28))
    before = attendance_figures(period)
    merge()
    assert attendance_figures(period) == before
    assert set(Attendance.objects.values_list("participant", flat=True)) == {kept.pk}
    assert Attendance.objects.exclude(trajectory__participant=kept).count() == 0


def test_the_registers_ahead_hold_the_person_once(kept, merged, merge, both_placed, workshop, monday):
    ensure_sessions(monday + 3 * WEEK)
    merge()
    ahead = Attendance.objects.filter(date__gte=monday).order_by("date")
    assert [row.date for row in ahead] == [monday + n * WEEK for n in range(4)]
    assert {row.participant_id for row in ahead} == {kept.pk}


# --- everything else ------------------------------------------------------------------------------------------------


def test_two_people_who_are_not_together_are_two_people(kept, merged, coordinator):
    NotTogetherFactory(first=kept, second=merged)
    [sentence] = refused(kept, merged, coordinator)
    assert sentence.startswith("Deze twee worden niet samen gepland.")


def test_a_pair_that_both_have_stands_there_once(kept, merged, merge):
    other, third = ParticipantFactory(), ParticipantFactory()
    NotTogetherFactory(first=kept, second=other)
    NotTogetherFactory(first=merged, second=other)
    NotTogetherFactory(first=merged, second=third)
    merge()
    assert {pair.other(kept) for pair in NotTogether.objects.of(kept)} == {other, third}
    assert NotTogether.objects.count() == 2


def test_nobody_is_put_together_with_whom_they_may_not_be(kept, merged, coordinator, workshop):
    enemy = PlacementFactory(workshop=workshop).participant
    NotTogetherFactory(first=kept, second=enemy)
    PlacementFactory(trajectory__participant=merged, workshop=workshop)
    [sentence] = refused(kept, merged, coordinator)
    assert "daar werkt iemand met wie deze persoon niet samen gepland wordt" in sentence
    assert enemy.surname not in sentence


def test_the_same_indication_twice_becomes_one(kept, merged, merge, coordinator):
    mine = IndicationFactory(participant=kept, allocation_number=123)
    theirs = IndicationFactory(participant=merged, remarks="twee keer gebeld")
    RenewalStep.objects.create(indication=theirs, text="gebeld", next_actor="US", recorded_by=coordinator)
    merge()
    joined = kept.indications.get()
    assert (joined.pk, joined.allocation_number, joined.remarks) == (mine.pk, 123, "twee keer gebeld")
    assert joined.renewal_steps.count() == 1


@pytest.mark.parametrize("other", [{"volume": 6}, {"end_date": date(2029, 1, 1)}, {"allocation_number": 456}])
def test_two_indications_for_one_product_that_differ_are_refused(kept, merged, coordinator, other):
    IndicationFactory(participant=kept, allocation_number=123)
    IndicationFactory(participant=merged, **other)
    [sentence] = refused(kept, merged, coordinator)
    assert sentence.startswith("Voor hetzelfde product overlappen twee indicaties")


def test_indications_one_after_the_other_stay_both(kept, merged, merge):
    IndicationFactory(participant=kept, end_date=date(2025, 12, 31))
    IndicationFactory(participant=merged, start_date=date(2026, 1, 1))
    merge()
    assert kept.indications.count() == 2


def test_of_two_who_wait_the_older_application_goes_on(kept, merged, merge):
    newer = ApplicationFactory(participant=kept, applied_on=date(2026, 2, 16), wish="hout")
    older = ApplicationFactory(participant=merged, applied_on=date(2026, 2, 2))
    merge()
    assert Application.objects.waiting().get() == older
    newer.refresh_from_db()
    assert (newer.state, newer.decided_on, newer.wish) == ("WITHDRAWN", date(2026, 3, 2), "hout")


def test_a_consent_that_was_given_again_runs_once(kept, merged, merge):
    older = ConsentFactory(participant=kept, given_on=date(2026, 1, 5))
    newer = ConsentFactory(participant=merged, given_on=date(2026, 2, 2))
    host = OrganisationFactory()
    ConsentFactory(participant=merged, purpose="SHARE", organisation=host)
    merge()
    assert set(kept.consents.running()) == {newer, Consent.objects.get(organisation=host)}
    older.refresh_from_db()
    assert older.withdrawn_on == date(2026, 2, 2)


def test_profiles_visits_and_steps_that_both_have(kept, merged, merge, workshop):
    VolunteerProfileFactory(participant=kept, craft="kok", vog_seen_on=date(2024, 1, 1), vog_renew_on=date(2027, 1, 1))
    VolunteerProfileFactory(participant=merged, craft="bakker", vog_seen_on=date(2025, 1, 1))
    event = EventFactory()
    for person, day in ((kept, date(2026, 2, 2)), (merged, date(2026, 1, 5))):
        EventVisit.objects.create(event=event, participant=person)
        LadderStepFactory(participant=person, workshop=workshop, granted_on=day)
    record = merge()
    profile = VolunteerProfile.objects.get()
    assert (profile.participant, profile.craft, profile.vog_seen_on) == (kept, "kok; bakker", date(2025, 1, 1))
    assert kept.event_visits.count() == 1
    assert kept.ladder_steps.get().granted_on == date(2026, 1, 5)
    assert sorted(row["model"] for row in record.facts["dissolved"]) == [
        "participants.VolunteerProfile",
        "workshops.EventVisit",
        "workshops.LadderStep",
    ]


def test_a_merged_record_may_merge_again(kept, merged, merge, coordinator):
    merge()
    third = ParticipantFactory()
    merge_participants(third, kept, facts=[], by=coordinator)
    assert third.merged_records.count() == 2


# --- reading in -----------------------------------------------------------------------------------------------------


def take_in(year):
    return import_year(read_year(year.files()), by=None).report()


def test_a_year_that_is_read_in_again_makes_nobody_anew(db, coordinator):
    year = SmallYear()
    year.rows["plaatsingen.csv"].pop()
    year.rows[ATTENDANCE].pop(3)
    take_in(year)
    first, second = Participant.objects.order_by("number")
    merge_participants(second, first, facts=["number"], by=coordinator)
    before = Attendance.objects.recorded().count()
    report = take_in(year)
    assert [person.number for person in Participant.objects.all()] == [1]
    assert report.total.new == 0
    assert Attendance.objects.recorded().count() == before


def test_a_former_number_leads_to_who_was_kept(db, coordinator):
    year = SmallYear()
    take_in(year)
    second = Participant.objects.get(number=2)
    kept = ParticipantFactory(nickname="Jan", surname="Smit", birth_date=second.birth_date, number=None)
    merge_participants(kept, second, facts=[], by=coordinator)
    Participant.objects.filter(pk=kept.pk).update(number=None)
    assert take_in(year).total.new == 0
    assert Participant.objects.count() == 2


# --- the pages ------------------------------------------------------------------------------------------------------


@pytest.fixture
def client_of_coordinator(signed_in, coordinator):
    return signed_in(coordinator)


def page_of(kept, merged):
    return reverse("participant_merge", args=[kept.key, merged.key])


def test_similar_people_come_first_and_others_can_be_found(client_of_coordinator, kept, merged):
    stranger = ParticipantFactory(nickname="Piet", surname="Jansen", birth_date=date(1970, 1, 1))
    page = client_of_coordinator.get(reverse("participant_edit", args=[kept.key]))
    assert reverse("merge_choose", args=[kept.key]) in page.text
    page = client_of_coordinator.get(reverse("merge_choose", args=[kept.key]))
    assert page.context["similar"] == [merged]
    page = client_of_coordinator.get(reverse("merge_choose", args=[kept.key]), {"q": "jansen"})
    assert page.context["found"] == [stranger]
    assert page_of(kept, stranger) in page.text


def test_a_citizen_number_is_not_searched_for(client_of_coordinator, kept):
    answer = client_of_coordinator.get(reverse("merge_choose", args=[kept.key]), {"q": "111222333"})
    assert answer.url == reverse("merge_choose", args=[kept.key])


def test_the_differing_facts_are_chosen_and_the_old_address_leads_on(client_of_coordinator, kept, merged, both_placed):
    page = client_of_coordinator.get(page_of(kept, merged))
    assert list(page.context["form"].fields) == ["nickname", "surname", "number"]
    page = press(client_of_coordinator, page, "Voeg samen", nickname="kept", surname="merged")
    assert page.context["form"].errors == {"number": ["Kies wat er klopt."]}
    answer = press(client_of_coordinator, page, "Voeg samen", nickname="kept", surname="merged", number="kept")
    assert answer.url == reverse("participant_detail", args=[kept.key])
    kept.refresh_from_db()
    assert (kept.full_name, kept.number) == ("Hülya Ozturk", 12)
    old = client_of_coordinator.get(reverse("participant_detail", args=[merged.key]))
    assert (old.status_code, old.url) == (302, answer.url)
    event = AccessEvent.objects.get(action="CHANGE")
    assert {subject.object_id for subject in event.subjects.all()} == {kept.pk, merged.pk}


def test_the_old_address_leads_only_who_may_see_the_person(signed_in, merge, kept, merged):
    old = reverse("participant_detail", args=[merged.key])
    merge()
    assert signed_in(UserFactory()).get(old).status_code == 404
    assert signed_in(UserFactory(role="MANAGEMENT")).get(old).status_code == 403


@pytest.mark.parametrize("page", ["participant_path", "participant_guidance", "participant_edit"])
def test_every_page_of_the_old_record_leads_on_to_the_same_page(client_of_coordinator, merge, kept, merged, page):
    old = reverse(page, args=[merged.key])
    merge()
    answer = client_of_coordinator.get(old, {"q": "jansen"})
    assert (answer.status_code, answer.url) == (302, f"{reverse(page, args=[kept.key])}?q=jansen")


def test_what_is_typed_about_the_old_record_is_not_silently_lost(client_of_coordinator, merge, merged):
    old = reverse("participant_edit", args=[merged.key])
    merge()
    answer = client_of_coordinator.post(old, {"nickname": "Hul"})
    assert (answer.status_code, "Wat je typte is niet bewaard" in answer.text) == (404, True)


def test_what_is_in_the_way_has_no_button(client_of_coordinator, kept, merged):
    NotTogetherFactory(first=kept, second=merged)
    page = client_of_coordinator.get(page_of(kept, merged))
    assert "Voeg samen tot" not in page.text
    data = {"nickname": "kept", "surname": "kept", "number": "kept"}
    answer = client_of_coordinator.post(page_of(kept, merged), data)
    assert "Deze twee worden niet samen gepland" in answer.text
    for person in (kept, merged):
        assert f'<a href="{reverse("participant_around", args=[person.key])}">Verbeter het bij' in page.text
    assert Participant.objects.filter(pk=merged.pk).exists()


def test_comparing_takes_as_many_questions_for_one_row_as_for_three(client_of_coordinator, kept, merged):
    asked = []
    for year, count in ((2020, 1), (2021, 2)):
        for _ in range(count):
            NoteFactory(participant=merged)
            GoalFactory(participant=merged)
        PlacementFactory(
            trajectory=path(merged, date(year, 1, 1), date(year, 2, 1)),
            end_date=date(year, 2, 1),
            start_date=date(year, 1, 1),
        )
        with CaptureQueriesContext(connection) as questions:
            client_of_coordinator.get(page_of(kept, merged))
        asked.append(len(questions))
    assert asked[0] == asked[1]


# --- at the same moment ---------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_merges_at_once_one_is_done(monday):
    one, other = ParticipantFactory(), ParticipantFactory()
    NoteFactory(participant=one)
    NoteFactory(participant=other)
    by = UserFactory(role="COORDINATOR")

    def work(number: int):
        kept, merged = (one, other) if number % 2 else (other, one)
        try:
            return merge_participants(kept, merged, facts=[], by=by).kept_id
        except ValidationError as error:
            return error.messages[0]

    answers = at_once(work)
    assert answers.count("Iemand anders heeft deze twee intussen samengevoegd.") == len(answers) - 1
    [kept] = Participant.objects.filter(pk__in=[one.pk, other.pk])
    assert kept.notes.count() == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_editing_and_merging_at_once_lose_nothing(monday):
    """Somebody saves the telephone number of the record that goes away: it is kept, or the editor is told."""
    kept, merged = ParticipantFactory(), ParticipantFactory()
    user = UserFactory(role="COORDINATOR")
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    page = client.get(reverse("participant_edit", args=[merged.key]))

    def work(number: int):
        if number == 0:
            merge_participants(kept, merged, facts=[], by=user)
        elif number == 1:
            return press(client, page, "Bewaar", phone="010 333 33 33").status_code
        return None

    status = at_once(work)[1]
    assert status in (302, 404)
    assert (Participant.objects.get(pk=kept.pk).phone == "010 333 33 33") == (status == 302)


def test_no_fact_of_a_person_is_forgotten():
    fields = Participant._meta.fields
    assert {field.name for field in fields if field.editable and not field.primary_key} == set(FACTS)
