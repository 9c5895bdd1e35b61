"""What the centre wants to change, which outputs feed it, and what is aimed at in a year."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from impact.models import Contribution, Indicator, Target
from workshops.models import OutputType

Pillar, Scope = Indicator.Pillar, Indicator.Scope
# These figures of the house are shares: a target is a percentage.
SHARES = {
    Target.Figure.ATTENDANCE_RATE,
    Target.Figure.OCCUPANCY,
    Target.Figure.COMPLETENESS,
    Target.Figure.POSITIVE_OUTFLOW,
    Target.Figure.FLOW_THROUGH,
    Target.Figure.COVERAGE,
}


@dataclass(frozen=True)
class Aim:
    """Something for which a year can have a target; `name` is how its field is called."""

    name: str
    label: str
    unit: str
    figure: str = ""
    indicator: Indicator | None = None
    output_type: OutputType | None = None

    @property
    def is_share(self) -> bool:
        return self.unit == "%"

    @property
    def lookup(self) -> dict:
        return {"figure": self.figure, "indicator": self.indicator, "output_type": self.output_type}


@transaction.atomic
def save_indicator(indicator: Indicator, *, outputs: Iterable[OutputType], by: User) -> None:
    """Save an indicator, new or known, with the types of output that feed it; each feeds it once.

    For whom it is follows from its pillar. Raises `ValidationError` for a seventh indicator of People, for outputs that
    feed one of People, for a type of which the kilos were counted before that feeds Planet, and for whatever the model
    refuses.
    """
    outputs = list(outputs)
    is_people = indicator.pillar == Pillar.PEOPLE
    if is_people and not indicator.key:
        raise ValidationError({"pillar": "People heeft zes vaste indicatoren. Kies Planet, Place of Prosperity."})
    if indicator.key and not is_people:
        raise ValidationError({"pillar": "Deze indicator hoort bij People."})
    if is_people and outputs:
        raise ValidationError({"outputs": "Een indicator van People meten we met stellingen, niet met opbrengsten."})
    again = [each.name for each in outputs if each.is_counted_before]
    if indicator.pillar == Pillar.PLANET and again:
        raise ValidationError(
            {"outputs": f"Dit telt al eerder mee, en dan twee keer voor Planet: {', '.join(again)}. Haal het weg."}
        )
    indicator.scope = Scope.INDIVIDUAL if is_people else Scope.SOCIETY
    indicator._history_user = by
    indicator.full_clean()
    indicator.save()
    there = {each.output_type_id: each for each in indicator.contributions.select_for_update()}
    chosen = {each.pk for each in outputs}
    indicator.contributions.exclude(output_type__in=chosen).delete()
    for key in sorted(chosen - there.keys()):
        Contribution(indicator=indicator, output_type_id=key).save()


def aims() -> list[tuple[str, list[Aim]]]:
    """Everything that can have a target, under its heading: the house, People, and the outputs of each other pillar.

    An output that feeds more indicators has one target, under the first of them.
    """
    house = [
        Aim(f"figure_{figure.value}", figure.label.capitalize(), "%" if figure in SHARES else "", figure=figure.value)
        for figure in Target.Figure
    ]
    people = [
        Aim(f"indicator_{each.pk}", f"{each.name.capitalize()}: deelnemers die groeien", "%", indicator=each)
        for each in Indicator.objects.filter(scope=Scope.INDIVIDUAL, is_active=True)
    ]
    groups = [("Het huis", house), ("People", people)]
    rows = Contribution.objects.filter(indicator__is_active=True, output_type__is_active=True)
    rows = rows.select_related("indicator", "output_type").order_by("indicator__position", "output_type__position")
    seen, by_pillar = set(), {}
    for row in rows:
        kind = row.output_type
        if kind.pk not in seen:
            seen.add(kind.pk)
            aim = Aim(f"output_{kind.pk}", kind.name.capitalize(), kind.unit, indicator=row.indicator, output_type=kind)
            by_pillar.setdefault(row.indicator.get_pillar_display(), []).append(aim)
    return groups + list(by_pillar.items())


def targets_of(year: int) -> dict[str, Decimal]:
    """The targets of a year, by the name of what they are for."""
    found = {}
    for target in Target.objects.filter(year=year).order_by("pk"):
        if target.figure:
            name = f"figure_{target.figure}"
        elif target.output_type_id:
            name = f"output_{target.output_type_id}"
        else:
            name = f"indicator_{target.indicator_id}"
        found.setdefault(name, target.value)
    return found


@transaction.atomic
def save_targets(year: int, values: Mapping[str, Decimal | None], *, by: User) -> int:
    """Set the targets of `year` that are in `values`, by name; `None` takes one away. Returns how many changed.

    What is not in `values` stays as it is. Raises `ValidationError` for whatever the model refuses.
    """
    # Two at once: the second waits here, and changes only what it names.
    list(Indicator.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    known = {aim.name: aim for _, group in aims() for aim in group}
    return sum(_set_target(year, known[name], value, by) for name, value in values.items() if name in known)


def _set_target(year: int, aim: Aim, value: Decimal | None, by: User) -> bool:
    lookup = {"output_type": aim.output_type} if aim.output_type else aim.lookup
    there = list(Target.objects.filter(year=year, **lookup).order_by("pk"))
    if value == (there[0].value if there else None):
        return False
    for row in there[1:] if value is not None else there:
        row._history_user = by
        row.delete()
    if value is not None:
        target = there[0] if there else Target(year=year, **aim.lookup)
        target.value, target._history_user = value, by
        target.full_clean()
        target.save()
    return True
