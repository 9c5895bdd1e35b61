"""Every model of which a field says something about somebody stands in the register of processing."""

import pytest
from django.apps import apps
from django.db.models import Model

from participants.models import Participant
from pluspunt.tests.test_consistency import APPS
from privacy.models import AccessSubject
from privacy.processing import Data, all_processings, all_records, models_without_people

# Of libraries, and about nobody: what we need to run.
OF_LIBRARIES = {
    "auth.Group",
    "auth.Permission",
    "contenttypes.ContentType",
    # Work that waits: it names rows by their key only.
    "django_tasks_database.DBTaskResult",
}


def kept_models() -> list[type[Model]]:
    """Every model with a table, without the histories: those hold what their model holds."""
    return [model for model in apps.get_models() if not hasattr(model, "history_object")]


def fields_of(model: type[Model]) -> set[str]:
    return {field.name for field in [*model._meta.concrete_fields, *model._meta.many_to_many]}


def leads_to_a_person(model: type[Model], seen: frozenset = frozenset()) -> bool:
    """Whether a row of it belongs to a participant, by whatever number of steps."""
    if model in seen:
        return False
    to = {field.related_model for field in model._meta.get_fields() if field.is_relation and field.concrete}
    return Participant in to or any(leads_to_a_person(each, seen | {model}) for each in to if each is not None)


def test_every_model_is_in_the_register_or_named_with_a_reason():
    named = [record.label for record in all_records()] + [*models_without_people(), *OF_LIBRARIES]
    assert sorted(named) == sorted(model._meta.label for model in kept_models())
    assert all(models_without_people().values())


@pytest.mark.parametrize("record", list(all_records()), ids=lambda record: record.label)
def test_every_field_is_classified_once(record):
    names = [name for names in record.data.values() for name in names.split()]
    assert sorted(names) == sorted(fields_of(record.model))
    assert {*record.read, *record.left_out} <= set(names)


@pytest.mark.parametrize("record", list(all_records()), ids=lambda record: record.label)
def test_a_record_that_holds_nothing_about_anybody_says_so(record):
    assert set(record.data) > {Data.NOTHING} or Data.NOTHING not in record.data


def test_what_belongs_to_a_participant_says_by_which_path():
    without = {record.label for record in all_records() if leads_to_a_person(record.model) and not record.of}
    assert without == set()
    assert [record.label for record in all_records() if record.of and not record.title] == []


def test_no_model_without_people_belongs_to_a_participant():
    nobody = [model for model in kept_models() if model._meta.label in models_without_people()]
    assert [model._meta.label for model in nobody if leads_to_a_person(model)] == []


def test_the_log_is_about_people_by_their_key():
    assert fields_of(AccessSubject) >= {"content_type", "object_id"}


def test_every_processing_answers_what_the_law_asks():
    for each in all_processings():
        assert all((each.name, each.purpose, each.ground, each.about, each.data, each.recipients, each.retention))
        assert each.records
        assert each.security
    assert {record.model._meta.app_label for record in all_records()} >= set(APPS)
