"""Stories and quotes: what was told, by whom, and for what it may be used."""

from django import forms
from django.utils import timezone

from impact.models import Story, StoryUse
from participants.models import Participant
from partners.models import Organisation
from pluspunt.forms import CheckedForm, FilterForm, check_fields
from pluspunt.pictures import PictureField
from workshops.forms.jobs import validate_no_contact
from workshops.models import Workshop


class PersonField(forms.ModelChoiceField):
    """A participant, by the name under which lists know them."""

    def label_from_instance(self, person: Participant) -> str:
        return person.list_name


class StoryForm(CheckedForm):
    participant = PersonField(
        Participant.objects.none(),
        label="Van welke deelnemer?",
        required=False,
        help_text="Leeg als het van een buur, een vrijwilliger van buiten of een partner is.",
    )
    picture = PictureField(
        label="Foto",
        required=False,
        help_text="Jpg, png of webp, hoogstens 10 MB. Staan er mensen op? Vraag eerst of zij dat goedvinden.",
    )
    remove_picture = forms.BooleanField(label="Haal de foto weg", required=False)

    class Meta:
        model = Story
        fields = ["kind", "title", "text", "shown_as", "participant", "workshop", "organisation", "theme"]
        fields += ["told_on", "picture_text"]
        labels = {"text": "Wat werd er verteld?", "shown_as": "Onder welke naam?", "organisation": "Bij een partner"}
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}
        help_texts = {
            "title": "Mag leeg bij een citaat.",
            "text": "In de woorden van wie het vertelde. Geen achternaam, adres, ziekte of andere herkenbare feiten.",
            "shown_as": "Zo staat het erbij. Een verzonnen naam mag. Management ziet alleen deze naam.",
            "picture_text": "Voor wie de foto niet kan zien. Bijvoorbeeld: handen die een band plakken.",
        }

    field_order = ["kind", "title", "text", "shown_as", "participant", "workshop", "organisation", "theme", "told_on"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("title", "text", "shown_as"):
            self.fields[name].validators.append(validate_no_contact)
        self._choose_among(user)
        if self.instance.picture:
            self.fields["picture"].label = "Een nieuwere foto"
        else:
            del self.fields["remove_picture"]

    def _choose_among(self, user) -> None:
        """People and workshops of the user, and what the story has already."""
        people = Participant.objects.visible_to(user)
        workshops = Workshop.objects.visible_to(user)
        if self.instance.participant_id:
            people = people | Participant.objects.filter(pk=self.instance.participant_id)
        if self.instance.workshop_id:
            workshops = workshops | Workshop.objects.filter(pk=self.instance.workshop_id)
        self.fields["participant"].queryset = people.distinct().order_by("sort_name", "pk")
        self.fields["workshop"].queryset = workshops.distinct().order_by("name")
        self.fields["organisation"].queryset = Organisation.objects.current(timezone.localdate())
        if self.instance.organisation_id:
            self.fields["organisation"].queryset = Organisation.objects.all()

    def clean(self):
        data = super().clean()
        picture = data.get("picture")
        if data.get("remove_picture") and not picture:
            self.instance.picture = None
        elif picture:
            self.instance.picture = picture
        if self.instance.picture and not data.get("picture_text") and "picture_text" not in self.errors:
            self.add_error("picture_text", "Schrijf op wat er op de foto staat.")
        if self.errors and picture:
            # A browser does not send a file twice by itself.
            self.add_error("picture", "Kies de foto nog een keer.")
        return data


class StoryUseForm(CheckedForm):
    """That the teller agreed to one use."""

    class Meta:
        model = StoryUse
        fields = ["use", "with_picture", "agreed_on"]
        labels = {"use": "Waarvoor mag het?", "agreed_on": "Wanneer zei de verteller ja?"}
        help_texts = {"with_picture": "Alleen als de verteller ook dat goedvindt."}


class StoryFilterForm(FilterForm):
    """Which stories of a list: for what they may be used, and of which workshop."""

    use = forms.ChoiceField(label="Mag gebruikt voor", required=False, choices=[("", "alles"), *StoryUse.Use.choices])
    workshop = forms.ModelChoiceField(Workshop.objects.all(), label="Werkplaats", required=False, empty_label="alle")

    def apply(self, stories):
        """`stories` that answer to what was chosen."""
        if use := self.cleaned_data.get("use"):
            stories = stories.usable_for(use)
        if workshop := self.cleaned_data.get("workshop"):
            stories = stories.filter(workshop=workshop)
        return stories


class WithdrawForm(forms.Form):
    withdrawn_on = forms.DateField(label="Wanneer trok de verteller het in?", initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        check_fields(self)
