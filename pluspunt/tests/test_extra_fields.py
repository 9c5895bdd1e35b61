"""Whoever sends more than a form asks for changes nothing more: every field of every model is sent along everywhere."""

import re
import uuid

import pytest
from django import forms
from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from pluspunt.tests.test_access import EVERYBODY, TABLE, url_of
from workshops.tests.pages import forms_on

APPS = ("accounts", "impact", "mfa", "participants", "partners", "privacy", "socialaccount", "workshops")
# What a request leaves behind by itself.
TRACES = {"privacy.AccessEvent", "privacy.AccessSubject"}
NOBODY = "999999999"
STRANGE = ("00000000-0000-4000-8000-000000000042", "Vreemd1")
BY_CHANCE = re.compile("^key$|sealed|digest|hash|password")
# What a page that is only sent to takes from what is sent.
TAKEN = {"head_count_set": {("workshops.Session", "neighbours"), ("workshops.Session", "visitors")}}
# There the simplest answers do nothing: they are refused, have to be confirmed, or another state is needed. That more
# fields change nothing is then only seen of a form that comes back.
NOTHING_HAPPENS = """
    ability_grant account_list application_add breach_close card_add citizen_number_edit contact_edit correction_add
    document_send duty_add duty_end erasure_add event_edit event_visits health home indication_add indication_renew
    measurement_answer measurement_finish mfa_index milestone_edit month_close not_together_add output_add
    participant_add pause_add pause_end pin_edit placement_add placement_add_several placement_change
    recovery_code_list register_entry report_correct report_publish report_return retention_postpone
    schedule_continue screen_unlock session_restore stand_in_plan story_use supervision_edit target_edit
    trajectory_add trajectory_start trial_confirm trial_decide trial_extend visitor_add waiting_add workshop_add
    workshop_edit year_import
"""
# Who may do most comes first.
ROLES = ("coordinator", "management", "administrator", "coach")


def own_models() -> list[type[models.Model]]:
    return [model for label in APPS for model in apps.get_app_config(label).get_models(include_auto_created=True)]


def every_field() -> dict[str, str]:
    """The name of each field of each model, with something that it could hold and that is no default."""
    found = {}
    for model in own_models():
        for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
            found.setdefault(field.name, _value_for(field))
            found.setdefault(getattr(field, "attname", field.name), found[field.name])
    return found | {"pk": "1", "id": "1", "is_staff": "on", "is_superuser": "on", "_state": "x"}


def _value_for(field: models.Field) -> str:
    if field.choices:
        return str(next(value for value, _ in reversed(field.flatchoices) if value not in ("", field.get_default())))
    kinds = {
        models.BooleanField: "" if field.get_default() else "on",
        models.DateTimeField: "2020-02-02T02:02",
        models.DateField: "2020-02-02",
        models.TimeField: "02:02",
        models.UUIDField: STRANGE[0],
        models.IntegerField: "1",
        models.DecimalField: "42",
        models.FloatField: "42",
        models.ForeignKey: "1",
        models.ManyToManyField: "1",
    }
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), STRANGE[1])


def rows() -> dict:
    """All that is stored: (model, primary key) → field → value."""
    found = {}
    for model in own_models():
        if model._meta.label in TRACES:
            continue
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.values(*names):
            found[model, row[model._meta.pk.attname]] = {name: _plain(name, value) for name, value in row.items()}
    return found


def _plain(name: str, value: object) -> object:
    """A value without what chance made of it: keys, and what is sealed."""
    by_chance = isinstance(value, uuid.UUID | bytes | memoryview) or BY_CHANCE.search(name)
    return bool(value) if by_chance and str(value) not in STRANGE else value


def changes(before: dict, after: dict) -> list[tuple]:
    """What differs, so that two can be compared: keys of what was added, also in histories, are left out."""
    added = {row for row in after if row not in before}
    found = [(model._meta.label, str(pk), "weg", "") for model, pk in before if (model, pk) not in after]
    for (model, pk), values in after.items():
        was = before.get((model, pk))
        if was == values:
            continue
        for field in model._meta.concrete_fields:
            value = values[field.attname]
            if field.is_relation and (field.related_model, value) in added:
                value = "nieuw"
            if not (field.primary_key or field.name == "id") and (was is None or was[field.attname] != value):
                found.append((model._meta.label, "nieuw" if was is None else str(pk), field.attname, str(value)))
    return sorted(found)


