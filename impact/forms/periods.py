from collections.abc import Mapping
from datetime import date, timedelta

from django import forms

from pluspunt.forms import DateInput
from pluspunt.periods import Period

FIRST_DAY = date(2000, 1, 1)
LONGEST = timedelta(days=5 * 366)


def so_far(start: date, today: date) -> Period:
    """From `start` up to yesterday, so that what is still to come today never counts as not filled in."""
    return Period(start, max(start, today - timedelta(days=1)))


def year_so_far(today: date) -> Period:
    return so_far(date(today.year, 1, 1), today)


class PeriodForm(forms.Form):
    """The days that figures are about: past days only, and at most five years; a day that is not asked is the usual."""

    start = forms.DateField(
        label="Van", widget=DateInput({"class": "form-control"}), error_messages={"invalid": "Deze datum bestaat niet."}
    )
    end = forms.DateField(
        label="Tot en met",
        widget=DateInput({"class": "form-control"}),
        error_messages={"invalid": "Deze datum bestaat niet."},
    )

    def __init__(self, data: Mapping[str, str] | None = None, *, today: date, default: Period | None = None):
        """`period` is the chosen one, or `default` (this year so far) as long as nothing good is chosen."""
        self.today = today
        self.period = default or year_so_far(today)
        usual = {"start": self.period.start, "end": self.period.end}
        asked = {name: data.get(name, day.isoformat()) for name, day in usual.items()} if data else None
        super().__init__(asked, initial=usual)

    def clean_start(self):
        if self.cleaned_data["start"] < FIRST_DAY:
            raise forms.ValidationError("Kies een dag vanaf 1 januari 2000.")
        return self.cleaned_data["start"]

    def clean_end(self):
        if self.cleaned_data["end"] > self.today:
            raise forms.ValidationError("Deze dag komt nog. Kies een dag tot en met vandaag.")
        return self.cleaned_data["end"]

    def clean(self):
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and end < start:
            self.add_error("end", "De einddatum ligt voor de begindatum.")
        elif start and end and end - start > LONGEST:
            self.add_error("end", "Kies een periode van hoogstens vijf jaar.")
        elif start and end:
            self.period = Period(start, end)


def quick_periods(today: date) -> list[tuple[str, Period]]:
    """The periods that one tap chooses, with what stands on the link."""
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    last_quarter_end = quarter - timedelta(days=1)
    last_quarter = date(last_quarter_end.year, last_quarter_end.month - 2, 1)
    return [
        (f"{today.year} tot nu", year_so_far(today)),
        (str(today.year - 1), Period.of_year(today.year - 1)),
        ("dit kwartaal", so_far(quarter, today)),
        ("vorig kwartaal", Period(last_quarter, last_quarter_end)),
    ]
