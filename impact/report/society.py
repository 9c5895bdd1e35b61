"""Place, Prosperity and Planet as a report shows them: what was counted, how that is known, and what it avoids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from impact.charts import Chart, Value, horizontal_bars, target_chart
from impact.figures.outputs import OutputTotal
from impact.figures.society import OutputLine, ReuseFigures, ReuseLine
from impact.models import Indicator
from impact.report.balances import BEFORE
from impact.report.words import has_name, named
from pluspunt.templatetags.words import NOTHING, number, percent, say
from workshops.models import OutputType


@dataclass(frozen=True)
class OutputRow:
    """One output in words: so much, the year before, the target, and how it is known."""

    label: str
    quantity: str
    before: str
    target: str
    known_by: str


@dataclass(frozen=True)
class IndicatorBlock:
    """An indicator with its meaning, how it is measured, and what was counted for it.

    `language` marks what somebody typed in Dutch, in a report that speaks English.
    """

    name: str
    explanation: str
    how_measured: str
    rows: tuple[OutputRow, ...] = ()
    targets: tuple[Chart, ...] = ()
    language: str = ""


@dataclass(frozen=True)
class ReuseRow:
    """What a factor makes of one output: an estimate, with where the factor comes from."""

    label: str
    quantity: str
    kilos: str
    factor: str
    avoided: str
    source: str


@dataclass(frozen=True)
class Reuse:
    """Kilos with a second life and the CO2e that this avoids, as sentences, rows and a drawing."""

    sentence: str
    rows: tuple[ReuseRow, ...]
    chart: Chart | None
    weak: str


def quantity_said(total: OutputTotal) -> str:
    """ "1.240", "310,5 kg"; "–" before anybody counted it."""
    return NOTHING if total.quantity is None else amount_said(total.quantity, total)


def amount_said(quantity, total: OutputTotal) -> str:
    unit = f"\u00a0{named(total.type.unit)}" if total.type.says_unit else ""
    return number(quantity, 0 if quantity == int(quantity) else 1) + unit


def tells_about_people(kind: OutputType) -> bool:
    """Whether it counts what people did, so that it may tell about few of them; only the house is guarded for that."""
    return kind.derived_from == OutputType.DerivedFrom.VOLUNTEER_HOURS


def indicator_block(
    indicator: Indicator, lines: Sequence[OutputLine] = (), signs: Mapping[str, str] | None = None
) -> IndicatorBlock:
    """One indicator as it stands in the report; `signs` by key of figures are those of what is kept back."""
    signs = signs or {}
    return IndicatorBlock(
        name=named(indicator.name),
        explanation=named(indicator.explanation),
        how_measured=indicator.how_measured,
        rows=tuple(_row(line, signs) for line in lines),
        targets=tuple(_target(line) for line in lines if _has_drawing(line, signs)),
        language="" if has_name(indicator.name) else "nl",
    )


def output_key(kind: OutputType) -> str:
    return f"output.{kind.pk}.quantity"


def _has_drawing(line: OutputLine, signs: Mapping[str, str]) -> bool:
    key = output_key(line.total.type)
    return line.target is not None and line.total.quantity is not None and not {key, f"{BEFORE}{key}"} & signs.keys()


def _row(line: OutputLine, signs: Mapping[str, str]) -> OutputRow:
    key = output_key(line.total.type)
    return OutputRow(
        label=named(line.total.type.name),
        quantity=signs.get(key) or quantity_said(line.total),
        before=(signs.get(f"{BEFORE}{key}") or quantity_said(line.before)) if line.is_comparable else NOTHING,
        target=NOTHING if line.target is None else amount_said(line.target, line.total),
        known_by=sources_said(line.total),
    )


def sources_said(total: OutputTotal) -> str:
    """ "geteld", or with how much of it was guessed: "geteld; 12 % geschat"."""
    found = [source for source, quantity in total.by_source.items() if quantity]
    if not found or not total.quantity:
        return NOTHING
    labels = dict(_SOURCES)
    if total.is_partly_estimated and len(found) > 1:
        others = ", ".join(named(labels[source]) for source in labels if source in found and source != "ESTIMATED")
        share = percent(float(total.estimated / total.quantity), 0)
        return say(f"{others}; {share} geschat", f"{others}; {share} estimated")
    return ", ".join(named(labels[source]) for source in labels if source in found)


_SOURCES = [("COUNTED", "geteld"), ("WEIGHED", "gewogen"), ("ESTIMATED", "geschat"), ("DERIVED", "afgeleid")]


def _target(line: OutputLine) -> Chart:
    """So much against what was aimed at, with the year before when that is known."""
    label, shown = named(line.total.type.name), quantity_said(line.total)
    share = line.share_of_target
    title = f"{label}: {shown}"
    if share is not None:
        title += say(f", {percent(share, 0)} van het doel", f", {percent(share, 0)} of the target")
    before = line.before.quantity if line.is_comparable else None
    return target_chart(
        Value(label, float(line.total.quantity), shown),
        title=title,
        target=Value(say("doel", "target"), float(line.target), amount_said(line.target, line.total)),
        before=None
        if before is None
        else Value(say("jaar ervoor", "the year before"), float(before), quantity_said(line.before)),
    )


def reuse_of(figures: ReuseFigures) -> Reuse:
    """What got a second life; nothing at all when nothing was counted."""
    rows = tuple(_reuse_row(line) for line in figures.lines)
    avoided = [line for line in figures.lines if line.avoided]
    kilos, total = figures.kilos, figures.avoided
    if not kilos and not total:
        return Reuse("", rows, None, "")
    sentence = say(
        f"{number(kilos)} kilo kreeg een tweede leven. Naar schatting scheelt dat {number(total)} kilo CO2e.",
        f"{number(kilos)} kilos got a second life. By estimate that avoids {number(total)} kilos of CO2e.",
    )
    weak = figures.avoided_weakly
    chart = horizontal_bars(
        [
            Value(
                named(line.type.name), float(line.avoided), f"{number(line.avoided)} kg", say("schatting", "estimate")
            )
            for line in sorted(avoided, key=lambda line: -line.avoided)
        ],
        title=say("Waar de besparing vandaan komt", "Where the saving comes from"),
        heads=(say("Wat", "What"), "kg CO2e"),
        caption=say("Kilo CO2e die niet is uitgestoten: een schatting.", "Kilos of CO2e not emitted: an estimate."),
    )
    return Reuse(
        sentence,
        rows,
        chart if avoided else None,
        say(
            f"Daarvan rust {number(weak)} kilo op een zwakke bron.",
            f"Of that, {number(weak)} kilos rest on a weak source.",
        )
        if weak
        else "",
    )


def _reuse_row(line: ReuseLine) -> ReuseRow:
    unit = f"\u00a0{named(line.type.unit)}" if line.type.says_unit else ""
    factors = [
        f"{number(each.value, 2)}\u00a0{'kg/stuk' if each.kind == 'WEIGHT' else 'kg/kg'}" for each in line.factors
    ]
    sources = dict.fromkeys(
        each.source
        + (f" ({each.source_year})" if each.source_year else "")
        + (say(", zwakke bron", ", weak source") if each.is_weak else "")
        for each in line.factors
    )
    return ReuseRow(
        label=named(line.type.name),
        quantity=number(line.quantity, 0 if line.quantity == int(line.quantity) else 1) + unit,
        kilos=number(line.kilos),
        factor=" × ".join(factors) or NOTHING,
        avoided=number(line.avoided),
        source="; ".join(sources) or say("geen factor", "no factor"),
    )
