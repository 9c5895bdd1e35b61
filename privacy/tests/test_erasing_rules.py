"""Every field of everything about a person is erased, blanked, or kept for a reason that somebody wrote down."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models

from participants.models import Participant
from privacy.models import AccessSubject
from privacy.services.erasing import own_models, rules
from workshops.services.attention import Kind
from workshops.services.erasing import ITEMS

# They refer to what refers to a person, and say nothing about that person.
NOT_ABOUT_THEM = {
    "impact.ReportSection": "which stories are chosen; a chosen story goes, and with it the choice",
}
# Things on the list that are about a session or a workshop.
NOT_ABOUT_A_PERSON = {Kind.SUPERVISION, Kind.CANCELLED, Kind.CROWDED, Kind.REGISTER, Kind.WAITING, Kind.BREACH}


def is_history(model) -> bool:
    return hasattr(model, "history_object")


def models_about_a_person() -> set[type[models.Model]]:
    """Every model from which relations lead to a participant, however many; without history, which goes in any case."""
    found, waiting = set(), [Participant]
    while waiting:
        goal = waiting.pop()
        for model in apps.get_models():
            if model in found or model is Participant or is_history(model):
                continue
            relations = [*model._meta.fields, *model._meta.many_to_many]
            if any(field.related_model is goal for field in relations):
                found.add(model)
                waiting.append(model)
    return found


def test_there_is_a_rule_for_every_model_about_a_person():
    with_rule = {rule.model for rule in rules()}
    about = {model for model in models_about_a_person() if model._meta.label not in NOT_ABOUT_THEM}
    assert {model._meta.label for model in about ^ with_rule} == set()


def test_no_field_is_forgotten():
    forgotten = {
        f"{rule.model._meta.label}.{field.name}"
        for rule in rules()
        if rule.delete is not True
        for field in rule.model._meta.concrete_fields
        if not field.primary_key
        and field.name not in rule.of
        and field.name not in rule.blank
        and field.name not in rule.kept_fields
    }
    assert forgotten == set()


def test_what_is_kept_is_no_text_of_anybody():
    """What stays are days, numbers, choices and relations: never words that somebody typed."""
    typed = {
        f"{rule.model._meta.label}.{field.name}"
        for rule in rules()
        if rule.delete is not True
        for field in rule.model._meta.concrete_fields
        if field.name in rule.kept_fields and isinstance(field, models.CharField | models.TextField)
        if not field.choices
    }
    # Of codes of contracts, in the words of a month that is closed.
    assert typed == {
        "participants.Indication.municipality_code",
        *(f"workshops.StatementLine.{name}" for name in ("scheme", "municipality_code", "product_category")),
        *(f"workshops.StatementLine.{name}" for name in ("product_code", "amount")),
    }


def test_a_rule_names_only_fields_that_are_there():
    for rule in rules():
        names = {field.name for field in rule.model._meta.concrete_fields}
        assert {*rule.blank, *rule.kept_fields} - names == set(), rule.model
        assert not {*rule.blank} & rule.kept_fields, rule.model


def test_a_person_goes_with_all_their_own_fields():
    """The row itself is deleted: the nameless one has only what a row cannot do without."""
    fields = Participant._meta.concrete_fields
    needed = {field.name for field in fields if not (field.null or field.blank or field.has_default())}
    assert needed == {"nickname", "surname", "birth_date"}


def test_what_privacy_keeps_about_somebody_goes_with_them():
    """By type and key: but for the log, which the law has us keep, and which holds no more than that."""
    pointing = {
        model
        for model in apps.get_app_config("privacy").get_models()
        if any(field.related_model is ContentType for field in model._meta.concrete_fields)
    }
    assert pointing - {*own_models()} == {AccessSubject}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in NOT_ABOUT_A_PERSON])
def test_what_was_said_about_putting_something_off_is_found(kind):
    assert len([model for model, kinds in ITEMS.items() if kind in kinds]) == 1
