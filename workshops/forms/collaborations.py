"""What stands on a collaboration's pages and belongs to this floor: workshops, milestones, who took part."""

from django import forms
from django.db.models import QuerySet

from partners.forms import CollaborationForm
from pluspunt.forms import CheckedForm
from pluspunt.pictures import PictureField
from workshops.models import Milestone, Workshop


class CollaborationPageForm(CollaborationForm):
    """A collaboration with the workshops that take part in it."""

    workshops = forms.ModelMultipleChoiceField(
        Workshop.objects.select_related("location"),
        label="Werkplaatsen die meedoen",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    groups = [*CollaborationForm.groups, ("Waar", ["workshops"])]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["workshops"] = list(self.instance.workshops.values_list("pk", flat=True))


class MilestoneForm(CheckedForm):
    picture = PictureField(
        label="Foto van hoe het er nu uitziet",
        required=False,
        help_text="Jpg, png of webp, hoogstens 10 MB. Staan er mensen op? Vraag eerst of zij dat goedvinden.",
    )
    remove_picture = forms.BooleanField(label="Haal de foto weg", required=False)

    class Meta:
        model = Milestone
        fields = ["name", "workshop", "state", "done_on", "position", "picture_text"]
        labels = {"done_on": "Klaar op"}
        help_texts = {
            "picture_text": "Voor wie de foto niet kan zien. Bijvoorbeeld: een nieuwe werkbank van oude balken.",
            "position": "Op welke plek in de rij.",
        }

    field_order = ["name", "workshop", "state", "done_on", "position", "picture", "picture_text", "remove_picture"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["position"]
        if self.instance.picture:
            self.fields["picture"].label = "Een nieuwere foto"
        else:
            del self.fields["remove_picture"]

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


class EventVisitsForm(forms.Form):
    """A tick for everybody who took part, of the people who stand on the page (`was`: ticked when it was opened)."""

    was = forms.ModelMultipleChoiceField(None, to_field_name="key", required=False)
    shown = forms.ModelMultipleChoiceField(None, to_field_name="key", required=False)
    came = forms.ModelMultipleChoiceField(None, to_field_name="key", required=False)

    def __init__(self, *args, people: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.queryset = people
