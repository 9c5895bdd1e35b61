"""What people type in a report: its title, the data of the organisation, and the words of a section."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from impact.models import Report, ReportSection
from pluspunt.forms import CheckedForm
from pluspunt.pictures import PictureField
from pluspunt.validators import contains_citizen_number, is_invisible, no_null_characters

EMPTY_LINE = "Een lege regel begint een nieuwe alinea. Een regel die met “- ” begint, wordt een punt van een opsomming."


class ProseField(forms.CharField):
    """Words of several paragraphs: plain text, in which a line may begin with a dash."""

    def __init__(self, *, rows: int = 12, **kwargs):
        kwargs = {"required": False, "max_length": 8000, **kwargs}
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)
        self.validators += [no_null_characters, _validate_prose]

    def to_python(self, value):
        lines = super().to_python(value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return "\n".join(line.rstrip() for line in lines).strip()


def _validate_prose(text: str) -> None:
    if contains_citizen_number(text):
        raise ValidationError("Hier staat een getal dat een burgerservicenummer kan zijn. Haal het weg.")
    if is_invisible(text):
        raise ValidationError("Hier staat niets wat je kunt lezen. Typ het opnieuw.")


class ReportForm(CheckedForm):
    # Eight or nine digits may pass for a citizen service number; these two are of the foundation, and public.
    rsin = forms.RegexField(r"^[0-9]{9}$", label="RSIN", required=False, max_length=9)
    chamber_number = forms.RegexField(r"^[0-9]{8}$", label="KvK-nummer", required=False, max_length=8)
    purpose = ProseField(label="Doelstelling", rows=4, max_length=1000)
    board = ProseField(label="Bestuur", rows=4, max_length=1000, help_text="Per regel een naam en een functie.")
    pay_policy = ProseField(label="Beloningsbeleid", rows=3, max_length=1000)

    groups = [
        ("Het verslag", ["title", "subtitle", "has_english"]),
        ("De organisatie", ["legal_name", "rsin", "chamber_number", "address", "contact", "website"]),
        ("Wat een ANBI laat zien", ["purpose", "board", "pay_policy", "accounts"]),
    ]

    class Meta:
        model = Report
        fields = [
            *("title", "subtitle", "has_english", "legal_name", "rsin", "chamber_number", "address", "contact"),
            *("website", "purpose", "board", "pay_policy", "accounts"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rsin"].error_messages["invalid"] = "Een RSIN heeft negen cijfers."
        self.fields["chamber_number"].error_messages["invalid"] = "Een KvK-nummer heeft acht cijfers."


class SectionForm(CheckedForm):
    """The words, the picture and the stories of one section; what it does not need is not asked."""

    text = ProseField(label="Tekst", help_text=EMPTY_LINE)
    english_text = ProseField(
        label="Tekst in het Engels",
        help_text="Hoeft niet. Zonder vertaling staat de Nederlandse tekst ook in het Engelse verslag.",
    )
    picture = PictureField(label="Foto", required=False, help_text="Jpg, png of webp, hoogstens 10 MB.")
    remove_picture = forms.BooleanField(label="Haal de foto weg", required=False)
    stories = forms.ModelMultipleChoiceField(
        None,
        label="Verhalen en citaten",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Hier staat alleen waarvoor iemand akkoord gaf voor het jaarverslag.",
    )

    class Meta:
        model = ReportSection
        fields = ["title", "text", "english_text", "picture_text", "picture_consent", "stories"]
        help_texts = {"picture_text": "Voor wie de foto niet kan zien. Bijvoorbeeld: een werkbank van oude balken."}

    field_order = ["title", "text", "english_text", "picture", "picture_text", "picture_consent", "remove_picture"]

    def __init__(self, *args, stories: QuerySet, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stories"].queryset = stories
        if not self.instance.report.has_english:
            del self.fields["english_text"]
        if not self.instance.takes_stories or not stories.exists():
            del self.fields["stories"]
        if self.instance.picture:
            self.fields["picture"].label = "Een andere foto"
        else:
            del self.fields["remove_picture"]

    def clean(self):
        data = super().clean()
        picture = data.get("picture")
        if picture:
            self.instance.picture = picture
        elif data.get("remove_picture"):
            self.instance.picture = None
            data["picture_text"] = data["picture_consent"] = ""
        for name, problem in self._asked_of_a_picture().items():
            if self.instance.picture and not data.get(name) and name not in self.errors:
                self.add_error(name, problem)
        if self.errors and picture:
            # A browser does not send a file twice by itself.
            self.add_error("picture", "Kies de foto nog een keer.")
        return data

    def _asked_of_a_picture(self) -> dict[str, str]:
        return {
            "picture_text": "Schrijf op wat er op de foto staat.",
            "picture_consent": "Schrijf op wie de foto maakte, en wie hem goedvond.",
        }


class RemarkForm(forms.Form):
    """Why a report goes back, or is taken up again."""

    remark = ProseField(label="Waarom?", rows=4, required=True, max_length=500)
