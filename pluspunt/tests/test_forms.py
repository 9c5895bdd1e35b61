"""What every form says when something cannot be."""

import pytest
from django import forms
from django.urls import reverse

from participants.models import District

CHOICES = [("a", "A")]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (forms.CharField(), "", "Vul dit in."),
        (forms.CharField(max_length=3), "abcd", "Dit is te lang: hoogstens 3 tekens."),
        (forms.CharField(), "a\x00b", "Hier staat een teken dat niet mag. Typ het opnieuw."),
        (forms.CharField(error_messages={"required": "Typ een naam."}), "", "Typ een naam."),
        (forms.ChoiceField(choices=CHOICES), "", "Kies iets uit de lijst."),
        (forms.ChoiceField(choices=CHOICES), "<b>", "Kies iets uit de lijst."),
        (forms.DateField(), "2026-02-30", "Schrijf een datum als 23-11-2026."),
        (forms.IntegerField(), "veel", "Vul een getal in, met alleen cijfers."),
        (forms.IntegerField(min_value=1), "0", "Vul een getal in vanaf 1."),
        (forms.IntegerField(max_value=14), "15", "Vul een getal in tot en met 14."),
        (forms.EmailField(), "nora", "Schrijf een e-mailadres als naam@voorbeeld.nl."),
    ],
)
def test_a_field_says_in_plain_words_what_is_wrong(field, typed, sentence):
    with pytest.raises(forms.ValidationError) as error:
        field.clean(typed)
    assert error.value.messages == [sentence]


@pytest.mark.django_db
def test_the_forms_of_the_libraries_say_the_same(client, signed_in, administrator):
    page = client.post(reverse("account_login"), {"login": "", "password": ""})
    assert page.context["form"].errors == {"login": ["Vul dit in."], "password": ["Vul dit in."]}
    url = reverse("admin:participants_district_add")
    name = District.objects.first().name
    page = signed_in(administrator).post(url, {"name": name})
    assert page.context["adminform"].form.errors == {"name": ["Dit staat er al."]}