def typed_on(page, url: str) -> dict:
    """What a browser sends when somebody fills in what must be filled in and presses the button."""
    for form in forms_on(page):
        if form.attributes.get("method") == "post" and (form.attributes.get("action") or url).split("?")[0] == url:
            typed = dict(form.fields)
            for bound in _asked_on(page):
                if isinstance(bound.field.widget, forms.Textarea):
                    typed[bound.html_name] = "Iets anders"
                elif bound.field.required and not typed.get(bound.html_name):
                    typed[bound.html_name] = _answer_to(bound.field)
            return typed
    return {}


def _asked_on(page) -> list[forms.BoundField]:
    """The fields of all forms on a page, each once."""
    found = [value for context in page.context or [] for layer in context.dicts for value in layer.values()]
    asked = [bound for each in found if isinstance(each, forms.BaseForm) for bound in each]
    return list({bound.html_name: bound for bound in asked}.values())


def _answer_to(field: forms.Field) -> object:
    if isinstance(field, forms.ChoiceField):
        values = [value for value, _ in _flat(field.choices) if str(value)]
        answer = str(values[0]) if values else ""
        return [answer] if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField) else answer
    if isinstance(field, forms.DateTimeField):
        return timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    kinds = {forms.DateField: timezone.localdate().isoformat(), forms.BooleanField: "on", forms.IntegerField: "1"}
    kinds |= {forms.DecimalField: "1", forms.EmailField: "iemand@voorbeeld.nl", forms.TimeField: "10:00"}
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), "Iets")


def _flat(choices) -> list:
    return [
        pair for value, words in choices for pair in (words if isinstance(words, list | tuple) else [(value, words)])
    ]


def look(client, url: str):
    """The page, without what looking at it leaves behind."""
    with transaction.atomic():
        page = client.get(url)
        transaction.set_rollback(True)
    return page


def send(client, url: str, typed: dict, before: dict) -> list:
    with transaction.atomic():
        client.post(url, typed)
        found = changes(before, rows())
        transaction.set_rollback(True)
    return found


def sign_in(world: dict, role: str) -> Client:
    client = Client()
    client.force_login(world["users"][role], "allauth.account.auth_backends.AuthenticationBackend")
    return client


def who_may(name: str) -> str | None:
    answers = dict(zip(EVERYBODY, TABLE[name].post.split(), strict=True))
    return next((role for role in ROLES if answers[role] in ("200", "302")), None)


@pytest.mark.slow
@pytest.mark.django_db
def test_no_form_changes_more_than_it_asks_for(world):
    clients = {role: sign_in(world, role) for role in ROLES}
    before, extra, problems, nothing = rows(), every_field(), [], set()
    for name, row in TABLE.items():
        role = who_may(name)
        if role is None:
            continue
        client, url = clients[role], url_of(name, world)
        has_page = row.get.split()[EVERYBODY.index(role)] != "405"
        page = look(client, url) if has_page else None
        typed = typed_on(page, url) if has_page else {}
        asked = {field.html_name for field in _asked_on(page)} | set(typed) if has_page else set()
        usual = send(client, url, typed, before)
        more = send(client, url, {key: value for key, value in extra.items() if key not in asked} | typed, before)
        changed = {(model, field) for model, _, field, _ in set(more) ^ set(usual)}
        if changed - TAKEN.get(name, set()):
            problems.append((name, changed))
        if has_page and not usual:
            nothing.add(name)
    assert problems == []
    assert nothing == set(NOTHING_HAPPENS.split())


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("who", ["coach", "coordinator", "management"])
def test_what_a_form_does_not_offer_cannot_be_sent_in_it(world, who):
    """The key of somebody or something that a list of choices leaves out does what the key of nothing does."""
    client = sign_in(world, who)
    before, tried, problems = rows(), set(), []
    for name, row in TABLE.items():
        place = EVERYBODY.index(who)
        if (row.get.split()[place], row.post.split()[place]) != ("200", "200"):
            continue
        url = url_of(name, world)
        page = look(client, url)
        typed = typed_on(page, url)
        for bound in _asked_on(page):
            if isinstance(bound.field, forms.ModelChoiceField) and (left_out := _left_out(bound.field)):
                tried.add(name)
                found, nobody = (
                    send(client, url, typed | {bound.html_name: key}, before) for key in (left_out, NOBODY)
                )
                if found != nobody:
                    problems.append((name, bound.html_name, left_out, set(found) ^ set(nobody)))
    assert problems == []
    assert tried != set()


def _left_out(field: forms.ModelChoiceField) -> str | None:
    """The value of something that exists and is no choice."""
    offered = field.queryset.values("pk")
    other = field.queryset.model._base_manager.exclude(pk__in=offered).first()
    return other and str(field.prepare_value(other))
