from participants.models import Practitioner
from pluspunt.forms import CheckedForm


class PractitionerForm(CheckedForm):
    class Meta:
        model = Practitioner
        fields = ["name", "organisation", "phone", "email"]
