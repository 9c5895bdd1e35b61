"""What a coach fills in when somebody learned something."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from pluspunt.forms import check_fields
from workshops.models import Ability, LadderStep


class LadderStepForm(forms.Form):
    # Which step the page was about: a second press on the button does not grant the one above it.
    step = forms.TypedChoiceField(choices=LadderStep.Step, coerce=int, widget=forms.HiddenInput)
    granted_on = forms.DateField(label="Behaald op", initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)


class AbilityChoiceField(forms.ModelMultipleChoiceField):
    """Abilities to tick; what gives access to a machine says so."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        # A number that is too large for the database is no choice either, and would be an error there.
        if not set(value or ()) <= {str(pk) for pk in self.queryset.values_list("pk", flat=True)}:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)

    def label_from_instance(self, ability: Ability) -> str:
        return f"{ability.name} (toestemming voor een machine)" if ability.is_machine_permission else ability.name


class AbilityGrantForm(forms.Form):
    abilities = AbilityChoiceField(
        Ability.objects.none(),
        label="Vaardigheden",
        error_messages={
            "required": "Kies minstens één vaardigheid.",
            "invalid_choice": "Deze vaardigheid is intussen toegekend of niet meer in gebruik. Kies opnieuw.",
        },
    )
    granted_on = forms.DateField(label="Sinds welke dag?", initial=timezone.localdate)

    def __init__(self, *args, abilities: QuerySet[Ability], **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
        self.fields["abilities"].queryset = abilities


class AbilityWithdrawForm(forms.Form):
    withdrawn_on = forms.DateField(label="Vanaf welke dag niet meer?", initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
