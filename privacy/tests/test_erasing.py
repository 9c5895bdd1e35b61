"""Whatever was written about somebody is found nowhere in the database after they were erased."""

import shutil
import subprocess
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

from impact.models import Answer, ReportFile, ReportVersion, Score
from participants.models import Application, Goal, Note, Participant
from participants.services.erasing import lock_to_erase
from pluspunt.tests.factories import (
    AllowanceFactory,
    CalendarFeedFactory,
    ConsentFactory,
    EventFactory,
    IndicationFactory,
    LadderPositionFactory,
    MeasurementChoiceFactory,
    NoteFactory,
    NotTogetherFactory,
    StoryFactory,
    VolunteerProfileFactory,
)
from pluspunt.tests.postgresql import find_postgresql
from privacy.models import ErasureProof, ErasureRequest, Part, RetentionNotice, RightsRequest
from privacy.services.erasing import (
    erase_all,
    erase_part,
    forget_what_was_freed,
    numbers_of,
    own_models,
    preview,
    rules,
)
from workshops.models import AttendanceChange, Call, EventVisit, Snooze, WaitingEntry, WalkIn
from workshops.services.erasing import ITEMS, rows_of_items

FORMER = 1_000_000
WORDS = models.CharField | models.TextField
BORN = date(1931, 7, 19)


@pytest.fixture
def person(world) -> Participant:
    """The person of `world`, with a row of every model about people, and a record that was merged with theirs."""
    person, coach = Participant.objects.get(key=world["key"]), world["users"]["coach"]
    row = person.attendances.earliest("date")
    person.merged_records.create(former_pk=FORMER, former_key="vroeger", facts={}, merged_by=coach)
    person.history.model.objects.create(id=FORMER, history_date="2026-01-01T12:00Z", history_type="+", birth_date=BORN)
    for factory in (AllowanceFactory, VolunteerProfileFactory, LadderPositionFactory, MeasurementChoiceFactory):
        factory(participant=person)
    ConsentFactory(participant=person, purpose="STORY")
    StoryFactory(participant=person).uses.create(use="WEBSITE", recorded_by=coach)
    NotTogetherFactory(second=Participant.objects.exclude(pk=person.pk).latest("pk"), first=person)
    person.note_drafts.create(author=coach, text="klad")
    IndicationFactory(participant=person, start_date="2023-01-01", end_date="2023-06-01").renewal_steps.create(
        text="gebeld", next_actor="US", recorded_by=coach
    )
    Goal.objects.get(pk=world["goal"]).reviews.create(text="ging goed", recorded_by=coach)
    Call.objects.create(about=row, outcome="REACHED", by=coach)
    WalkIn.objects.create(attendance=row)
    AttendanceChange.objects.create(attendance=row, at="2026-02-02T12:00Z", by=coach)
    EventVisit.objects.create(participant=person, event=EventFactory())
    ErasureRequest.objects.create(
        content_type=ContentType.objects.get_for_model(Participant),
        object_id=person.pk,
        decision="REFUSED",
        reason="nog niet",
        decided_by=coach,
    )
    RetentionNotice.objects.get(pk=world["notice"]).postponements.create(
        until=date(2026, 9, 1), reason="nog niet", by=coach
    )
    Answer.objects.create(measurement_id=world["measurement"], statement_id=world["statement"], value=3)
    # So that the rules of the database allow words everywhere.
    Application.objects.filter(participant=person).update(state="DECLINED", decided_on=date(2026, 2, 3), reason="vol")
    WaitingEntry.objects.filter(participant=person).update(state="DECLINED", decided_on=date(2026, 2, 3), reason="vol")
    RightsRequest.objects.filter(object_id=person.pk).update(
        state="DONE",
        decided_on=date(2026, 3, 2),
        decided_by=coach,
        extended_on=date(2026, 3, 2),
        extended_because="druk",
        answer="ja",
    )
    Goal.objects.filter(participant=person).update(result="NOT", result_text="nee", closed_on=date(2026, 2, 3))
    return person


