from django import forms

from accounts.models import User
from pluspunt.validators import validate_plain_text


class AccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "email", "role"]
        widgets = {"role": forms.RadioSelect}
        help_texts = {"email": "Hiermee logt iemand in. Naar dit adres gaat de link om een wachtwoord te kiezen."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(validate_plain_text)
        self.fields["role"].choices = User.Role.choices  # without the empty one

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        # The constraint refuses it as well, but does not know that it is about this field.
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Dit e-mailadres heeft al een account.")
        return email


class AccountEditForm(AccountForm):
    class Meta(AccountForm.Meta):
        fields = ["name", "email", "role", "is_active"]
        help_texts = {"is_active": "Zet dit uit als iemand niet meer bij Pluspunt werkt."}
