"""What people type and must not be kept: refused in every form, and in no address, page or log afterwards."""

import importlib
import inspect
from urllib.parse import quote

import pytest
from django import forms
from django.core.exceptions import ValidationError

from participants.models import Participant
from pluspunt.forms import _OWN_PATTERN
from pluspunt.tests.factories import ParticipantFactory
from pluspunt.tests.test_access import answer_of, url_of
from pluspunt.tests.test_consistency import APPS, BASE, own_code, room
from pluspunt.validators import validate_plain_text
from privacy.models import AccessEvent

CITIZEN_NUMBER = "123456782"
# The name of a colleague, and the random keys of notes and outputs.
FREE = {("AccountForm", "name"), ("AccountEditForm", "name"), ("NewNoteForm", "key"), ("NoteDraftForm", "key")}
FREE |= {("OutputForm", "key"), ("JobFinishForm", "key"), ("BatchForm", "batch")}
# The random keys of what is sent once.
FREE |= {("CardForm", "key"), ("PeriodOutputForm", "key")}
# Where a citizen service number belongs.
FREE |= {("CitizenNumberForm", "number")}
# What a tablet sends: made by our own script, and nothing of it is kept as text.
FREE |= {("SentMarkForm", name) for name in ("key", "ticket", "person")}
# Digits that open a screen, kept as a hash.
FREE |= {("PinForm", "pin"), ("PinForm", "again"), ("UnlockForm", "pin")}
# Codes and what a key says: compared, and not kept as somebody typed them.
FREE |= {(form, "code") for form in ("SecondStepForm", "ProveAgainForm", "CoupleAppForm")}
FREE |= {(f"Key{form}Form", "credential") for form in ("Step", "SignIn", "ProveAgain", "Add")}


def own_forms() -> set[type[forms.BaseForm]]:
    for path in own_code():
        if room(path) == "forms":
            importlib.import_module(".".join(path.relative_to(BASE).with_suffix("").parts))

    def below(form):
        return {each for child in form.__subclasses__() for each in (child, *below(child))}

    return {form for form in below(forms.BaseForm) if form.__module__.split(".")[0] in APPS}


def is_checked(form: type[forms.BaseForm], field: forms.CharField) -> bool:
    """By a validator of its own, or because the form, or one that it extends, has all its fields checked."""
    ours = [each for each in form.__mro__ if each.__module__.split(".")[0] in (*APPS, "pluspunt")]
    sources = "".join(map(inspect.getsource, ours))
    all_are = "check_fields(self)" in sources and type(field) is forms.CharField
    return all_are or validate_plain_text in field.validators or refuses(field)


def refuses(field: forms.CharField) -> bool:
    """Whether one of its validators says no to a text with a citizen number in it."""
    for validator in field.validators:
        try:
            validator(f"nummer {CITIZEN_NUMBER}.")
        except ValidationError:
            return True
    return False


def test_every_text_in_every_form_refuses_a_citizen_number():
    unchecked = {
        (form.__name__, name)
        for form in own_forms()
        for name, field in form.base_fields.items()
        if isinstance(field, forms.CharField) and not isinstance(field, forms.EmailField)
        if name not in _OWN_PATTERN and not is_checked(form, field)
    }
    assert unchecked == FREE


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "search",
        "participant_list",
        "application_list",
        "organisation_list",
        "merge_choose",
        "not_together_add",
        "placement_choose",
        "placement_add",
        "event_visits",
    ],
)
def test_a_citizen_number_that_is_searched_for_leaves_the_address(client, world, name):
    url = url_of(name, world)
    answer = answer_of(client, "coordinator", "get", f"{url}?q={quote(CITIZEN_NUMBER)}", world)
    assert (answer.status_code, answer.url) == (302, url)
    assert CITIZEN_NUMBER not in str(dict(client.session))
    assert CITIZEN_NUMBER not in client.get(url).text


@pytest.mark.django_db
def test_who_is_refused_at_the_door_is_logged_as_seen_not_as_added(client, world):
    person = ParticipantFactory()
    url = url_of("visitor_add", world)
    answer_of(client, "coach", "get", url, world)
    client.post(url, {"participant": person.key})
    event = AccessEvent.objects.latest("pk")
    assert (event.action, event.subjects.get().object_id) == (AccessEvent.Action.VIEW, person.pk)
    assert not Participant.objects.get(pk=person.pk).attendances.exists()