@pytest.fixture
def published_may_go():
    """Afterwards the published report of `world` can be cleared away, which the database refuses on SQLite."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            ReportFile.objects.all().delete()
            ReportVersion.objects.all().delete()
            for _, sql in triggers:
                cursor.execute(sql)


def plant(person: Participant) -> dict[bytes, str]:
    """Write a word of its own in every text about somebody, also of the past, and in every number: word, place."""
    numbers, words, number = list(numbers_of(person)), {}, count(10_001)
    kept = {rule.model: rule.kept_fields for rule in rules()}

    def fill(rows: models.QuerySet, but: set[str] = frozenset()) -> None:
        assert rows.exists(), f"nothing to plant in {rows.model._meta.label}"
        for row in rows:
            values = {}
            for field in row._meta.concrete_fields:
                if field.name in but or field.primary_key or field.choices or field.name.startswith("history_"):
                    continue
                if (field.max_length or 99) < len("zq10001"):  # a code of a contract
                    continue
                word = f"zq{next(number)}"
                if isinstance(field, models.BinaryField):
                    values[field.name] = word.encode()
                elif isinstance(field, models.JSONField):
                    values[field.name] = {"naam": word}
                elif isinstance(field, WORDS):
                    values[field.name] = f"{word}:" if "sealed" in field.name else word
                elif field.name in ("number", "allocation_number"):
                    values[field.name] = 987_600_000 + next(number)
                    words[as_stored(values[field.name])] = str(field)
                    continue
                else:
                    continue
                is_bytes = isinstance(field, models.BinaryField)
                words[as_stored(values[field.name]) if is_bytes else word.encode()] = str(field)
            if values:
                rows.model._base_manager.filter(pk=row.pk).update(**values)

    for rule in rules():
        fill(rule.rows(numbers), kept[rule.model])
        if hasattr(rule.model, "history"):
            ids = rule.rows(numbers).values_list("pk", flat=True)
            fill(rule.model.history.filter(id__in=list(ids)))
    for model in own_models():
        fill(model._base_manager.filter(object_id=person.pk))
    fill(RetentionNotice.objects.get(object_id=person.pk).postponements.all())
    Participant.objects.filter(pk=person.pk).update(birth_date=BORN)
    fill(Participant.objects.filter(pk=person.pk))
    person.history.model.objects.filter(id=person.pk).update(birth_date=BORN)
    fill(person.history.model.objects.filter(id__in=numbers))
    for model, kinds in ITEMS.items():
        pk = rows_of_items(model, numbers)[0].pk
        for kind in kinds:
            reason = f"zq{next(number)}"
            words[reason.encode()] = kind.slug
            about = {"item": f"{kind.slug}-{pk}/x", "by": person.notes.first().author}
            Snooze.objects.create(until=date(2026, 4, 1), reason=reason, **about)
    return words | {BORN.isoformat().encode(): "birth date"}


def as_stored(value: int | bytes) -> bytes:
    """How a number of nine digits, or bytes, stand in the dump: on PostgreSQL in words."""
    if isinstance(value, bytes):
        return value if connection.vendor == "sqlite" else value.hex().encode()
    return value.to_bytes(4, "big") if connection.vendor == "sqlite" else str(value).encode()


def dump() -> bytes:
    """The whole database, as somebody who carries it away would have it."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        return path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
    tool = (find_postgresql() / "initdb").resolve().with_name("pg_dump")
    command = [shutil.which("pg_dump") or tool, "-U", connection.settings_dict["USER"] or "postgres"]
    return subprocess.run([*command, connection.settings_dict["NAME"]], capture_output=True, check=True).stdout


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_word_about_somebody_is_left_in_the_database(published_may_go, person):
    words = plant(person)
    assert len(words) > 120
    before = dump()
    assert [where for word, where in words.items() if word not in before] == []
    with transaction.atomic():
        erase_all(lock_to_erase(person.pk))
    forget_what_was_freed()
    after = dump()
    assert [where for word, where in words.items() if word in after] == []
    assert person.key.encode() not in after


@pytest.mark.django_db
def test_what_stays_is_of_somebody_without_a_name(person):
    counts = {label: rule.rows([person.pk]).count() for rule in rules() if (label := rule.model._meta.label)}
    erased = erase_all(lock_to_erase(person.pk))
    [nobody] = Participant.objects.filter(anonymised_on__isnull=False)
    assert not Participant.objects.filter(pk=person.pk).exists()
    assert (nobody.full_name, nobody.list_name, nobody.floor_name) == ("Anoniem",) * 3
    assert (nobody.birth_date, nobody.number, nobody.phone) == (date(1900, 1, 1), None, "")
    assert nobody.trajectories.count() == counts["participants.Trajectory"]
    assert nobody.attendances.count() == counts["workshops.Attendance"]
    assert nobody.scores.count() == counts["impact.Score"]
    assert not nobody.notes.exists()
    assert not nobody.history.exists()
    assert erased.counts["participants.Note"] == counts["participants.Note"]
    assert erased.counts["participants.Participant"] == 1
    assert len(erased.keys) == 2
    connection.check_constraints()


@pytest.mark.django_db
def test_somebody_else_keeps_everything(person):
    other = NoteFactory().participant
    CalendarFeedFactory(participant=other)
    erase_all(lock_to_erase(person.pk))
    assert other.notes.get().text == "Werkte de hele ochtend door"
    assert other.calendar_feeds.exists()
    assert other.history.exists()


@pytest.mark.django_db
def test_beforehand_one_sees_what_goes_and_what_stays(person):
    seen = {rule.model: (gone, kept) for rule, gone, kept in preview(person)}
    assert seen[Note] == (person.notes.count(), 0)
    assert seen[Score] == (0, person.scores.count())


@pytest.mark.django_db
def test_a_part_goes_by_itself(person):
    notes = person.notes.count()
    erased = erase_part(lock_to_erase(person.pk), [Part.STORIES])
    assert set(erased.counts) >= {"impact.Story", "impact.StoryUse", "impact.HistoricalStory"}
    assert not person.stories.exists()
    assert person.scores.exists()
    erase_part(lock_to_erase(person.pk), [Part.MEASUREMENTS])
    assert not person.measurements.exists()
    assert not person.scores.exists()
    assert not person.measurements.model.history.filter(participant=person).exists()
    assert person.notes.count() == notes
    assert not ErasureProof.objects.filter(why="TERM_OVER", parts=[Part.STORIES]).exists()
